"""When a parcel is expected: the dates beside words of delivery."""

from __future__ import annotations

import re
from datetime import date

from parsers.engine.document import Span
from parsers.engine.extraction import Status, Value
from parsers.engine.generic.view import View
from parsers.engine.languages import label
from parsers.engine.values.dates import DateHit, find_dates, has_time_window
from parsers.engine.values.text import lower

_TODAY = re.compile(r"(?<!\w)(?:today|heute|aujourd'hui|oggi|hoy|dziś|dzisiaj|vandaag|hoje|idag|i dag|tonight)(?!\w)")
_HOUR = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|\d\s?(?:am|pm)\b|\d\s?uhr")
_AHEAD_DAYS = 540
_BACK_DAYS = 30


def find_eta(view: View, status: Status | None) -> tuple[Value[date], Value[date]] | None:
    """(from, to) as calendar dates; equal for a single day. None where the mail states no day.

    A mail that a parcel is out for delivery means its own day by "today" or by hours.
    """
    if status in (Status.DELIVERED, Status.CANCELLED, Status.REFUNDED):
        return None
    for place in _places(view):
        text, start = place
        for hit in find_dates(text, base=view.base, dayfirst=view.dayfirst, relative=True):
            if _plausible(hit, view.base):
                return _values(view, hit, start)
    if status == Status.OUT_FOR_DELIVERY and view.base is not None:
        return _today(view, view.base)
    return None


def _places(view: View) -> list[tuple[str, int]]:
    """(text, offset) of what follows words of delivery, in the subject and the body."""
    places: list[tuple[str, int]] = []
    phrases = label("eta")
    for index, low in enumerate(view.lows):
        if phrases.beginnings.isdisjoint(view.words[index]):
            continue
        for match in phrases.find(low):
            line = view.lines[index]
            rest = line.text[match.end() : match.end() + 160]
            places.append((rest, line.span.start + match.end()))
            short = not rest.strip(" :\t\v.-–") or len(rest) < 40
            for step in (1, 2):
                if short and index + step < len(view.lines):
                    after = view.lines[index + step]
                    if len(after.text) < 80:
                        places.append((after.text, after.span.start))
    subject = view.document.headers.subject
    for match in phrases.find(view.subject):
        places.append((subject[match.end() :], view.document.headers.subject_span.start + match.end()))
    return places


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
