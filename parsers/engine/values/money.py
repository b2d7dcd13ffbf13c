"""Amounts of money as shops print them.

Separators per Unicode CLDR; codes per ISO 4217. A sign that several currencies share ($, kr) gives no currency unless
the text beside it says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CODES = frozenset(
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PEN PHP "
    "PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR".split()
)
_SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "₺": "TRY", "₩": "KRW", "kč": "CZK", "a$": "AUD",
    "au$": "AUD", "aud$": "AUD", "us$": "USD", "usd$": "USD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "eur": "EUR", "fr.": "CHF", "sfr": "CHF", "$": "", "kr": "",
    "kr.": "",
}  # fmt: skip
_CODE = "|".join(sorted(CODES))
_SIGN = r"(?:(?:AUD?|USD?|CAD?|NZ|HK|MX|A|C|S|R)\s?)?\$|€|£|¥|₹|zł|₺|₩|Kč|[Kk]r\.?(?![a-z])|SFr|Fr\."
_NUMBER = r"\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2}|[.,][-–](?!\d))?(?!\d)"
_AMOUNT = re.compile(
    rf"(?P<minus>[-−–]\s?|\()?(?:(?P<before>(?<![A-Za-z])(?:{_CODE})\s?(?:{_SIGN})?|(?:{_SIGN})) ?)?"
    rf"(?P<minus2>[-−]\s?)?"
    rf"(?P<number>{_NUMBER})(?: ?(?P<after>(?:{_SIGN}) ?(?:{_CODE})?|(?:{_CODE}))(?![A-Za-z]| ?\d))?"
)
_FREE = re.compile(
    r"^(?:free(?: (?:shipping|delivery|postage))?|gratis|kostenlos|kostenfrei|versandkostenfrei|gratuite?s?|offerte?"
    r"|offerts|gratuito|gratuita|grátis|darmowa|bezpłatnie|za darmo|fri|fritt|included|incl\.?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 code, "" if the text does not tell, and where it stood."""

    amount: Decimal
    currency: str
    start: int
    end: int
    marked: bool
    """A currency sign or code stands beside the number."""


def find_money(text: str, *, unmarked: bool = False) -> Iterator[Money]:
    """Amounts in a text, left to right. Bare numbers count only if `unmarked`, and then only with two decimals."""
    for match in _AMOUNT.finditer(text):
        sign = match.group("before") or match.group("after") or ""
        number = match.group("number")
        if not sign and not (unmarked and re.search(r"[.,](?:\d{2}|[-–])$", number)):
            continue
        if _is_part_of_word(text, match.start("number"), match.end("number")):
            continue
        amount = parse_number(number)
        if amount is None:
            continue
        if match.group("minus2") or (match.group("minus") and _is_negative(text, match)):
            amount = -amount
        start = match.start("before") if match.group("before") else match.start("number")
        end = match.end("after") if match.group("after") else match.end("number")
        currency = _currency(match.group("before")) or _currency(match.group("after"))
        yield Money(amount, currency, start, end, bool(sign))


def parse_money(text: str, *, unmarked: bool = True) -> Money | None:
    """The one amount of a text, the last of "was … now …"; words for free are 0. None if there is none."""
    stripped = text.strip()
    if _FREE.match(stripped):
        return Money(Decimal("0.00"), "", 0, len(text), False)
    found = list(find_money(text, unmarked=unmarked))
    return found[-1] if found else None


def parse_number(text: str) -> Decimal | None:
    """A printed number: the last separator with one or two digits behind it is the decimal one."""
    digits = text.replace(" ", "").replace("'", "").replace("’", "").rstrip("-–").rstrip(".,")
    match = re.search(r"[.,](\d{1,2})$", digits)
    if match and not re.fullmatch(r"\d{1,3}(?:([.,])\d{3})+", digits):
        whole = re.sub(r"[.,]", "", digits[: match.start()])
        digits = f"{whole}.{match.group(1)}"
    else:
        digits = re.sub(r"[.,]", "", digits)
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount < Decimal("1e10") else None


def currency_code(text: str) -> str:
    """ISO code of a printed sign or code, "" if it does not tell."""
    return _currency(text)


def _currency(text: str | None) -> str:
    if not text:
        return ""
    compact = text.replace(" ", "")
    code = next((code for code in re.findall(r"[A-Z]{3}", compact) if code in CODES), "")
    return code or _SIGNS.get(compact.lower(), "")


def _is_negative(text: str, match: re.Match[str]) -> bool:
    """A bracket closes again; a dash is no range or separator ("item - £5.00")."""
    opener = match.group("minus").strip()
    if opener == "(":
        return text[match.end() : match.end() + 1] == ")"
    before = text[: match.start()].rstrip()
    return not match.group("minus").endswith(" ") or not before or before.endswith(("\t", ":", "\v"))


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before.isalpha() and before.isascii() and before not in "DRSrMZK") or after == "%"
