"""Items that are rows of a table, with a row of headings or without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parsers.engine.document import Line, LineKind, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.items.parts import CELL, Item, cells_of, is_sum, is_title, title_in_cell, title_of
from parsers.engine.generic.items.prices import is_each
from parsers.engine.generic.view import View
from parsers.engine.languages import words
from parsers.engine.values.money import find_money, parse_money
from parsers.engine.values.quantity import parse_quantity
from parsers.engine.values.text import fold

_BARE = re.compile(r"\d[\d.,' ]*[.,](?:\d\d|[-–])")
_KINDS = ("item", "quantity", "price", "line_total")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column of a table holds what."""

    width: int
    at: dict[str, int]

    def cell(self, line: Line, kind: str) -> Span | None:
        number = self.at.get(kind)
        if number is None or len(line.cells) < self.width - 1:
            return None
        # A picture or position in front shifts the rest; where one is missing, the rest moves to the left.
        number += len(line.cells) - self.width
        return line.cells[number] if 0 <= number < len(line.cells) else None


def by_header(view: View) -> list[Item]:
    """Rows below a row of headings."""
    items: list[Item] = []
    columns: _Columns | None = None
    for index, line in enumerate(view.lines):
        if line.kind != LineKind.ROW:
            if columns and line.kind == LineKind.HEADING:
                columns = None
            continue
        cells = cells_of(line)
        header = _headings(cells)
        if header:
            columns = header
        elif columns and not is_sum(cells):
            items += _from_row(view, line, index, columns)
    return items


def by_row(view: View) -> list[Item]:
    """Rows `title ⇥ price` (with a bare quantity between, maybe) above the sums."""
    items: list[Item] = []
    for index, line in enumerate(view.lines):
        cells = cells_of(line)
        if line.kind != LineKind.ROW or len(cells) < 2 or len(cells[-1]) > 40 or is_sum(cells) or _headings(cells):
            continue
        if parse_money(cells[-1], unmarked=_BARE.fullmatch(cells[-1].strip()) is not None) is not None:
            first = next((at for at, cell in enumerate(cells[:-1]) if is_title(CELL.split(cell)[0])), 0)
            items += _from_row(view, line, index, _Columns(len(cells), {"item": first}))
    return items


def by_label(view: View) -> list[Item]:
    """`Artikel ⇥ Wool Jacket` in a table of labels, the price beside its own label."""
    items: list[Item] = []
    for index, line in enumerate(view.lines):
        cells = cells_of(line)
        if len(line.cells) != 2 or fold(cells[0]).strip(" :") not in words("item") or not is_title(cells[1]):
            continue
        title, quantity = title_of(view, cells[1], line.cells[1].start)
        price = None
        for near in view.lines[index + 1 : index + 8]:
            label = fold(cells_of(near)[0]).strip(" :")
            if len(near.cells) == 2 and label in (*words("price"), *words("item_price")):
                price = _amount(view, near.cells[1])
                break
        items.append(Item(title, index, quantity, price))
    return items


def _headings(cells: Sequence[str]) -> _Columns | None:
    """The columns of a row of headings; None for any other row."""
    if len(cells) < 2 or any(map(str.isdigit, "".join(cells))):
        return None
    at: dict[str, int] = {}
    for number, cell in enumerate(cells):
        word = fold(cell).strip(" :*.")
        kind = next((kind for kind in _KINDS if kind not in at and word in words(kind)), None)
        kind = kind or next(
            (kind for kind in _KINDS[1:] if kind not in at and word.startswith(_beginnings(kind))), None
        )
        if kind:
            at[kind] = number
    if "item" not in at and 0 not in at.values() and ("quantity" in at or "price" in at):
        at["item"] = 0
    return _Columns(len(cells), at) if "item" in at and len(at) >= 2 else None


def _beginnings(kind: str) -> tuple[str, ...]:
    """`unit price (incl. vat)` begins like `unit price`."""
    return tuple(f"{word} " for word in words(kind))


def _from_row(view: View, line: Line, index: int, columns: _Columns) -> Iterator[Item]:
    span = columns.cell(line, "item")
    if span is None:
        return
    title, sku, quantity = title_in_cell(view, span)
    if title is None and index:
        above = view.lines[index - 1]
        if not above.cells and is_title(above.text):
            title, _ = title_of(view, above.text, above.span.start)
    if title is None or len(title.value) < 3:
        return
    quantity = _quantity(view, line, columns, span) or quantity
    price, total, each = _prices(view, line, columns, quantity)
    if price is None and total is None and quantity is None:
        return
    yield Item(title, index, quantity, price, total, sku, each)


def _quantity(view: View, line: Line, columns: _Columns, item: Span) -> Value[int] | None:
    """By its heading, else the one cell behind the title that is a bare number, else such a cell in front."""
    span = columns.cell(line, "quantity")
    behind = [cell for cell in line.cells if cell.start > item.start]
    for spans in ([span],) if span else (behind, line.cells[:1]):
        found = [(cell, number) for cell in spans if (number := parse_quantity(view.document.slice(cell)))]
        if len(found) == 1:
            return view.value(found[0][1], found[0][0], "table")
    return None


def _prices(
    view: View, line: Line, columns: _Columns, quantity: Value[int] | None
) -> tuple[Value[Decimal] | None, Value[Decimal] | None, bool]:
    """(price, line total, whether the price is for one piece)."""
    price, total = _amount(view, columns.cell(line, "price")), _amount(view, columns.cell(line, "line_total"))
    if price is not None and total is not None:
        return price, total, True
    amounts = [amount for cell in line.cells for amount in _amounts(view, cell)]
    if quantity and quantity.value > 1:
        for unit in amounts:
            line_total = next((one for one in amounts if one.value == unit.value * quantity.value), None)
            if line_total:
                return unit, line_total, True
    if price is None and total is None:
        price = _amount(view, line.cells[-1]) or (amounts[-1] if amounts else None)
    return price, total, is_each(view, price)


def _amounts(view: View, cell: Span) -> Iterator[Value[Decimal]]:
    for money in find_money(view.document.slice(cell)):
        yield view.value(money.amount, Span(cell.start + money.start, cell.start + money.end), "table")


def _amount(view: View, span: Span | None) -> Value[Decimal] | None:
    if span is None:
        return None
    money = parse_money(view.document.slice(span))
    return view.value(money.amount, Span(span.start + money.start, span.start + money.end), "table") if money else None
