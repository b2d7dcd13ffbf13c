"""Mending what history left behind: carriers under several names, parcels without anything to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tracking.models import Carrier, Shipment, TypedLink, TypedStatus
from tracking.numbers.book import CARRIERS
from tracking.services import refold

ORPHAN_AFTER = timedelta(days=30)


@transaction.atomic
def repair(*, members: list[User], dry_run: bool) -> list[str]:
    """Mend and return each change as one line. With dry_run everything is rolled back at the end.

    Carriers whose name is another's alias become that one; every member's mails are folded again, which merges short
    and full numbers and links what can be linked; parcels without number, order and a person's touch that are over 30
    days old go. Unlinked parcels with a number are only listed.
    """
    lines = list(_merge_carriers())
    for member in members:
        lines += _repair_member(member)
    if dry_run:
        transaction.set_rollback(True)
    return lines


def _merge_carriers() -> Iterator[str]:
    for carrier in Carrier.objects.order_by("key"):
        key = CARRIERS.by_name(carrier.name) or carrier.key
        if key == carrier.key:
            continue
        target, _ = Carrier.objects.get_or_create(key=key, defaults={"name": CARRIERS.name(key)})
        moved = Shipment.objects.filter(carrier=carrier).update(carrier=target)
        carrier.delete()
        yield f"carrier {carrier.name}: now {target.name} ({moved} parcels)"


def _repair_member(member: User) -> Iterator[str]:
    before = _facts(member)
    refold(member=member)
    after = _facts(member)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield f"{member.username}: {before.get(key) or 'new'} -> {after.get(key) or 'merged away'}"
    orphans = _orphans(member)
    for orphan in orphans:
        yield f"{member.username}: removed an empty parcel last heard of {orphan.status_at:%Y-%m-%d}"
    Shipment.objects.filter(pk__in=[orphan.pk for orphan in orphans]).delete()
    for lone in Shipment.objects.of(member).filter(order_links=None).exclude(tracking_number="").order_by("key"):
        yield f"{member.username}: {lone.tracking_number} belongs to no order (kept)"


def _facts(member: User) -> dict[str, str]:
    """What a parcel looks like from outside, by its row."""
    rows = Shipment.objects.of(member).prefetch_related("order_links__order").order_by("pk")
    return {
        str(row.pk): f"{row.tracking_number or 'no number'} {sorted(str(link.order) for link in row.order_links.all())}"
        for row in rows
    }


def _orphans(member: User) -> list[Shipment]:
    touched: set[Any] = set(TypedStatus.objects.of(member).values_list("shipment_key", flat=True))
    touched |= set(TypedLink.objects.of(member).values_list("shipment_key", flat=True))
    limit = timezone.now() - ORPHAN_AFTER
    rows = Shipment.objects.of(member).filter(tracking_number="", order_links=None, status_at__lt=limit)
    return [row for row in rows if row.key not in touched]
