"""What a sample is labelled to say, compared with what was read in it.

Text is compared after folding, numbers without spaces, hyphens and `#`, amounts with two places, dates by day. Only
what is labelled is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from parsers.engine.extraction import Extraction, LineFacts, Outcome, Value
from parsers.engine.values.numbers import compact
from parsers.engine.values.text import fold

LABELS = ("expected", "kind", "order_numbers", "tracking", "status", "total", "currency", "eta", "items")
"""The labels that are compared; others say where a sample comes from and what is special about it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A labelled field that was read otherwise."""

    field: str
    expected: str
    got: str


def differences(labels: Mapping[str, Any], read: Extraction) -> list[Difference]:
    """The labelled fields that are wrong; none for labels that people may differ on (`ambiguous`)."""
    if labels.get("ambiguous"):
        return []
    if labels.get("expected") == "ignored":
        return [] if is_silent(read) else [Difference("expected", "ignored", str(read.outcome))]
    found = (
        Difference(name, _shown(expected), _shown(got))
        for name, compare in _COMPARED.items()
        if name in labels
        for expected, got in [compare(labels, read)]
        if expected != got
    )
    return list(found)


def is_silent(read: Extraction) -> bool:
    """Whether a reading gives the member no order and no parcel."""
    return read.outcome != Outcome.PARSED or not (read.orders or read.shipments)


def _kind(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    return labels["kind"], str(read.kind or "")


def _order_numbers(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    got = {_number(order.order_number) for order in read.orders if order.order_number}
    got |= {_number(number) for parcel in read.shipments for number in parcel.order_numbers}
    return {compact(str(number)).lstrip("#") for number in labels["order_numbers"]}, got


def _number(value: Value[str]) -> str:
    return compact(value.value).lstrip("#")


def _tracking(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    given = labels["tracking"] if isinstance(labels["tracking"], list) else [labels["tracking"]]
    expected = {compact(str(one["number"] if isinstance(one, Mapping) else one)) for one in given}
    return expected, {_number(parcel.tracking_number) for parcel in read.shipments if parcel.tracking_number}


def _status(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    stated = {str(parcel.status.value) for parcel in read.shipments if parcel.status}
    if not stated and read.status:
        stated = {str(read.status.value)}
    return {labels["status"]}, stated


def _total(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    total = read.shared_total or next((order.total for order in read.orders if order.total), None)
    return _amount(labels["total"]), total.value if total else None


def _currency(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    return labels["currency"], next((order.currency.value for order in read.orders if order.currency), "")


def _eta(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    values = [value for part in read.shipments for value in (part.eta_from, part.eta_to)]
    values += [value for order in read.orders for value in (order.eta_from, order.eta_to)]
    days = {value.value.isoformat()[:10] for value in values if value}
    return labels["eta"], labels["eta"] if labels["eta"] in days else ", ".join(sorted(days))


def _items(labels: Mapping[str, Any], read: Extraction) -> tuple[Any, Any]:
    """Lines as a multiset of titles, each with what is labelled of it."""
    lines = [line for order in read.orders for line in order.lines if line.title]
    expected: Counter[tuple[str, ...]] = Counter()
    got: Counter[tuple[str, ...]] = Counter()
    wanted = {fold(str(item.get("name", ""))): item for item in labels["items"]}
    for item in labels["items"]:
        expected[_label_row(item)] += 1
    for line in lines:
        got[_line_row(line, wanted.get(fold(line.title.value) if line.title else "", {}))] += 1
    return expected, got


def _label_row(item: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        fold(str(item.get("name", ""))),
        *(f"{name} {_plain(item[name])}" for name in ("quantity", "unit_price", "line_total") if name in item),
    )


def _line_row(line: LineFacts, item: Mapping[str, Any]) -> tuple[str, ...]:
    title = fold(line.title.value) if line.title else ""
    names = [name for name in ("quantity", "unit_price", "line_total") if name in item]
    values = [(name, getattr(line, name)) for name in names]
    return (title, *(f"{name} {_plain(value.value) if value else 'nothing'}" for name, value in values))


def _plain(value: Any) -> str:
    amount = _amount(value)
    return str(value) if amount is None else str(amount.normalize())


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _shown(value: Any) -> str:
    if isinstance(value, Counter):
        return "; ".join(" ".join(row) for row in sorted(value.elements())) or "nothing"
    if isinstance(value, set):
        return ", ".join(sorted(value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


_Compare = Callable[[Mapping[str, Any], Extraction], tuple[Any, Any]]
_COMPARED: dict[str, _Compare] = {
    "kind": _kind,
    "order_numbers": _order_numbers,
    "tracking": _tracking,
    "status": _status,
    "total": _total,
    "currency": _currency,
    "eta": _eta,
    "items": _items,
}


def faults_in(labels: Any) -> Iterator[str]:
    """What is wrong in the form of labels, so that a comparison cannot stumble over it."""
    if not isinstance(labels, Mapping):
        yield "labels has to be an object"
        return
    for name in ("order_numbers", "items"):
        if not isinstance(labels.get(name, []), list):
            yield f"labels.{name} has to be a list"
    if any(not isinstance(item, Mapping) for item in labels.get("items") or []):
        yield "labels.items has to be a list of objects"
    for name in ("kind", "status", "currency", "eta", "expected"):
        if not isinstance(labels.get(name, ""), str):
            yield f"labels.{name} has to be a text"
    for one in labels["tracking"] if isinstance(labels.get("tracking"), list) else []:
        if not (isinstance(one, str) or (isinstance(one, Mapping) and "number" in one)):
            yield "labels.tracking has to be a list of objects with a number"
