"""The net under mail that waits for its order: what went unnoticed is settled, and what waited too long is let go.

A mail is woken in the transaction that brings its order. This goes over those that still wait, by the same path: their
contributions are folded again, and their states follow. It never links anything itself, and doing it twice changes
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from emailsync.models import State, StoredEmail
from emailsync.settling import AWAITING, ORDER_NEVER_CAME, hold_back_settling, mark_waiting
from tracking.models import PendingLink
from tracking.services import PENDING_FOR, look_again
from tracking.waiting import answered, expired


@dataclass(frozen=True, slots=True)
class Swept:
    """How many mails had found their order, and how many have waited long enough."""

    settled: int = 0
    expired: int = 0


def sweep() -> Swept:
    """Settle mails whose order is there, and end the wait of those that were sent thirty days ago. Idempotent."""
    links: defaultdict[int, list[str]] = defaultdict(list)
    for member_id, sha256 in answered().values_list("member", "sha256").distinct():
        links[member_id].append(sha256)
    due = {*links, *_members_with(_unlinked()), *_members_with(_unmarked()), *_members_with(_overdue())}
    swept = [_sweep(member, links[pk]) for pk, member in sorted(User.objects.in_bulk(due).items())]
    return Swept(sum(one.settled for one in swept), sum(one.expired for one in swept))


def _members_with(mails: Q) -> QuerySet[Any, int]:
    return StoredEmail.objects.filter(mails).order_by().values_list("member", flat=True).distinct()


@transaction.atomic
def _sweep(member: User, sha256s: Sequence[str]) -> Swept:
    hold_back_settling(member_id=member.pk)
    mails: QuerySet[StoredEmail] = StoredEmail.objects.of(member)
    if sha256s:
        look_again(member=member, sha256s=sha256s)
    settled = mails.filter(_unlinked())
    count = settled.count()
    waiting = PendingLink.objects.of(member).values("sha256")
    mark_waiting(mails, deferred=waiting, settled=settled.values("sha256"))
    return Swept(count, _let_go(mails))


def _let_go(mails: QuerySet[StoredEmail]) -> int:
    """End the wait of one member's mails, unless mail that waits to be read may hold the order."""
    if mails.filter(state__in=[State.STORED, State.PARSING]).exists():
        return 0
    return int(mails.filter(_overdue()).update(state=State.PARSED, reason=ORDER_NEVER_CAME))


def _unlinked() -> Q:
    """Mails that are said to wait for an order, but wait for none: somebody linked or folded them otherwise."""
    return AWAITING & ~Q(_has_link())


def _unmarked() -> Q:
    """Mails that wait for an order without being said to."""
    return Q(_has_link(), state=State.PARSED) & ~AWAITING


def _has_link() -> Exists:
    return Exists(PendingLink.objects.filter(member=OuterRef("member"), sha256=OuterRef("sha256")))


def _overdue() -> Q:
    """Mails that wait, and were sent or, where that is not known or lies ahead, read thirty days ago."""
    sent_long_ago = Exists(expired().filter(member=OuterRef("member"), sha256=OuterRef("sha256")))
    return Q(state=State.DEFERRED) & (Q(sent_long_ago) | Q(parsed_at__lte=Now() - PENDING_FOR))
