"""What was bought: rows of a table, blocks with a labelled quantity or price, lines such as "Title × 2".

Each way reads the mail by itself; the one whose sums agree with the printed total wins, else the most reliable one that
found anything. Totals, postage, discounts and advertisements are never items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from parsers.engine.document import Line, LineKind, Span
from parsers.engine.extraction import LineFacts, Value
from parsers.engine.generic.view import View
from parsers.engine.languages import label, words
from parsers.engine.values.money import Money, find_money, parse_money
from parsers.engine.values.quantity import LABELLED, parse_quantity, split_quantity
from parsers.engine.values.text import fold, lower

_CELL = re.compile(r"[\t\v]")
_BULLET = re.compile(r"^(?:[*•·▪►\-–]|\d{1,2}[.)])\s+")
_MAX_ITEMS = 100
_SKU = re.compile(
    r"^(?:sku|item (?:number|no\.?|#)|style|art(?:ikel)?\.?-?n(?:r|ummer)\.?|model|ref\.?|référence|product code|upc"
    r"|asin)"
    r"\s*[:#.]?\s*(?P<n>[A-Za-z0-9][\w./-]{1,40})$",
    re.IGNORECASE,
)
_NOT_TITLE = re.compile(
    r"^(?:sold by|condition|colou?r|size|gr(?:ö|o)(?:ß|ss)e|farbe|taille|couleur|taglia|colore|talla|color|rozmiar|maat"
    r"|kleur|tamanho|cor|storlek|färg|sku|item number|item price|qty|quantity|est\.? delivery|order number|price|style"
    r"|variant|edition|fulfil+ed by|seller|return|gift|ships? (?:from|by|to)|delivery|arriv|dispatch|track|view|manage"
    r"|your (?:order|account|seller)|hello|hi\b|dear\b|thank|order\b|total|visit|write|get\b|est\.|ean|isbn|article"
    r"|customer|billing|shipping|payment|subtotal|tax\b|vat\b|discount|delivered|estimated|contact|http|buy it|see "
    r"|ebay money back|includes|personali[sz]ation|condition:|menge|anzahl|preis|artikel-?nr|größe)",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One item as read; `price` is what was printed for it, unit or line as the mail means it."""

    title: Value[str]
    line: int
    """Index into `View.lines` where its title stands."""
    quantity: Value[int] | None = None
    price: Value[Decimal] | None = None
    line_total: Value[Decimal] | None = None
    sku: Value[str] | None = None


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


# --- tables with a header row ---


def _by_header(view: View) -> list[Item]:
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
        if columns and not _is_sum(cells):
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
    title, sku, quantity = _title_in_cell(view, item_cell)
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


def _title_in_cell(view: View, span: Span) -> tuple[Value[str] | None, Value[str] | None, Value[int] | None]:
    """(title, SKU, quantity) of a cell whose first telling line is the title."""
    text = view.document.slice(span)
    title, sku, quantity = None, None, None
    offset = span.start
    for piece in re.split("(\v)", text):
        if piece.strip():
            code = _SKU.match(piece.strip())
            if code:
                sku = sku or view.value(code.group("n"), _inside(offset, piece, code.group("n")), "table")
            elif title is None and _is_title(piece):
                title, quantity = _title(view, piece, offset)
            elif quantity is None and (number := LABELLED.search(piece)):
                quantity = view.value(
                    int(number.group(1)), Span(offset + number.start(1), offset + number.end(1)), "table"
                )
        offset += len(piece)
    return title, sku, quantity


def _inside(offset: int, text: str, part: str) -> Span:
    start = offset + text.find(part)
    return Span(start, start + len(part))


def _title(view: View, text: str, offset: int) -> tuple[Value[str], Value[int] | None]:
    """A title without its quantity, and the quantity."""
    bullet = _BULLET.match(text)
    skip = bullet.end() if bullet else 0
    start, end, quantity = split_quantity(text[skip:])
    raw = text[skip + start : skip + end]
    left = skip + start + len(raw) - len(raw.lstrip())
    title = raw.strip()
    if len(title) > 2 and title[0] in '"“' and title[-1] in '"”' and title.count('"') in (0, 2):
        title = title[1:-1]
        left += 1
    value = view.value(title, Span(offset + left, offset + left + len(title)), "table")
    if quantity is None:
        return value, None
    return value, view.value(quantity, Span(offset, offset + len(text)), "table")


# --- blocks around a labelled quantity or price ---


def _by_quantity(view: View) -> list[Item]:
    """`Quantity: 2` below (or in the row of) a title, the price near it."""
    items = []
    for index, line in enumerate(view.lines):
        match = LABELLED.search(line.text)
        if match is None or len(line.text) > 400 or _is_sum(_cells(line)):
            continue
        number = int(match.group(1))
        if not 1 <= number <= 999:
            continue
        quantity = view.value(number, Span(line.span.start + match.start(1), line.span.start + match.end(1)), "block")
        before = line.text[: match.start()]
        if _is_title(_CELL.split(before)[0]) and len(_CELL.split(before)[0]) > 3:
            title, _ = _title(view, _CELL.split(before)[0], line.span.start)
            items.append(Item(title, index, quantity, _price_in(view, line, match.end()) or _price_near(view, index)))
            continue
        above = _title_above(view, index)
        if above is not None:
            title, title_index = above
            price = (
                _price_in(view, line, match.end())
                or _price_between(view, title_index, index)
                or _price_near(view, index)
            )
            items.append(Item(title, title_index, quantity, price))
    return items


def _by_item_price(view: View) -> list[Item]:
    """`Item price: £2.55` below a title."""
    items = []
    for index, low in enumerate(view.lows):
        match = re.match(
            r"^(?:item price|price|preis|prix|prezzo|precio|cena|prijs|preço|pris|unit price|einzelpreis)\s*[:\t]\s*",
            low,
        )
        money = parse_money(view.lines[index].text[match.end() :], unmarked=False) if match else None
        above = _title_above(view, index) if money else None
        if match and money and above:
            start = view.lines[index].span.start + match.end()
            price = view.value(money.amount, Span(start + money.start, start + money.end), "block")
            items.append(Item(above[0], above[1], _quantity_near(view, index), price))
    return items


def _by_item_number(view: View) -> list[Item]:
    """`Item number: 224455552112` below a title: marketplaces number what they list."""
    items = []
    for index, low in enumerate(view.lows):
        if not _ITEM_NUMBER.match(low):
            continue
        above = _title_above(view, index, over_sums=True)
        if above is not None:
            items.append(Item(above[0], above[1], _quantity_near(view, index)))
    return items


_ITEM_NUMBER = re.compile(
    r"^(?:item (?:number|no\.?|id)|artikelnummer|numéro d'objet|n° d'objet|numero oggetto|número de artículo"
    r"|numer przedmiotu|objectnummer|número do item)\s*[:#\t]"
)


def _by_lone_price(view: View) -> list[Item]:
    """An amount alone on a line, the title above it."""
    items = []
    for index, line in enumerate(view.lines):
        money = parse_money(line.text, unmarked=False) if len(line.text) <= 24 else None
        if money is None or money.end - money.start < len(line.text) - 4:
            continue
        above = _title_above(view, index)
        if above is not None and money.amount > 0:
            items.append(Item(above[0], above[1], _quantity_near(view, index), _money_value(view, line, money, 0)))
    return items


def _quantity_near(view: View, index: int) -> Value[int] | None:
    for line in view.lines[index + 1 : index + 6]:
        match = LABELLED.match(line.text)
        if match and 1 <= int(match.group(1)) <= 999:
            return view.value(
                int(match.group(1)), Span(line.span.start + match.start(1), line.span.start + match.end(1)), "block"
            )
    return None


def _title_above(view: View, index: int, *, over_sums: bool = False) -> tuple[Value[str], int] | None:
    """The nearest title-like line above; details of the item (colour, seller, price) may stand between.

    over_sums: anything may stand between, for anchors that belong to an item without doubt.
    """
    for step in range(1, 7):
        if index - step < 0:
            return None
        line = view.lines[index - step]
        text = _CELL.split(line.text)[0]
        if LABELLED.match(line.text):
            return None
        if _is_title(text) and not _is_detail(view, index - step) and not _is_sum(_cells(line)):
            title, _ = _title(view, text, line.span.start)
            return title, index - step
        if not (_SKIPPED_DETAIL.match(view.lows[index - step]) or _is_variant(line) or over_sums):
            return None
    return None


def _is_variant(line: Line) -> bool:
    """A short line of a few words or an amount: a size, a colour, the price above the quantity."""
    short = len(line.text) <= 24 and not line.text.endswith((":", "#")) and not _NOT_TITLE.match(line.text)
    return short and not _is_sum(_cells(line)) and sum(map(str.isdigit, line.text)) < 8


_SKIPPED_DETAIL = re.compile(
    r"^(?:sold by|condition|colou?r|size|grö(?:ß|ss)e|farbe|taille|couleur|taglia|colore|talla|rozmiar|maat|kleur"
    r"|tamanho|cor\b|storlek|färg|sku|style|variant|edition|fulfil+ed by|seller|ships? from|item (?:number|price)|price"
    r"|est\.? delivery|estimated|order number|artikel-?n|ean|isbn|gift|vendu par|verkauf|venduto|vendido|sprzedawca)"
)


def _is_detail(view: View, index: int) -> bool:
    """A short line right below a longer title: a variant such as "US 10"."""
    if index == 0 or len(view.lines[index].text) > 24:
        return False
    above = _CELL.split(view.lines[index - 1].text)[0]
    return _is_title(above) and len(above) > len(view.lines[index].text) + 6 and len(above) > 18


def _price_in(view: View, line: Line, start: int) -> Value[Decimal] | None:
    found = list(find_money(line.text[start:]))
    return _money_value(view, line, found[-1], start) if found else None


def _price_between(view: View, first: int, last: int) -> Value[Decimal] | None:
    for line in view.lines[first : last + 1]:
        found = [money for money in find_money(line.text) if len(line.text) < 160]
        if found:
            return _money_value(view, line, found[-1], 0)
    return None


def _price_near(view: View, index: int) -> Value[Decimal] | None:
    """An amount alone on one of the next lines, before the next item begins."""
    for line in view.lines[index + 1 : index + 4]:
        if LABELLED.search(line.text) or _is_sum(_cells(line)):
            return None
        found = list(find_money(line.text))
        if found and len(line.text) <= 40:
            return _money_value(view, line, found[-1], 0)
    return None


def _money_value(view: View, line: Line, money: Money, offset: int) -> Value[Decimal]:
    start = line.span.start + offset
    return view.value(money.amount, Span(start + money.start, start + money.end), "block")


# --- lines and rows that are items by themselves ---


def _by_times(view: View) -> list[Item]:
    """`Title × 2`, or `2 x Title`, the price behind it or on one of the next lines."""
    items = []
    for index, line in enumerate(view.lines):
        first = _CELL.split(line.text)[0]
        if len(first) > 300 or not _is_title(first):
            continue
        skip = bullet.end() if (bullet := _BULLET.match(first)) else 0
        text = first[skip:]
        money = next(find_money(text), None)
        body = text[: money.start].rstrip(" -–:@") if money and money.start > 3 else text
        _, _, quantity = split_quantity(body)
        if quantity is None:
            continue
        title, number = _title(view, first[: skip + len(body)], line.span.start)
        if len(title.value) < 3:
            continue
        price = _price_in(view, line, skip + len(body)) or _price_near(view, index)
        items.append(Item(title, index, number, price))
    return items


def _by_row(view: View) -> list[Item]:
    """Rows `title ⇥ price` (with a bare quantity between, maybe) above the sums."""
    items = []
    for index, line in enumerate(view.lines):
        cells = _cells(line)
        if line.kind != LineKind.ROW or len(cells) < 2 or _is_sum(cells) or _columns(cells):
            continue
        money = parse_money(cells[-1], unmarked=False)
        if money is None or len(cells[-1]) > 40:
            continue
        title, sku, quantity = _title_in_cell(view, line.cells[0])
        if title is None or len(title.value) < 4:
            continue
        for span in line.cells[1:-1]:
            number = parse_quantity(view.document.slice(span))
            quantity = quantity or (view.value(number, span, "table") if number else None)
        items.append(Item(title, index, quantity, _price(view, line.cells[-1]), None, sku))
    return items


_WAYS: tuple[Callable[[View], list[Item]], ...] = (
    _by_header,
    _by_item_price,
    _by_quantity,
    _by_times,
    _by_row,
    _by_lone_price,
    _by_item_number,
)


def _cells(line: Line) -> list[str]:
    return line.text.split("\t")


def _is_sum(cells: Sequence[str]) -> bool:
    """A row of totals, postage, tax, discount or payment, never an item."""
    word = lower(cells[0].split("\v")[0]).strip(" :*#")
    if len(word) > 60:
        return False
    kinds = ("total", "subtotal", "shipping", "tax", "discount", "total_not", "refund")
    named = any((match := label(kind).match(word)) and match.end() >= len(word) * 0.4 for kind in kinds)
    return named or word.startswith(
        ("payment", "paid", "visa", "mastercard", "paypal", "zahlung", "paiement", "pagamento", "pago", "płatność",
         "balance", "gift card", "order number", "order date", "insurance", "shipping insurance")
    )  # fmt: skip


def _is_title(text: str) -> bool:
    """Could be the name of a thing: letters, no label, no sentence, no amount alone."""
    stripped = _BULLET.sub("", text.strip()).strip()
    letters = sum(map(str.isalpha, stripped))
    if not 3 <= len(stripped) <= 400 or letters < 3 or stripped.endswith((":", "?")) or "@" in stripped:
        return False
    if _NOT_TITLE.match(stripped) or stripped.startswith(("http", "(")):
        return False
    if stripped.endswith((".", "!")) and len(stripped.split()) > 6 and not stripped.endswith("..."):
        return False
    money = next(find_money(stripped), None)
    return not (money and money.end - money.start > len(stripped) * 0.5)


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
        bullet = _BULLET.match(text)
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
