"""How many: "x 3", "Qty: 3", "3 ×", "Menge 2"."""

from __future__ import annotations

import re

MAX_QUANTITY = 999
WORDS = (
    "quantity", "qty", "qté", "quantité", "menge", "anzahl", "quantità", "q.tà", "qtà", "cantidad", "cant.", "ilość",
    "ilosc", "liczba", "aantal", "quantidade", "qtd", "antal", "antall",
)  # fmt: skip
_UNITS = (
    r"(?:stuks?|szt\.?|sztuk[ai]?|stk\.?|stück|st\.?|pcs?\.?|pieces?|pièces?|pz\.?|pezzi|uds?\.?|unidades|units|unità)"
)
_WORD = "|".join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True))
LABELLED = re.compile(
    rf"(?<!\w)(?:{_WORD})(?:\s(?:shipped|ordered|returned|delivered|refunded|cancell?ed))?\.?\s*[:\t]?\s*(\d{{1,4}})(?![\d.,]*\d)",
    re.IGNORECASE,
)
COUNTED = re.compile(rf"^\s*(\d{{1,3}})\s?{_UNITS}(?![\w])", re.IGNORECASE)
"""`2 szt.`, `1 stuk`: a number of pieces at the start of a line."""
_AFTER = re.compile(r"\s*[×xX✕]\s?(\d{1,3})\s*$|\s+\((?:x|×)?(\d{1,3})(?:x|×)?\)\s*$")
_BEFORE = re.compile(r"^\s*(\d{1,3})\s?[×xX✕]\s+(?=\S+\s)")
_ALONE = re.compile(r"^\s*(?:[×xX]\s?)?(\d{1,3})(?:\s?[×xX]|\s?" + _UNITS + r")?\s*$", re.IGNORECASE)


def parse_quantity(text: str) -> int | None:
    """A quantity that is the whole text ("2", "x 2", "Qty: 2", "2 pcs"); None for anything else or 0."""
    match = LABELLED.search(text) or _ALONE.match(text)
    return _checked(match.group(1)) if match else None


def split_quantity(title: str) -> tuple[int, int, int | None]:
    """(start, end, quantity) of a title without "× 2" before or behind it; quantity None if there is none."""
    match = _AFTER.search(title)
    if match:
        quantity = _checked(match.group(1) or match.group(2))
        if quantity and title[: match.start()].strip():
            return 0, match.start(), quantity
    match = _BEFORE.match(title)
    if match and (quantity := _checked(match.group(1))):
        return match.end(), len(title), quantity
    return 0, len(title), None


def _checked(text: str) -> int | None:
    quantity = int(text)
    return quantity if 1 <= quantity <= MAX_QUANTITY else None
