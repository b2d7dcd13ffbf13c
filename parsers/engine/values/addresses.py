"""Postal addresses in the lines of a mail, and which country's dollar they tell.

Forms: "Boise, ID 83702" (USPS Publication 28), "Surry Hills NSW 2010" (Australia Post addressing standard), "Toronto ON
M5V 2T6" (Canada Post addressing guidelines).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_US = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r",?\s+\d{5}(?:-\d{4})?\b"
)
_AU = re.compile(r"\b(?:NSW|VIC|QLD|TAS|ACT|NT|SA|WA)\s+\d{4}\b", re.IGNORECASE)
_CA = re.compile(r"\b(?:AB|BC|MB|N[BLSTU]|ON|PE|QC|SK|YT),?\s+[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d\b")
_DOLLARS = ((_US, "USD"), (_AU, "AUD"), (_CA, "CAD"))


def dollar_of(lines: Iterable[str]) -> str:
    """ISO code of the dollar of the one country whose addresses stand in the lines, "" for none or several."""
    found = {code for line in lines for pattern, code in _DOLLARS if pattern.search(line)}
    return found.pop() if len(found) == 1 else ""


_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"  # United Kingdom
    r"|[A-Z]\d[\dW]\s?[A-Z\d]{4}"  # Ireland
    r"|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|\d{4}\s?[A-Z]{2})\b"  # Poland, Portugal, Sweden, Netherlands
    r"|(?<![\w-])(?<!\d )(?:[A-Z]{1,2}-)?\d{4,5},?\s+[^\W\d_]{2,}"
    r"|[^\W\d_]{2,}[,.]?\s+\d{4,5}(?! ?[\w-])",  # most others
    re.IGNORECASE,
)


def has_postcode(line: str) -> bool:
    """Whether a line of an address reads as its town and postal code."""
    return _POSTCODE.search(line) is not None or bool(dollar_of([line]))


def country_only(line: str) -> str:
    """What of a line tells its country's dollar, with a postal code of zeros ("NSW 0000"); "" if nothing does."""
    for pattern, _ in _DOLLARS:
        match = pattern.search(line)
        if match and pattern is _CA:
            return f"{match.group()[:2].upper()} A0A 0A0"
        if match:
            return re.sub(r"\d", "0", match.group())
    return ""
