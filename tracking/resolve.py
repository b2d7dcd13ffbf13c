"""All contributions that can touch each other, resolved into orders and parcels. Pure: no database, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.facts import OrderPart
from orders.fold import OrderState, Said, Typed, fold_order, normal_title
from tracking.facts import MailFacts
from tracking.fold import ShipmentState, fold_shipment, order_status
from tracking.grouping import Told, group
from tracking.keys import order_key, order_number_key, tracking_key
from tracking.linking import Known, link

_MAKES_ORDERS = ("order_confirmation", "invoice")
_NOTHING: Mapping[Any, Any] = {}


@dataclass(frozen=True, slots=True)
class Resolved:
    """Orders and parcels by key, their statuses, and which mails wait for which order."""

    orders: dict[str, OrderState]
    statuses: dict[str, str]
    shipments: dict[str, ShipmentState]
    waiting: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class People:
    """What people typed, by the key of the order or parcel."""

    values: Mapping[str, Typed]
    links: Mapping[str, Mapping[str, bool]]
    statuses: Mapping[str, tuple[str, datetime]]


def resolve(mails: Iterable[MailFacts], people: People) -> Resolved:
    """Orders from the mails that make them, parcels from all, and the links between."""
    ordered = sorted(mails, key=lambda facts: facts.mail.rank)
    said = [Said(facts.mail, part) for facts in ordered for part in facts.orders]
    told = [Told(facts.mail, part) for facts in ordered for part in facts.shipments]
    by_order, waiting = _orders(said)
    orders = {key: fold_order(key, parts, people.values.get(key, _NOTHING)) for key, parts in sorted(by_order.items())}
    known = {key: _known(key, state, by_order[key]) for key, state in orders.items()}
    shipments: dict[str, ShipmentState] = {}
    for parts in group(told):
        key = _shipment_key(parts)
        links = link(parts, known, people.links.get(key, _NOTHING))
        waiting |= links.waiting
        numbered = any(one.part.number or one.part.parcel_key for one in parts)
        if not numbered and not links.orders:
            continue
        state = fold_shipment(key, parts, people.statuses.get(key))
        state.orders = links.orders
        shipments[key] = state
    statuses = {key: _status(state, by_order[key], shipments) for key, state in orders.items()}
    return Resolved(orders, statuses, shipments, frozenset(waiting))


def _orders(said: Sequence[Said]) -> tuple[dict[str, list[Said]], set[tuple[str, str]]]:
    """(the parts of every order by its key, mails that wait for theirs).

    Order confirmations and invoices make orders; other mails only add to one that is there.
    """
    groups: defaultdict[str, list[Said]] = defaultdict(list)
    rest: list[Said] = []
    for one in said:
        if one.mail.kind in _MAKES_ORDERS and one.part.retailer:
            groups[order_key(one.part, one.mail.sha256)].append(one)
        elif one.part.number:
            rest.append(one)
    _join_numberless(groups)
    waiting = set()
    for one in rest:
        key = order_key(one.part, one.mail.sha256)
        if key in groups:
            groups[key].append(one)
        elif one.part.retailer:
            waiting.add((one.mail.sha256, key))
    return dict(groups), waiting


def _join_numberless(groups: dict[str, list[Said]]) -> None:
    """An order without a number joins the one numbered order of its shop with the same total and no other items."""
    numberless = sorted(key for key in groups if key.startswith("mail:"))
    for key in numberless:
        one = groups[key][0]
        fitting = [other for other, parts in groups.items() if not other.startswith("mail:") and _fits(one, parts[0])]
        rivals = [other for other in numberless if other != key and other in groups and _fits(one, groups[other][0])]
        if len(fitting) == 1 and not rivals:
            groups[fitting[0]].extend(groups.pop(key))


def _fits(one: Said, other: Said) -> bool:
    if one.part.retailer != other.part.retailer or _value(one.part, "total") != _value(other.part, "total"):
        return False
    mine, theirs = _titles(one.part), _titles(other.part)
    return _value(one.part, "total") is not None and (not mine or not theirs or mine == theirs)


def _value(part: OrderPart, name: str) -> Any:
    return part.facts[name].value if name in part.facts else None


def _titles(part: OrderPart) -> set[str]:
    return {normal_title(str(line["title"].value)) for line in part.lines if "title" in line}


def _known(key: str, state: OrderState, parts: Sequence[Said]) -> Known:
    times = [one.mail.sent_at for one in parts if one.mail.sent_at]
    number = order_number_key(str(state.values.get("order_number", "")))
    name = str(state.values.get("retailer_name", state.retailer))
    return Known(key, number, state.retailer, name, min(times, default=None))


def _shipment_key(parts: Sequence[Told]) -> str:
    """Stable however many mails come: the smallest key that its parts share, numbers before a shop's own keys."""
    numbers = sorted(tracking_key(one.part.number) for one in parts if one.part.number)
    if numbers:
        return f"k:{numbers[0]}"
    keys = sorted(one.part.parcel_key for one in parts if one.part.parcel_key)
    if keys:
        return f"p:{keys[0]}"
    return "o:" + min(f"{one.part.retailer}:{order_number_key(n)}" for one in parts for n in one.part.order_numbers)


def _status(state: OrderState, parts: Sequence[Said], shipments: Mapping[str, ShipmentState]) -> str:
    parcels = [parcel for parcel in shipments.values() if state.key in parcel.orders]
    refunded = state.refunded is not None and state.refunded >= _total(state)
    return order_status(
        cancelled=state.cancelled, refunded=refunded, parcels=parcels, covered=_covered(state, parts, len(parcels))
    )


def _total(state: OrderState) -> Any:
    from_values = state.values.get("total")
    return type(state.refunded)(from_values) if from_values is not None and state.refunded is not None else 0


def _covered(state: OrderState, parts: Sequence[Said], parcels: int) -> bool:
    """The parcels hold every piece: as many pieces are named in shipping mails, or there is but one to ship."""
    units = sum((line.values.get("quantity") or 1) - line.cancelled_quantity for line in state.lines)
    if units <= max(1, parcels):
        return True
    shipping = [one for one in parts if one.mail.kind not in (*_MAKES_ORDERS, "cancelled", "refund")]
    named: dict[str, int] = {}
    for one in shipping:
        for line in one.part.lines:
            title = normal_title(str(line["title"].value)) if "title" in line else ""
            quantity = line["quantity"].value if "quantity" in line else 1
            named[title] = max(named.get(title, 0), quantity)
    return not shipping or not named or sum(named.values()) >= units
