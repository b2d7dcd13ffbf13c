"""Dates as mails print them, in the languages Flux reads.

A date without a year is the one nearest to the mail's own date; words such as "tomorrow" or "Friday" are resolved
against it and give nothing without it. Dates are calendar dates as the message means them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH_NAMES = (
    "january jan januar jänner janvier janv gennaio gen enero ene styczeń stycznia sty januari janeiro",
    "february feb februar februari février févr fév febbraio febrero luty lutego lut fevereiro fev",
    "march mar märz mrz mars marzo marzec marca maart mrt março",
    "april apr avril avr aprile abril abr kwiecień kwietnia kwi",
    "may mai maggio mag mayo maj maja mei maio",
    "june jun juni juin giugno giu junio czerwiec czerwca cze junho",
    "july jul juli juillet juil luglio lug julio lipiec lipca lip julho",
    "august aug août agosto ago sierpień sierpnia sie augustus augusti",
    "september sep sept septembre settembre set septiembre wrzesień września wrz setembro",
    "october oct oktober okt octobre ottobre ott octubre październik października paź outubro out",
    "november nov novembre noviembre listopad listopada lis novembro",
    "december dec dezember dez décembre déc dicembre dic diciembre grudzień grudnia gru dezembro desember",
)
_WEEKDAY_NAMES = (
    "monday mon montag lundi lunedì lunes poniedziałek maandag segunda-feira måndag",
    "tuesday tue tues dienstag mardi martedì martes wtorek dinsdag terça-feira tisdag",
    "wednesday wed mittwoch mercredi mercoledì miércoles środa środę woensdag quarta-feira onsdag",
    "thursday thu thurs donnerstag jeudi giovedì jueves czwartek donderdag quinta-feira torsdag",
    "friday fri freitag vendredi venerdì viernes piątek vrijdag sexta-feira fredag",
    "saturday sat samstag sonnabend samedi sabato sábado sobota sobotę zaterdag lördag",
    "sunday sun sonntag dimanche domenica domingo niedziela niedzielę zondag söndag",
)
_TODAY = "today tonight heute aujourd'hui aujourd’hui oggi hoy dziś dzisiaj vandaag hoje idag i-dag"
_TOMORROW = "tomorrow overnight morgen demain domani mañana jutro amanhã imorgon"


def _table(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {name: number for number, names in enumerate(rows, first) for name in names.split()}


_MONTHS = _table(_MONTH_NAMES, 1)
_WEEKDAYS = _table(_WEEKDAY_NAMES, 0)
_RELATIVE = dict.fromkeys(_TODAY.split(), 0) | dict.fromkeys(_TOMORROW.split(), 1)


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_M = rf"(?:{_any(_MONTHS)})(?![^\W\d_])\.?"
_W = rf"(?:(?:{_any(_WEEKDAYS)})(?![^\W\d_])\.?,?\s+(?:the\s+|den\s+|le\s+|el\s+)?)?"
_SHORT_W = rf"(?:{_any(_WEEKDAYS)}|(?-i:Mo|Di|Mi|Do|Fr|Sa|So|Lu|Ma|Me|Je|Ve))\.?,?"
_D = r"\d{1,2}(?:st|nd|rd|th|er|\.|º|ª|ste|de|e)?"
_Y = r"(?:,?\s*(?:de\s+|del\s+)?(?P<{0}>(?:19|20)\d\d)(?!\d))?"
_TO = r"\s*(?:-|–|—|to|and|bis|und|au|al|a|y|et|e|do|i|tot|en|até|till|och)\s*(?:(?:the|den|der|le|el|il|o)\s+)?"
_PATTERNS = tuple(
    re.compile(text, re.IGNORECASE)
    for text in (
        # 2025-11-24, 2025/11/24
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        # Mon, 19 Nov - Tue, 20 Nov 2025; 24-27 November
        rf"(?<!\d){_W}(?P<d>{_D})\s*(?:(?:of|de)\s+)?(?P<mn>{_M})?{_Y.format('y1')}{_TO}{_W}(?P<d2>{_D})\s*(?:(?:of|de)\s+)?"
        rf"(?P<mn2>{_M}){_Y.format('y')}",
        # March 27 - March 28; Nov 24-27, 2025
        rf"(?<![^\W\d_]){_W}(?P<mn>{_M})\s+(?P<d>{_D}){_Y.format('y1')}{_TO}{_W}(?P<mn2>{_M})?\s*(?P<d2>{_D})"
        rf"(?!\s*:?\d|\s*(?:am|pm|uhr|h)\b){_Y.format('y')}",
        # 19 November 2025; 19. Nov; 3 de mayo de 2025
        rf"(?<![\d.,:/])(?P<d>{_D})[\s-]*(?:(?:of|de)\s+)?(?P<mn>{_M}){_Y.format('y')}",
        # November 19, 2025
        rf"(?<![^\W\d_])(?P<mn>{_M})\s+(?P<d>{_D})(?![\d:%])(?!\s*(?:am|pm)\b){_Y.format('y')}",
        # 24/11/2025, 24.11.25, 11-24-2025
        r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>(?:19|20)?\d\d)(?![\d.,/-]*\d)",
        # 24.11., 24/11 after a weekday, with a second day behind it
        rf"(?<![^\W\d_]){_SHORT_W}\s+(?:den\s+)?(?P<a>\d{{1,2}})(?P<s>[/.])(?P<b>\d{{1,2}})(?![\d/]|\.\d)"
        rf"(?:\.?{_TO}{_SHORT_W}\s+(?:den\s+)?(?P<a2>\d{{1,2}})(?P=s)(?P<b2>\d{{1,2}})(?![\d/]|\.\d))?",
    )
)
_WORD = re.compile(rf"(?<![\w'])(?:{_any(_RELATIVE | _WEEKDAYS)})(?![\w-])", re.IGNORECASE)
_WINDOW = re.compile(
    r"\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|uhr|h)?\s*(?:-|–|and|to|und|et|bis|do|e|y)\s*\d{1,2}(?:[:.]\d\d)?"
)


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date, or a range from `first` to `last`, and where it stood."""

    first: date
    last: date
    start: int
    end: int


def find_dates(text: str, *, base: date | None, dayfirst: bool | None, relative: bool = False) -> list[DateHit]:
    """Dates in a text, left to right, the more telling reading where two overlap.

    base: the mail's own calendar date, for years that are not printed and for words. dayfirst: how 03/04 is read; None
    refuses what could be either. relative: where no date is printed, read "tomorrow" and lone weekdays.
    """
    found: list[DateHit] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(hit.start < match.end() and match.start() < hit.end for hit in found):
                continue
            hit = _hit(match, base, dayfirst)
            if hit:
                found.append(hit)
    if not found and relative and base is not None:
        found = list(_relative(text, base))
    return sorted(found, key=lambda hit: hit.start)


def _hit(match: re.Match[str], base: date | None, dayfirst: bool | None) -> DateHit | None:
    groups = match.groupdict()
    year = _year(groups.get("y"))
    if groups.get("a"):
        day, month = _order(int(groups["a"]), int(groups["b"]), groups["s"], dayfirst)
        first = last = _date(year, month, day, base)
        if first and groups.get("a2"):
            day, month = _order(int(groups["a2"]), int(groups["b2"]), groups["s"], dayfirst)
            last = _date(year, month, day, base)
        return DateHit(first, max(first, last or first), *match.span()) if first else None
    month2 = _month(groups.get("mn2"))
    month = _month(groups.get("mn")) or (int(groups["m"]) if groups.get("m") else 0) or month2
    first = _date(_year(groups.get("y1")) or year, month, _day(groups["d"]), base)
    if first is None:
        return None
    last = first
    if groups.get("d2"):
        last = _date(year, month2 or month, _day(groups["d2"]), base) or first
    if last < first:
        last = _date(last.year + 1, last.month, last.day, None) or first
    return DateHit(first, last, *match.span()) if (last - first).days <= 120 else None


def _order(a: int, b: int, separator: str, dayfirst: bool | None) -> tuple[int, int]:
    """(day, month), (0, 0) if it could be either and nobody says which."""
    if a > 12 or separator == ".":
        return a, b
    if b > 12:
        return b, a
    if dayfirst is None:
        return (a, b) if a == b else (0, 0)
    return (a, b) if dayfirst else (b, a)


def _month(name: str | None) -> int:
    return _MONTHS.get(name.lower().rstrip("."), 0) if name else 0


def _day(text: str) -> int:
    match = re.match(r"\d+", text)
    return int(match.group()) if match else 0


def _year(text: str | None) -> int | None:
    if not text:
        return None
    year = int(text)
    return year + 2000 if year < 100 else year


def _date(year: int | None, month: int, day: int, base: date | None) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        if base is None:
            return None
        options = [
            date(base.year + shift, month, day) for shift in (-1, 0, 1) if _exists(base.year + shift, month, day)
        ]
    except ValueError:
        return None
    # Mails speak of what comes rather than of what was: 60 days back, the rest of the year ahead.
    return min(options, key=lambda option: abs((option - base).days - 120), default=None)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _relative(text: str, base: date) -> Iterator[DateHit]:
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word in _RELATIVE:
            when = base + timedelta(days=_RELATIVE[word])
        elif len(word) > 4:
            when = base + timedelta(days=(_WEEKDAYS[word] - base.weekday()) % 7)
        else:
            continue
        yield DateHit(when, when, *match.span())


def has_time_window(text: str) -> bool:
    """Whether a text names hours ("between 4pm and 6pm", "14:05 - 15:05")."""
    return _WINDOW.search(text.lower()) is not None
