"""A parcel's story: its events, newest first, and the one sentence that stands above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from common import dates
from common.templatetags.flux import mail_address
from orders.models import Retailer
from tracking.fold import TERMINAL
from tracking.models import Shipment, ShipmentStatus
from tracking.numbers.book import CARRIERS

QUIET_AFTER = timedelta(days=45)
"""A parcel under way of which nothing was heard for so long is not expected any more."""
TYPED = "typed"


@dataclass(frozen=True, slots=True)
class EventView:
    """One event: what, when, who says so, and the address of the e-mail that says it ("" if a person did)."""

    words: str
    at: datetime | None
    author: str
    address: str


@dataclass(frozen=True, slots=True)
class Headline:
    """What matters most now: "Arrives / Tomorrow", "Delivered / 19 Nov 2026, 14:10"."""

    label: str
    value: str
    note: str = ""


def events_of(parcel: Shipment) -> list[EventView]:
    """The events of a parcel, the newest first; those without a time last."""
    events = sorted(
        parcel.events.all(), key=lambda event: (event.at is not None, event.at, event.position), reverse=True
    )
    names = dict(Retailer.objects.filter(key__in={event.author for event in events}).values_list("key", "name"))
    return [
        EventView(
            words=str(event.get_status_display()),
            at=event.at,
            author="you" if event.source == TYPED else names.get(event.author) or CARRIERS.name(event.author),
            address="" if event.source == TYPED else mail_address({"sha256": event.source}),
        )
        for event in events
    ]


def is_moving(parcel: Shipment) -> bool:
    """Whether the parcel has not come to an end yet."""
    return parcel.status not in TERMINAL


def is_quiet(parcel: Shipment) -> bool:
    """Whether a parcel under way was neither heard of nor promised for any day of the last weeks."""
    silent_since = timezone.now() - QUIET_AFTER
    last = [day for day in (parcel.status_at and parcel.status_at.date(), parcel.eta_to) if day]
    return is_moving(parcel) and bool(last) and max(last) < silent_since.date()


def headline(parcel: Shipment, *, locale: str) -> Headline:
    """The sentence above the rail, in the member's locale and zone."""
    over = parcel.delivered_at or parcel.status_at
    if not is_moving(parcel):
        value = dates.long_time(over, locale=locale) if over else "On a day no e-mail named"
        return Headline(str(parcel.get_status_display()), value)
    if parcel.status == ShipmentStatus.READY_FOR_PICKUP:
        return Headline("Waiting for you", "Ready for pick-up", _expected(parcel, locale))
    if is_quiet(parcel):
        if parcel.status_at:
            return Headline(
                "No news since", dates.long_time(parcel.status_at, locale=locale), _expected(parcel, locale)
            )
        return Headline("Nothing heard since", _expected(parcel, locale))
    words = dates.arrival(parcel.eta_from, parcel.eta_to, locale=locale)
    if not words:
        return Headline(str(parcel.get_status_display()), "No day of arrival named yet")
    return Headline("Expected" if words.endswith("late") else "Arrives", words, _expected(parcel, locale))


def _expected(parcel: Shipment, locale: str) -> str:
    day = parcel.eta_to or parcel.eta_from
    return f"Promised for {dates.long_day(day, locale=locale)}" if day else ""
