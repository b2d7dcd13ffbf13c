"""Prices around an item."""

from __future__ import annotations

import re
from decimal import Decimal

from parsers.engine.document import Line, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.items.parts import cells_of, is_sum
from parsers.engine.generic.view import View
from parsers.engine.values.money import Money, find_money
from parsers.engine.values.quantity import LABELLED

_EACH = re.compile(
    r"\s*(?:each|ea\b|per item|apiece|pro st(?:ü|u)ck|/ ?st(?:ü|k|\b)|chacun|c/u|cad\.?|per stuk|za szt)", re.IGNORECASE
)


def is_each(view: View, price: Value[Decimal] | None) -> bool:
    """Whether words behind a price say that it is for one piece ("$59.99 each")."""
    return price is not None and price.span is not None and _EACH.match(view.document.text, price.span.end) is not None


def price_in(view: View, line: Line, start: int) -> Value[Decimal] | None:
    found = list(find_money(line.text[start:]))
    return money_value(view, line, found[-1], start) if found else None


def price_between(view: View, first: int, last: int) -> Value[Decimal] | None:
    for line in view.lines[first : last + 1]:
        found = [money for money in find_money(line.text) if len(line.text) < 160]
        if found:
            return money_value(view, line, found[-1], 0)
    return None


def price_near(view: View, index: int) -> Value[Decimal] | None:
    """An amount alone on one of the next lines, before the next item begins."""
    for line in view.lines[index + 1 : index + 4]:
        if LABELLED.search(line.text) or is_sum(cells_of(line)):
            return None
        found = list(find_money(line.text))
        if found and len(line.text) <= 40:
            return money_value(view, line, found[-1], 0)
    return None


def money_value(view: View, line: Line, money: Money, offset: int) -> Value[Decimal]:
    start = line.span.start + offset
    return view.value(money.amount, Span(start + money.start, start + money.end), "block")
