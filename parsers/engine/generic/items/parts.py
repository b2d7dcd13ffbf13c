"""What an item is made of, and what in a mail cannot be one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from parsers.engine.document import Line, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.view import View
from parsers.engine.languages import label, words
from parsers.engine.values.money import find_money
from parsers.engine.values.quantity import COUNTED, LABELLED, split_quantity
from parsers.engine.values.text import lower

CELL = re.compile(r"[\t\v]")
BULLET = re.compile(r"^(?:[*•·▪►\-–]|\d{1,2}[.)])\s+")
_MAX_ITEMS = 100
_SKU = re.compile(
    r"^(?:sku|item (?:number|no\.?|#)|style|art(?:ikel)?\.?-?n(?:r|ummer)\.?|model|ref\.?|référence|product code|upc"
    r"|asin)"
    r"\s*[:#.]?\s*(?P<n>[A-Za-z0-9][\w./-]{1,40})$",
    re.IGNORECASE,
)
_DETAIL_WORDS = "|".join(
    (
        "sold by|condition|colou?r|size|gr(?:ö|o)(?:ß|ss)e|farbe|taille|couleur|taglia|colore|talla|color|rozmiar|maat",
        "kleur|tamanho|cor|storlek|färg|sku|item number|item price|item id|item refund|qty|quantity|order number|price",
        "style|variant|edition|fulfil+ed by|seller|return|gift|customer|billing|shipping|payment|subtotal|total|tax",
        r"vat|discount|release date|pre-?order|mfr|model|part number|platform|transa[ck]tion[\w-]*|initials|engraving",
        "quality|product code|internet|web id|refund|tax refund|deposit|balance|placed|purchased|bezahlt|bestellt",
        "verschickt|available|in stock|back-?order|ean|isbn|article|personali[sz]ation|menge|anzahl|preis|artikel-?nr",
        "artikelnummer|zustand|condición|état|stato|lieferzeit|shop|store|verkäufer|vendeur|venditore|vendedor|sprzedawca|verkoper",
        "material|length|width|height|flavou?r|scent|format|finish|fit|waist|leg|language|grade|weight|type|option",
    )
)
"""What shops print about an item below its title."""
NOT_TITLE = re.compile(
    rf"^(?:{_DETAIL_WORDS})\b\.?(?:\s*[:#•|/(\d]|\s*$|.{{0,14}}$)"
    r"|^(?:est\.|delivery\b|deliver(?:ed|y) (?:by|to|on)|arriv(?:es|ing|al)\b|dispatch|track\b|view\b|manage\b|hello\b"
    r"|hi\b|dear\b|thank|order\b|visit\b|write\b|get (?:it|help|the)\b|your (?:order|account|seller|item)"
    r"|ships? (?:from|by|to)|estimated"
    r"|contact\b|http|buy it|see\b|ebay money back|includes\b|sold by|questions\b|need help)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item as read; `price` is what was printed for it, unit or line as the mail means it."""

    title: Value[str]
    line: int
    """Index into `View.lines` where its title stands."""
    quantity: Value[int] | None = None
    price: Value[Decimal] | None = None
    line_total: Value[Decimal] | None = None
    sku: Value[str] | None = None
    each: bool = False
    """The mail says that `price` is for one piece."""


def cells_of(line: Line) -> list[str]:
    return line.text.split("\t")


def is_sum(cells: Sequence[str]) -> bool:
    """A row of totals, postage, tax, discount or payment, never an item."""
    word = lower(cells[0].split("\v")[0]).strip(" :*#")
    if len(word) > 60:
        return False
    if len(word.split()) <= _FEW_WORDS and _FEE.search(word):
        return True
    kinds = ("total", "subtotal", "shipping", "tax", "discount", "total_not", "refund")
    named = any(
        (match := label(kind).match(word)) and (match.end() >= len(word) * 0.4 or _TAXED.match(word, match.end()))
        for kind in kinds
    )
    return named or word.startswith(
        ("payment", "paid", "visa", "mastercard", "paypal", "zahlung", "paiement", "pagamento", "pago", "płatność",
         "balance", "gift card", "order number", "order date", "insurance", "shipping insurance", "inkl.", "incl.",
         "item refund", "tax refund", "goods", "you saved", "saving")
    )  # fmt: skip


_HEADINGS = frozenset(word for kind in ("item", "quantity", "price", "line_total", "progress") for word in words(kind))
_CODE = re.compile(r"\b(?:SKU|ISBN|EAN|UPC|ASIN|Art\.?-?Nr\.?)\b\s*[:#]?\s*\w*\d")
_TAXED = re.compile(
    r"\s+(?:incl|inkl|inclusief|inclusive|including|ttc|toutes|iva|con iva|vat|mwst|moms|brutto|zonder|excl|hors)\b"
)
_ABBREVIATED = re.compile(r"(?:\.\.|\b\w{1,3}\.)$")
_FEE = re.compile(
    r"^(?:balance|deposit|points)\b|\b(?:fees?|charge|surcharge|savings?|discount|voucher|coupon|shipping|postage|refund|frais"
    r"|remise|opłata|rabat|zniżka|korting|desconto|descuento|sconto|spedizione|envío|livraison|leverans|fragt|frakt|moms"
    r"|cashback|bezorgen|verzending|verzendkosten|dostawa|purchase price|processing)\b"
    r"|(?:gebühr|rabatt|kosten|gutschein|versand)\b"
)
_CODE_BEHIND = re.compile(r"\s+\(#[\w./-]{2,30}\)$")
"""`(#DTT-GRN)`: how shop systems print an item's number behind its title."""
_FEW_WORDS = 5
_DETAIL = re.compile(r"[^\W\d_][\w /&'’.-]{1,23}:\s+(?P<value>\S.*)")


def is_detail(text: str) -> bool:
    """`Transaction ID: 4240917736`: a short name with a number, not a title."""
    match = _DETAIL.fullmatch(text.strip())
    return match is not None and sum(map(str.isdigit, match.group("value"))) >= len(match.group("value")) * 0.6


def is_note(text: str) -> bool:
    """What shops print about an item below its title."""
    return NOT_TITLE.match(text) is not None or is_detail(text) or _CODE.search(text) is not None


def is_title(text: str) -> bool:
    """Could be the name of a thing: letters, no label, no sentence, no amount alone."""
    stripped = BULLET.sub("", text.strip()).strip()
    letters = sum(map(str.isalpha, stripped))
    if not 3 <= len(stripped) <= 400 or letters < 3 or stripped.endswith((":", "?")) or "@" in stripped:
        return False
    if NOT_TITLE.match(stripped) or stripped.startswith(("http", "(")) or is_detail(stripped):
        return False
    if lower(stripped) in _HEADINGS or _CODE.search(stripped):
        return False
    if stripped.endswith((".", "!")) and len(stripped.split()) > 6 and not _ABBREVIATED.search(stripped):
        return False
    money = next(find_money(stripped), None)
    return not (money and money.end - money.start > len(stripped) * 0.5)


def title_in_cell(view: View, span: Span) -> tuple[Value[str] | None, Value[str] | None, Value[int] | None]:
    """(title, SKU, quantity) of a cell whose first telling line is the title."""
    text = view.document.slice(span)
    title, sku, quantity = None, None, None
    offset = span.start
    for piece in re.split("(\v)", text):
        if piece.strip():
            code = _SKU.match(piece.strip())
            if code:
                sku = sku or view.value(code.group("n"), _inside(offset, piece, code.group("n")), "table")
            elif title is None and is_title(piece):
                title, quantity = title_of(view, piece, offset)
            elif quantity is None and (number := LABELLED.search(piece) or COUNTED.match(piece)):
                span = Span(offset + number.start(1), offset + number.end(1))
                quantity = view.value(int(number.group(1)), span, "table")
        offset += len(piece)
    return title, sku, quantity


def _inside(offset: int, text: str, part: str) -> Span:
    start = offset + text.find(part)
    return Span(start, start + len(part))


def title_of(view: View, text: str, offset: int) -> tuple[Value[str], Value[int] | None]:
    """A title without its quantity, and the quantity."""
    bullet = BULLET.match(text)
    skip = bullet.end() if bullet else 0
    start, end, quantity = split_quantity(text[skip:])
    raw = text[skip + start : skip + end]
    left = skip + start + len(raw) - len(raw.lstrip())
    title = _CODE_BEHIND.sub("", raw.strip())
    if len(title) > 2 and title[0] in '"“' and title[-1] in '"”' and title.count('"') in (0, 2):
        title = title[1:-1]
        left += 1
    value = view.value(title, Span(offset + left, offset + left + len(title)), "table")
    if quantity is None:
        return value, None
    return value, view.value(quantity, Span(offset, offset + len(text)), "table")
