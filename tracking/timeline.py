"""A parcel's story: its events, newest first, and the one sentence that stands above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common import dates
from common.templatetags.flux import mail_address
from tracking.fold import TERMINAL
from tracking.models import Shipment, ShipmentStatus

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
    return [
        EventView(
            words=str(event.get_status_display()),
            at=event.at,
            author="you" if event.source == TYPED else event.author,
            address="" if event.source == TYPED else mail_address({"sha256": event.source}),
        )
        for event in events
    ]


def is_moving(parcel: Shipment) -> bool:
    """Whether the parcel has not come to an end yet."""
    return parcel.status not in TERMINAL


def headline(parcel: Shipment, *, locale: str) -> Headline:
    """The sentence above the rail, in the member's locale and zone."""
    over = parcel.delivered_at or parcel.status_at
    if not is_moving(parcel):
        value = dates.long_time(over, locale=locale) if over else "On a day no e-mail named"
        return Headline(str(parcel.get_status_display()), value)
    if parcel.status == ShipmentStatus.READY_FOR_PICKUP:
        return Headline("Waiting for you", "Ready for pick-up", _expected(parcel, locale))
    words = dates.arrival(parcel.eta_from, parcel.eta_to, locale=locale)
    if not words:
        return Headline(str(parcel.get_status_display()), "No day of arrival named yet")
    return Headline("Expected" if words.endswith("late") else "Arrives", words, _expected(parcel, locale))


def _expected(parcel: Shipment, locale: str) -> str:
    day = parcel.eta_to or parcel.eta_from
    return f"Promised for {dates.long_day(day, locale=locale)}" if day else ""
