"""A compiled definition run over one mail: the chains of every level resolved to values with their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from parsers.engine.document import Document, Line, LineKind, Section
from parsers.engine.extraction import Alternative, Value
from parsers.engine.mapping.compile import Chain, CompiledDefinition, CompiledMapping, Level
from parsers.engine.mapping.fields import Type, type_of
from parsers.engine.mapping.piece import Context, Mail, Piece, lines_of
from parsers.engine.mapping.readings import read_field
from parsers.engine.mapping.regions import Region, whole
from parsers.engine.mapping.scopes import with_parts
from parsers.engine.mapping.validation import judge
from parsers.engine.values.numbers import compact
from parsers.engine.values.text import fold

AGREE = 1.03
DISAGREE = 0.5
FAMILY = 0.95
_MAX_LOST = 20
_MAX_PIECES = 40


@dataclass(frozen=True, slots=True)
class Record:
    """What one level, or one row of it, says. values: field -> its values, several only where the field may have."""

    of: str
    values: Mapping[str, tuple[Value[Any], ...]]
    rows: tuple[Record, ...] = ()

    def one(self, field: str) -> Value[Any] | None:
        """The value of a field."""
        return next(iter(self.values.get(field, ())), None)

    def several(self, of: str) -> tuple[Record, ...]:
        """Its rows of a kind."""
        return tuple(row for row in self.rows if row.of == of)


@dataclass(slots=True)
class Result:
    """hits: indexes of the mappings that gave a valid value, for the gate that wants every mapping alive."""

    record: Record
    lost: list[Alternative] = field(default_factory=list)
    hits: set[int] = field(default_factory=set)


def run_definition(compiled: CompiledDefinition, mail: Mail, *, match_score: float) -> Result:
    """Everything the definition's mappings find. match_score: how well the definition fits the mail, 0 to 1."""
    result = Result(Record("message", {}))
    weight = (match_score**0.5) * compiled.definition.health * (FAMILY if compiled.definition.family else 1.0)
    result.record = _Run(mail, weight, result).level(compiled.root, whole(mail), ())
    return result


def attachments_of(document: Document) -> dict[str, tuple[Line, ...]]:
    """File name -> lines of the attachments that are text; each begins with a heading, its name."""
    found: dict[str, list[Line]] = {}
    current: list[Line] = []
    for line in document.section(Section.ATTACHMENT):
        if line.kind == LineKind.HEADING:
            current = found.setdefault(line.text, [])
        else:
            current.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def mail_for(document: Document, compiled: CompiledDefinition, **known: Any) -> Mail:
    """A document as the mappings of a definition see it; known: `carriers`, `base`, `dayfirst`."""
    return Mail(
        document=document,
        definition=compiled.definition,
        lines=lines_of(document, compiled.definition.part),
        attachments=attachments_of(document),
        **known,
    )


class _Run:
    def __init__(self, mail: Mail, weight: float, result: Result) -> None:
        self._mail = mail
        self._weight = weight
        self._result = result

    def level(self, level: Level, region: Region, orders: tuple[str, ...]) -> Record:
        """One row. orders: numbers that are known of the levels above, which no tracking number may equal."""
        values: dict[str, tuple[Value[Any], ...]] = {}
        for chain in level.chains:
            found = self._chain(chain, region, values, orders)
            if found:
                values[chain.field] = found
        orders += tuple(str(value.value) for value in values.get("order_number", ()))
        rows = [
            self.level(inner, with_parts(row, region), orders)
            for inner in level.inner
            if inner.scope is not None
            for row in inner.scope.rows(self._mail, region)
        ]
        return Record(level.of, values, tuple(row for row in rows if _says_something(row)))

    def _chain(
        self,
        chain: Chain,
        region: Region,
        values: Mapping[str, tuple[Value[Any], ...]],
        orders: tuple[str, ...],
    ) -> tuple[Value[Any], ...]:
        """The values of the first mapping that gives a valid one; the others agree with it or lose."""
        known = {name: found[0].value for name, found in values.items()}
        numbers = (*orders, *(str(value.value) for value in values.get("order_number", ())))
        context = Context(self._mail, {**known, "order_numbers": numbers})
        winner: tuple[Value[Any], ...] = ()
        by: CompiledMapping | None = None
        agreement = 1.0
        for one in chain.mappings:
            valid = list(islice(self._values(one, region, values, context), _MAX_PIECES if one.mapping.multiple else 1))
            if valid:
                self._result.hits.add(one.index)
            if not valid:
                continue
            if by is None:
                by, winner = one, tuple(_distinct(valid) if one.mapping.multiple else valid[:1])
                continue
            same = any(_same(valid[0].value, other.value) for other in winner)
            if one.mapping.method != by.mapping.method:
                agreement = min(agreement, DISAGREE) if not same else AGREE if agreement == 1 else agreement
            if not same:
                self._lose(chain.field, valid[0], "a mapping before it gave another value")
        return tuple(_weighed(value, agreement) for value in winner)

    def _values(
        self,
        one: CompiledMapping,
        region: Region,
        values: Mapping[str, tuple[Value[Any], ...]],
        context: Context,
    ) -> Iterator[Value[Any]]:
        """The valid values of one mapping, in the order of the mail."""
        pieces = [_computed(one, values)] if one.expression else one.finder.find(self._mail, region)
        found = [piece for piece in pieces if piece is not None]
        for step in one.steps:
            found = step.run(found, context)
        for piece in found[:_MAX_PIECES]:
            read = read_field(one.mapping.field, piece, context)
            if read is None:
                self._lose(one.mapping.field, self._value(one, piece, 1.0), "unreadable")
                continue
            value = self._value(one, read, 1.0)
            verdict = judge(one.mapping.field, value.value, value.raw, context)
            if verdict.fault:
                self._lose(one.mapping.field, value, verdict.fault)
            else:
                yield self._value(one, read, verdict.factor)

    def _value(self, one: CompiledMapping, piece: Piece, factor: float) -> Value[Any]:
        raw = self._mail.document.slice(piece.span) if piece.span is not None else piece.text
        confidence = min(0.999, max(0.01, one.finder.base * self._weight * factor))
        return Value(piece.value, raw, piece.span, round(confidence, 4), one.source)

    def _lose(self, field: str, value: Value[Any], reason: str) -> None:
        if sum(lost.field == field for lost in self._result.lost) < _MAX_LOST:
            self._result.lost.append(Alternative(field, value.raw[:300], value.span, value.source, reason))


def _computed(one: CompiledMapping, values: Mapping[str, tuple[Value[Any], ...]]) -> Piece | None:
    """A derived value stands where the first of its operands stands."""
    if one.expression is None:
        return None
    operands = {name: values[name][0] for name in one.expression.names if name in values}
    numbers = {name: Decimal(value.value) for name, value in operands.items()}
    result = one.expression.value(numbers)
    if result is None:
        return None
    if type_of(one.mapping.field) == Type.MONEY:
        result = result.quantize(Decimal("0.01"))
    first = next(iter(operands.values()))
    return Piece(result, first.span, exact=False)


def _says_something(row: Record) -> bool:
    """A row of items needs a title; of orders and parcels, any value or an inner row."""
    return bool(row.values.get("title")) if row.of == "lines" else bool(row.values or row.rows)


def _distinct(values: Sequence[Value[Any]]) -> list[Value[Any]]:
    kept: dict[str, Value[Any]] = {}
    for value in values:
        kept.setdefault(compact(str(value.value)), value)
    return list(kept.values())


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return fold(first) == fold(second) or compact(first) == compact(second)
    return bool(first == second)


def _weighed(value: Value[Any], agreement: float) -> Value[Any]:
    confidence = min(0.999, max(0.01, value.confidence * agreement))
    return Value(value.value, value.raw, value.span, round(confidence, 4), value.source)
