"""A parcel as a pure function of what its e-mails tell (rules R2, R17, R18) and of what a person set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracking.facts import SHIPMENT_FIELDS, Fact
from tracking.grouping import Told
from tracking.keys import tracking_key

RANK = {
    "pending": 0, "label_created": 10, "shipped": 20, "in_transit": 22, "out_for_delivery": 30, "exception": 35,
    "ready_for_pickup": 40, "collected": 90, "delivered": 90, "returned": 95, "cancelled": 99,
}  # fmt: skip
TERMINAL = ("collected", "delivered", "returned", "cancelled")
NEW_ATTEMPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Event:
    status: str
    at: datetime | None
    source: str
    author: str
    by_carrier: bool


@dataclass(slots=True)
class ShipmentState:
    """The folded parcel: plain values, ready to be written."""

    key: str
    values: dict[str, Any]
    provenance: dict[str, Any]
    number_key: str
    aliases: list[str]
    status: str
    status_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    needs_attention: bool
    events: list[Event]
    orders: frozenset[str] = frozenset()
    sources: list[str] = field(default_factory=list)


def fold_shipment(key: str, parts: Sequence[Told], typed: tuple[str, datetime] | None) -> ShipmentState:
    """Fold one parcel. parts: at least one. typed: a status that a person set, and when."""
    values, provenance = {}, {}
    for name in SHIPMENT_FIELDS:
        chosen = _latest(parts, name) if name in ("eta_from", "eta_to") else _best(parts, name)
        if chosen and name != "status":
            values[name] = chosen[1].value
            provenance[name] = _evidence(*chosen)
    numbers = sorted(
        {(tracking_key(n), n) for one in parts for n in (one.part.number, *one.part.aliases) if n},
        key=lambda pair: (-len(pair[0]), pair),
    )
    _choose_number(parts, numbers, values, provenance)
    primary = tracking_key(values.get("tracking_number", ""))
    events = _events(parts, typed)
    status, status_at, attention = current(events)
    return ShipmentState(
        key=key,
        values=values,
        provenance=provenance,
        number_key=primary,
        aliases=sorted({printed for number, printed in numbers if number != primary}),
        status=status,
        status_at=status_at,
        shipped_at=_first(events, ("shipped", "in_transit")),
        delivered_at=_delivered(events),
        needs_attention=attention,
        events=events,
        sources=sorted({one.mail.sha256 for one in parts}),
    )


def _choose_number(
    parts: Sequence[Told], numbers: Sequence[tuple[str, str]], values: dict[str, Any], provenance: dict[str, Any]
) -> None:
    """Rule R14: the full form is the parcel's number; a carrier's own number goes before an aggregator's."""
    own = [one for one in parts if one.part.number and "via" not in one.part.facts]
    wanted = {tracking_key(one.part.number) for one in own} or {number for number, _ in numbers}
    best = next((pair for pair in numbers if pair[0] in wanted), None)
    if best is None:
        return
    values["tracking_number"] = best[1]
    teller = next((one for one in parts if one.part.number == best[1]), None)
    if teller is not None:
        provenance["tracking_number"] = _evidence(teller, teller.part.facts["tracking_number"])


def _best(parts: Sequence[Told], name: str) -> tuple[Told, Fact] | None:
    """Rule R2 for a parcel: the carrier knows its parcels best, then the shop; the earliest of equals."""
    found = [(one, one.part.facts[name]) for one in parts if name in one.part.facts]
    found = [pair for pair in found if pair[1].value not in (None, "")]
    if not found:
        return None
    return min(
        found, key=lambda pair: (pair[0].mail.author_type != "carrier", pair[0].mail.rank, pair[0].part.position)
    )


def _latest(parts: Sequence[Told], name: str) -> tuple[Told, Fact] | None:
    """Rule R18: the latest mail's word; a vaguer one of the same day does not replace a narrower one."""
    found = [one for one in parts if name in one.part.facts]
    if not found:
        return None

    def order(one: Told) -> tuple[Any, ...]:
        day = one.mail.sent_at.date().toordinal() if one.mail.sent_at else 0
        facts = one.part.facts
        exact = "eta_to" in facts and "eta_from" in facts and facts["eta_from"].value == facts["eta_to"].value
        time = one.mail.sent_at.timestamp() if one.mail.sent_at else 0.0
        return (day, exact, time, one.mail.sha256)

    chosen = max(found, key=order)
    return chosen, chosen.part.facts[name]


def _evidence(one: Told, fact: Fact) -> dict[str, Any]:
    return {
        "sha256": one.mail.sha256,
        "start": fact.start,
        "end": fact.end,
        "confidence": fact.confidence,
        "source": fact.source,
        "raw": fact.raw,
        "value": fact.value,
        "definition": one.mail.definition,
        "version": one.mail.version,
    }


def _events(parts: Sequence[Told], typed: tuple[str, datetime] | None) -> list[Event]:
    """One event per mail, in time; mails without a time first, by hash. A person's word comes last."""
    told = {
        (one.mail.sha256, one.part.status): Event(
            one.part.status, one.mail.sent_at, one.mail.sha256, one.mail.author, one.mail.author_type == "carrier"
        )
        for one in parts
        if one.part.status in RANK
    }
    events = sorted(
        told.values(), key=lambda event: (event.at is not None, event.at or 0, RANK[event.status], event.source)
    )
    return [*events, Event(typed[0], typed[1], "typed", "", by_carrier=False)] if typed else events


def current(events: Sequence[Event]) -> tuple[str, datetime | None, bool]:
    """Rule R17: (status, since when, whether a person should look), a function of the set of events.

    Terminal beats not terminal; among the others the later day wins, on one day the higher rank. What a carrier says
    more than a day after a delivery is a sign of trouble, not a new status.
    """
    if not events:
        return "pending", None, False
    if events[-1].source == "typed":
        return events[-1].status, events[-1].at, False
    terminal = [event for event in events if event.status in TERMINAL]
    if terminal:
        best = max(terminal, key=lambda event: (RANK[event.status], -_time(event), event.source))
        return best.status, best.at, _troubled(best, events)
    latest = max(events, key=lambda event: (_day(event), RANK[event.status], _time(event), event.source))
    return latest.status, latest.at, latest.status == "exception"


def _troubled(best: Event, events: Sequence[Event]) -> bool:
    if best.status == "returned":
        return True
    return best.at is not None and any(
        event.by_carrier and event.at is not None and event.at - best.at >= NEW_ATTEMPT and event.status not in TERMINAL
        for event in events
    )


def _time(event: Event) -> float:
    return event.at.timestamp() if event.at else 0.0


def _day(event: Event) -> int:
    return event.at.date().toordinal() if event.at else 0


def _first(events: Sequence[Event], statuses: tuple[str, ...]) -> datetime | None:
    return min((event.at for event in events if event.at and event.status in statuses), default=None)


def _delivered(events: Sequence[Event]) -> datetime | None:
    """The carrier's word before the shop's."""
    found = [event for event in events if event.at and event.status in ("delivered", "collected")]
    carrier = [event for event in found if event.by_carrier]
    return min((event.at for event in carrier or found if event.at), default=None)


def order_status(*, cancelled: bool, refunded: bool, parcels: Sequence[ShipmentState], covered: bool) -> str:
    """Rule R19: an order's status from its parcels. covered: the known parcels hold all of its pieces."""
    if cancelled:
        return "refunded" if refunded else "cancelled"
    going = [parcel for parcel in parcels if parcel.status != "cancelled"]
    if not going:
        return "refunded" if refunded else "confirmed"
    delivered = [parcel for parcel in going if parcel.status in ("delivered", "collected")]
    if len(delivered) == len(going):
        told_by_shop = any(
            event.status == "delivered" and not event.by_carrier for parcel in delivered for event in parcel.events
        )
        return "delivered" if covered or told_by_shop else "partially_delivered"
    if delivered:
        return "partially_delivered"
    sent = [parcel for parcel in going if parcel.status not in ("pending", "label_created")]
    if not sent:
        return "confirmed"
    return "shipped" if len(sent) == len(going) and covered else "partially_shipped"
