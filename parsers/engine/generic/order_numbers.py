"""Order numbers: beside their label, in the subject, in the author's own shape."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import re2

from parsers.engine.document import Line, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.labels import labelled
from parsers.engine.generic.view import View
from parsers.engine.languages import label, words
from parsers.engine.values.dates import find_dates
from parsers.engine.values.money import find_money
from parsers.engine.values.numbers import compact, printed_order_number
from parsers.engine.values.text import lower

_TOKEN = re.compile(r"#?\s?(?P<n>[A-Za-z0-9](?:[A-Za-z0-9]|[-_/.](?=[A-Za-z0-9])){2,39})(?![\w@])")
_SPACED = re.compile(r"#?\s?(?P<n>\d{2,4}(?: \d{2,4}){1,4})(?![\w@-]| \d)")
_HASHED = re.compile(r"#\s?(?P<n>[A-Za-z]{0,6}-?\d[\dA-Za-z-]{1,20})(?![\w@])")
_PHONE = re.compile(r"^(?:\+\d|0\d{2,4}[\s-]\d{3})")
_WORDY = re.compile(r"^[A-Za-z]{4,}\d{1,2}$")
_GAP = re.compile(r"(?:\s*(?:number|nr\.?|no\.?|id|numéro|numero|número|n°|nº|numer)\b)?[\s:#.\[(\-]*", re.IGNORECASE)
_MAX_ORDERS = 20
_WHOLE_LABEL = 9
_LEAST_DIGITS = 5
_FEW_DIGITS = 3
_NUMBER_WORD = re.compile(
    r"[^.!?\n\t\v]{0,60}?\b(?:number|nummer|numéro|numero|número|numer|nr\.?|no\.|n[°º])\s*[:#]?\s*(?=[\w#])",
    re.IGNORECASE,
)


def find_order_numbers(view: View) -> list[Value[str]]:
    """The distinct order numbers that a mail states, in the order in which they stand. Empty if it states none.

    A carrier's mail has one only where it speaks of a shop's order number by that very label.
    """
    if view.carrier and not any(len(hit.label) > _WHOLE_LABEL for hit in labelled(view, "order_number", following=1)):
        return []
    shape = _shape(view.definition.order_pattern) if view.definition and view.definition.order_pattern else None
    found: dict[str, Value[str]] = {}
    for value in _candidates(view, shape):
        key = compact(value.value)
        if key not in found or (value.span and found[key].span and value.source == "generic/label"):
            found.setdefault(key, value)
        if len(found) >= _MAX_ORDERS:
            break
    values = list(found.values())
    return _without_parts(values)


def _candidates(view: View, shape: _Shape | None) -> list[Value[str]]:
    values = [*_in_body(view, shape), *_in_subject(view, shape)]
    if shape is not None and shape.telling:
        values += _by_shape(view, shape)
        if not values:
            values += _in_links(view, shape)
    if view.carrier:
        return values
    if not values:
        values += _below_heading(view, shape) or _worded(view, shape) or _in_subject(view, shape, ("invoice",))
    if not values and shape is not None and not (view.definition and view.definition.proven):
        return _candidates(view, None)  # the shape is hearsay; the label stands in the mail
    if not values and shape is None:
        values += _hashed(view)
    return values


def _in_body(view: View, shape: _Shape | None) -> list[Value[str]]:
    values = []
    strong: list[Value[str]] = []
    for hit in labelled(view, "order_number", following=2):
        match = _SPACED.match(hit.text) if hit.label not in _BARE else None
        match = match or _TOKEN.match(hit.text)
        if match is None or not _acceptable(match.group("n"), hit.text, match, shape, hashed="#" in match.group()):
            continue
        if hit.label in _BARE and not hit.direct and "#" not in match.group():
            continue
        if view.carrier and not _names_order(hit.label):
            continue
        span = hit.span(match.start("n"), match.end("n"))
        value = view.value(printed_order_number(match.group("n")), span, "label")
        values.append(value)
        if not hit.label.startswith(_SECONDARY) and hit.label not in _BARE:
            strong.append(value)
    return strong or values


def _names_order(text: str) -> bool:
    """The label speaks of a shop's order, not of any reference."""
    if text.startswith("purchase"):
        return False
    return label("order_word").search(text) is not None or text.startswith(("auftrag", "bestell", "order"))


def _below_heading(view: View, shape: _Shape | None) -> list[Value[str]]:
    """In the column of a table that is headed "Order" or "Order number"."""
    headings = {*words("order_word"), *words("order_number")} - set(_SECONDARY)
    for above, row in pairwise(view.lines):
        if len(above.cells) < 2 or len(above.cells) != len(row.cells):
            continue
        for heading, cell in zip(above.cells, row.cells, strict=True):
            text = view.document.slice(cell)
            token = _TOKEN.fullmatch(text.strip())
            if lower(view.document.slice(heading)).strip(" :.#") not in headings or token is None:
                continue
            if _digits(token) >= _FEW_DIGITS and _acceptable(token.group("n"), text, None, shape, hashed=True):
                start = cell.start + text.index(token.group("n"))
                span = Span(start, start + len(token.group("n")))
                return [view.value(printed_order_number(token.group("n")), span, "table")]
    return []


def _worded(view: View, shape: _Shape | None) -> list[Value[str]]:
    """`order 812774530` in a sentence, `Bestellung im Teekontor (Nummer: 10734)`, or the word alone above a number."""
    for index, low in enumerate(view.lows[:40]):
        for word in label("order_word").find(low):
            line, start, least = _number_place(view, index, word)
            if line is None:
                continue
            token = _TOKEN.match(line.text, start)
            if token is None or not (_digits(token) >= least or (shape and shape.accepts(token.group("n")))):
                continue
            if _acceptable(token.group("n"), line.text[start:], None, shape, hashed=least < _LEAST_DIGITS):
                span = Span(line.span.start + token.start("n"), line.span.start + token.end("n"))
                return [view.value(printed_order_number(token.group("n")), span, "pattern")]
    return []


def _number_place(view: View, index: int, word: re.Match[str]) -> tuple[Line | None, int, int]:
    """(line, where the number may begin, how many digits it needs) behind the word "order"."""
    line = view.lines[index]
    named = _NUMBER_WORD.match(line.text, word.end())
    if named:
        return line, named.end(), _FEW_DIGITS
    gap = _GAP.match(line.text, word.end())
    start = gap.end() if gap else word.end()
    if line.text[start:].strip():
        return line, start, _FEW_DIGITS if "#" in line.text[word.end() : start] else _LEAST_DIGITS
    alone = view.lows[index].strip(" :#") == word.group() and index + 1 < len(view.lines)
    return (view.lines[index + 1], 0, _LEAST_DIGITS) if alone else (None, 0, 0)


def _digits(token: re.Match[str]) -> int:
    return sum(map(str.isdigit, token.group("n")))


_BARE = (
    "your order", "ihre bestellung", "deine bestellung", "votre commande", "il tuo ordine", "tu pedido", "su pedido",
    "zamówienie", "zamówienia", "je bestelling", "uw bestelling", "seu pedido", "a sua encomenda", "din order",
    "din beställning",
)  # fmt: skip
_SECONDARY = ("invoice", "receipt", "reference", "transaction", "transaktion", "vorgang",
              "rechnung", "numéro de facture", "numero fattura", "número de factura",
              "numer faktury", "factuurnummer", "número da fatura", "fakturanummer", "purchase id")  # fmt: skip


def _in_subject(
    view: View, shape: _Shape | None, kinds: tuple[str, ...] = ("order_number", "order_word")
) -> list[Value[str]]:
    subject = view.document.headers.subject
    values = []
    for kind in kinds:
        for match in label(kind).find(view.subject):
            rest = subject[match.end() :]
            gap = _GAP.match(rest)
            start = match.end() + (gap.end() if gap else 0)
            token = _TOKEN.match(subject, start)
            hashed = "#" in subject[match.end() : start]
            if token and _acceptable(token.group("n"), subject[start:], token, shape, hashed=hashed):
                number = printed_order_number(token.group("n"))
                values.append(view.subject_value(token.start("n"), token.end("n"), number))
        if values:
            break
    if not values:
        for token in _HASHED.finditer(subject):
            if _acceptable(token.group("n"), token.group("n"), None, shape, hashed=True):
                number = printed_order_number(token.group("n"))
                values.append(view.subject_value(token.start("n"), token.end("n"), number))
    return values


def _hashed(view: View) -> list[Value[str]]:
    """`#12345` in one of the first lines, of a mail that says nothing clearer."""
    for line in view.lines[:12]:
        match = _HASHED.search(line.text)
        if match and _acceptable(match.group("n"), match.group("n"), None, None, hashed=True):
            span = Span(line.span.start + match.start("n"), line.span.start + match.end("n"))
            return [view.value(printed_order_number(match.group("n")), span, "shape")]
    return []


class _Shape:
    """An author's order number as a pattern."""

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        self._whole = re2.compile(f"(?:{pattern})", options)
        self._inside = re2.compile(rf"(?:^|[^0-9A-Za-z-])({pattern})(?:$|[^0-9A-Za-z-]|-[^0-9A-Za-z])", options)
        self.telling = not any(
            self._whole.fullmatch("1" * size) for size in range(3, 24)
        ) and not self._whole.fullmatch("ABCDEFGH1")

    def accepts(self, number: str) -> bool:
        return self._whole.fullmatch(number) is not None

    def find(self, text: str) -> list[tuple[int, int]]:
        return [match.span(1) for match in self._inside.finditer(text)]


@lru_cache(maxsize=512)
def _shape(pattern: str) -> _Shape:
    return _Shape(pattern)


def _by_shape(view: View, shape: _Shape) -> list[Value[str]]:
    values = []
    subject = view.document.headers.subject
    for start, end in shape.find(subject):
        values.append(view.subject_value(start, end))
    for line in view.lines:
        if sum(map(str.isdigit, line.text)) < 4:
            continue
        for start, end in shape.find(line.text):
            values.append(
                view.value(line.text[start:end], Span(line.span.start + start, line.span.start + end), "pattern")
            )
    return values


def _in_links(view: View, shape: _Shape) -> list[Value[str]]:
    for link in view.document.links:
        for given in link.params.values():
            for text in given:
                if shape.accepts(text) and (start := link.target.find(text)) >= 0:
                    return [
                        view.value(text, Span(link.span.start + start, link.span.start + start + len(text)), "link")
                    ]
    return []


def _acceptable(number: str, text: str, match: re.Match[str] | None, shape: _Shape | None, *, hashed: bool) -> bool:
    """Not a date, an amount, a phone number, a word or an address; in the author's shape if that is known."""
    printed = printed_order_number(number)
    if shape is not None:
        return shape.accepts(printed) or shape.accepts(printed.upper())
    digits = sum(map(str.isdigit, printed))
    if digits < (2 if hashed else 3) or (digits < 4 and not hashed and printed.isdigit()):
        return False
    if _WORDY.match(printed) or (digits < 13 and _PHONE.match(text)) or "@" in text[: len(number) + 30].split(" ")[0]:
        return False
    if printed.count(".") or "://" in text[:40]:
        return False
    head = text[: (match.end() if match else len(text)) + 12]
    dates = find_dates(head, base=None, dayfirst=True)
    if dates and dates[0].start <= (match.start("n") if match else 0) + 3:
        return False
    money = next(iter(find_money(head)), None)
    return not (money and money.start <= (match.start("n") if match else 0) + 1)


def _without_parts(values: list[Value[str]]) -> list[Value[str]]:
    """Drop numbers that are only a cut piece of another one."""
    keys = [compact(value.value) for value in values]
    return [
        value
        for value, key in zip(values, keys, strict=True)
        if not any(other != key and key in other and len(key) >= 4 for other in keys)
    ]
