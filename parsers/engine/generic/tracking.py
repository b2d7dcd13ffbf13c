"""Tracking numbers and carriers: by label, by a carrier's link, by a shape that tells its carrier.

A check digit alone accepts one random number in ten, so a number counts only beside a label, in a carrier's link, in a
carrier's own mail, or if its shape is no one else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.engine.document import LineKind, Span
from parsers.engine.extraction import Value
from parsers.engine.generic.labels import labelled
from parsers.engine.generic.view import View
from parsers.engine.values.numbers import compact

_TOKEN = re.compile(r"[\[(#\s]*(?P<n>[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){5,39})(?![\w@])")
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
    for tracked in [*_labelled(view), *_linked(view), *_self_identifying(view)]:
        key = compact(tracked.number.value)
        if key in taken or any(key in other or other in key for other in found):
            continue
        found[key] = tracked
    if not found and view.carrier:
        found = {compact(one.number.value): one for one in _own_shape(view) if compact(one.number.value) not in taken}
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
            words = re.split(
                r"[\t\v:|,(]|\btracking\b|\bvia\b|\bwith\b|\bmit\b|\bpar\b|\bby\b", text, flags=re.IGNORECASE
            )
            for word in words:
                key = view.carriers.by_name(word.strip()) if 2 <= len(word.strip()) <= 40 else None
                if key:
                    start = view.lines[near].span.start + text.find(word.strip())
                    return view.value(key, Span(start, start + len(word.strip())), "label")
    return None


def _labelled(view: View) -> list[Tracked]:
    found = []
    for hit in labelled(view, "tracking", following=2):
        match = _TOKEN.match(hit.text)
        if match is None:
            continue
        text = _longest(view, match.group("n"))
        digits = sum(map(str.isdigit, text))
        known = view.carriers.identify(text)
        own = any(match.carrier == view.carrier and match.self_identifying for match in known)
        if not own and (digits < 4 or len(compact(text)) < _MIN_LENGTH or digits < len(compact(text)) * 0.3):
            continue
        plain = view.carrier and hit.direct and hit.label in ("tracking", "pin", "tracking pin")
        if not known and not plain and (hit.label in _WEAK_LABELS or not (hit.direct or view.carrier)):
            continue
        span = hit.span(match.start("n"), match.start("n") + len(text))
        carrier, value = _carrier_for(view, text, span)
        found.append(Tracked(view.value(text, span, "label"), carrier, value))
    return found


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
    found = []
    for link in view.document.links:
        match = view.carriers.by_link(link.target)
        if match is None or not match.number or (start := link.target.find(match.number)) < 0:
            continue
        span = Span(link.span.start + start, link.span.start + start + len(match.number))
        carrier, value = _carrier_for(view, match.number, span)
        if not carrier or not view.carrier:
            carrier, value = match.carrier, view.value(match.carrier, span, "link")
        found.append(Tracked(view.value(match.number, span, "link"), carrier, value))
    return found


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
