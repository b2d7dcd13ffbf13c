"""Applying what e-mails say, and what people decide about parcels and orders.

Everything here works on one member at a time under that member's lock, loads all contributions that can touch the
changed ones (a component), resolves them anew and writes the difference. So the rows depend on the set of contributions
alone, never on when or by whom they were applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orders.models import Order, OrderContribution, TypedValue
from orders.store import mail_from_json, mail_json, write_orders
from orders.store import part_json as order_part_json
from orders.store import part_of as order_part_of
from tracking.exceptions import LinkRefused
from tracking.facts import Applied, MailFacts
from tracking.keys import order_number_key, order_part_keys, shipment_part_keys
from tracking.models import PendingLink, Shipment, ShipmentContribution, TypedLink, TypedStatus
from tracking.numbers.book import CARRIERS
from tracking.resolve import People, Resolved, resolve
from tracking.store import part_json as shipment_part_json
from tracking.store import part_of as shipment_part_of
from tracking.store import write_shipments

_LOCK_CLASS = 0x464C
PENDING_FOR = timedelta(days=30)


@dataclass(slots=True)
class _Component:
    """Contributions that can touch each other, and the keys by which they were found."""

    keys: set[str]
    orders: dict[int, OrderContribution] = field(default_factory=dict)
    shipments: dict[int, ShipmentContribution] = field(default_factory=dict)


@transaction.atomic
def apply_mails(*, member: Any, mails: Sequence[MailFacts]) -> Applied:
    """Replace the contributions of these e-mails and fold everything that they touch.

    The same e-mails again change nothing. Returns which e-mails now wait for an order and which no longer do.
    """
    member_id = _lock(member)
    hashes = [facts.mail.sha256 for facts in mails]
    keys = _forget(member_id, hashes)
    OrderContribution.objects.bulk_create(
        OrderContribution(
            member_id=member_id,
            sha256=facts.mail.sha256,
            position=part.position,
            keys=order_part_keys(part, facts.mail.sha256),
            mail=mail_json(facts.mail),
            part=order_part_json(part),
        )
        for facts in mails
        for part in facts.orders
    )
    ShipmentContribution.objects.bulk_create(
        ShipmentContribution(
            member_id=member_id,
            sha256=facts.mail.sha256,
            position=part.position,
            keys=shipment_part_keys(part),
            mail=mail_json(facts.mail),
            part=shipment_part_json(part),
        )
        for facts in mails
        for part in facts.shipments
    )
    for facts in mails:
        keys |= {key for part in facts.orders for key in order_part_keys(part, facts.mail.sha256)}
        keys |= {key for part in facts.shipments for key in shipment_part_keys(part)}
    return _refold(member_id, keys)


@transaction.atomic
def withdraw_mails(*, member: Any, sha256s: Iterable[str]) -> Applied:
    """Remove what these e-mails contributed and fold what they touched."""
    member_id = _lock(member)
    return _refold(member_id, _forget(member_id, list(sha256s)))


@transaction.atomic
def refold(*, member: Any) -> Applied:
    """Fold everything of a member again; changes nothing unless the rules have changed."""
    member_id = _lock(member)
    rows = [
        *OrderContribution.objects.of(member_id).values_list("keys", flat=True),
        *ShipmentContribution.objects.of(member_id).values_list("keys", flat=True),
    ]
    return _refold(member_id, {key for keys in rows for key in keys})


@transaction.atomic
def link_order(*, shipment: Shipment, order: Order, linked: bool = True) -> None:
    """A person says that a parcel belongs (or does not belong) to an order; mails never change that.

    Raises LinkRefused if the two belong to different members.
    """
    if shipment.member_id != order.member_id:
        raise LinkRefused("That order is not there.")
    member_id = _lock(shipment.member_id)
    TypedLink.objects.update_or_create(
        member_id=member_id, shipment_key=shipment.key, order_key=order.key, defaults={"linked": linked}
    )
    _refold(member_id, _keys_behind(shipment) | _keys_behind_order(order))


@transaction.atomic
def set_status(*, shipment: Shipment, status: str | None) -> None:
    """A person sets a parcel's status, or (None) hands it back to the e-mails."""
    member_id = _lock(shipment.member_id)
    typed = TypedStatus.objects.of(member_id).filter(shipment_key=shipment.key)
    if status is None:
        typed.delete()
    else:
        TypedStatus.objects.update_or_create(
            member_id=member_id, shipment_key=shipment.key, defaults={"status": status, "at": timezone.now()}
        )
    _refold(member_id, _keys_behind(shipment))


@transaction.atomic
def type_value(*, order: Order, field_name: str, value: Any, line_key: str = "") -> None:
    """A person sets a field of an order or of one of its lines; e-mails cannot change it any more."""
    member_id = _lock(order.member_id)
    TypedValue.objects.update_or_create(
        member_id=member_id, order_key=order.key, line_key=line_key, field=field_name, defaults={"value": value}
    )
    _refold(member_id, _keys_behind_order(order))


@transaction.atomic
def clear_value(*, order: Order, field_name: str, line_key: str = "") -> None:
    """Give a field back to the e-mails."""
    member_id = _lock(order.member_id)
    TypedValue.objects.of(member_id).filter(order_key=order.key, line_key=line_key, field=field_name).delete()
    _refold(member_id, _keys_behind_order(order))


def _lock(member: Any) -> int:
    """One writer a member at a time, until the transaction ends."""
    member_id = int(getattr(member, "pk", member))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, member_id % 2**31])
    return member_id


def _forget(member_id: int, hashes: Sequence[str]) -> set[str]:
    """Delete the contributions of these e-mails and return the keys they had."""
    keys: set[str] = set()
    for model in (OrderContribution, ShipmentContribution):
        rows = model.objects.of(member_id).filter(sha256__in=hashes)
        keys |= {key for row in rows.values_list("keys", flat=True) for key in row}
        rows.delete()
    PendingLink.objects.of(member_id).filter(sha256__in=hashes).delete()
    return keys


def _keys_behind(shipment: Shipment) -> set[str]:
    rows = shipment.contributions.values_list("keys", flat=True)
    return {key for keys in rows for key in keys}


def _keys_behind_order(order: Order) -> set[str]:
    rows = order.contributions.values_list("keys", flat=True)
    return {key for keys in rows for key in keys}


def _refold(member_id: int, keys: set[str]) -> Applied:
    """Load the component of `keys`, resolve it, write the difference."""
    component = _closure(member_id, keys)
    stored_orders, stored_shipments = _stored(member_id, component)
    before = set(
        PendingLink.objects.of(member_id).filter(sha256__in=_hashes(component)).values_list("sha256", flat=True)
    )
    mails = _mails(component)
    resolved = resolve(mails, _people(member_id))
    order_ids = write_orders(
        member_id, resolved.orders, resolved.statuses, [order.key for order in stored_orders], order_number_key
    )
    shipment_ids = write_shipments(member_id, resolved.shipments, stored_shipments, order_ids, CARRIERS.name)
    _point(component, resolved, order_ids, shipment_ids)
    waiting = _write_pending(member_id, mails, resolved)
    return Applied(deferred=frozenset(waiting), settled=frozenset(before - waiting))


def _closure(member_id: int, keys: set[str]) -> _Component:
    """Everything that shares a key with what shares a key … with `keys`. A query or two per step, few steps."""
    component = _Component(set(keys))
    frontier = set(keys)
    while frontier:
        wanted = _without_lone_totals(member_id, frontier)
        found = _sharing(member_id, wanted)
        frontier = set()
        for row in found:
            rows: dict[int, Any] = component.orders if isinstance(row, OrderContribution) else component.shipments
            if row.pk not in rows:
                rows[row.pk] = row
                frontier |= set(row.keys) - component.keys
        component.keys |= frontier
    return component


def _sharing(member_id: int, keys: set[str]) -> list[OrderContribution | ShipmentContribution]:
    if not keys:
        return []
    wanted = sorted(keys)
    return [
        *OrderContribution.objects.of(member_id).filter(keys__overlap=wanted),
        *ShipmentContribution.objects.of(member_id).filter(keys__overlap=wanted),
    ]


def _without_lone_totals(member_id: int, keys: set[str]) -> set[str]:
    """Totals matter only where an order without a number has them."""
    totals = sorted(key for key in keys if key.startswith("t:"))
    if not totals:
        return keys
    rows = OrderContribution.objects.of(member_id).filter(keys__overlap=totals, part__number="")
    used = {key for row in rows.values_list("keys", flat=True) for key in row}
    return {key for key in keys if not key.startswith("t:") or key in used}


def _hashes(component: _Component) -> list[str]:
    orders, shipments = component.orders.values(), component.shipments.values()
    return sorted({row.sha256 for row in orders} | {row.sha256 for row in shipments})


def _stored(member_id: int, component: _Component) -> tuple[list[Order], list[Shipment]]:
    """The rows that the component's contributions made so far, or that their keys name."""
    keys = sorted({key[2:] for key in component.keys if key.startswith("o:")})
    keys += [f"mail:{key[2:]}" for key in sorted(component.keys) if key.startswith("m:")]
    orders = list(Order.objects.of(member_id).filter(key__in=keys))
    shipment_keys = [key for key in sorted(component.keys) if key.startswith(("k:", "p:", "o:"))]
    pointed = {row.shipment_id for row in component.shipments.values() if row.shipment_id}
    shipments = {row.pk: row for row in Shipment.objects.of(member_id).filter(key__in=shipment_keys)}
    shipments |= {row.pk: row for row in Shipment.objects.of(member_id).filter(pk__in=pointed)}
    return orders, [shipments[pk] for pk in sorted(shipments)]


def _mails(component: _Component) -> list[MailFacts]:
    parts: dict[str, tuple[Any, list[Any], list[Any]]] = {}
    for row in component.orders.values():
        entry = parts.setdefault(row.sha256, (row.mail, [], []))
        entry[1].append(order_part_of(row))
    for parcel in component.shipments.values():
        entry = parts.setdefault(parcel.sha256, (parcel.mail, [], []))
        entry[2].append(shipment_part_of(parcel))
    return [
        MailFacts(
            mail_from_json(sha256, mail),
            tuple(sorted(orders, key=lambda part: part.position)),
            tuple(sorted(shipments, key=lambda part: part.position)),
        )
        for sha256, (mail, orders, shipments) in parts.items()
    ]


def _people(member_id: int) -> People:
    values: dict[str, dict[tuple[str, str], Any]] = {}
    for typed in TypedValue.objects.of(member_id):
        values.setdefault(typed.order_key, {})[typed.line_key, typed.field] = typed.value
    links: dict[str, dict[str, bool]] = {}
    for one in TypedLink.objects.of(member_id):
        links.setdefault(one.shipment_key, {})[one.order_key] = one.linked
    statuses: dict[str, tuple[str, datetime]] = {
        one.shipment_key: (one.status, one.at) for one in TypedStatus.objects.of(member_id)
    }
    return People(values, links, statuses)


def _point(component: _Component, resolved: Resolved, order_ids: dict[str, int], shipment_ids: dict[str, int]) -> None:
    """Let every contribution name the row that it went into."""
    by_mail = {(sha, order.retailer): order_ids[key] for key, order in resolved.orders.items() for sha in order.sources}
    by_key = {(key): order_ids[key] for key in resolved.orders}
    moved = []
    for row in component.orders.values():
        number_key = f"{row.part['retailer']}:{order_number_key(row.part['number'])}"
        target = by_key.get(number_key) or by_mail.get((row.sha256, row.part["retailer"]))
        if row.order_id != target:
            row.order_id = target
            moved.append(row)
    if moved:
        OrderContribution.objects.bulk_update(moved, ["order_id"])
    parcels: dict[str, list[tuple[str, Any]]] = {}
    for key, state in resolved.shipments.items():
        for sha in state.sources:
            parcels.setdefault(sha, []).append((key, state))
    shifted = []
    for parcel in component.shipments.values():
        target = next(
            (shipment_ids[key] for key, state in parcels.get(parcel.sha256, ()) if _holds(state, parcel)),
            shipment_ids[parcels[parcel.sha256][0][0]] if len(parcels.get(parcel.sha256, ())) == 1 else None,
        )
        if parcel.shipment_id != target:
            parcel.shipment_id = target
            shifted.append(parcel)
    if shifted:
        ShipmentContribution.objects.bulk_update(shifted, ["shipment_id"])


def _holds(state: Any, row: ShipmentContribution) -> bool:
    keys = {f"k:{state.number_key}", state.key}
    return bool(keys & set(row.keys))


def _write_pending(member_id: int, mails: Sequence[MailFacts], resolved: Resolved) -> set[str]:
    """Store which mails of the component wait for which order; returns their hashes."""
    sent = {facts.mail.sha256: facts.mail.sent_at for facts in mails}
    rows = PendingLink.objects.of(member_id).filter(sha256__in=sent)
    existing = {(row.sha256, row.order_key): row.pk for row in rows}
    wanted = {(sha, key) for sha, key in resolved.waiting}
    gone = [pk for pair, pk in existing.items() if pair not in wanted]
    if gone:
        PendingLink.objects.filter(pk__in=gone).delete()
    PendingLink.objects.bulk_create(
        PendingLink(
            member_id=member_id,
            sha256=sha,
            order_key=key[:200],
            expires_at=(moment + PENDING_FOR) if (moment := sent.get(sha)) else None,
        )
        for sha, key in sorted(wanted - set(existing))
    )
    return {sha for sha, _ in wanted}
