from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from common import dates


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Tuesday 24 November 2026, 09:12 in Melbourne."""
    moment = datetime(2026, 11, 23, 22, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-11-23T20:38:00+00:00", "Today 07:38"),
        ("2026-11-23T10:10:00+00:00", "Yesterday 21:10"),
        ("2026-11-24T13:10:00+00:00", "Tomorrow 00:10"),
        ("2026-11-19T10:00:00+00:00", "19 Nov"),
        ("2025-02-03T10:00:00+00:00", "3 Feb 2025"),
    ],
)
def test_an_instant_is_named_by_its_distance_in_the_members_zone(instant: str, shown: str) -> None:
    with timezone.override(ZoneInfo("Australia/Melbourne")):
        assert dates.short_time(datetime.fromisoformat(instant), locale="en-GB") == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (None, date(2026, 11, 24), "Today"),
        (date(2026, 11, 25), None, "Tomorrow"),
        (date(2026, 11, 27), date(2026, 11, 27), "Fri 27 Nov"),
        (date(2026, 11, 24), date(2026, 11, 27), "24 Nov – 27 Nov"),
        (date(2026, 11, 20), date(2026, 11, 27), "24 Nov – 27 Nov"),
        (date(2026, 11, 20), date(2026, 11, 22), "2 days late"),
        (None, date(2026, 11, 23), "1 day late"),
        (date(2027, 1, 9), date(2027, 1, 9), "9 Jan 2027"),
        (None, None, ""),
    ],
)
def test_an_arrival_says_what_its_window_means_today(first: date | None, last: date | None, shown: str) -> None:
    with timezone.override(ZoneInfo("Australia/Melbourne")):
        assert dates.arrival(first, last, locale="en-GB") == shown


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=11), "11 days ago"),
    ],
)
def test_an_age_is_said_in_one_unit(age: timedelta, shown: str) -> None:
    assert dates.ago(timezone.now() - age) == shown


def test_a_week_ends_on_sunday() -> None:
    assert dates.end_of_week(date(2026, 11, 24)) == date(2026, 11, 29)
    assert dates.end_of_week(date(2026, 11, 29)) == date(2026, 11, 29)
