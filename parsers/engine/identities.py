"""Do an order's sums agree? Which identity holds tells whether a printed price is for one piece or for the line.

I1 lines = subtotal; I2 subtotal + postage - discount = total; I3 lines + postage - discount = total; I4 lines = total;
I5 pieces x quantity = subtotal or, with postage, total; I6 as I1-I3 with tax on top.
Tolerance: two cents or half a per cent, whichever is more.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

Row = tuple[int | None, Decimal | None, Decimal | None]
"""(quantity, printed price, printed line total)."""


def near(first: Decimal, second: Decimal) -> bool:
    """Equal within the tolerance."""
    return abs(first - second) <= max(Decimal("0.02"), abs(second) * Decimal("0.005"))


def find_identity(
    rows: Sequence[Row],
    *,
    subtotal: Decimal | None,
    shipping: Decimal | None,
    discount: Decimal | None,
    tax: Decimal | None,
    total: Decimal | None,
) -> tuple[str, str]:
    """(the identity that holds, what a printed price means: `unit` or `line`), ("", "") if none does."""
    extra = (shipping or Decimal(0)) - (discount or Decimal(0))
    for meaning in ("line", "unit"):
        amount = _sum(rows, meaning)
        if amount is None:
            continue
        goods = "I1" if meaning == "line" else "I5"
        if subtotal is not None and near(amount, subtotal):
            return goods, meaning
        if total is not None:
            if near(amount + extra, total):
                return ("I3" if extra else "I4") if meaning == "line" else "I5", meaning
            if near(amount, total):
                return "I4" if meaning == "line" else "I5", meaning
            if tax is not None and near(amount + extra + tax, total):
                return "I6", meaning
    if subtotal is not None and total is not None and (near(subtotal + extra, total)):
        return "I2", ""
    if subtotal is not None and total is not None and tax is not None and near(subtotal + extra + tax, total):
        return "I6", ""
    return "", ""


def _sum(rows: Sequence[Row], meaning: str) -> Decimal | None:
    total = Decimal(0)
    for quantity, price, line_total in rows:
        if line_total is not None:
            total += line_total
        elif price is None:
            return None
        else:
            total += price * (quantity or 1) if meaning == "unit" else price
    return total if rows else None
