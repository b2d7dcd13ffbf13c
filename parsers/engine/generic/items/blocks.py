"""Items that are blocks of lines: a title, and near it a labelled quantity, price or item number."""

from __future__ import annotations

import re

from parsers.engine.document import Line, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.items.parts import (
    BULLET,
    CELL,
    NOT_TITLE,
    Item,
    cells_of,
    is_detail,
    is_note,
    is_sum,
    is_title,
    title_of,
)
from parsers.engine.generic.items.prices import is_each, money_value, price_between, price_in, price_near
from parsers.engine.generic.status import announces
from parsers.engine.generic.view import View
from parsers.engine.languages import label
from parsers.engine.values.money import Money, find_money, parse_money
from parsers.engine.values.quantity import LABELLED, MAX_QUANTITY, split_quantity


def by_quantity(view: View) -> list[Item]:
    """`Quantity: 2` below (or in the row of) a title, the price near it."""
    items = []
    for index, line in enumerate(view.lines):
        match = LABELLED.search(line.text)
        if match is None or len(line.text) > 400 or is_sum(cells_of(line)):
            continue
        number = int(match.group(1))
        if not 1 <= number <= 999:
            continue
        quantity = view.value(number, Span(line.span.start + match.start(1), line.span.start + match.end(1)), "block")
        before = line.text[: match.start()]
        if is_title(CELL.split(before)[0]) and len(CELL.split(before)[0]) > 3:
            title, _ = title_of(view, CELL.split(before)[0], line.span.start)
            price = price_in(view, line, match.end()) or price_near(view, index)
            items.append(Item(title, index, quantity, price, each=is_each(view, price)))
            continue
        above = _title_above(view, index)
        if above is not None:
            title, title_index = above
            price = (
                price_in(view, line, match.end()) or price_between(view, title_index, index) or price_near(view, index)
            )
            items.append(Item(title, title_index, quantity, price, each=is_each(view, price)))
    return items


def by_item_price(view: View) -> list[Item]:
    """`Item price: £2.55` below a title."""
    items = []
    for index, low in enumerate(view.lows):
        match = re.match(
            r"^(?:item price|purchase price|artikelpreis|price|preis|prix|prezzo|precio|cena|prijs|preço|pris"
            r"|unit price|einzelpreis)\s*[:\t]\s*",
            low,
        )
        money = parse_money(view.lines[index].text[match.end() :], unmarked=False) if match else None
        above = _title_above(view, index) if money else None
        if match and money and above:
            start = view.lines[index].span.start + match.end()
            price = view.value(money.amount, Span(start + money.start, start + money.end), "block")
            items.append(Item(above[0], above[1], _quantity_near(view, index), price))
    return items


def by_item_number(view: View) -> list[Item]:
    """`Item number: 224455552112` below a title: marketplaces number what they list."""
    items = []
    for index, low in enumerate(view.lows):
        if not _ITEM_NUMBER.match(low):
            continue
        above = _title_above(view, index, over_sums=True) or _title_below(view, index)
        if above is not None:
            items.append(Item(above[0], above[1], _quantity_near(view, index)))
    return items


def _title_below(view: View, index: int) -> tuple[Value[str], int] | None:
    """The title right below a block of labels that end with the item's number and its seller."""
    for below in range(index + 1, min(index + 4, len(view.lines))):
        text = CELL.split(view.lines[below].text)[0]
        if is_title(text) and not view.lines[below].cells and len(text) > 12:
            return title_of(view, text, view.lines[below].span.start)[0], below
        if not view.lines[below].cells:
            break
    return None


def by_seller(view: View) -> list[Item]:
    """`Sold by: Lamp House` below a title, in mails of a marketplace that print nothing else of an item."""
    items = []
    for index, low in enumerate(view.lows):
        match = label("seller").match(low)
        if match is None or low[match.end() : match.end() + 1] != ":":
            continue
        text = CELL.split(view.lines[index - 1].text)[0] if index else ""
        if is_title(text) and len(text) > 12:
            title, quantity = title_of(view, text, view.lines[index - 1].span.start)
            items.append(Item(title, index - 1, quantity))
    return items


_ITEM_NUMBER = re.compile(
    r"^(?:item (?:number|no\.?|id)|artikelnummer|numéro d'objet|n° d'objet|numero oggetto|número de artículo"
    r"|numer przedmiotu|objectnummer|número do item)\s*[:#\t]"
)


def by_lone_price(view: View) -> list[Item]:
    """An amount alone on a line, the title above it."""
    items = []
    for index, line in enumerate(view.lines):
        money = parse_money(line.text, unmarked=False) if len(line.text) <= 24 else None
        if money is None or money.end - money.start < len(line.text) - 4:
            continue
        above = _title_above(view, index)
        if above is not None and money.amount > 0:
            items.append(Item(above[0], above[1], _quantity_near(view, index), money_value(view, line, money, 0)))
    return items


_PRICED = re.compile(
    r"(?P<n>\d{1,3})\s?(?:[x×]|stuks?|szt\.?|st\.?|stk\.?|pcs?\.?|pièces?|pz\.?|uds?\.?|unités?)(?:\s?[x×@à])?\s",
    re.IGNORECASE,
)
_EACH = re.compile(r"[x×@à]", re.IGNORECASE)
_TIMES = re.compile(r"\s?[x×]\s?(?P<n>\d{1,3})$", re.IGNORECASE)


def by_priced_quantity(view: View) -> list[Item]:
    """`2 x $99.95`, `US $11.86 x 1`, `2 stuks 27,98` below a title."""
    items = []
    for index, line in enumerate(view.lines):
        found = _priced(line.text) if len(line.text) <= 40 else None
        above = _title_above(view, index) if found else None
        if found and above:
            number, money = found
            quantity = view.value(int(number.group("n")), _span_of(line, number), "block")
            each = _EACH.search(number.group()) is not None
            items.append(Item(above[0], above[1], quantity, money_value(view, line, money, 0), each=each))
    return items


def _priced(text: str) -> tuple[re.Match[str], Money] | None:
    """(quantity, amount) of a line that says nothing else."""
    head = _PRICED.match(text)
    found = list(find_money(text, unmarked=head is not None))
    if len(found) != 1 or found[0].amount <= 0:
        return None
    money = found[0]
    number = head or _TIMES.search(text)
    if number is None or not 1 <= int(number.group("n")) <= MAX_QUANTITY:
        return None
    said = (number.end() - number.start()) + (money.end - money.start)
    return (number, money) if said >= len(text.strip()) - 4 else None


def _span_of(line: Line, match: re.Match[str]) -> Span:
    return Span(line.span.start + match.start("n"), line.span.start + match.end("n"))


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
        text = CELL.split(line.text)[0]
        if LABELLED.match(line.text):
            return None
        if over_sums and announces(view, view.lows[index - step]):
            return None
        if is_title(text) and not _is_detail(view, index - step) and not is_sum(cells_of(line)):
            title, _ = title_of(view, text, line.span.start)
            return title, index - step
        if is_sum(cells_of(line)) and not over_sums and not _ORDERS_OWN.match(view.lows[index - step]):
            return None
        detail = _SKIPPED_DETAIL.match(view.lows[index - step]) or is_note(text)
        if not (detail or _is_variant(line) or over_sums):
            return None
    return None


def _is_variant(line: Line) -> bool:
    """A short line of a few words or an amount: a size, a colour, the price above the quantity."""
    short = len(line.text) <= 24 and not line.text.endswith((":", "#")) and not NOT_TITLE.match(line.text)
    return short and not is_sum(cells_of(line)) and sum(map(str.isdigit, line.text)) < 8


_ORDERS_OWN = re.compile(r"order (?:number|date|id)|bestell(?:nummer|datum)")
_SKIPPED_DETAIL = re.compile(
    r"^(?:sold by|condition|colou?r|size|grö(?:ß|ss)e|farbe|taille|couleur|taglia|colore|talla|rozmiar|maat|kleur"
    r"|tamanho|cor\b|storlek|färg|sku|style|variant|edition|fulfil+ed by|seller|ships? from|item (?:number|price)|price"
    r"|est\.? delivery|estimated|order number|artikel-?n|ean|isbn|gift|vendu par|verkauf|venduto|vendido|sprzedawca)"
)


def _is_detail(view: View, index: int) -> bool:
    """A short line right below a longer title: a variant such as "US 10"."""
    if index == 0 or len(view.lines[index].text) > 24:
        return False
    above = CELL.split(view.lines[index - 1].text)[0]
    return is_title(above) and len(above) > len(view.lines[index].text) + 6 and len(above) > 18


def by_times(view: View) -> list[Item]:
    """`Title × 2`, or `2 x Title`, the price behind it or on one of the next lines.

    Plain mails of shop systems print `Colour: Green X 2 = €38.00` below the title.
    """
    items = []
    for index, line in enumerate(view.lines):
        first = CELL.split(line.text)[0]
        if len(first) > 300:
            continue
        skip = bullet.end() if (bullet := BULLET.match(first)) else 0
        text = first[skip:]
        money = next(find_money(text), None)
        body = text[: money.start].rstrip(" -–:@=") if money and money.start > 3 else text
        _, end, quantity = split_quantity(body)
        if quantity is None:
            continue
        title, number = title_of(view, first[: skip + len(body)], line.span.start)
        at = index
        if not is_title(first):
            above = _title_above(view, index) if money and (is_note(text) or is_detail(body[:end])) else None
            if above is None:
                continue
            title, at = above
        if len(title.value) < 3:
            continue
        price = price_in(view, line, skip + len(body)) or price_near(view, index)
        items.append(Item(title, at, number, price))
    return items
