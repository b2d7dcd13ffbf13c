"""What people decide about orders alone. What touches their parcels too lies in `tracking.services`."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from orders.locks import lock_member
from orders.models import Order


@transaction.atomic
def archive_orders(*, member: User, orders: QuerySet[Order]) -> list[int]:
    """Put those of `orders` that are the member's into the archive. Returns the ids of the ones that were not in it."""
    moved = _ids(member, orders.filter(archived_at=None))
    Order.objects.filter(pk__in=moved).update(archived_at=timezone.now())
    return moved


@transaction.atomic
def restore_orders(*, member: User, orders: QuerySet[Order]) -> list[int]:
    """Take those of `orders` that are the member's out of the archive. Returns the ids of the ones that were in it."""
    moved = _ids(member, orders.exclude(archived_at=None))
    Order.objects.filter(pk__in=moved).update(archived_at=None)
    return moved


def _ids(member: User, orders: QuerySet[Order]) -> list[int]:
    lock_member(member)
    mine = orders.filter(member=member).order_by("pk").select_for_update(of=("self",))
    return list(mine.values_list("pk", flat=True))
