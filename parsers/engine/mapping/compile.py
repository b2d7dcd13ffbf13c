"""A definition made ready to run: patterns and selectors compiled, chains ordered, everything wrong in it refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.engine.mapping.expression import Expression, parse_expression
from parsers.engine.mapping.fields import ALLOWED, MULTIPLE, PARENTS, Type, type_of
from parsers.engine.mapping.methods import Finder, compile_method
from parsers.engine.mapping.scopes import CompiledScope, compile_scope
from parsers.engine.mapping.transforms import Step, compile_transform
from parsers.engine.model import FIELDS, Definition, DefinitionError, Mapping_, RowScope

MESSAGE = "message"
MAX_MAPPINGS = 200
MAX_SCOPES = 20
MAX_TRANSFORMS = 20
PRICE_MEANINGS = ("", "unit", "line")


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """One mapping that can be run. index: its place in the definition. source: what its values name as their origin."""

    mapping: Mapping_
    index: int
    source: str
    finder: Finder
    steps: tuple[Step, ...]
    expression: Expression | None

    @property
    def needs(self) -> set[str]:
        """Fields of the same row that have to be known before."""
        return {*self.finder.needs, *(name for step in self.steps for name in step.needs)}


@dataclass(frozen=True, slots=True)
class Chain:
    """The mappings of one field by priority: the first valid value wins."""

    field: str
    mappings: tuple[CompiledMapping, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The mail itself or a row scope: chains in an order in which each finds what it needs, and the scopes within."""

    of: str
    scope: CompiledScope | None
    chains: tuple[Chain, ...]
    inner: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class CompiledDefinition:
    definition: Definition
    root: Level

    @property
    def required(self) -> tuple[str, ...]:
        """Fields that a mail of this definition has to state."""
        wanted = [*self.definition.required]
        wanted += [mapping.field for mapping in self.definition.mappings if mapping.required]
        return tuple(dict.fromkeys(wanted))


def compile_definition(definition: Definition) -> CompiledDefinition:
    """Raises DefinitionError at the first fault; the text names the place and what to do."""
    if definition.price_meaning not in PRICE_MEANINGS:
        raise DefinitionError("price_meaning: use unit, line, or leave it out to let the sums decide.")
    if len(definition.mappings) > MAX_MAPPINGS or len(definition.row_scopes) > MAX_SCOPES:
        raise DefinitionError(f"mappings, row_scopes: at most {MAX_MAPPINGS} and {MAX_SCOPES} are possible.")
    kinds = _scope_kinds(definition.row_scopes)
    grouped: defaultdict[str, list[CompiledMapping]] = defaultdict(list)
    for index, mapping in enumerate(definition.mappings):
        grouped[mapping.scope].append(_mapping(mapping, index, kinds))
    scopes = {
        scope.name: compile_scope(scope, f"row_scopes[{index}]") for index, scope in enumerate(definition.row_scopes)
    }

    def level(name: str) -> Level:
        inner = tuple(level(scope.name) for scope in definition.row_scopes if scope.parent == name)
        chains = _chains(definition.key, grouped.get(name or MESSAGE, []))
        return Level(kinds[name or MESSAGE], scopes.get(name), chains, inner)

    return CompiledDefinition(definition, level(""))


def _scope_kinds(scopes: Sequence[RowScope]) -> dict[str, str]:
    """Scope name -> what its rows are; refuses scopes that contain themselves or stand where they may not."""
    kinds = {MESSAGE: MESSAGE}
    for index, scope in enumerate(scopes):
        if scope.name in kinds or not scope.name:
            raise DefinitionError(f"row_scopes[{index}].name: “{scope.name}” is empty or taken. Choose another.")
        if scope.of not in PARENTS:
            raise DefinitionError(f"row_scopes[{index}].of: “{scope.of}” is none of {', '.join(PARENTS)}.")
        kinds[scope.name] = scope.of
    parents = {scope.name: scope.parent for scope in scopes}
    for index, scope in enumerate(scopes):
        place = f"row_scopes[{index}].parent"
        if scope.parent and scope.parent not in parents:
            raise DefinitionError(f"{place}: there is no row scope “{scope.parent}”.")
        seen, above = {scope.name}, scope.parent
        while above:
            if above in seen:
                raise DefinitionError(f"{place}: “{scope.name}” contains itself. Leave one of the parents out.")
            seen.add(above)
            above = parents[above]
        if (kinds[scope.parent] if scope.parent else "") not in PARENTS[scope.of]:
            allowed = " or ".join(kind or "none" for kind in PARENTS[scope.of])
            raise DefinitionError(f"{place}: {scope.of} stand in {kinds[scope.parent]} never. Possible: {allowed}.")
    return kinds


def _mapping(mapping: Mapping_, index: int, kinds: dict[str, str]) -> CompiledMapping:
    place = f"mappings[{index}]"
    if mapping.field not in FIELDS:
        raise DefinitionError(f"{place}.field: “{mapping.field}” is none of {', '.join(FIELDS)}.")
    kind = kinds.get(mapping.scope)
    if kind is None:
        raise DefinitionError(f"{place}.scope: there is no row scope “{mapping.scope}”.")
    if mapping.field not in ALLOWED[kind]:
        allowed = ", ".join(sorted(ALLOWED[kind]))
        raise DefinitionError(f"{place}.field: “{mapping.field}” has no place in {kind}. Possible: {allowed}.")
    if mapping.multiple and mapping.field not in MULTIPLE:
        raise DefinitionError(f"{place}.multiple: only {', '.join(sorted(MULTIPLE))} may have several values.")
    if len(mapping.transforms) > MAX_TRANSFORMS:
        raise DefinitionError(f"{place}.transforms: at most {MAX_TRANSFORMS} are possible.")
    finder = compile_method(mapping, place)
    expression = parse_expression(mapping.selector, f"{place}.selector") if mapping.method == "derive" else None
    for name in expression.names if expression else ():
        if name not in ALLOWED[kind] or type_of(name) not in (Type.MONEY, Type.QUANTITY):
            raise DefinitionError(f"{place}.selector: “{name}” is no amount or quantity of {kind}.")
    steps = tuple(
        compile_transform(step, f"{place}.transforms[{number}]") for number, step in enumerate(mapping.transforms)
    )
    return CompiledMapping(mapping, index, "", finder, steps, expression)


def _chains(key: str, mappings: Sequence[CompiledMapping]) -> tuple[Chain, ...]:
    """Chains by field, each field behind those it needs. Refuses fields that need each other."""
    by_field: defaultdict[str, list[CompiledMapping]] = defaultdict(list)
    for one in sorted(mappings, key=lambda one: (one.mapping.priority, one.index)):
        by_field[one.mapping.field].append(one)
    ordered: dict[str, Chain] = {}
    waiting: list[str] = []

    def add(field: str) -> None:
        if field in ordered or field not in by_field:
            return
        if field in waiting:
            place = f"mappings[{by_field[field][0].index}]"
            raise DefinitionError(f"{place}: {' needs '.join([*waiting, field])}. Leave one of them out.")
        waiting.append(field)
        for one in by_field[field]:
            for needed in sorted(one.needs):
                add(needed)
        waiting.pop()
        named = tuple(_named(key, number, one) for number, one in enumerate(by_field[field], start=1))
        ordered[field] = Chain(field, named)

    # What others are judged by comes first: the order number, then the carrier.
    for field in ("order_number", "carrier", *by_field):
        add(field)
    return tuple(ordered.values())


def _named(key: str, number: int, one: CompiledMapping) -> CompiledMapping:
    source = f"{key}/{one.mapping.field}/{number}:{one.mapping.method}"
    return CompiledMapping(one.mapping, one.index, source, one.finder, one.steps, one.expression)
