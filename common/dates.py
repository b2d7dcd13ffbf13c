"""Times and days as people read them: near ones by name, far ones with their year.

Instants are aware and shown in the active time zone; days of an arrival are calendar dates as the sender meant them
and are never shifted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_skeleton, format_time
from django.utils import timezone

from common.money import locale_of


def today() -> date:
    """The calendar day in the active time zone."""
    return timezone.localdate()


def day_or_instant(text: str) -> date | datetime:
    """A time as an e-mail states it, ISO 8601: an instant where it names a zone, else the day, never shifted."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo and len(text) > len("2026-11-24") else moment.date()


def short_day(day: date, *, locale: str) -> str:
    """ "19 Nov", with the year where it is not this one: "3 Feb 2025"."""
    skeleton = "MMMd" if day.year == today().year else "yMMMd"
    return format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale_of(locale))


def long_day(day: date, *, locale: str) -> str:
    """ "19 Nov 2026"."""
    return format_skeleton("yMMMd", datetime(day.year, day.month, day.day), locale=locale_of(locale))


def full_day(day: date, *, locale: str) -> str:
    """ "Tuesday 24 November", in the order of `locale`."""
    return format_skeleton("MMMMEEEEd", datetime(day.year, day.month, day.day), locale=locale_of(locale))


def short_time(instant: datetime, *, locale: str) -> str:
    """ "Today 07:38", "Yesterday 21:10", "Tomorrow 00:10", "19 Nov" or "3 Feb 2025"."""
    local = timezone.localtime(instant)
    near = {-1: "Tomorrow", 0: "Today", 1: "Yesterday"}.get((today() - local.date()).days)
    if near:
        return f"{near} {clock(local, locale=locale)}"
    return short_day(local.date(), locale=locale)


def long_time(instant: datetime, *, locale: str) -> str:
    """ "19 Nov 2026, 08:14" in the active time zone."""
    local = timezone.localtime(instant)
    return f"{format_skeleton('yMMMd', local, locale=locale_of(locale))}, {clock(local, locale=locale)}"


def full_time(instant: datetime, *, locale: str) -> str:
    """Everything there is to say of an instant, for a tooltip: weekday, date, time and zone."""
    local = timezone.localtime(instant)
    return format_datetime(local, "full", tzinfo=local.tzinfo, locale=locale_of(locale))


def clock(instant: datetime, *, locale: str) -> str:
    """ "08:14" (or "8:14 am" where people say so), without the narrow space that some fonts lack."""
    return format_time(instant, "short", tzinfo=instant.tzinfo, locale=locale_of(locale)).replace("\u202f", " ")


def ago(instant: datetime) -> str:
    """How long ago, in one unit: "just now", "2 min ago", "3 h ago", "5 days ago"."""
    seconds = int((timezone.now() - instant).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600} h ago"
    return days(seconds // 86_400) + " ago"


def days(count: int) -> str:
    """ "1 day", "11 days"."""
    return "1 day" if count == 1 else f"{count} days"


def arrival(first: date | None, last: date | None, *, locale: str) -> str:
    """When a parcel that is still under way should come, from its window of days.

    "Today", "Tomorrow", "Tue 24 Nov", "24 Nov – 27 Nov", "2 days late"; "" if no day is known.
    """
    first, last = first or last, last or first
    if first is None or last is None:
        return ""
    late = (today() - last).days
    if late > 0:
        return f"{days(late)} late"
    if first < last and last > today():
        return f"{short_day(max(first, today()), locale=locale)} – {short_day(last, locale=locale)}"
    return day_name(last, locale=locale)


def day_name(day: date, *, locale: str) -> str:
    """ "Today", "Tomorrow", "Yesterday", the weekday with its date within a week, else the date."""
    distance = (day - today()).days
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get(distance)
    if near:
        return near
    if 0 < distance <= 7:
        return f"{format_date(day, 'EEE', locale=locale_of(locale))} {short_day(day, locale=locale)}"
    return short_day(day, locale=locale)


def end_of_week(day: date) -> date:
    """The Sunday that ends the week of `day` (ISO 8601 weeks)."""
    return day + timedelta(days=6 - day.weekday())
