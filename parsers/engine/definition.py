"""A parser definition as data: how to recognise a template and where its values stand.

A definition is one JSON document (see docs/definitions.md); the classes of `model` are its typed form. `from_json`
checks it, `to_json` gives back what was read; compiling lives in `mapping`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from parsers.engine.extraction import Kind, Status
from parsers.engine.mapping.compile import compile_definition
from parsers.engine.mapping.patterns import compile_re2
from parsers.engine.model import (
    FIELDS,
    MATCH_OPS,
    MATCH_TARGETS,
    METHODS,
    SCOPE_KINDS,
    Definition,
    DefinitionError,
    Mapping_,
    Matcher,
    RowScope,
    Transform,
)
from parsers.engine.values.domains import PUBLIC_MAIL, SECOND_LEVEL

__all__ = [
    "FIELDS",
    "MATCH_OPS",
    "MATCH_TARGETS",
    "METHODS",
    "SCOPE_KINDS",
    "Definition",
    "DefinitionError",
    "Mapping_",
    "Matcher",
    "RowScope",
    "Transform",
    "from_json",
    "to_json",
]


_MAX_VERSION = 1_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


def from_json(document: Mapping[str, Any]) -> Definition:
    """The definition that a JSON document describes. Raises DefinitionError at the first fault.

    `samples`, which travel beside a definition, are not part of it and are skipped here.
    """
    values = dict(document)
    values.pop("samples", None)
    _known(values, Definition, "definition")
    for name in ("key", "name", "author", "author_type", "kind"):
        if not isinstance(values.get(name), str) or not values[name]:
            raise DefinitionError(f"{name}: is missing. Give it as text.")
    values["matchers"] = tuple(_part(Matcher, part, f"matchers[{i}]") for i, part in _each(values, "matchers"))
    values["mappings"] = tuple(_mapping(part, f"mappings[{i}]") for i, part in _each(values, "mappings"))
    values["row_scopes"] = tuple(_scope(part, f"row_scopes[{i}]") for i, part in _each(values, "row_scopes"))
    _typed(values, Definition, "definition")
    for name in ("ignore_phrases", "required"):
        values[name] = tuple(values.get(name, ()))
    definition = Definition(**values)
    _check(definition)
    return definition


def to_json(definition: Definition) -> dict[str, Any]:
    """The document of a definition: what `from_json` reads, defaults left out of its parts."""
    document = asdict(definition)
    document["status_phrases"] = dict(definition.status_phrases)
    for mapping in document["mappings"]:
        mapping["transforms"] = [[step["name"], *step["args"]] for step in mapping["transforms"]]
        mapping["params"] = dict(mapping["params"])
    return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()}


def _each(values: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    parts = values.get(name, [])
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, Mapping) for part in parts):
        raise DefinitionError(f"{name}: has to be a list of objects.")
    return list(enumerate(parts))


def _known(values: Mapping[str, Any], kind: type[Any], place: str) -> None:
    names = {field.name for field in fields(kind)}
    for name in values:
        if name not in names:
            raise DefinitionError(f"{place}: “{name}” is no field. Known are {', '.join(sorted(names))}.")


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "bool | None": (bool, type(None)),
    "tuple[str, ...]": (tuple, list),
    "Mapping[str, str]": (Mapping,),
    "Mapping[str, Any]": (Mapping,),
}


def _typed(values: Mapping[str, Any], kind: type[Any], place: str) -> None:
    """Each value is of the type that its field is declared with; JSON may hold anything."""
    declared = {field.name: str(field.type) for field in fields(kind)}
    for name, value in values.items():
        wanted = _TYPES.get(declared[name])
        if wanted is None:
            continue
        strange = isinstance(value, bool) and bool not in wanted
        if strange or not isinstance(value, wanted):
            raise DefinitionError(f"{place}.{name}: has to be {_CALLED[declared[name]]}.")
        words: Any = value.values() if isinstance(value, Mapping) else value
        if declared[name] in ("tuple[str, ...]", "Mapping[str, str]") and not all(isinstance(w, str) for w in words):
            raise DefinitionError(f"{place}.{name}: holds something that is no text.")


_CALLED = {
    "str": "a text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "bool | None": "true, false or null",
    "tuple[str, ...]": "a list of texts",
    "Mapping[str, str]": "an object of texts",
    "Mapping[str, Any]": "an object",
}


def _part(kind: type[Any], values: Mapping[str, Any], place: str) -> Any:
    _known(values, kind, place)
    _typed(values, kind, place)
    try:
        return kind(**values)
    except TypeError as error:
        raise DefinitionError(f"{place}: {error}") from error


def _mapping(values: Mapping[str, Any], place: str) -> Mapping_:
    steps = values.get("transforms", ())
    if not isinstance(steps, (list, tuple)) or not all(
        isinstance(step, (list, tuple)) and step and isinstance(step[0], str) for step in steps
    ):
        raise DefinitionError(f"{place}.transforms: each step is a list of a name and its arguments.")
    transforms = tuple(Transform(step[0], tuple(step[1:])) for step in steps)
    mapping: Mapping_ = _part(Mapping_, {**values, "transforms": transforms}, place)
    return mapping


def _scope(values: Mapping[str, Any], place: str) -> RowScope:
    lists = ("start_after", "stop_before", "row_must_contain", "skip_if")
    _typed({name: values.get(name, ()) for name in lists}, RowScope, place)
    made: RowScope = _part(RowScope, {**values, **{name: tuple(values.get(name, ())) for name in lists}}, place)
    return made


def _check(definition: Definition) -> None:
    """Names from the closed vocabularies, patterns that compile, matchers that cannot claim everybody's mail."""
    if not _KEY.fullmatch(definition.key):
        raise DefinitionError("key: up to 80 letters, digits, - and _ are possible.")
    if not 1 <= definition.version <= _MAX_VERSION:
        raise DefinitionError(f"version: has to be between 1 and {_MAX_VERSION}.")
    if definition.kind != "auto" and definition.kind not in set(Kind):
        raise DefinitionError(f"kind: “{definition.kind}” is none. Use auto or one of {', '.join(Kind)}.")
    for text, status in definition.status_phrases.items():
        if status not in set(Status):
            raise DefinitionError(f"status_phrases[{text!r}]: “{status}” is no status. Use one of {', '.join(Status)}.")
    if definition.order_pattern:
        compile_re2(definition.order_pattern, "order_pattern")
    for index, matcher in enumerate(definition.matchers):
        _check_matcher(matcher, f"matchers[{index}]")
    for name in definition.required:
        if name not in FIELDS:
            raise DefinitionError(f"required: “{name}” is none of {', '.join(FIELDS)}.")
    compile_definition(definition)


def _check_matcher(matcher: Matcher, place: str) -> None:
    if matcher.target not in MATCH_TARGETS:
        raise DefinitionError(f"{place}.target: “{matcher.target}” is none of {', '.join(MATCH_TARGETS)}.")
    if matcher.op not in MATCH_OPS:
        raise DefinitionError(f"{place}.op: “{matcher.op}” is none of {', '.join(MATCH_OPS)}.")
    if matcher.role not in ("must", "should", "must_not") or not 0 <= matcher.weight <= 1:
        raise DefinitionError(f"{place}: role is must, should or must_not, weight between 0 and 1.")
    if not matcher.value.strip():
        raise DefinitionError(f"{place}.value: is empty and would match every mail.")
    if matcher.op == "domain":
        domain = matcher.value.lower().strip(".")
        if "." not in domain or domain != matcher.value or domain in PUBLIC_MAIL or domain in SECOND_LEVEL:
            raise DefinitionError(f"{place}.value: “{matcher.value}” is not the domain of one sender.")
    if matcher.op == "re2":
        compile_re2(matcher.value, f"{place}.value")
