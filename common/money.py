"""Amounts as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import (
    UnknownCurrencyError,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    validate_currency,
)

MINUS = "−"
_FALLBACK = "en-GB"
# CLDR's English calls the US dollar "$"; next to A$ and CA$ that would leave one dollar unnamed.
_SYMBOLS = {"USD": "US$", "SGD": "S$"}


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale:
    """The CLDR locale of a BCP 47 tag; British English for a tag that is none."""
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_FALLBACK, sep="-")


@lru_cache(maxsize=256)
def currency_symbol(currency: str) -> str:
    """The sign of an ISO 4217 code that tells it from every other currency: A$, US$, £; the code itself if none."""
    symbol = _SYMBOLS.get(currency) or get_currency_symbol(currency, locale="en")
    return f"{symbol} " if symbol == currency else symbol


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code that CLDR knows."""
    try:
        validate_currency(code)
    except UnknownCurrencyError:
        return False
    return True


def split_money(amount: Decimal | int, currency: str, *, locale: str) -> tuple[str, str, str]:
    """`amount` as (minus or "", currency sign, figures), in the minor units of ISO 4217 and the separators of `locale`.

    An unknown or empty currency has no sign and two decimals.
    """
    places = get_currency_precision(currency) if currency else 2
    rounded = abs(Decimal(amount)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    figures = format_decimal(rounded, format=pattern, locale=locale_of(locale))
    minus = MINUS if amount < 0 and rounded else ""
    return minus, currency_symbol(currency) if currency else "", figures


def format_money(amount: Decimal | int, currency: str, *, locale: str) -> str:
    """`amount` as one string: "−A$1,058.40"."""
    return "".join(split_money(amount, currency, locale=locale))


def format_count(number: int, *, locale: str) -> str:
    """A whole number with the separators of `locale`: "1,284"."""
    return format_decimal(number, format="#,##0", locale=locale_of(locale))
