"""When a parcel is expected: the dates beside words of delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from parsers.engine.document import Span
from parsers.engine.extraction import Status, Value
from parsers.engine.generic.view import View
from parsers.engine.languages import label
from parsers.engine.values.dates import DateHit, find_dates, has_time_window
from parsers.engine.values.text import lower

_TODAY = re.compile(r"(?<!\w)(?:today|heute|aujourd'hui|oggi|hoy|dziś|dzisiaj|vandaag|hoje|idag|i dag|tonight)(?!\w)")
_HOUR = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|\d\s?(?:am|pm)\b|\d\s?uhr")
_NEW = ("new", "now", "neu", "nouvelle", "nuova", "nueva", "nowy", "nowa", "nieuwe", "nova", "ny ")
_PAST = re.compile(r"(?:\bwas|\bwere|\boriginally|\bursprünglich|\binitialement|\battempted|\btried) (?:\w+ )?$")
_NOT_COMING = (Status.DELIVERED, Status.COLLECTED, Status.READY_FOR_PICKUP, Status.CANCELLED, Status.REFUNDED)
_FAR = 160
_NEAR = 24
_BELOW = 12
_AHEAD_DAYS = 540
_BACK_DAYS = 30


def days_of_several(view: View, status: Status | None) -> tuple[Value[date], Value[date]] | None:
    """The day of a mail about several parcels or orders: None where it names several, as none is any one's."""
    eta = find_eta(view, status)
    if eta is None:
        return None
    strong = [place for place in _places(view) if place.reach == _FAR]
    found = (find_dates(place.text, base=view.base, dayfirst=view.dayfirst, relative=True)[:1] for place in strong)
    days = {(hit.first, hit.last) for hits in found for hit in hits if _plausible(hit, view.base)}
    return eta if len(days) <= 1 else None


def find_eta(view: View, status: Status | None) -> tuple[Value[date], Value[date]] | None:
    """(from, to) as calendar dates; equal for a single day. None where the mail states no day.

    A new day stands before the one it replaces; and a mail that a parcel is out for delivery means its own day by
    "today" or by hours.
    """
    if status in _NOT_COMING:
        return None
    for place in sorted(_places(view), key=lambda place: not place.new):
        for hit in find_dates(place.text, base=view.base, dayfirst=view.dayfirst, relative=True):
            if _plausible(hit, view.base) and hit.start <= place.reach:
                return _values(view, hit, place.start)
    if status == Status.OUT_FOR_DELIVERY and view.base is not None:
        return _today(view, view.base)
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Text that follows words of delivery. The date has to begin within `reach` characters."""

    text: str
    start: int
    reach: int
    new: bool


def _places(view: View) -> Iterator[_Place]:
    yield from _below_headings(view)
    for kind, reach in (("eta", _FAR), ("delivery_word", _NEAR)):
        phrases = label(kind)
        for index, low in enumerate(view.lows):
            if phrases.beginnings.isdisjoint(view.words[index]):
                continue
            for match in phrases.find(low):
                if not _PAST.search(low[: match.start()]):
                    yield from _after(view, index, match, reach)
        subject = view.document.headers.subject
        for match in phrases.find(view.subject):
            start = view.document.headers.subject_span.start + match.end()
            yield _Place(subject[match.end() :], start, reach, False)


def _below_headings(view: View) -> Iterator[_Place]:
    """The day in the column of a table that is headed so."""
    phrases = label("eta")
    for above, row in pairwise(view.lines):
        if len(above.cells) < 2 or len(above.cells) != len(row.cells):
            continue
        for heading, cell in zip(above.cells, row.cells, strict=True):
            low = lower(view.document.slice(heading)).strip(" :")
            match = phrases.match(low)
            if match and match.end() == len(low):
                yield _Place(view.document.slice(cell), cell.start, _BELOW, False)


def _after(view: View, index: int, match: re.Match[str], reach: int) -> Iterator[_Place]:
    """The rest of the label's line, and if it says little the lines below."""
    line = view.lines[index]
    new = match.group().startswith(_NEW)
    rest = line.text[match.end() : match.end() + 160]
    yield _Place(match.group(), line.span.start + match.start(), _FAR, new)
    yield _Place(rest, line.span.start + match.end(), reach, new)
    if rest.strip(" :\t\v.-–") and len(rest) >= 40:
        return
    for after in view.lines[index + 1 : index + 3]:
        if len(after.text) < 80:
            yield _Place(after.text, after.span.start, _BELOW, new)


def _plausible(hit: DateHit, base: date | None) -> bool:
    if base is None:
        return True
    return -_BACK_DAYS <= (hit.first - base).days <= _AHEAD_DAYS


def _values(view: View, hit: DateHit, start: int) -> tuple[Value[date], Value[date]]:
    span = Span(start + hit.start, start + hit.end)
    return view.value(hit.first, span, "label"), view.value(hit.last, span, "label")


def _today(view: View, base: date) -> tuple[Value[date], Value[date]] | None:
    headers = view.document.headers
    texts = [(headers.subject, headers.subject_span.start)]
    texts += [(line.text, line.span.start) for line in view.lines[:40] if len(line.text) < 240]
    for text, start in texts:
        low = lower(text)
        match = _TODAY.search(low) or _HOUR.search(low)
        if match or has_time_window(low):
            found = match.span() if match else (0, len(text))
            value = view.value(base, Span(start + found[0], start + found[1]), "label")
            return value, value
    return None
