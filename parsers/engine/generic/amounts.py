"""Sums of an order: total, subtotal, postage, tax, discount, refund, by their labels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from parsers.engine.document import Span
from parsers.engine.extraction import Value
from parsers.engine.generic.labels import labelled
from parsers.engine.generic.view import View
from parsers.engine.languages import label, words
from parsers.engine.values.money import Money, find_money, parse_money


@dataclass(frozen=True, slots=True)
class Amounts:
    total: Value[Decimal] | None = None
    subtotal: Value[Decimal] | None = None
    shipping: Value[Decimal] | None = None
    discount: Value[Decimal] | None = None
    tax: Value[Decimal] | None = None
    refund: Value[Decimal] | None = None
    totals: tuple[Value[Decimal], ...] = ()
    """Every amount that is labelled as a total, in order."""
    currency: str = ""
    """ISO code beside the amounts, "" if none or an ambiguous sign."""

    @property
    def total_text(self) -> str:
        """The total as printed, with its sign."""
        return self.total.raw if self.total else ""


@dataclass(frozen=True, slots=True)
class _Hit:
    money: Money
    value: Value[Decimal]
    label: str


def find_amounts(view: View) -> Amounts:
    """The sums that a mail labels; the most telling label wins, the last of equals."""
    totals = [hit for hit in _hits(view, "total") if not _other_sum(hit.label)]
    return Amounts(
        total=_ranked(totals, "total"),
        subtotal=_last(_hits(view, "subtotal")),
        shipping=_last(_hits(view, "shipping")),
        discount=_positive(_last(_hits(view, "discount"))),
        tax=_last(_hits(view, "tax")),
        refund=_positive(_ranked(_hits(view, "refund"), "refund")),
        totals=tuple(hit.value for hit in totals),
        currency=_currency(view, totals),
    )


def _hits(view: View, kind: str) -> list[_Hit]:
    hits = []
    for found in labelled(view, kind, following=1):
        line = view.lines[found.line]
        start = found.start - line.span.start
        low = view.lows[found.line]
        before = low[max(0, start - len(found.label) - 24) : start] if found.direct else found.label
        if kind == "total" and label("total_not").search(before):
            continue
        # the amount closes the row: what stands between are columns of it
        text = line.text[start:] if found.direct else line.text
        if not found.direct and len(text) > 40:
            continue
        money = (
            parse_money(text.split("\v")[0], unmarked=True) if len(text) < 120 else next(find_money(text[:60]), None)
        )
        if money is None or (not money.marked and money.amount == 0 and kind in ("total", "refund")):
            continue
        base = found.start if found.direct else line.span.start
        value = view.value(money.amount, Span(base + money.start, base + money.end), "label")
        hits.append(_Hit(money, value, found.label))
    return hits


def _other_sum(text: str) -> bool:
    return label("total_not").match(text) is not None


def _ranked(hits: list[_Hit], kind: str) -> Value[Decimal] | None:
    """By the order in which the languages list the labels: the plain word comes last."""
    if not hits:
        return None
    order = {text: rank for rank, text in enumerate(words(kind))}
    plain = {"total", "summe", "gesamt", "totale", "razem", "suma", "totaal", "totalt", "summa", "sum", "refund"}
    best = min(hits, key=lambda hit: (hit.label in plain, not hit.money.marked, 0))
    same = [
        hit for hit in hits if (hit.label in plain) == (best.label in plain) and hit.money.marked == best.money.marked
    ]
    first = min(order.get(hit.label, 999) // 8 for hit in same)
    return [hit for hit in same if order.get(hit.label, 999) // 8 == first][-1].value


def _last(hits: list[_Hit]) -> Value[Decimal] | None:
    return hits[-1].value if hits else None


def _positive(value: Value[Decimal] | None) -> Value[Decimal] | None:
    if value is None or value.value >= 0:
        return value
    return Value(-value.value, value.raw, value.span, value.confidence, value.source)


def _currency(view: View, totals: list[_Hit]) -> str:
    for hit in totals:
        if hit.money.currency:
            return hit.money.currency
    for line in view.lines:
        for money in find_money(line.text):
            if money.currency:
                return money.currency
    return ""
