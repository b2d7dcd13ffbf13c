"""All that can touch a change: the contributions, rows and words of people of one component of a member's mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.models import Order, OrderContribution, TypedValue
from orders.store import mail_from_json
from orders.store import part_of as order_part_of
from tracking.facts import MailFacts
from tracking.keys import keys_of_order, keys_of_parcel, orders_named, parcels_named
from tracking.models import RemovedParcel, Shipment, ShipmentContribution, TypedLink, TypedStatus
from tracking.resolve import People
from tracking.store import part_of as shipment_part_of

_AT_ONCE = 500


@dataclass(slots=True)
class Component:
    """Contributions that can touch each other, by id, and the keys by which they were found."""

    keys: set[str]
    orders: dict[int, OrderContribution] = field(default_factory=dict)
    shipments: dict[int, ShipmentContribution] = field(default_factory=dict)

    @property
    def hashes(self) -> list[str]:
        """sha256 of every e-mail in it."""
        orders, shipments = self.orders.values(), self.shipments.values()
        return sorted({row.sha256 for row in orders} | {row.sha256 for row in shipments})

    @property
    def order_names(self) -> list[str]:
        return orders_named(self.keys)

    @property
    def parcel_names(self) -> list[str]:
        return parcels_named(self.keys)


def component_of(member_id: int, keys: set[str]) -> Component:
    """Everything that shares a key with what shares a key … with `keys`. A few queries per step, few steps.

    The keys given are followed whatever they are; of those found, totals only where an order without a number has them.
    """
    component = Component(set(keys))
    frontier = set(keys)
    while frontier:
        found: set[str] = set()
        for row in _sharing(member_id, frontier):
            rows: Any = component.orders if isinstance(row, OrderContribution) else component.shipments
            if row.pk not in rows:
                rows[row.pk] = row
                found |= set(row.keys)
        found |= _linked_by_hand(member_id, frontier)
        frontier = without_lone_totals(member_id, found - component.keys)
        component.keys |= frontier
    return component


def _sharing(member_id: int, keys: set[str]) -> list[OrderContribution | ShipmentContribution]:
    wanted = sorted(keys)
    return [
        *OrderContribution.objects.of(member_id).filter(keys__overlap=wanted),
        *ShipmentContribution.objects.of(member_id).filter(keys__overlap=wanted),
    ]


def _linked_by_hand(member_id: int, keys: set[str]) -> set[str]:
    """Keys of what a person linked to a parcel or an order that has one of `keys`."""
    links = TypedLink.objects.of(member_id)
    pairs = {
        *links.filter(shipment_key__in=parcels_named(keys)).values_list("shipment_key", "order_key"),
        *links.filter(order_key__in=orders_named(keys)).values_list("shipment_key", "order_key"),
    }
    return {key for parcel, order in pairs for key in (*keys_of_parcel(parcel), *keys_of_order(order))}


def without_lone_totals(member_id: int, keys: set[str]) -> set[str]:
    """`keys` without the totals that no order without a number has."""
    totals = sorted(key for key in keys if key.startswith("t:"))
    if not totals:
        return keys
    rows = OrderContribution.objects.of(member_id).filter(keys__overlap=totals, part__number="")
    used = {key for row in rows.values_list("keys", flat=True) for key in row}
    return {key for key in keys if not key.startswith("t:") or key in used}


def stored_rows(member_id: int, component: Component) -> tuple[list[Order], list[Shipment]]:
    """The rows that the component's contributions made so far, or that their keys name."""
    orders = Order.objects.of(member_id).filter(key__in=component.order_names)
    shipments = {row.pk: row for row in Shipment.objects.of(member_id).filter(key__in=component.parcel_names)}
    pointed = {row.shipment_id for row in component.shipments.values() if row.shipment_id} - shipments.keys()
    shipments |= {row.pk: row for row in Shipment.objects.of(member_id).filter(pk__in=pointed)}
    return list(orders), [shipments[pk] for pk in sorted(shipments)]


def mails_of(component: Component) -> list[MailFacts]:
    """What the component's e-mails say."""
    parts: dict[str, tuple[Any, list[Any], list[Any]]] = {}
    for row in component.orders.values():
        parts.setdefault(row.sha256, (row.mail, [], []))[1].append(order_part_of(row))
    for parcel in component.shipments.values():
        parts.setdefault(parcel.sha256, (parcel.mail, [], []))[2].append(shipment_part_of(parcel))
    return [
        MailFacts(mail_from_json(sha256, mail), _in_place(orders), _in_place(shipments))
        for sha256, (mail, orders, shipments) in parts.items()
    ]


def _in_place(parts: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(parts, key=lambda part: part.position))


def people_of(member_id: int, component: Component) -> People:
    """What people said of the component's orders and parcels."""
    people = People()
    orders, parcels = component.order_names, component.parcel_names
    for typed in TypedValue.objects.of(member_id).filter(order_key__in=orders):
        people.values.setdefault(typed.order_key, []).append((typed.typed_at, typed.line_key, typed.field, typed.value))
    for link in TypedLink.objects.of(member_id).filter(shipment_key__in=parcels):
        people.links.setdefault(link.shipment_key, []).append((link.at, link.order_key, link.linked))
    for status in TypedStatus.objects.of(member_id).filter(shipment_key__in=parcels):
        people.statuses[status.shipment_key] = (status.at, status.status)
    for removed in RemovedParcel.objects.of(member_id).filter(shipment_key__in=parcels):
        people.removed[removed.shipment_key] = frozenset(removed.sha256s)
    return people


def point(
    rows: Iterable[Any], column: str, parts: Mapping[str, Iterable[tuple[str, int]]], ids: Mapping[str, int]
) -> None:
    """Let every contribution name in `column` the row that it went into.

    parts: key of an order or parcel -> (sha256, position) of what it is folded from; ids: the same keys -> row id.
    """
    homes = {place: ids[key] for key, places in parts.items() for place in places}
    moved = []
    for row in rows:
        target = homes.get((row.sha256, row.position))
        if getattr(row, column) != target:
            setattr(row, column, target)
            moved.append(row)
    if moved:
        type(moved[0]).objects.bulk_update(moved, [column], batch_size=_AT_ONCE)
