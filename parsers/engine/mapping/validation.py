"""Is a value what its field may hold? Hard faults reject it, soft ones lower its confidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import re2

from parsers.engine.mapping.fields import Type, type_of
from parsers.engine.mapping.patterns import compile_re2
from parsers.engine.mapping.piece import Context
from parsers.engine.values.numbers import compact
from parsers.engine.values.quantity import MAX_QUANTITY

CHECKED = 1.00
"""A check digit or the author's own pattern vouches for it."""
UNCHECKED = 0.97
SOFT = 0.60
_PHONE = re.compile(r"^(?:\+\d|\(0|0\d{1,4}[\s-]\d{3}|1[38]00[\s-]?\d{3})")
_MAX_AMOUNT = Decimal(10_000_000)
_MAX_TEXT = 400


@dataclass(frozen=True, slots=True)
class Verdict:
    """factor: for the confidence. fault: why the value is rejected, "" if it is not."""

    factor: float = UNCHECKED
    fault: str = ""


def judge(field: str, value: Any, raw: str, context: Context) -> Verdict:
    """raw: as it was printed. context.known: the fields of the same row, and the message's order number."""
    check = _CHECKS.get(type_of(field))
    return check(field, value, raw, context) if check else Verdict()


def _order(field: str, value: Any, raw: str, context: Context) -> Verdict:
    text = str(value)
    if not any(map(str.isdigit, text)) or not 2 <= len(text) <= 40 or "@" in text:
        return Verdict(fault="no order number")
    pattern = context.mail.definition.order_pattern
    if not pattern:
        return Verdict()
    known: re2._Regexp = compile_re2(pattern, "order_pattern")
    if known.fullmatch(text) or known.fullmatch(text.upper()):
        return Verdict(CHECKED)
    return Verdict(fault="not in the author's shape")


def _tracking(field: str, value: Any, raw: str, context: Context) -> Verdict:
    number = compact(str(value))
    digits = sum(map(str.isdigit, number))
    if not digits or len(number) < 5:
        return Verdict(fault="no tracking number")
    if number in {compact(str(order)) for order in context.known.get("order_numbers", ())}:
        return Verdict(fault="is the order number")
    if _PHONE.match(raw.strip()):
        return Verdict(fault="is a telephone number")
    carriers = context.mail.carriers
    accepted = carriers.identify(number)
    stated = context.known.get("carrier")
    if stated and carriers.looks_like(number, stated):
        fits = [match for match in accepted if match.carrier == stated]
        return Verdict((CHECKED if fits[0].checked else UNCHECKED) if fits else SOFT)
    if stated and any(match.self_identifying for match in accepted):
        return Verdict(SOFT)
    return Verdict(CHECKED if any(match.checked for match in accepted) else UNCHECKED)


def _quantity(field: str, value: Any, raw: str, context: Context) -> Verdict:
    return Verdict() if 1 <= value <= MAX_QUANTITY else Verdict(fault=f"not between 1 and {MAX_QUANTITY}")


def _money(field: str, value: Any, raw: str, context: Context) -> Verdict:
    if abs(value) > _MAX_AMOUNT:
        return Verdict(fault="too large an amount")
    if value < 0 and field not in ("discount", "refund", "total"):
        return Verdict(fault="a negative amount")
    return Verdict()


def _date(field: str, value: Any, raw: str, context: Context) -> Verdict:
    """An order may have been placed long before its mail, what has happened lies behind it, what is expected ahead."""
    base = context.mail.base
    if base is None:
        return Verdict()
    first, last = value if isinstance(value, tuple) else (value, value)
    back, ahead = {"eta": (30, 540), "ordered_at": (400, 1)}.get(field, (30, 1))
    if not base - timedelta(days=back) <= _day(first) <= _day(last) <= base + timedelta(days=ahead):
        return Verdict(fault="too far from the date of the mail")
    return Verdict()


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _text(field: str, value: Any, raw: str, context: Context) -> Verdict:
    if not 1 <= len(str(value)) <= _MAX_TEXT:
        return Verdict(fault=f"longer than {_MAX_TEXT} characters")
    if field == "title" and not any(map(str.isalpha, str(value))):
        return Verdict(fault="no title")
    return Verdict()


def _address(field: str, value: Any, raw: str, context: Context) -> Verdict:
    return Verdict() if str(value).lower().startswith(("http://", "https://")) else Verdict(fault="no web address")


_CHECKS: dict[Type, Callable[[str, Any, str, Context], Verdict]] = {
    Type.ORDER: _order,
    Type.TRACKING: _tracking,
    Type.QUANTITY: _quantity,
    Type.MONEY: _money,
    Type.DATE: _date,
    Type.PERIOD: _date,
    Type.TEXT: _text,
    Type.ADDRESS: _address,
}
