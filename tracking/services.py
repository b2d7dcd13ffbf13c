"""Applying what e-mails say, and what people decide about parcels and orders.

Everything here works on one member at a time under that member's lock, loads all contributions that can touch the
changed ones (a component), resolves them anew and writes the difference. So the rows depend on the set of contributions
alone, never on when or by whom they were applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from orders.locks import lock_member
from orders.models import Order, OrderContribution, OrderLine, TypedValue
from orders.store import mail_from_json, mail_json, write_orders
from orders.store import part_json as order_part_json
from orders.store import part_of as order_part_of
from tracking.components import Component, component_of, mails_of, people_of, point, stored_rows, without_lone_totals
from tracking.exceptions import LinkRefused
from tracking.facts import Applied, MailFacts
from tracking.keys import (
    absent_named,
    keys_of_order,
    keys_of_parcel,
    order_number_key,
    order_part_keys,
    orders_named,
    parcel_names,
    shipment_part_keys,
)
from tracking.models import (
    OrderlessParcel,
    PendingLink,
    RemovedParcel,
    Shipment,
    ShipmentContribution,
    TypedLink,
    TypedStatus,
)
from tracking.numbers.book import CARRIERS
from tracking.resolve import Resolved, resolve
from tracking.store import part_json as shipment_part_json
from tracking.store import part_of as shipment_part_of
from tracking.store import write_shipments

PENDING_FOR = timedelta(days=30)
_AT_ONCE = 500


@transaction.atomic
def apply_mails(*, member: Any, mails: Sequence[MailFacts]) -> Applied:
    """Replace the contributions of these e-mails and fold everything that they touch.

    The same e-mails again change nothing. Returns which e-mails now wait for an order and which no longer do.
    """
    member_id = lock_member(member)
    mails = list({facts.mail.sha256: facts for facts in mails}.values())
    keys = _forget(member_id, [facts.mail.sha256 for facts in mails])
    orders = [
        OrderContribution(
            member_id=member_id,
            sha256=facts.mail.sha256,
            position=part.position,
            keys=order_part_keys(part, facts.mail.sha256, facts.mail.sent_at),
            mail=mail_json(facts.mail),
            part=order_part_json(part),
        )
        for facts in mails
        for part in facts.orders
    ]
    shipments = [
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
    ]
    OrderContribution.objects.bulk_create(orders)
    ShipmentContribution.objects.bulk_create(shipments)
    return _refold(member_id, keys | _touching(member_id, orders, shipments))


@transaction.atomic
def withdraw_mails(*, member: Any, sha256s: Iterable[str]) -> Applied:
    """Remove what these e-mails contributed and fold what they touched."""
    member_id = lock_member(member)
    return _refold(member_id, _forget(member_id, list(sha256s)))


@transaction.atomic
def look_again(*, member: Any, sha256s: Iterable[str]) -> Applied:
    """Fold again what these e-mails touch, as if they had just come."""
    member_id = lock_member(member)
    hashes = list(sha256s)
    orders = list(OrderContribution.objects.of(member_id).filter(sha256__in=hashes))
    shipments = list(ShipmentContribution.objects.of(member_id).filter(sha256__in=hashes))
    return _refold(member_id, _touching(member_id, orders, shipments))


@transaction.atomic
def refold(*, member: Any) -> Applied:
    """Fold everything of a member again, keys included; changes nothing unless the rules have changed."""
    member_id = lock_member(member)
    keys: set[str] = set()
    old_orders, old_shipments = [], []
    for row in OrderContribution.objects.of(member_id):
        wanted = order_part_keys(order_part_of(row), row.sha256, mail_from_json(row.sha256, row.mail).sent_at)
        keys |= {*row.keys, *wanted}
        if row.keys != wanted:
            row.keys = wanted
            old_orders.append(row)
    for parcel in ShipmentContribution.objects.of(member_id):
        wanted = shipment_part_keys(shipment_part_of(parcel))
        keys |= {*parcel.keys, *wanted}
        if parcel.keys != wanted:
            parcel.keys = wanted
            old_shipments.append(parcel)
    OrderContribution.objects.bulk_update(old_orders, ["keys"], batch_size=_AT_ONCE)
    ShipmentContribution.objects.bulk_update(old_shipments, ["keys"], batch_size=_AT_ONCE)
    for name in Order.objects.of(member_id).values_list("key", flat=True):
        keys |= keys_of_order(name)
    for name in Shipment.objects.of(member_id).values_list("key", flat=True):
        keys |= keys_of_parcel(name)
    return _refold(member_id, keys)


@transaction.atomic
def link_order(*, shipment: Shipment, order: Order, linked: bool = True) -> None:
    """A person says that a parcel belongs (or does not belong) to an order; mails never change that.

    Raises LinkRefused if the two belong to different members.
    """
    if shipment.member_id != order.member_id:
        raise LinkRefused("That order is not there.")
    member_id = lock_member(shipment.member_id)
    TypedLink.objects.update_or_create(
        member_id=member_id, shipment_key=shipment.key, order_key=order.key, defaults={"linked": linked}
    )
    _refold(member_id, _keys_behind(shipment) | _keys_behind_order(order))


@transaction.atomic
def forget_link(*, shipment: Shipment, order: Order) -> None:
    """Take back what a person said of a parcel and an order, as if it had never been said."""
    member_id = lock_member(shipment.member_id)
    said = TypedLink.objects.of(member_id).filter(shipment_key__in=_names_of_parcel(shipment))
    said.filter(order_key__in=_names_of_order(order)).delete()
    _refold(member_id, _keys_behind(shipment) | _keys_behind_order(order))


def say_orderless(*, member: Any, shipments: QuerySet[Shipment]) -> list[int]:
    """A person says that these parcels of the member belong to no order; returns the ids of those that have none.

    Nothing else changes: an order that names such a parcel later gets it all the same.
    """
    lone = shipments.filter(member=member, order_links=None).values_list("pk", "key")
    found = dict(lone)
    OrderlessParcel.objects.bulk_create(
        [OrderlessParcel(member=member, shipment_key=key) for key in found.values()], ignore_conflicts=True
    )
    return sorted(found)


def ask_for_order(*, member: Any, shipments: QuerySet[Shipment]) -> list[int]:
    """Take back that these parcels of the member belong to no order; returns the ids of those of which it was said."""
    found = dict(shipments.filter(member=member).values_list("pk", "key"))
    said = OrderlessParcel.objects.of(member).filter(shipment_key__in=found.values())
    keys = set(said.values_list("shipment_key", flat=True))
    said.delete()
    return sorted(pk for pk, key in found.items() if key in keys)


@transaction.atomic
def set_status(*, shipment: Shipment, status: str | None) -> None:
    """A person sets a parcel's status, or (None) hands it back to the e-mails."""
    member_id = lock_member(shipment.member_id)
    TypedStatus.objects.of(member_id).filter(shipment_key__in=_names_of_parcel(shipment)).delete()
    if status is not None:
        TypedStatus.objects.create(member_id=member_id, shipment_key=shipment.key, status=status, at=timezone.now())
    _refold(member_id, _keys_behind(shipment))


@transaction.atomic
def type_value(*, order: Order, field_name: str, value: Any, line_key: str = "") -> None:
    """A person sets a field of an order or of one of its lines; e-mails cannot change it any more."""
    member_id = lock_member(order.member_id)
    TypedValue.objects.update_or_create(
        member_id=member_id, order_key=order.key, line_key=line_key, field=field_name, defaults={"value": value}
    )
    _refold(member_id, _keys_behind_order(order))


@transaction.atomic
def clear_value(*, order: Order, field_name: str, line_key: str = "") -> None:
    """Give a field back to the e-mails."""
    member_id = lock_member(order.member_id)
    typed = TypedValue.objects.of(member_id).filter(order_key__in=_names_of_order(order), field=field_name)
    typed.filter(line_key__in=_line_keys(order, line_key)).delete()
    _refold(member_id, _keys_behind_order(order))


@transaction.atomic
def remove_parcels(*, member: Any, shipments: QuerySet[Shipment]) -> int:
    """Take those of `shipments` that are the member's and belong to no order out of sight; returns how many.

    Their mails stay. A parcel comes back when another mail speaks of it or when its order is found.
    """
    member_id = lock_member(member)
    lone = list(shipments.filter(member=member_id, order_links=None))
    now = timezone.now()
    RemovedParcel.objects.bulk_create(
        [RemovedParcel(member_id=member_id, shipment_key=row.key, sha256s=row.source_emails, at=now) for row in lone],
        update_conflicts=True,
        unique_fields=["member", "shipment_key"],
        update_fields=["sha256s", "at"],
    )
    rows = ShipmentContribution.objects.of(member_id).filter(shipment__in=lone)
    _refold(member_id, _all_keys(rows) | {key for row in lone for key in keys_of_parcel(row.key)})
    return len(lone)


def _forget(member_id: int, hashes: Sequence[str]) -> set[str]:
    """Delete the contributions of these e-mails and return the keys by which they touched others."""
    orders = OrderContribution.objects.of(member_id).filter(sha256__in=hashes)
    shipments = ShipmentContribution.objects.of(member_id).filter(sha256__in=hashes)
    forgotten = list(orders), list(shipments)
    orders.delete()
    shipments.delete()
    PendingLink.objects.of(member_id).filter(sha256__in=hashes).delete()
    return _touching(member_id, *forgotten)


def _touching(
    member_id: int, orders: Sequence[OrderContribution], shipments: Sequence[ShipmentContribution]
) -> set[str]:
    """The keys by which contributions that come or go touch others; totals only between orders with and without."""
    numberless = {key for row in orders if not order_number_key(row.part["number"]) for key in row.keys}
    numbered = {key for row in orders for key in row.keys} - numberless
    return numberless | without_lone_totals(member_id, numbered) | _all_keys(shipments)


def _all_keys(rows: Iterable[ShipmentContribution]) -> set[str]:
    return {key for row in rows for key in row.keys}


def _names_of_order(order: Order) -> list[str]:
    """Everything the order is called by its mails, its key included."""
    keys = {key for keys in order.contributions.values_list("keys", flat=True) for key in keys}
    return sorted({order.key, *orders_named(keys)})


def _names_of_parcel(shipment: Shipment) -> list[str]:
    """Everything the parcel is called by its mails, its key included."""
    parts = [shipment_part_of(row) for row in shipment.contributions.all()]
    return sorted({shipment.key, *(name for part in parts for name in parcel_names(part))})


def _keys_behind(shipment: Shipment) -> set[str]:
    rows = shipment.contributions.values_list("keys", flat=True)
    return keys_of_parcel(shipment.key) | {key for keys in rows for key in keys}


def _keys_behind_order(order: Order) -> set[str]:
    rows = order.contributions.values_list("keys", flat=True)
    return keys_of_order(order.key) | {key for keys in rows for key in keys if not key.startswith("t:")}


def _line_keys(order: Order, line_key: str) -> list[str]:
    """The key of a line, and the one it had when a person typed something of it."""
    rows = OrderLine.objects.filter(order=order, key=line_key).values_list("provenance", flat=True)
    return [line_key, *(origin["key"] for provenance in rows for origin in provenance.values() if "key" in origin)]


def _refold(member_id: int, keys: set[str]) -> Applied:
    """Load the component of `keys`, resolve it, write the difference."""
    component = component_of(member_id, keys)
    stored_orders, stored_shipments = stored_rows(member_id, component)
    mails = mails_of(component)
    resolved = resolve(mails, people_of(member_id, component))
    order_ids = write_orders(
        member_id, resolved.orders, resolved.statuses, [order.key for order in stored_orders], order_number_key
    )
    shipment_ids = write_shipments(member_id, resolved.shipments, stored_shipments, order_ids, CARRIERS.name)
    of_orders = {key: state.parts for key, state in resolved.orders.items()}
    of_shipments = {key: state.parts for key, state in resolved.shipments.items()}
    point(component.orders.values(), "order_id", of_orders, order_ids)
    point(component.shipments.values(), "shipment_id", of_shipments, shipment_ids)
    return _write_pending(member_id, component, mails, resolved)


def _write_pending(member_id: int, component: Component, mails: Sequence[MailFacts], resolved: Resolved) -> Applied:
    """Store which mails of the component wait for which of its orders; a mail may wait for others besides."""
    sent = {facts.mail.sha256: facts.mail.sent_at for facts in mails}
    rows = PendingLink.objects.of(member_id).filter(sha256__in=sent)
    present = {(row.sha256, row.order_key): row.pk for row in rows}
    names = absent_named(component.keys)
    gone = {pair for pair in present if pair[1] in names and pair not in resolved.waiting}
    if gone:
        PendingLink.objects.filter(pk__in=[present[pair] for pair in gone]).delete()
    PendingLink.objects.bulk_create(
        PendingLink(
            member_id=member_id,
            sha256=sha,
            order_key=key,
            expires_at=(moment + PENDING_FOR) if (moment := sent[sha]) else None,
        )
        for sha, key in sorted(resolved.waiting - set(present))
    )
    still = {sha for sha, _ in (set(present) | resolved.waiting) - gone}
    return Applied(deferred=frozenset(still), settled=frozenset({sha for sha, _ in gone} - still))
