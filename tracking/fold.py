"""A parcel as a pure function of what its e-mails tell (rules R2, R17, R18) and of what a person set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from orders.facts import instant
from orders.fold import SURE, OrderState, evidence
from tracking.facts import SHIPMENT_FIELDS, Fact, SourceKind
from tracking.grouping import Told
from tracking.keys import short_forms, tracking_key
from tracking.numbers.book import CARRIERS

RANK = {
    "pending": 0, "label_created": 10, "shipped": 20, "in_transit": 22, "out_for_delivery": 30, "exception": 35,
    "ready_for_pickup": 40, "collected": 90, "delivered": 90, "returned": 95, "cancelled": 99,
}  # fmt: skip
TERMINAL = ("collected", "delivered", "returned", "cancelled")
SENT = ("shipped", "in_transit", "out_for_delivery", "ready_for_pickup")
NEW_ATTEMPT = timedelta(hours=24)
_STATED = {"shipped": "shipped_at", "delivered": "delivered_at", "collected": "delivered_at"}
_VAGUE = 366


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
    by_hand: frozenset[str] = frozenset()
    """Those of `orders` that a person linked."""
    is_consignment: bool = False
    """It stands for several parcels that have numbers of their own (R15)."""
    sources: list[str] = field(default_factory=list)
    parts: frozenset[tuple[str, int]] = frozenset()
    """(sha256, position) of every part that it is folded from."""


def fold_shipment(key: str, parts: Sequence[Told], typed: tuple[str, datetime] | None) -> ShipmentState:
    """Fold one parcel. parts: at least one. typed: a status that a person set, and when."""
    values, provenance = {}, {}
    for name in SHIPMENT_FIELDS:
        if name != "status" and (chosen := _best(parts, name)):
            values[name] = chosen[1].value
            provenance[name] = _evidence(*chosen)
    _choose_carrier(parts, values, provenance)
    _choose_eta(parts, values, provenance)
    primary, aliases = _choose_number(parts, values, provenance)
    events = _events(parts, typed)
    status, status_at, attention = current(events)
    return ShipmentState(
        key=key,
        values=values,
        provenance=provenance,
        number_key=primary,
        aliases=aliases,
        status=status,
        status_at=status_at,
        shipped_at=_first(events, ("shipped", "in_transit")),
        delivered_at=_delivered(events),
        needs_attention=attention,
        events=events,
        sources=sorted({one.mail.sha256 for one in parts}),
        parts=frozenset((one.mail.sha256, one.part.position) for one in parts),
    )


def _choose_carrier(parts: Sequence[Told], values: dict[str, Any], provenance: dict[str, Any]) -> None:
    """Rule N3: one name for each carrier; an aggregator is only `via` once the carrier itself is known."""
    known = [(one, CARRIERS.by_name(str(fact.value)) or str(fact.value)) for one, fact in _sure(parts, "carrier")]
    if not known:
        return
    real = [(one, key) for one, key in known if not CARRIERS.is_aggregator(key)]
    teller, values["carrier"] = min(real or known, key=lambda pair: _belief(pair[0]))
    provenance["carrier"] = _evidence(teller, teller.part.facts["carrier"])
    between = [(one, key) for one, key in known if CARRIERS.is_aggregator(key)]
    if real and between and not values.get("via"):
        teller, values["via"] = min(between, key=lambda pair: _belief(pair[0]))
        provenance["via"] = _evidence(teller, teller.part.facts["carrier"])


def _choose_eta(parts: Sequence[Told], values: dict[str, Any], provenance: dict[str, Any]) -> None:
    """Rule R18: the latest mail's days, both from one; of one day's mails the narrower word stands."""
    names = ("eta_from", "eta_to")
    sure = {one.place: one for name in names for one, _ in _sure(parts, name)}
    if not sure:
        return

    def order(one: Told) -> tuple[Any, ...]:
        sent = one.mail.sent_at
        day = sent.date().toordinal() if sent else 0
        return (day, -_width(one), sent.timestamp() if sent else 0.0, one.mail.sha256, -one.part.position)

    chosen = max(sure.values(), key=order)
    for name in names:
        values.pop(name, None)
        provenance.pop(name, None)
        if name in chosen.part.facts:
            values[name] = chosen.part.facts[name].value
            provenance[name] = _evidence(chosen, chosen.part.facts[name])


def _width(one: Told) -> int:
    """How many days apart the two ends are; a word with one end only is the vaguest."""
    days = [
        date.fromisoformat(str(one.part.facts[name].value)) for name in ("eta_from", "eta_to") if name in one.part.facts
    ]
    return abs((days[1] - days[0]).days) if len(days) == 2 else _VAGUE


def _choose_number(parts: Sequence[Told], values: dict[str, Any], provenance: dict[str, Any]) -> tuple[str, list[str]]:
    """Rule R14: the full form is the parcel's number; a carrier's own number goes before an aggregator's.

    Returns the number in the form in which it is compared, and the other numbers as printed.
    """
    printed: dict[str, str] = {}
    own: set[str] = set()
    aliases: set[str] = set()
    through: set[str] = set()
    for one in parts:
        for text in (one.part.number, *one.part.aliases):
            if key := tracking_key(text):
                printed[key] = min(printed.get(key, text), text)
        (through if "via" in one.part.facts else own).add(tracking_key(one.part.number))
        aliases |= {tracking_key(alias) for alias in one.part.aliases}
    if not printed:
        values.pop("tracking_number", None)
        provenance.pop("tracking_number", None)
        return "", []
    candidates = (own - {""}) or (through - aliases - {""}) or (through - {""}) or set(printed)
    full = {key for key in printed if candidates & set(short_forms(key))}
    primary = min(candidates | full, key=lambda key: (-len(key), key))
    values["tracking_number"] = printed[primary]
    teller = next((one for one in parts if tracking_key(one.part.number) == primary), None)
    provenance.pop("tracking_number", None)
    if teller is not None:
        provenance["tracking_number"] = _evidence(teller, teller.part.facts["tracking_number"])
    return primary, sorted(text for key, text in printed.items() if key != primary)


def _best(parts: Sequence[Told], name: str) -> tuple[Told, Fact] | None:
    """Rule R2 for a parcel: the carrier knows its parcels best, then the shop; the earliest of equals."""
    return min(_sure(parts, name), key=lambda pair: _belief(pair[0]), default=None)


def _sure(parts: Sequence[Told], name: str) -> list[tuple[Told, Fact]]:
    """The mails that state a value and are sure of it; if none is, all that state one."""
    found = [(one, one.part.facts[name]) for one in parts if name in one.part.facts]
    found = [pair for pair in found if pair[1].value not in (None, "")]
    return [pair for pair in found if pair[1].confidence >= SURE] or found


def _belief(one: Told) -> tuple[Any, ...]:
    return (one.mail.author_type != "carrier", one.mail.source_kind >= SourceKind.INDUCED, one.place)


def _evidence(one: Told, fact: Fact) -> dict[str, Any]:
    return evidence(one.mail, fact)


def _events(parts: Sequence[Told], typed: tuple[str, datetime] | None) -> list[Event]:
    """One event per mail and status, in time; those without a time first, by hash. A person's word comes last."""
    told = {
        (one.mail.sha256, one.part.status): Event(
            one.part.status, event_time(one), one.mail.sha256, one.mail.author, one.mail.author_type == "carrier"
        )
        for one in reversed(parts)
        if one.part.status in RANK
    }
    events = sorted(
        told.values(),
        key=lambda event: (event.at is not None, event.at or 0, RANK[event.status], event.source, event.status),
    )
    return [*events, Event(typed[0], typed[1], "typed", "", by_carrier=False)] if typed else events


def event_time(one: Told) -> datetime | None:
    """When it happened: as the mail states, else when it was sent; None for a mail without a time.

    A day without an hour counts only if it is not the day of the mail, which tells the time better; a time to come
    cannot be that of something that has happened.
    """
    sent, name = one.mail.sent_at, _STATED.get(one.part.status, "")
    if sent is None or name not in one.part.facts:
        return sent
    text = str(one.part.facts[name].value)
    stated = instant(text)
    if stated - sent >= timedelta(days=1) or (len(text) == len("2026-11-24") and stated.date() == sent.date()):
        return sent
    return stated


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
        best = max(terminal, key=lambda event: (RANK[event.status], event.at is not None, -_time(event), event.source))
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


def order_status(*, order: OrderState, parcels: Sequence[ShipmentState], pieces: Pieces) -> str:
    """Rule R19: an order's status from its parcels and from what its mails say of the pieces in them."""
    if order.refunded_in_full:
        return "refunded"
    if order.cancelled:
        return "cancelled"
    going = [parcel for parcel in parcels if parcel.status != "cancelled"]
    delivered = [parcel for parcel in going if parcel.status in ("delivered", "collected")]
    sent = [parcel for parcel in going if parcel.status not in ("pending", "label_created")]
    if not sent:
        return "confirmed"
    if len(delivered) == len(going):
        return "delivered" if pieces.all_in(going) or pieces.told_whole(going, "delivered") else "partially_delivered"
    if delivered:
        return "partially_delivered"
    whole = len(sent) == len(going) and (pieces.all_in(going) or pieces.told_whole(going, *SENT))
    return "shipped" if whole else "partially_shipped"


@dataclass(frozen=True, slots=True)
class Pieces:
    """How many pieces of an order go out, and how many its shipping mails name (None if they name no items)."""

    ordered: int
    named: int | None

    def all_in(self, parcels: Sequence[ShipmentState]) -> bool:
        """The parcels hold every piece: they are as many as the pieces, or their mails name as many."""
        count = sum(1 for parcel in parcels if not parcel.is_consignment)
        return self.ordered <= count or (self.named is not None and self.named >= self.ordered)

    def told_whole(self, parcels: Sequence[ShipmentState], *statuses: str) -> bool:
        """The shop says so of the order, without naming some items only."""
        by_shop = any(
            event.status in statuses and not event.by_carrier for parcel in parcels for event in parcel.events
        )
        return self.named is None and by_shop
