"""Whether the sums of an order agree, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from common.money import MINUS, split_money
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Identity:
    """`holds`: the parts come to the total; `words`: the sum, or by how much it misses."""

    holds: bool
    words: str


def identity_of(order: Order, lines: Iterable[OrderLine], *, locale: str) -> Identity | None:
    """The sum that comes to the total of an order, or the gap; None if too little is known to say.

    The sums tried are the reader's: items − discount + delivery (+ tax), from the printed subtotal or from the lines.
    """
    if order.total is None:
        return None
    sums = list(_sums(order, [line.line_total for line in lines]))
    if not sums:
        return None

    def plain(amount: Decimal) -> str:
        return split_money(amount, "", locale=locale)[2]

    for parts in sums:
        if sum(parts) == order.total:
            return Identity(True, f"Adds up: {_in_words(parts, plain)} = {plain(order.total)}")
    gap = sum(sums[0]) - order.total
    more = "more" if gap > 0 else "less"
    return Identity(
        False,
        f"{_in_words(sums[0], plain)} = {plain(sum(sums[0], Decimal(0)))}, {plain(abs(gap))} {more} than the total",
    )


def _sums(order: Order, line_totals: list[Decimal | None]) -> Iterator[tuple[Decimal, ...]]:
    known = [total for total in line_totals if total is not None]
    from_lines = sum(known, Decimal(0)) if known and len(known) == len(line_totals) else None
    discount, shipping, tax = order.discount or Decimal(0), order.shipping or Decimal(0), order.tax or Decimal(0)
    for base in (order.subtotal, from_lines):
        if base is not None:
            yield base, -discount, shipping
            yield base, -discount, shipping, tax
            yield base, -discount
            yield (base,)


def _in_words(parts: Iterable[Decimal], plain: Callable[[Decimal], str]) -> str:
    words = ""
    for part in parts:
        if part:
            sign = f" {MINUS} " if part < 0 else " + "
            words += (sign if words else "") + plain(abs(part))
    return words or plain(Decimal(0))
