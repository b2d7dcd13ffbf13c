"""Order numbers and tracking numbers in the forms in which they are printed and compared."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s\-–.]+")
_GS1_ZIP = re.compile(r"^420\d{5}(?:\d{4})?(?=9\d{21,25}$)")
_SUFFIX = re.compile(r"(?<=\d)(?:-[A-Z]|/\d{1,2})$")


def printed_order_number(text: str) -> str:
    """As printed, without `#`, label words' punctuation and spaces."""
    return re.sub(r"\s+", "", text).strip("#:.,;()[]\"'*")


def order_key(number: str) -> tuple[str, str]:
    """(key, key without a split suffix such as -A or /1): upper case, no spaces; the two are equal without a suffix."""
    key = re.sub(r"\s+", "", number).lstrip("#").upper()
    return key, _SUFFIX.sub("", key)


def compact(number: str) -> str:
    """Upper case without spaces, hyphens and dots."""
    return _SEPARATORS.sub("", number).upper()


def tracking_key(number: str) -> str:
    """Compact form without the 420 + ZIP routing prefix of USPS labels (USPS Publication 199)."""
    return _GS1_ZIP.sub("", compact(number))
