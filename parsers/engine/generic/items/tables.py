"""Items that are rows of a table, with a row of headings or without."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from parsers.engine.document import Line, LineKind, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.items.parts import Item, cells_of, is_sum, title_in_cell
from parsers.engine.generic.view import View
from parsers.engine.languages import words
from parsers.engine.values.money import parse_money
from parsers.engine.values.quantity import parse_quantity
from parsers.engine.values.text import fold


def by_header(view: View) -> list[Item]:
    items: list[Item] = []
    columns: dict[str, int] | None = None
    for index, line in enumerate(view.lines):
        if line.kind != LineKind.ROW:
            if columns and line.kind == LineKind.HEADING:
                columns = None
            continue
        cells = [view.document.slice(cell) for cell in line.cells]
        header = _columns(cells)
        if header:
            columns = header
            continue
        if columns and not is_sum(cells):
            item = _from_cells(view, line, index, columns)
            if item:
                items.append(item)
    return items


def _columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Which column holds what, for a row of headings; None for any other row."""
    if len(cells) < 2 or any(map(str.isdigit, "".join(cells))):
        return None
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        word = fold(cell).strip(" :*.")
        for kind in ("item", "quantity", "price", "line_total"):
            if word in words(kind) and kind not in found:
                found[kind] = number
                break
    if "item" not in found and ("quantity" in found or "price" in found):
        found.setdefault("item", 0) if found.get("quantity") != 0 and found.get("price") != 0 else None
    enough = "item" in found and len(found) >= 2
    if enough and "price" not in found and "line_total" in found:
        found["price_is_total"] = 1
    found["width"] = len(cells)
    return found if enough else None


def _from_cells(view: View, line: Line, index: int, columns: dict[str, int]) -> Item | None:
    width = columns["width"]
    cells = line.cells[-width:] if len(line.cells) > width else line.cells
    shift = width - len(cells)
    if shift > 1:
        return None

    def cell(kind: str) -> Span | None:
        number = columns.get(kind)
        if number is None:
            return None
        # a missing picture or heading cell shifts the rest to the left
        number -= shift if number > 0 and shift else 0
        return cells[number] if 0 <= number < len(cells) else None

    item_cell = cell("item")
    if item_cell is None:
        return None
    title, sku, quantity = title_in_cell(view, item_cell)
    if title is None:
        return None
    if (span := cell("quantity")) and (number := parse_quantity(view.document.slice(span))):
        quantity = view.value(number, span, "table")
    price, total = _price(view, cell("price")), _price(view, cell("line_total"))
    if price is None and total is None and quantity is None:
        return None
    return Item(title, index, quantity, price, total, sku)


def _price(view: View, span: Span | None) -> Value[Decimal] | None:
    if span is None:
        return None
    money = parse_money(view.document.slice(span))
    return view.value(money.amount, Span(span.start + money.start, span.start + money.end), "table") if money else None


def by_row(view: View) -> list[Item]:
    """Rows `title ⇥ price` (with a bare quantity between, maybe) above the sums."""
    items = []
    for index, line in enumerate(view.lines):
        cells = cells_of(line)
        if line.kind != LineKind.ROW or len(cells) < 2 or is_sum(cells) or _columns(cells):
            continue
        money = parse_money(cells[-1], unmarked=False)
        if money is None or len(cells[-1]) > 40:
            continue
        title, sku, quantity = title_in_cell(view, line.cells[0])
        if title is None or len(title.value) < 4:
            continue
        for span in line.cells[1:-1]:
            number = parse_quantity(view.document.slice(span))
            quantity = quantity or (view.value(number, span, "table") if number else None)
        items.append(Item(title, index, quantity, _price(view, line.cells[-1]), None, sku))
    return items
