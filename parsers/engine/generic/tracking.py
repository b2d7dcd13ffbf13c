"""Tracking numbers and carriers: by label, by a carrier's link, by a shape that tells its carrier.

A check digit alone accepts one random number in ten, so a number counts only beside a label, in a carrier's link, in a
carrier's own mail, or if its shape is no one else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.engine.document import Line, LineKind, Link, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.labels import Labelled, labelled
from parsers.engine.generic.view import View
from parsers.engine.knowledge import NumberMatch
from parsers.engine.languages import label, words
from parsers.engine.values.numbers import compact
from parsers.engine.values.text import lower

_TOKEN = re.compile(r"[\[(#\s]*(?P<n>[0-9A-Za-z](?:[ -]?[0-9A-Za-z]|(?<=\d)\.\d){5,39})(?![\w@])")
_NUMBERED = re.compile(
    r"(?:\s+[A-Z][\w.]{1,15}){0,2}?"
    r"(?:(?i:\s+(?:number|numero|numéro|número|nummer|numer|nr\.?|no\.?|n[°º]\.?))[\s:#(]*|[\s:#(]+)(?P<n>\d[\d.]{8,33}\d|[0-9A-Z]{8,35})(?![\w@/-])"
)
"""What stands behind "your parcel": the carrier's name, a word for number, the number itself."""
_CARRIERS_OWN = re.compile(
    r"(?P<who>[\w .&-]{2,30}?)\s+(?:reference|ref\.?|number|no\.?|id|nummer|numéro|numero|número|code)$"
)
_BETWEEN = re.compile(r"(?P<who>[^\W\d][\w .&-]{1,30}?)\s?:\s*")
_VERB = re.compile(r"[^\W\d][\w' ]{2,40}?\s(?:is|ist|lautet|est|è|es|é|jest|är)[\s:]+(?=[0-9A-Z]*\d{5})")
_MORE = re.compile(r"\s*(?:[,;/&|]|and|und|et|y|e|i|en)\s*(?=[0-9A-Z]{6})")
_PARAMETERS = re.compile(r"(?:track(?:ing)?_?(?:num(?:ber)?s?|no|id|code)|trknbr|tracknumbers?|tn)", re.IGNORECASE)
_MIN_LENGTH = 6
_WEAK_LABELS = frozenset(
    ("tracking", "track", "suivi", "seguimiento", "reference number", "code", "barcode", "votre colis", "pin",
     "sendungsverfolgung", "consignment", "rastreio", "objeto", "o numerze", "track your parcel", "track your package")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tracked:
    number: Value[str]
    carrier: str
    """Key, "" if nothing tells."""
    carrier_value: Value[str] | None


def find_tracking(view: View, order_numbers: list[Value[str]]) -> list[Tracked]:
    """The distinct parcels that a mail gives numbers of."""
    taken = {compact(value.value) for value in order_numbers}
    found: dict[str, Tracked] = {}
    for tracked in [*_labelled(view), *_columns(view), *_linked(view), *_self_identifying(view)]:
        key = compact(tracked.number.value)
        if key in taken or any(key in other or other in key for other in found):
            continue
        found[key] = tracked
    if not found and len(view.lines) < len(view.document.body()):
        behind = {compact(one.number.value): one for one in _labelled(view.whole)}
        found = {key: one for key, one in behind.items() if key not in taken}
    for way in (_carriers_own, _named, _own_shape) if view.carrier else ():
        if not found:
            found = {compact(one.number.value): one for one in way(view) if compact(one.number.value) not in taken}
    return list(found.values())


def named_carrier(view: View) -> Value[str] | None:
    """The carrier that a mail names beside a label such as "Shipped via", as its key."""
    for hit in labelled(view, "carrier", following=1):
        key = view.carriers.by_name(hit.text[:60])
        if key:
            return view.value(key, hit.span(0, len(hit.text.rstrip())), "label")
    return None


def _carrier_for(view: View, number: str, span: Span) -> tuple[str, Value[str] | None]:
    """Sender, then text, then format (rule N3)."""
    if view.carrier and not view.carriers.is_aggregator(view.carrier):
        return view.carrier, view.value(view.carrier, view.document.headers.sender_span, "label")
    named = named_carrier(view) or _carrier_beside(view, span)
    if named:
        return named.value, named
    matches = view.carriers.identify(number)
    telling = [match for match in matches if match.self_identifying]
    if telling:
        return telling[0].carrier, view.value(telling[0].carrier, span, "shape")
    return "", None


def _carrier_beside(view: View, span: Span) -> Value[str] | None:
    """A carrier's name at the start or in front of the number's line ("Canada Post tracking number: …")."""
    for index, line in enumerate(view.lines):
        if not line.span.start <= span.start < line.span.end:
            continue
        for near in (index, index - 1, index + 1):
            if not 0 <= near < len(view.lines):
                continue
            text = view.lines[near].text
            pieces = re.split(
                r"[\t\v:|,(]|\btracking\b|\bvia\b|\bwith\b|\bmit\b|\bpar\b|\bby\b", text, flags=re.IGNORECASE
            )
            for word in pieces:
                key = view.carriers.by_name(word.strip()) if 2 <= len(word.strip()) <= 40 else None
                if key:
                    start = view.lines[near].span.start + text.find(word.strip())
                    return view.value(key, Span(start, start + len(word.strip())), "label")
    return None


def _labelled(view: View) -> list[Tracked]:
    found = []
    for hit in labelled(view, "tracking", following=2, in_sentence=True):
        skip, carrier = _carrier_between(view, hit.text)
        while match := _TOKEN.match(hit.text, skip):
            text = _longest(view, match.group("n"))
            if not _is_number(view, hit, text, named=carrier is not None):
                break
            start = match.start("n")
            span = hit.span(start, start + len(text))
            key, value = _carrier_for(view, text, span)
            if carrier:
                key, value = carrier, view.value(carrier, hit.span(0, skip), "label")
            found.append(Tracked(view.value(text, span, "label"), key, value))
            more = _MORE.match(hit.text, start + len(text))
            if more is None:
                break
            skip = more.end()
    return found


def _carrier_between(view: View, text: str) -> tuple[int, str | None]:
    """(where the number may begin, the carrier) of "BRT: 168031948827" or "of this parcel is 0982…" behind a label."""
    verb = _VERB.match(text)
    if verb:
        return verb.end(), None
    match = _BETWEEN.match(text)
    carrier = view.carriers.by_name(match.group("who")) if match else None
    return (match.end(), carrier) if match and carrier else (0, None)


def _is_number(view: View, hit: Labelled, text: str, *, named: bool) -> bool:
    """Whether what stands beside a label is a tracking number."""
    digits = sum(map(str.isdigit, text))
    known = _known(view, text, weak=hit.label in _WEAK_LABELS)
    own = any(match.carrier == view.carrier and match.self_identifying for match in known)
    if not own and (digits < 4 or len(compact(text)) < _MIN_LENGTH or digits < len(compact(text)) * 0.3):
        return False
    plain = named or (view.carrier and hit.direct and hit.label in ("tracking", "pin", "tracking pin"))
    return bool(known or plain or (hit.label not in _WEAK_LABELS and (hit.direct or view.carrier)))


def _columns(view: View) -> list[Tracked]:
    """Numbers below a heading such as "Tracking" in a table."""
    found: list[Tracked] = []
    column, width = -1, 0
    for line in view.lines:
        cells = [view.document.slice(cell) for cell in line.cells]
        heading = next((at for at, cell in enumerate(cells) if _is_heading(cell)), -1)
        if heading >= 0 and len(cells) > 1 and not any(map(str.isdigit, "".join(cells))):
            column, width = heading, len(cells)
        elif len(cells) != width:
            column = column if line.kind == LineKind.ROW and column >= 0 and not cells else -1
        elif column >= 0:
            found += _in_cell(view, line, line.cells[column])
    return found


def _is_heading(cell: str) -> bool:
    word = lower(cell).split("(")[0].strip(" :.")
    return word in words("tracking") and word not in ("code", "pin", "barcode", "reference number")


def _in_cell(view: View, line: Line, cell: Span) -> Iterator[Tracked]:
    offset = cell.start
    names = [view.carriers.by_name(view.document.slice(other)) for other in line.cells if other != cell]
    for piece in re.split("(\v)", view.document.slice(cell)):
        match = _TOKEN.fullmatch(piece.strip()) if piece.strip() else None
        if match and sum(map(str.isdigit, piece)) >= _MIN_LENGTH:
            start = offset + piece.index(match.group("n"))
            span = Span(start, start + len(match.group("n")))
            number = view.value(match.group("n"), span, "table")
            named = next((name for name in names if name), None)
            carrier, value = (
                (named, view.value(named, line.span, "table")) if named else _carrier_for(view, number.value, span)
            )
            yield Tracked(number, carrier, value)
        offset += len(piece)


def _carriers_own(view: View) -> list[Tracked]:
    """In a carrier's mail: the number beside a label with the carrier's name ("Sendle Reference")."""
    for index, low in enumerate(view.lows):
        head, _, rest = low.partition("\t")
        match = _CARRIERS_OWN.fullmatch(head.strip(" :"))
        if match is None or view.carriers.by_name(match.group("who")) != view.carrier:
            continue
        line = view.lines[index]
        start = line.span.start + len(head) + 1
        if not rest.strip():
            if index + 1 == len(view.lines):
                continue
            line = view.lines[index + 1]
            start = line.span.start
        token = _TOKEN.match(view.document.text, start, line.span.end)
        if token and view.carriers.looks_like(token.group("n"), str(view.carrier)):
            span = Span(token.start("n"), token.end("n"))
            carrier, value = _carrier_for(view, token.group("n"), span)
            return [Tracked(view.value(token.group("n"), span, "label"), carrier, value)]
    return []


def _named(view: View) -> list[Tracked]:
    """In a carrier's mail: "your parcel 3232116500880144177030", "la spedizione BRT numero 17844002719355"."""
    headers = view.document.headers
    places = [(headers.subject, view.subject, headers.subject_span.start)]
    places += [(line.text, low, line.span.start) for line, low in zip(view.lines[:40], view.lows, strict=False)]
    for text, low, offset in places:
        for noun in label("parcel").find(low):
            token = _NUMBERED.match(text, noun.end())
            if token is None or sum(map(str.isdigit, token.group("n"))) < _MIN_LENGTH:
                continue
            span = Span(offset + token.start("n"), offset + token.end("n"))
            carrier, value = _carrier_for(view, token.group("n"), span)
            return [Tracked(view.value(token.group("n"), span, "label"), carrier, value)]
    return []


def _known(view: View, text: str, *, weak: bool) -> list[NumberMatch]:
    """Formats that accept a number; beside a weak label in a carrier's mail, those of that carrier."""
    own = view.carrier if weak and view.carrier and not view.carriers.is_aggregator(view.carrier) else None
    return [match for match in view.carriers.identify(text) if own in (None, match.carrier)]


def _longest(view: View, text: str) -> str:
    """The token with its inner blanks if a format accepts it so, else up to the first blank."""
    whole = text.rstrip(" -")
    if " " not in whole:
        return whole
    parts = whole.split(" ")
    for size in range(len(parts), 0, -1):
        piece = " ".join(parts[:size])
        if view.carriers.identify(piece) and any(map(str.isdigit, parts[size - 1])):
            return piece
    return parts[0]


def _linked(view: View) -> list[Tracked]:
    found: list[Tracked] = []
    for link in view.document.links:
        match = view.carriers.by_link(link.target)
        if match is None:
            found += _in_parameter(view, link)
            continue
        if not match.number or (start := link.target.find(match.number)) < 0:
            continue
        span = Span(link.span.start + start, link.span.start + start + len(match.number))
        carrier, value = _carrier_for(view, match.number, span)
        if not carrier or not view.carrier:
            carrier, value = match.carrier, view.value(match.carrier, span, "link")
        found.append(Tracked(view.value(match.number, span, "link"), carrier, value))
    return found


def _in_parameter(view: View, link: Link) -> Iterator[Tracked]:
    """On a tracking page of a shop's own: `tracking_numbers=388201744614`, the carrier a part of the path."""
    for name, given in link.params.items():
        for number in given if _PARAMETERS.fullmatch(name) else ():
            start = link.target.find(number)
            fitting = [match.carrier for match in view.carriers.identify(number)]
            if start < 0 or not fitting:
                continue
            span = Span(link.span.start + start, link.span.start + start + len(number))
            named = next((key for part in link.segments if (key := view.carriers.by_name(part)) in fitting), None)
            carrier, value = _carrier_for(view, number, span)
            if named:
                carrier, value = named, view.value(named, link.span, "link")
            yield Tracked(view.value(number, span, "link"), carrier, value)


def _self_identifying(view: View) -> list[Tracked]:
    found = []
    headers = view.document.headers
    places = [(headers.subject, headers.subject_span.start)]
    places += [(line.text, line.span.start) for line in view.lines if line.kind != LineKind.HIDDEN]
    for text, offset in places:
        if sum(map(str.isdigit, text)) < 6:
            continue
        for start, end, _ in view.carriers.find(text.upper()):
            span = Span(offset + start, offset + end)
            carrier, value = _carrier_for(view, text[start:end], span)
            found.append(Tracked(view.value(text[start:end], span, "shape"), carrier, value))
    return found


def _own_shape(view: View) -> list[Tracked]:
    """In a carrier's own mail: the one number of its format that stands alone in a line, cell or the subject."""
    headers = view.document.headers
    places = [(headers.subject, headers.subject_span.start)]
    places += [(line.text, line.span.start) for line in view.lines[:60]]
    found: dict[str, Tracked] = {}
    for text, offset in places:
        for match in re.finditer(r"(?<![\w/.=-])[0-9A-Z]{8,35}(?![\w/@.-]?\w)", text):
            number = match.group()
            if sum(map(str.isdigit, number)) < 6:
                continue
            alone = len(number) >= len(text.strip()) - 2
            fits = any(one.carrier == view.carrier for one in view.carriers.identify(number))
            if fits or (alone and view.carriers.looks_like(number, str(view.carrier))):
                span = Span(offset + match.start(), offset + match.end())
                carrier, value = _carrier_for(view, number, span)
                found.setdefault(number, Tracked(view.value(number, span, "shape"), carrier, value))
    return list(found.values())[:1]
