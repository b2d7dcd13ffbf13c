"""Two readings of one mail: the better one stands, the other fills what it left empty."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TypeVar

from parsers.engine.extraction import Extraction, LineFacts, OrderFacts, ShipmentFacts
from parsers.engine.values.numbers import compact
from parsers.engine.values.text import fold

Facts = TypeVar("Facts", OrderFacts, ShipmentFacts, LineFacts)


def fill(upper: Extraction, lower: Extraction) -> Extraction:
    """`lower` with everything that `upper` says in its place. Orders and parcels meet by their numbers."""
    return replace(
        lower,
        kind=upper.kind or lower.kind,
        status=upper.status or lower.status,
        shared_total=upper.shared_total or lower.shared_total,
        orders=_fill_orders(upper.orders, lower.orders),
        shipments=_fill_shipments(upper.shipments, lower.shipments),
        alternatives=upper.alternatives + lower.alternatives,
    )


def _fill_orders(upper: tuple[OrderFacts, ...], lower: tuple[OrderFacts, ...]) -> tuple[OrderFacts, ...]:
    if not upper or not lower:
        return upper or lower
    if len(upper) == len(lower) == 1:
        return (_fill_order(upper[0], lower[0]),)
    by_number = {compact(order.order_number.value): order for order in lower if order.order_number}
    return tuple(_fill_order(order, by_number.get(_number(order), order)) for order in upper)


def _number(order: OrderFacts) -> str:
    return compact(order.order_number.value) if order.order_number else ""


def _fill_order(upper: OrderFacts, lower: OrderFacts) -> OrderFacts:
    merged = fill_part(upper, lower)
    return replace(merged, lines=_fill_lines(upper.lines, lower.lines))


def _fill_lines(upper: tuple[LineFacts, ...], lower: tuple[LineFacts, ...]) -> tuple[LineFacts, ...]:
    if not upper:
        return lower
    by_title = {fold(line.title.value): line for line in lower if line.title}
    return tuple(
        fill_part(line, by_title[fold(line.title.value)]) if line.title and fold(line.title.value) in by_title else line
        for line in upper
    )


def _fill_shipments(upper: tuple[ShipmentFacts, ...], lower: tuple[ShipmentFacts, ...]) -> tuple[ShipmentFacts, ...]:
    if len(upper) == len(lower) == 1:
        return (fill_part(upper[0], lower[0]),)
    return upper or lower


def fill_part(upper: Facts, lower: Facts) -> Facts:
    """Field by field: the upper value unless it is empty."""
    gaps = {
        field.name: getattr(lower, field.name)
        for field in fields(upper)
        if not getattr(upper, field.name) and getattr(lower, field.name)
    }
    return replace(upper, **gaps)
