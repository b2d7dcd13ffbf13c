"""What in a text names or leads to a person, as edits; and what the text itself tells of the person's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.engine.languages import words
from parsers.engine.redaction.blocks import address_lines, looks_like_name, name_values, units_of
from parsers.engine.redaction.marks import TOKEN, Edit, Kind, settle
from parsers.engine.redaction.numbers import personal_numbers
from parsers.engine.redaction.secrets import Secrets, is_nobody, vocabulary
from parsers.engine.redaction.urls import redact_url
from parsers.engine.values.addresses import country_only

_URL = re.compile(r"(?:https?|mailto|tel|sms):[^\s<>\"'\])]+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_BEFORE_ADDRESS = re.compile(r"(?P<name>[^\s<>:;,\"()\[\]][^<>:;,\"()\[\]\n\t\v]{1,60}?)\"?\s*[<(\[]\s*$")
_TO = re.compile(
    r"(?:^|[\n\t\v])\W{0,4}(?:to|cc|an|à|a|para|do|aan|till|destinataire)\s?\*?:[^\n\t\v]*$", re.IGNORECASE
)
"""The line of a forwarded head that names its reader."""
_NAME = r"[^\W\d_][\w.'’-]{0,30}(?:[ \u00a0]+[^\W\d_][\w.'’-]{0,30}){0,3}"


def _starts(kind: str) -> str:
    return "|".join(
        r"\s+".join(map(re.escape, one.split())) for one in sorted(words(kind), key=lambda one: (-len(one), one))
    )


_GREETING = re.compile(
    rf"^[^\w\[]{{0,6}}(?:{_starts('greeting')})[\s,]+(?P<name>{_NAME})\s*(?=[,!.:;–—-]|$)", re.IGNORECASE
)
_GREETING_OPEN = re.compile(
    rf"^[^\w\[]{{0,6}}(?i:{_starts('greeting')})[\s,]+(?P<name>[A-ZÀ-ÖØ-Þ][\w'’-]+)(?=\s+[a-zß-ÿ])"
)
_CALLED = r"(?P<name>[^\W\d_a-z][\w'’-]*(?: [^\W\d_a-z][\w'’-]*){0,2})"
_THANKS = re.compile(rf"(?<!\w)(?i:{_starts('thanks')})[^.!?\n\t\v,]{{0,80}},\s*{_CALLED}\s*(?=[!.]|$)")
_THANKS_AT_ONCE = re.compile(rf"(?<!\w)(?i:{_starts('thanks')})\s+{_CALLED}\s*(?=[!,.]|$)")
_VOCATIVE = re.compile(
    r"^[^\w\[]{0,6}(?P<name>[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+)?),\s+"
    r"(?i:your|you|we|thank|thanks|good|great|here|ihre?|deine?|wir|votre|vos|ta|ton|nous|il tuo|la tua|i tuoi|tu|su"
    r"|twoj[ae]|twój|je|uw|din|ditt|seu|sua|obrigad[oa])\b"
)
_ADDRESSINGS = (_GREETING, _GREETING_OPEN, _THANKS, _THANKS_AT_ONCE, _VOCATIVE)
_ACCOUNT_NAME = re.compile(r" ?\((?P<name>\w[\w.-]{2,40})\)")
"""The name of the person's account, in brackets behind their own."""
_NUMBER = re.compile(r"(?=.*\d)[\dA-Z./#-]+")
_LONGEST_ADDRESSING = 200
_GREETED_LINES = 60


def find_edits(flow: str, secrets: Secrets, printed: str = "") -> list[Edit]:
    """Everything to blank in a text, settled. printed: all the words of the mail."""
    units = units_of(flow)
    edits = [
        Edit(start, end, Kind.ADDRESS, _address_words(flow[start:end]))
        for start, end, _ in address_lines(units, lambda text: _is_known(text, secrets))
    ]
    edits += [Edit(start, end, Kind.NAME, Kind.NAME.token) for start, end in name_values(units)]
    edits += [Edit(*span, Kind.NAME, Kind.NAME.token) for span in _addressed(flow, secrets)]
    links = list(_links(flow, secrets, printed))
    inside = [match.span() for match in _URL.finditer(flow)]
    others = [*_addresses(flow, secrets), *personal_numbers(flow), *_known(flow, secrets)]
    edits += links + [one for one in others if not any(start < one.end and one.start < end for start, end in inside)]
    return [part for edit in settle(flow, edits) for part in _within_lines(flow, edit)]


def _within_lines(flow: str, edit: Edit) -> Iterator[Edit]:
    """An edit cut where a line or cell ends, so that none loses all its words."""
    at = edit.start
    for piece in re.split(r"([\n\t\v])", flow[edit.start : edit.end]):
        bare = piece.strip()
        if bare:
            start = at + piece.index(bare)
            yield Edit(start, start + len(bare), edit.kind, edit.text)
        at += len(piece)


def learn(flow: str, secrets: Secrets) -> frozenset[str]:
    """Names that the text gives its reader: in greetings, above addresses, behind labels, before their address."""
    units = units_of(flow)
    found = [flow[start:end] for start, end in _addressed(flow, secrets)]
    found += [
        flow[start:end].split(",")[0]
        for start, end, first in address_lines(units, lambda text: _is_known(text, secrets))
        if first
    ]
    found += [flow[start:end].split(",")[0] for start, end in name_values(units)]
    found += [flow[one.start : one.end] for one in _addresses(flow, secrets) if one.kind == Kind.NAME]
    names = (TOKEN.sub(" ", one).strip(" .,!-") for one in found)
    return frozenset(
        one
        for one in names
        if one and looks_like_name(one.title()) and not (_is_ordinary(one) or secrets.is_author(one))
    )


def _is_ordinary(name: str) -> bool:
    return len(name) < 3 or all(part in vocabulary() for part in name.lower().split())


def _is_known(text: str, secrets: Secrets) -> bool:
    match = secrets.name_pattern.match(text)
    return match is not None and all(part[:1].isupper() for part in text[match.end() :].split())


def _address_words(line: str) -> str:
    country = country_only(line)
    return f"{Kind.ADDRESS.token} {country}" if country else Kind.ADDRESS.token


def _addressed(flow: str, secrets: Secrets) -> Iterator[tuple[int, int]]:
    """Where the mail speaks to its reader by name."""
    for unit in units_of(flow)[:_GREETED_LINES]:
        if len(unit.text) > 4 * _LONGEST_ADDRESSING:
            continue
        for pattern in _ADDRESSINGS:
            match = pattern.search(unit.text)
            name = match.group("name") if match else ""
            if match and not is_nobody(name) and _speaks(pattern, name) and not secrets.is_author(name):
                start, end = match.span("name")
                yield unit.start + start, unit.start + end
                break


def _speaks(pattern: re.Pattern[str], name: str) -> bool:
    """Whether what stands where a name would is one: "Hi your order" and "Thanks Team" are none."""
    parts = name.lower().replace(".", "").split()
    ordinary = sum(part in vocabulary() for part in parts)
    return ordinary == 0 or (pattern is _GREETING and len(parts) <= 2 and ordinary < 2 and parts[0] not in _FUNCTION)


_FUNCTION = frozenset(
    "your you we our the this it to and a an for from on in is as here ihre deine votre tu su".split()
)


def _links(flow: str, secrets: Secrets, printed: str) -> Iterator[Edit]:
    for match in _URL.finditer(flow):
        url = match.group().rstrip(".,;!?")
        shown = redact_url(url, secrets, printed)
        yield Edit(match.start(), match.start() + len(url), Kind.LINK, shown)


def _addresses(flow: str, secrets: Secrets) -> Iterator[Edit]:
    """E-mail addresses that are not the author's, each with the name in front of it."""
    for match in _EMAIL.finditer(flow):
        if secrets.is_own(match.group()) and not secrets.typed_pattern.search(match.group()):
            continue
        if match.group().lower().endswith("@blanked.invalid"):
            continue
        yield Edit(*match.span(), Kind.EMAIL, Kind.EMAIL.token)
        before = _BEFORE_ADDRESS.search(flow, max(0, match.start() - 70), match.start())
        theirs = match.group().lower() in secrets.addresses or _TO.search(
            flow, max(0, match.start() - 90), match.start()
        )
        if before and theirs and looks_like_name(before.group("name").strip()):
            yield Edit(*before.span("name"), Kind.NAME, Kind.NAME.token)


def _known(flow: str, secrets: Secrets) -> Iterator[Edit]:
    for match in secrets.typed_pattern.finditer(flow):
        if match.group():
            yield Edit(*match.span(), Kind.WORD, _typed(match.group()))
    for match in secrets.name_pattern.finditer(flow):
        if match.group():
            yield Edit(*match.span(), Kind.NAME, Kind.NAME.token)
            account = _ACCOUNT_NAME.match(flow, match.end())
            if account:
                yield Edit(*account.span("name"), Kind.NAME, Kind.NAME.token)


def _typed(word: str) -> str:
    """A typed number such as A100123 keeps its shape, so that it can still be read as one; other words go whole."""
    if _NUMBER.fullmatch(word):
        return "".join("0" if sign.isdigit() else sign for sign in word)
    return Kind.WORD.token
