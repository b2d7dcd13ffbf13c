"""All contributions that can touch each other, resolved into orders and parcels. Pure: no database, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.fold import MAKES_ORDERS, OrderState, Said, fold_order, normal_title
from tracking.facts import MailFacts, ShipmentPart
from tracking.fold import Pieces, ShipmentState, fold_shipment, order_status
from tracking.grouping import Parcel, Told, group, names_of
from tracking.joining import join_numberless
from tracking.keys import order_key, order_number_key, short_forms
from tracking.linking import Known, OrderBook

_UNDOES = ("cancelled", "refund")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Orders and parcels by key, their statuses, and which mails wait for which order."""

    orders: dict[str, OrderState]
    statuses: dict[str, str]
    shipments: dict[str, ShipmentState]
    waiting: frozenset[tuple[str, str]]


@dataclass(slots=True)
class People:
    """What people said, by the name of the order or parcel; each list in the order of time, the last word last."""

    values: dict[str, list[tuple[datetime, str, str, Any]]] = field(default_factory=dict)
    """Order -> (when, line key, field, value)."""
    links: dict[str, list[tuple[datetime, str, bool]]] = field(default_factory=dict)
    """Parcel -> (when, order, whether it belongs to it)."""
    statuses: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    """Parcel -> (when, status)."""
    removed: dict[str, frozenset[str]] = field(default_factory=dict)
    """Parcel -> sha256 of the mails that spoke of it when it was removed."""

    def values_of(self, names: Iterable[str]) -> dict[tuple[str, str], Any]:
        said = sorted((one for name in names for one in self.values.get(name, ())), key=lambda one: one[:3])
        return {(line, field): value for _, line, field, value in said}

    def links_of(self, names: Iterable[str], orders: Mapping[str, str]) -> dict[str, bool]:
        """Key of an order -> a person's yes or no. orders: every name of an order that is there -> its key."""
        said = sorted(one for name in names for one in self.links.get(name, ()))
        return {orders[order]: linked for _, order, linked in said if order in orders}

    def status_of(self, names: Iterable[str]) -> tuple[str, datetime] | None:
        said = max((self.statuses[name] for name in names if name in self.statuses), default=None)
        return (said[1], said[0]) if said else None

    def has_removed(self, names: Iterable[str], sources: Iterable[str]) -> bool:
        """A parcel that was removed stays away until another mail speaks of it."""
        mails = set(sources)
        return any(mails <= self.removed[name] for name in names if name in self.removed)


def resolve(mails: Iterable[MailFacts], people: People) -> Resolved:
    """Orders from the mails that make them, parcels from all, and the links between."""
    ordered = sorted(mails, key=lambda facts: facts.mail.rank)
    said = [Said(facts.mail, part) for facts in ordered for part in facts.orders]
    by_order, waiting = _orders(said)
    names = {name: key for key, parts in by_order.items() for name in _names(key, parts)}
    orders = {
        key: fold_order(key, parts, people.values_of(_names(key, parts))) for key, parts in sorted(by_order.items())
    }
    book = OrderBook(_known(key, state, by_order[key]) for key, state in orders.items())
    told = _told(ordered, book)
    waiting |= {(one.mail.sha256, name) for one in told for name in one.targets.absent}
    shipments: dict[str, ShipmentState] = {}
    for parcel in group(told):
        state = _shipment(parcel, people, names)
        if state is not None:
            shipments[state.key] = state
    _fold_consignments(shipments)
    return Resolved(orders, _statuses(orders, by_order, shipments), shipments, frozenset(waiting))


def _orders(said: Sequence[Said]) -> tuple[dict[str, list[Said]], set[tuple[str, str]]]:
    """(the parts of every order by its key, mails that wait for theirs).

    Order confirmations and invoices make orders; other mails only add to one that is there.
    """
    groups: defaultdict[str, list[Said]] = defaultdict(list)
    rest: list[Said] = []
    for one in said:
        if one.mail.kind in MAKES_ORDERS and one.part.retailer:
            groups[order_key(one.part, one.mail.sha256)].append(one)
        elif order_number_key(one.part.number):
            rest.append(one)
    join_numberless(groups)
    waiting = set()
    for one in rest:
        key = order_key(one.part, one.mail.sha256)
        if key in groups:
            groups[key].append(one)
        elif one.part.retailer:
            waiting.add((one.mail.sha256, key))
    return dict(groups), waiting


def _names(key: str, parts: Sequence[Said]) -> list[str]:
    """Everything an order was called before all of its mails were there; its key first."""
    return list(dict.fromkeys((key, *(order_key(one.part, one.mail.sha256) for one in parts))))


def _known(key: str, state: OrderState, parts: Sequence[Said]) -> Known:
    times = [one.mail.sent_at for one in parts if one.mail.sent_at]
    number = order_number_key(str(state.values.get("order_number", "")))
    return Known(key, number, str(state.values.get("retailer_name", state.retailer)), min(times, default=None))


def _told(ordered: Sequence[MailFacts], book: OrderBook) -> list[Told]:
    return [
        Told(facts.mail, part, book.targets(facts.mail, part), _titles(facts, part))
        for facts in ordered
        for part in facts.shipments
    ]


def _titles(facts: MailFacts, parcel: ShipmentPart) -> frozenset[str]:
    """The items that the mail names of the parcel's orders; of others it may tell as well, they are not in it."""
    numbers = {order_number_key(number) for number in parcel.order_numbers}
    parts = (part for part in facts.orders if order_number_key(part.number) in numbers - {""})
    return frozenset(normal_title(str(line["title"].value)) for part in parts for line in part.lines if "title" in line)


def _shipment(parcel: Parcel, people: People, orders: Mapping[str, str]) -> ShipmentState | None:
    """One parcel with its orders; None for one that is not to be seen: an order's that is not there, or a removed."""
    names = names_of(parcel)
    typed = people.links_of(names, orders)
    found = {key for one in parcel.parts for key in one.targets.orders}
    linked = found | {key for key, yes in typed.items() if yes}
    if not linked and not any(one.is_named for one in parcel.parts):
        return None
    state = fold_shipment(names[0], parcel.parts, people.status_of(names))
    if not linked and people.has_removed(names, state.sources):
        return None
    state.orders = frozenset(key for key in linked if typed.get(key, True))
    state.by_hand = frozenset(key for key in state.orders if key in typed)
    state.needs_attention |= parcel.disputed
    return state


def _fold_consignments(shipments: Mapping[str, ShipmentState]) -> None:
    """Rule R15: a consignment of several parcels with numbers of their own is delivered when all of them are.

    Its orders are theirs too.
    """
    articles: defaultdict[str, list[ShipmentState]] = defaultdict(list)
    for state in shipments.values():
        for short in short_forms(state.number_key):
            articles[short].append(state)
    for whole in shipments.values():
        inside = articles.get(whole.number_key, ()) if whole.number_key else ()
        if len(inside) < 2:
            continue
        whole.is_consignment = True
        for state in inside:
            state.orders |= whole.orders
        ends = [state.delivered_at for state in inside if state.status in ("delivered", "collected")]
        is_typed = bool(whole.events) and whole.events[-1].source == "typed"
        if len(ends) == len(inside) and not is_typed:
            whole.delivered_at = max((end for end in ends if end), default=None)
            whole.status, whole.status_at = "delivered", whole.delivered_at


def _statuses(
    orders: Mapping[str, OrderState], by_order: Mapping[str, Sequence[Said]], shipments: Mapping[str, ShipmentState]
) -> dict[str, str]:
    parcels: defaultdict[str, list[ShipmentState]] = defaultdict(list)
    for shipment in shipments.values():
        for key in shipment.orders:
            parcels[key].append(shipment)
    return {
        key: order_status(order=state, parcels=parcels[key], pieces=_pieces(state, by_order[key], parcels[key]))
        for key, state in orders.items()
    }


def _pieces(state: OrderState, parts: Sequence[Said], parcels: Sequence[ShipmentState]) -> Pieces:
    """The pieces that are to come and those that shipping mails name; mails of one parcel name the same ones."""
    ordered = sum((line.values.get("quantity") or 1) - line.cancelled_quantity for line in state.lines)
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for parcel in parcels:
        for sha256 in parcel.sources:
            inside[sha256].add(parcel.key)
    named: dict[tuple[frozenset[str], str], int] = {}
    for one in parts:
        if one.mail.kind in (*MAKES_ORDERS, *_UNDOES):
            continue
        for line in one.part.lines:
            title = normal_title(str(line["title"].value)) if "title" in line else ""
            place = frozenset(inside[one.mail.sha256]), title
            named[place] = max(named.get(place, 0), line["quantity"].value if "quantity" in line else 1)
    return Pieces(ordered, sum(named.values()) if named else None)
