"""Numbers that lead to a person: telephones, cards (ISO/IEC 7812) and bank accounts (ISO 13616)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.engine.languages import label, words
from parsers.engine.redaction.marks import Edit, Kind
from parsers.engine.values.text import lower

_CARD = re.compile(r"(?<![\w-])[0-9](?:[ \u00a0-]?[0-9]){12,18}(?![ -]?[0-9]|\w)")
_SCHEMES = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2(?:2[2-9]|[3-6]\d|7[01]|720)"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6(?:011|5|4[4-9])|35(?:2[89]|[3-8])"), (16,)),
    (re.compile(r"3(?:0[0-5]|[68])"), (14,)),
)
_MASKED = re.compile(
    r"(?:(?<![\w*•])(?:[*•·]{2,}|[xX]{4,})[ -]?){1,4}(?P<n>[0-9]{4})(?!\w)"
    r"|(?:ending (?:in|with)?|ends (?:in|with)|endet (?:auf|mit)|endend auf|se terminant par|che termina (?:con|per)"
    r"|terminada? en|eindigend op|terminado em|som slutar på|kończąc\w+ się na)\s*:?\s*(?P<m>[0-9]{4})(?!\w)",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<!\w)[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?!\w)", re.IGNORECASE
)
_IBAN_LENGTHS = range(15, 35)
_WORLDWIDE = re.compile(r"(?<![\w+])\+[1-9](?:[ \u00a0()./-]{0,3}[0-9]){6,14}(?![0-9])")
_ABROAD = re.compile(r"(?<!\b[A-Z][A-Z] )(?<![\w.-])00[1-9][0-9]{0,2}[ ()/-](?:[ ()/-]{0,2}[0-9]){6,11}(?![ -]?[0-9])")
_APART = r"(?<![0-9][ -])(?<!\b[A-Z][A-Z] )(?<![\w(+./:-])"
"""Not within a longer number ("9400 1112 0621 …", "BH 0044 177 209")."""
_NATIONAL = tuple(
    re.compile(_APART + body)
    for body in (
        r"\(0[0-9]{1,4}\)(?:[ -]?[0-9]){5,9}(?![ -]?[0-9])",
        r"0[0-9]{1,4}[ /-][0-9]{2,8}(?:[ -][0-9]{2,4}){0,4}(?![ ./-]?[0-9]|\w)",
        r"(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}(?![ .-]?[0-9]|\w)",
        r"(?:04[0-9]{8}|07[0-9]{9}|0[67][0-9]{8}|01[5-7][0-9]{8,9})(?![.-]?[0-9]|\w)",
    )
)
_DATE = re.compile(r"[0-9]{2}([-/. ])[0-9]{2}\1[0-9]{4}|[0-9]{4}-[0-9]{2}")
_LABELLED = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(word) for word in sorted(words("personal_phone"), key=len, reverse=True)) + r")"
    r"(?:\s+(?:number|no\.?|nr\.?))?[ \u00a0\t\v:.#]{1,4}(?P<n>[+(]?[0-9](?:[ \u00a0()./-]{0,2}[0-9]){5,14})(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
_PHONE_DIGITS = range(8, 16)
_LOOK_BACK = 60


def personal_numbers(text: str) -> Iterator[Edit]:
    """Edits for every telephone, card and account number. An order's or parcel's number behind its label is none."""
    for match in _IBAN.finditer(text):
        if _is_iban(match.group()):
            yield Edit(*match.span(), Kind.ACCOUNT, Kind.ACCOUNT.token)
    for match in _CARD.finditer(text):
        if _is_card(match.group()):
            yield Edit(*match.span(), Kind.CARD, Kind.CARD.token)
    for match in _MASKED.finditer(text):
        group = "n" if match.group("n") else "m"
        yield Edit(*match.span(group), Kind.CARD, Kind.CARD.token)
    for match in _LABELLED.finditer(text):
        yield Edit(*match.span("n"), Kind.PHONE, Kind.PHONE.token)
    for pattern in (_WORLDWIDE, _ABROAD):
        for match in pattern.finditer(text):
            yield Edit(*match.span(), Kind.PHONE, Kind.PHONE.token)
    for pattern in _NATIONAL:
        for match in pattern.finditer(text):
            if _count(match.group()) in _PHONE_DIGITS and not _DATE.match(match.group()) and not _named(text, match):
                yield Edit(*match.span(), Kind.PHONE, Kind.PHONE.token)


def _named(text: str, match: re.Match[str]) -> bool:
    """Whether a label in front of the number says that it is an order's or a parcel's."""
    before = lower(text[max(0, match.start() - _LOOK_BACK) : match.start()].rpartition("\n")[2])
    for kind in ("order_number", "tracking"):
        for hit in label(kind).find(before):
            if not before[hit.end() :].strip(" \t\v:#.-–"):
                return True
    return False


def _count(text: str) -> int:
    return sum(sign in "0123456789" for sign in text)


def _is_card(text: str) -> bool:
    digits = [int(sign) for sign in text if sign in "0123456789"]
    number = "".join(map(str, digits))
    if not any(prefix.match(number) and len(number) in lengths for prefix, lengths in _SCHEMES):
        return False
    doubled = [one if at % 2 == 0 else sum(divmod(2 * one, 10)) for at, one in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    compact = re.sub(r"\s", "", text).upper()
    if len(compact) not in _IBAN_LENGTHS or not compact.isascii():
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
