"""What was bought: rows of a table, blocks with a labelled quantity or price, lines such as "Title × 2".

Each way reads the mail by itself; the one whose sums agree with the printed total wins, else the most reliable one that
found anything. Totals, postage, discounts and advertisements are never items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from parsers.engine.document import Span
from parsers.engine.extraction import LineFacts, Value
from parsers.engine.generic.items.blocks import (
    by_item_number,
    by_item_price,
    by_lone_price,
    by_priced_quantity,
    by_quantity,
    by_seller,
    by_times,
)
from parsers.engine.generic.items.parts import BULLET, Item
from parsers.engine.generic.items.tables import by_header, by_row
from parsers.engine.generic.view import View
from parsers.engine.values.quantity import split_quantity
from parsers.engine.values.text import fold

__all__ = ["Item", "find_items", "to_lines"]
_MAX_ITEMS = 100

_WAYS: tuple[Callable[[View], list[Item]], ...] = (
    by_header,
    by_item_price,
    by_quantity,
    by_times,
    by_priced_quantity,
    by_row,
    by_lone_price,
    by_item_number,
    by_seller,
)


def find_items(view: View, total: Decimal | None) -> list[Item]:
    """The items of a mail, in order; empty if nothing reads like items."""
    readings = [items for way in _WAYS if (items := _distinct(way(view)))]
    if not readings:
        return []
    if total is not None:
        for items in readings:
            if _sums_to(items, total):
                return [_full(view, item) for item in items]
    return [_full(view, item) for item in max(readings, key=lambda items: _worth(items, readings.index(items)))]


def to_lines(items: Sequence[Item], meaning: str) -> tuple[LineFacts, ...]:
    """Items as line facts. meaning: what a lone price is, `unit` or `line`; quantity makes one from the other."""
    return tuple(_line_facts(item, meaning) for item in items)


def _line_facts(item: Item, meaning: str) -> LineFacts:
    quantity = item.quantity.value if item.quantity else None
    unit, line = item.price, item.line_total
    if unit is not None and line is None:
        if quantity == 1 or quantity is None:
            line = unit if quantity == 1 else None
        elif meaning == "line":
            unit, line = None, unit
    if unit is None and line is not None and quantity and (line.value * 100) % quantity == 0:
        unit = replace(line, value=(line.value / quantity).quantize(Decimal("0.01")))
    elif line is None and unit is not None and quantity:
        line = replace(unit, value=unit.value * quantity)
    return LineFacts(title=item.title, sku=item.sku, quantity=item.quantity, unit_price=unit, line_total=line)


def _sums_to(items: Sequence[Item], total: Decimal) -> bool:
    """Every item has a price, and the prices come near the total (postage and discounts may be between)."""
    if not all(item.price or item.line_total for item in items):
        return False
    as_lines = sum((amount.value for item in items if (amount := item.line_total or item.price)), Decimal(0))
    as_units = sum(
        (item.price.value * (item.quantity.value if item.quantity else 1) for item in items if item.price), Decimal(0)
    )
    return any(total * Decimal("0.6") <= amount <= total * Decimal("1.3") for amount in (as_lines, as_units))


def _worth(items: Sequence[Item], rank: int) -> tuple[int, int]:
    complete = sum(1 for item in items if item.quantity) + sum(1 for item in items if item.price or item.line_total)
    return (1 if complete else 0, -rank)


def _distinct(items: Sequence[Item]) -> list[Item]:
    """Without the second printing of an item (a thumbnail's text and the row's), as many as the mail can hold."""
    kept: list[Item] = []
    for item in items:
        same = next((k for k, other in enumerate(kept) if other.title.span == item.title.span), None)
        if same is None:
            kept.append(item)
    return kept[:_MAX_ITEMS]


def _full(view: View, item: Item) -> Item:
    """With the quantity that only the plain part prints, and the uncut title where this one ends in dots."""
    if item.quantity is None:
        item = replace(item, quantity=_plain_quantity(view, item.title.value))
    cut = re.sub(r"(?:\.{2,}|…)\s*$", "", item.title.value)
    if cut == item.title.value or len(cut) < 8:
        return item
    wanted = fold(cut)
    lines = [*view.plain, *view.lines]
    for text, span in [(line.text.split("\t")[0], line.span) for line in lines]:
        bullet = BULLET.match(text)
        name = text[bullet.end() if bullet else 0 :].strip()
        if fold(name).startswith(wanted) and not name.endswith(("...", "…")) and len(name) > len(cut):
            start = view.document.text.find(name, max(0, span.start - len(name) - 2))
            where = Span(start, start + len(name)) if start >= 0 else item.title.span
            return replace(item, title=Value(name, name, where, item.title.confidence, item.title.source))
    return item


def _plain_quantity(view: View, title: str) -> Value[int] | None:
    """`2 x Title` of the same title in the plain part."""
    for line in view.plain:
        if title not in line.text:
            continue
        start, end, quantity = split_quantity(line.text)
        if quantity is not None and line.text[start:end].strip() == title:
            return view.value(quantity, line.span, "block")
    return None
