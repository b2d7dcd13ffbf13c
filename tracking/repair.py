"""Mending what history left behind: carriers under several names, parcels without anything to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from tracking.models import Carrier, Shipment, TypedLink, TypedStatus
from tracking.numbers.book import CARRIERS
from tracking.services import refold, remove_parcels

ORPHAN_AFTER = timedelta(days=30)


def repair(*, members: list[User], dry_run: bool) -> list[str]:
    """Mend and return each change as one line. With dry_run all of it is rolled back.

    One transaction for the carriers and one for each member, so that nobody's mail waits for somebody else's repair.

    Carriers whose name is another's alias become that one; every member's mails are folded again, which merges short
    and full numbers and links what can be linked; parcels without number, order and a person's touch that are over 30
    days old go. Unlinked parcels with a number are only listed.
    """
    steps: list[Callable[[], Iterator[str]]] = [_merge_carriers]
    steps += [partial(_repair_member, member) for member in members]
    return [line for step in steps for line in _done(step, dry_run=dry_run)]


@transaction.atomic
def _done(step: Callable[[], Iterator[str]], *, dry_run: bool) -> list[str]:
    lines = list(step())
    if dry_run:
        transaction.set_rollback(True)
    return lines


def _merge_carriers() -> Iterator[str]:
    """Carriers under another name become the one they are. There are as many as carriers, not as parcels."""
    for carrier in Carrier.objects.order_by("key"):
        key = CARRIERS.by_name(carrier.key) or CARRIERS.by_name(carrier.name) or carrier.key
        if key == carrier.key:
            continue
        target, _ = Carrier.objects.get_or_create(key=key, defaults={"name": CARRIERS.name(key)})
        moved = Shipment.objects.filter(carrier=carrier).update(carrier=target)
        carrier.delete()
        yield f"carrier {carrier.name}: now {target.name} ({moved} parcels)"


def _repair_member(member: User) -> Iterator[str]:
    before = _seen(member)
    refold(member=member)
    after = _seen(member)
    for pk in sorted(before.keys() | after.keys()):
        if before.get(pk) != after.get(pk):
            yield f"{member.username}: {before.get(pk) or 'new'} -> {after.get(pk) or 'merged away'}"
    orphans = orphans_of(member)
    for merchant, heard in orphans.order_by("key").values_list("merchant", "status_at"):
        what = f"an empty parcel of {merchant}" if merchant else "an empty parcel"
        yield f"{member.username}: removed {what} last heard of {heard:%Y-%m-%d}"
    remove_parcels(member=member, shipments=orphans)
    for number in lone_parcels_of(member).order_by("key").values_list("tracking_number", flat=True):
        yield f"{member.username}: {number} belongs to no order (kept)"


def _seen(member: User) -> dict[int, str]:
    """What a parcel looks like from outside, by its row."""
    rows = Shipment.objects.of(member).select_related("carrier").prefetch_related("order_links__order").order_by("pk")
    return {
        row.pk: f"{row.tracking_number or 'no number'} "
        f"{sorted([*row.aliases, *(str(link.order) for link in row.order_links.all())])}"
        for row in rows
    }


def orphans_of(member: User) -> QuerySet[Any]:
    """Parcels without number and order that no person touched and nobody heard of for a month."""
    by_hand = [
        TypedStatus.objects.of(member).values("shipment_key"),
        TypedLink.objects.of(member).values("shipment_key"),
    ]
    rows = Shipment.objects.of(member).filter(
        tracking_number="", order_links=None, status_at__lt=timezone.now() - ORPHAN_AFTER
    )
    for typed in by_hand:
        rows = rows.exclude(key__in=typed)
    return rows


def lone_parcels_of(member: User) -> QuerySet[Any]:
    """Parcels with a number that belong to no order; only a person removes them."""
    return Shipment.objects.of(member).filter(order_links=None).exclude(tracking_number="")
