"""Which country's dollar a mail means, by the postal addresses that it prints.

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
