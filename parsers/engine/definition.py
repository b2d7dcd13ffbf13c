"""A parser definition as data: how to recognise a template and where its values stand.

A definition is one JSON document (see docs/definitions.md); these classes are its typed form. `from_json`
checks it, `to_json` gives back what was read; compiling lives in `compile.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import re2

from parsers.engine.extraction import Kind, Status
from parsers.engine.values.domains import PUBLIC_MAIL, SECOND_LEVEL

MATCH_TARGETS = (
    "from_addr", "from_domain", "from_name", "reply_to", "return_path", "subject", "heading", "body_text",
    "link_host", "img_host", "header", "signature", "attachment_name",
)  # fmt: skip
MATCH_OPS = ("equals", "domain", "contains", "icontains_all", "re2", "similar")
METHODS = (
    "label", "table_column", "css", "xpath", "regex", "jsonld", "link_param", "image", "header", "attachment",
    "const", "derive",
)  # fmt: skip
SCOPE_KINDS = ("css_repeat", "xpath_repeat", "table", "text_block", "jsonld_array")
FIELDS = (
    # order
    "order_number", "ordered_at", "retailer", "retailer_name", "seller", "currency", "subtotal", "shipping", "discount",
    "tax", "total", "refund",
    # line
    "title", "sku", "quantity", "unit_price", "line_total", "price", "image",
    # shipment
    "tracking_number", "tracking_alias", "parcel_key", "carrier", "via", "merchant", "status", "shipped_at",
    "delivered_at", "eta",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matcher:
    """One test of a mail. role: `must`, `should` or `must_not`; weight in 0..1 counts for `should` only."""

    target: str
    op: str
    value: str
    role: str = "should"
    weight: float = 0.5
    header: str = ""
    """Header name when target is `header`."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One step of the closed vocabulary, e.g. Transform("strip_prefix", ("Order",))."""

    name: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping_:
    """One way to find one field. Several for a field form a chain ordered by `priority`; the first valid value wins."""

    field: str
    method: str
    selector: str
    """Method's own language: label phrases separated by `|`, header phrases, CSS, XPath, RE2, dotted path, …"""
    scope: str = "message"
    """`message`, or the name of the row scope that it is resolved in."""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    transforms: tuple[Transform, ...] = ()
    required: bool = False
    multiple: bool = False
    priority: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowScope:
    """Repeated parts of a mail: the items (`of="lines"`), the parcels (`shipments`) or the orders (`orders`)."""

    name: str
    of: str
    how: str
    selector: str
    parent: str = ""
    start_after: tuple[str, ...] = ()
    stop_before: tuple[str, ...] = ()
    row_must_contain: tuple[str, ...] = ()
    """Any of `money`, `quantity`, `image`, `link`."""
    skip_if: tuple[str, ...] = ()
    """Phrases that make a row not an item (delivery charge, gift card, discount)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One template family of one author. Immutable; a change is a new version.

    kind: one of `Kind`, or `auto`: a parcel mail whose kind follows its status.
    order_pattern: RE2 that an order number of this author must match whole, "" if unknown.
    status_phrases: phrase -> Status value, in the author's own words, most specific first.
    price_meaning: `unit`, `line`, or "" to let the price identities decide.
    """

    key: str
    name: str
    author: str
    author_type: str
    kind: str
    version: int = 1
    author_name: str = ""
    family: bool = False
    """A shop platform: the retailer is the shop, named by the sender."""
    brand: str = ""
    """Retailer or carrier key that the values belong to; default: author."""
    language: str = ""
    currency: str = ""
    dayfirst: bool | None = None
    """How 03/04 is read; None: by the sender's country and language."""
    part: str = ""
    """`plain` or `html` where one of the two is to be preferred."""
    order_pattern: str = ""
    status_phrases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ignore_phrases: tuple[str, ...] = ()
    """Sentences of this author in which status phrases mean nothing (footers, hints)."""
    price_meaning: str = ""
    matchers: tuple[Matcher, ...] = ()
    mappings: tuple[Mapping_, ...] = ()
    row_scopes: tuple[RowScope, ...] = ()
    required: tuple[str, ...] = ()
    """Fields without which the mail is `incomplete`; empty: the minimum of the kind."""
    proven: bool = False
    """False while the definition was made from facts only and no real mail has confirmed it."""
    health: float = 1.0


class DefinitionError(ValueError):
    """A definition document is wrong; the text names the place and what to do."""


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


def _part(kind: type[Any], values: Mapping[str, Any], place: str) -> Any:
    _known(values, kind, place)
    try:
        return kind(**values)
    except TypeError as error:
        raise DefinitionError(f"{place}: {error}") from error


def _mapping(values: Mapping[str, Any], place: str) -> Mapping_:
    steps = values.get("transforms", ())
    if not all(isinstance(step, (list, tuple)) and step and isinstance(step[0], str) for step in steps):
        raise DefinitionError(f"{place}.transforms: each step is a list of a name and its arguments.")
    transforms = tuple(Transform(step[0], tuple(step[1:])) for step in steps)
    mapping: Mapping_ = _part(Mapping_, {**values, "transforms": transforms}, place)
    return mapping


def _scope(values: Mapping[str, Any], place: str) -> RowScope:
    lists = ("start_after", "stop_before", "row_must_contain", "skip_if")
    made: RowScope = _part(RowScope, {**values, **{name: tuple(values.get(name, ())) for name in lists}}, place)
    return made


def _check(definition: Definition) -> None:
    """Names from the closed vocabularies, patterns that compile, matchers that cannot claim everybody's mail."""
    if definition.kind != "auto" and definition.kind not in set(Kind):
        raise DefinitionError(f"kind: “{definition.kind}” is none. Use auto or one of {', '.join(Kind)}.")
    for text, status in definition.status_phrases.items():
        if status not in set(Status):
            raise DefinitionError(f"status_phrases[{text!r}]: “{status}” is no status. Use one of {', '.join(Status)}.")
    _check_pattern(definition.order_pattern, "order_pattern")
    for index, matcher in enumerate(definition.matchers):
        _check_matcher(matcher, f"matchers[{index}]")
    scopes = {"message", *(scope.name for scope in definition.row_scopes)}
    for index, mapping in enumerate(definition.mappings):
        _check_mapping(mapping, scopes, f"mappings[{index}]")
    for index, scope in enumerate(definition.row_scopes):
        if scope.how not in SCOPE_KINDS:
            raise DefinitionError(f"row_scopes[{index}].how: use one of {', '.join(SCOPE_KINDS)}.")


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
        _check_pattern(matcher.value, f"{place}.value")


def _check_mapping(mapping: Mapping_, scopes: set[str], place: str) -> None:
    if mapping.field not in FIELDS:
        raise DefinitionError(f"{place}.field: “{mapping.field}” is none of {', '.join(FIELDS)}.")
    if mapping.method not in METHODS:
        raise DefinitionError(f"{place}.method: “{mapping.method}” is none of {', '.join(METHODS)}.")
    if mapping.scope not in scopes:
        raise DefinitionError(f"{place}.scope: there is no row scope “{mapping.scope}”.")
    if mapping.method == "regex":
        _check_pattern(mapping.selector, f"{place}.selector")
        if "(?P<value>" not in mapping.selector:
            raise DefinitionError(f"{place}.selector: no part is named value. Write (?P<value>…) around it.")


def _check_pattern(pattern: str, place: str) -> None:
    """RE2 only: linear time whatever the mail; a pattern that matches nothing at all would match everywhere."""
    if not pattern:
        return
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise DefinitionError(f"{place}: not possible in RE2: {error}") from error
    if compiled.search("") is not None:
        raise DefinitionError(f"{place}: matches the empty text, so it would match everywhere.")
