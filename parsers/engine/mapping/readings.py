"""Text to typed values: the last step of every mapping, and the typed transforms. None where a text says none."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from parsers.engine.extraction import Status
from parsers.engine.mapping.fields import Type, type_of
from parsers.engine.mapping.patterns import compile_re2
from parsers.engine.mapping.piece import Context, Piece
from parsers.engine.values.dates import DateHit, find_dates
from parsers.engine.values.money import CODES, currency_code, find_money, parse_money, parse_number
from parsers.engine.values.numbers import printed_order_number, tracking_key
from parsers.engine.values.quantity import LABELLED, parse_quantity
from parsers.engine.values.text import fold

_CENT = Decimal("0.01")
_INTEGER = re.compile(r"[-−]?\d[\d,.' ]*")
_NUMBER = re.compile(r"[-−]?\d[\d.,' ]*")
_ORDER = re.compile(r"#?\s?(?P<n>[A-Za-z0-9](?:[A-Za-z0-9]|[-_/.](?=[A-Za-z0-9])){1,39})(?![\w@])")
_TRACKING = re.compile(r"(?<!\w)[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){4,39}(?![\w@])")
_QUANTITY = re.compile(r"(?:^|[\s(])(?:[×xX✕]\s?(?P<a>\d{1,3})|(?P<b>\d{1,3})\s?[×xX✕])(?:$|[\s)])")
_MAX_CHARS = 2_000
_MIN_TRACKING = 5
_MAX_TRACKING_TEXT = 300
_MAX_GROUPS = 8
"""Groups of characters that a tracking number is printed in."""


def read_field(field: str, piece: Piece, context: Context) -> Piece | None:
    """A piece as the type of its field; a value that a transform has typed already stays."""
    kind = type_of(field)
    if not isinstance(piece.value, str) or isinstance(piece.value, Status):
        return _fitting(kind, piece)
    piece = _bounded(piece)
    match kind:
        case Type.MONEY:
            return money(piece)
        case Type.QUANTITY:
            return quantity(piece, context)
        case Type.DATE:
            return day(piece, context)
        case Type.PERIOD:
            return period(piece, context) or relative_day(piece, context)
        case Type.ORDER:
            return order_number(piece, context)
        case Type.TRACKING:
            return tracking_number(piece, context)
        case Type.CARRIER:
            return carrier(piece, context)
        case Type.STATUS:
            return status(piece, context)
        case Type.CURRENCY:
            return currency(piece, context)
    return _text(piece)


def _fitting(kind: Type, piece: Piece) -> Piece | None:
    """A typed value where it fits its field: whole numbers are amounts, a day is a period of one day."""
    value = piece.value
    match kind:
        case Type.MONEY:
            return piece.become(Decimal(value)) if isinstance(value, (int, Decimal)) else None
        case Type.QUANTITY:
            whole = isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value())
            return piece.become(int(value)) if whole else None
        case Type.DATE:
            value = value[0] if isinstance(value, tuple) else value
            return piece.become(value) if isinstance(value, date) else None
        case Type.PERIOD:
            value = (_day(value), _day(value)) if isinstance(value, date) else value
            return piece.become(value) if isinstance(value, tuple) else None
        case Type.STATUS:
            return piece if isinstance(value, Status) else None
        case Type.TEXT | Type.ORDER | Type.TRACKING:
            return piece.become(str(value)) if isinstance(value, (int, Decimal)) else None
    return None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _bounded(piece: Piece) -> Piece:
    piece = piece.strip()
    return piece.cut(0, _MAX_CHARS) if len(piece.text) > _MAX_CHARS else piece


def _text(piece: Piece) -> Piece | None:
    text = " ".join(piece.text.split())
    return piece.become(text) if text else None


def money(piece: Piece, decimal_sign: str = "") -> Piece | None:
    """The amount, the last of "was … now …"; words for free are 0. decimal_sign: `.` or `,`, "" by its shape."""
    found = parse_money(piece.text)
    if found is None:
        bare = decimal(piece, decimal_sign) if not re.search(r"[A-Za-z]", piece.text) else None
        return bare.become(bare.value.quantize(_CENT)) if bare else None
    if decimal_sign and found.marked:
        exact = decimal(piece.cut(found.start, found.end), decimal_sign)
        amount = exact.value.quantize(_CENT) if exact else found.amount
        return piece.cut(found.start, found.end).become(-abs(amount) if found.amount < 0 else amount)
    return piece.cut(found.start, found.end).become(found.amount)


def decimal(piece: Piece, decimal_sign: str = "") -> Piece | None:
    """The first number of the text."""
    match = _NUMBER.search(piece.text)
    if match is None:
        return None
    digits = match.group().rstrip(" .,'")
    sign = "-" if digits[0] in "-−" else ""
    bare = digits.lstrip("-−")
    if decimal_sign:
        other = "." if decimal_sign == "," else ","
        amount = _decimal(re.sub(rf"[{re.escape(other)}' ]", "", bare).replace(decimal_sign, "."))
    else:
        amount = parse_number(bare)
    if amount is None:
        return None
    return piece.cut(match.start(), match.start() + len(digits)).become(-amount if sign else amount)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def currency(piece: Piece, context: Context) -> Piece | None:
    """ISO code of the amount or sign in the text."""
    text = piece.text.strip()
    if text.upper() in CODES:
        return piece.strip().become(text.upper())
    found = next((one for one in find_money(piece.text) if one.currency), None)
    if found is not None:
        return piece.cut(found.start, found.end).become(found.currency)
    code = currency_code(text)
    return piece.strip().become(code) if code else None


def integer(piece: Piece, context: Context) -> Piece | None:
    """The first whole number; separators of thousands are left out."""
    match = _INTEGER.search(piece.text)
    if match is None:
        return None
    text = match.group().rstrip(" .,'")
    amount = parse_number(text.lstrip("-−"))
    if amount is None or amount != amount.to_integral_value():
        return None
    whole = int(amount)
    return piece.cut(match.start(), match.start() + len(text)).become(-whole if text[0] in "-−" else whole)


def quantity(piece: Piece, context: Context) -> Piece | None:
    """`2`, `x 2`, `Qty: 2`, `2 ×`, also behind other words."""
    number = parse_quantity(piece.text)
    if number is not None:
        match = LABELLED.search(piece.text) or re.search(r"(\d{1,4})", piece.text)
        return (piece.cut(*match.span(1)) if match else piece).become(number)
    found = _QUANTITY.search(piece.text)
    if found is None:
        return None
    group = "a" if found.group("a") else "b"
    return piece.cut(*found.span(group)).become(int(found.group(group)))


def day(piece: Piece, context: Context, *, dayfirst: bool | None = None, formats: tuple[str, ...] = ()) -> Piece | None:
    """The first date. formats: strptime formats that the whole text may have, tried first."""
    text = " ".join(piece.text.split())
    for given in formats:
        try:
            when = datetime.strptime(text, given)
        except ValueError:
            continue
        return piece.strip().become(when if when.tzinfo and "%H" in given else when.date())
    hits = _dates(piece, context, dayfirst, relative=False)
    return piece.cut(hits[0].start, hits[0].end).become(hits[0].first) if hits else None


def period(piece: Piece, context: Context, *, dayfirst: bool | None = None) -> Piece | None:
    """The first date or range of dates, as (first day, last day)."""
    hits = _dates(piece, context, dayfirst, relative=False)
    return piece.cut(hits[0].start, hits[0].end).become((hits[0].first, hits[0].last)) if hits else None


def relative_day(piece: Piece, context: Context) -> Piece | None:
    """A date, or "tomorrow" and weekdays as the mail's own date makes them."""
    hits = _dates(piece, context, None, relative=True)
    return piece.cut(hits[0].start, hits[0].end).become((hits[0].first, hits[0].last)) if hits else None


def _dates(piece: Piece, context: Context, dayfirst: bool | None, *, relative: bool) -> list[DateHit]:
    order = context.mail.dayfirst if dayfirst is None else dayfirst
    return find_dates(piece.text, base=context.mail.base, dayfirst=order, relative=relative)


def order_number(piece: Piece, context: Context) -> Piece | None:
    """The number in the author's own shape, else the first word with a digit that is no date and no amount."""
    pattern = context.mail.definition.order_pattern
    if pattern:
        match = compile_re2(rf"(?:^|[^0-9A-Za-z-])({pattern})(?:$|[^0-9A-Za-z])", "order_pattern").search(piece.text)
        return piece.cut(*match.span(1)) if match else _alone(piece)
    others = [(hit.start, hit.end) for hit in _dates(piece, context, None, relative=False)]
    others += [(found.start, found.end) for found in find_money(piece.text)]
    for found in _ORDER.finditer(piece.text):
        taken = any(start < found.end("n") and found.start("n") < end for start, end in others)
        if not taken and any(map(str.isdigit, found.group("n"))):
            cut = piece.cut(*found.span("n"))
            return cut.become(printed_order_number(cut.text))
    return None


def _alone(piece: Piece) -> Piece | None:
    """A whole text without blanks: whether it has the author's shape is for the validator to say."""
    text = printed_order_number(piece.text)
    return piece.become(text) if text and len(piece.text.split()) == 1 and len(text) <= 40 else None


def tracking_number(piece: Piece, context: Context) -> Piece | None:
    """The number as printed: words that a carrier's format accepts together, else the first word with a digit."""
    carriers = context.mail.carriers
    lone: Piece | None = None
    for found in _TRACKING.finditer(piece.text, 0, _MAX_TRACKING_TEXT):
        words = list(re.finditer(r"[^ ]+", found.group()))
        for first, word in enumerate(words):
            for last in reversed(words[first : first + _MAX_GROUPS]):
                text = found.group()[word.start() : last.end()]
                if any(map(str.isdigit, text)) and len(text) >= _MIN_TRACKING and carriers.identify(tracking_key(text)):
                    return piece.cut(found.start() + word.start(), found.start() + last.end())
            if lone is None and len(word.group()) >= _MIN_TRACKING and any(map(str.isdigit, word.group())):
                lone = piece.cut(found.start() + word.start(), found.start() + word.end())
    return lone


def carrier(piece: Piece, context: Context) -> Piece | None:
    """Key of the carrier that is called so; a key stays as it is."""
    text = " ".join(piece.text.split())[:80]
    key = context.mail.carriers.by_name(text)
    return piece.strip().become(key) if key else None


def status(piece: Piece, context: Context) -> Piece | None:
    """One of the statuses by name, or the author's longest phrase that stands in the text."""
    text = fold(piece.text)
    if text in set(Status):
        return piece.strip().become(Status(text))
    phrases = sorted(context.mail.definition.status_phrases.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    found = next((given for phrase, given in phrases if fold(phrase) in text), None)
    return piece.strip().become(Status(found)) if found else None


def per_unit(piece: Piece, count: Any) -> Piece | None:
    """An amount divided by how many there are; None unless it comes out in whole cents."""
    amount = piece if isinstance(piece.value, Decimal) else money(piece)
    if amount is None or not isinstance(count, int) or count < 1 or (amount.value * 100) % count:
        return None
    return amount.become((amount.value / count).quantize(_CENT))
