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
from parsers.engine.generic.items.tables import by_header, by_label, by_row
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
    by_label,
    by_lone_price,
    by_item_number,
    by_seller,
)


def find_items(view: View, total: Decimal | None, agrees: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """The items of a mail, in order; empty if nothing reads like items.

    agrees: whether the items' prices and the printed sums agree. Such a reading is taken before one that comes near.
    """
    readings = [items for way in _WAYS if (items := _real(_distinct(way(view))))]
    if not readings:
        return []
    chosen = next((items for items in readings if agrees(items)), None)
    if chosen is None and total is not None:
        chosen = next((items for items in readings if _sums_to(items, total)), None)
    if chosen is None:
        chosen = max(readings, key=lambda items: _worth(items, readings.index(items)))
    others = {fold(item.title.value): item for items in readings for item in items if item.quantity}
    return [_full(view, _with_quantity(item, others.get(fold(item.title.value)))) for item in chosen]


def to_lines(items: Sequence[Item], meaning: str) -> tuple[LineFacts, ...]:
    """Items as line facts. meaning: what a lone price is, `unit` or `line`; "" leaves out what could be either."""
    return tuple(_line_facts(item, meaning) for item in items)


def _line_facts(item: Item, meaning: str) -> LineFacts:
    quantity = item.quantity.value if item.quantity else None
    unit, line = item.price, item.line_total
    if unit is not None and line is None and quantity is not None and quantity > 1 and not item.each:
        if meaning == "line":
            unit, line = None, unit
        elif not meaning:
            unit = None
    if unit is None and line is not None and quantity and (line.value * 100) % quantity == 0:
        unit = replace(line, value=(line.value / quantity).quantize(Decimal("0.01")))
    elif line is None and unit is not None and quantity:
        line = replace(unit, value=unit.value * quantity)
    return LineFacts(title=item.title, sku=item.sku, quantity=item.quantity, unit_price=unit, line_total=line)


def _real(items: Sequence[Item]) -> list[Item]:
    """Without what is taken off, and without what costs nothing and is not counted."""
    return [item for item in items if _amount_of(item) > 0 or (_amount_of(item) == 0 and item.quantity)]


def _amount_of(item: Item) -> Decimal:
    """The printed price; a price that is not printed counts as more than nothing."""
    amount = item.line_total or item.price
    return amount.value if amount else Decimal(1)


def _with_quantity(item: Item, twin: Item | None) -> Item:
    return replace(item, quantity=twin.quantity) if item.quantity is None and twin else item


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
    kept: dict[Span | None, Item] = {}
    for item in items:
        kept.setdefault(item.title.span, item)
    return list(kept.values())[:_MAX_ITEMS]


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
