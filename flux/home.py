"""What Home says: what waits for the member, what is under way, what came last.

Every figure is counted from the rows of the list that it opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.dates import days
from emailsync.models import State, StoredEmail
from emailsync.queries import ailing_mailboxes
from orders import lists as order_lists
from orders.models import Order
from tracking import lists as parcel_lists
from tracking.models import Shipment

_WAITING = timedelta(days=5)
_LATEST = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, its words, and the list that it counts."""

    label: str
    value: int
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the member."""

    title: str
    note: str
    href: str
    icon: str
    family: str


@dataclass(frozen=True, slots=True)
class Home:
    needs: Sequence[Need]
    figures: Sequence[Figure]
    arrivals: Sequence[Figure]
    parcels: Sequence[Shipment]
    orders: Sequence[Order]
    mails: int
    """All mails, if some of them still wait to be read, else 0."""
    mails_read: int


def is_new(member: User) -> bool:
    """Whether nothing has reached Flux for this member yet."""
    return not StoredEmail.objects.of(member).exists() and not Order.objects.of(member).exists()


def home_of(member: User) -> Home:
    """Everything that Home shows of a member."""
    arrivals = [
        Figure(label, parcel_lists.arriving(member, value).count(), parcels_url(arrives=value))
        for value, label in (("late", "Late"), ("today", "Today"), ("tomorrow", "Tomorrow"), ("week", "This week"))
    ]
    soonest = parcel_lists.parcels_of(member).filter(pk__in=parcel_lists.in_view(member, "moving").values("pk"))
    states = dict(StoredEmail.objects.of(member).order_by().values_list("state").annotate(Count("pk")))
    mails, waiting = sum(states.values()), states.get(State.STORED, 0) + states.get(State.PARSING, 0)
    return Home(
        mails=mails if waiting else 0,
        mails_read=mails - waiting,
        needs=[*_parcel_needs(member), *_mail_needs(member)],
        figures=_figures(member),
        arrivals=arrivals,
        parcels=list(soonest.exclude(eta_to=None).order_by("eta_to", "pk")[:_LATEST]),
        orders=list(order_lists.orders_of(member).filter(archived_at=None).order_by("-placed_at", "-pk")[:_LATEST]),
    )


def orders_url(**params: str) -> str:
    """Address of the list of orders with these parameters."""
    return f"{reverse('orders:list')}?{urlencode(params)}"


def parcels_url(**params: str) -> str:
    """Address of the list of parcels with these parameters."""
    return f"{reverse('tracking:list')}?{urlencode(params)}"


def _figures(member: User) -> list[Figure]:
    awaiting = order_lists.in_view(member, "awaiting")
    long = awaiting.filter(placed_at__lt=timezone.now() - _WAITING).count()
    return [
        Figure(
            "Awaiting shipment",
            awaiting.count(),
            orders_url(view="awaiting"),
            f"orders; {long} longer than {days(_WAITING.days)}" if long else "orders",
        ),
        _parcels(member, "On the way", "moving", "parcels"),
        _parcels(member, "Delivered", "delivered", "parcels"),
        _parcels(member, "Without an order", "unlinked", "parcels that no e-mail linked"),
    ]


def _parcels(member: User, label: str, view: str, note: str) -> Figure:
    return Figure(label, parcel_lists.in_view(member, view).count(), parcels_url(view=view), note)


def _parcel_needs(member: User) -> list[Need]:
    attention = parcel_lists.in_view(member, "attention").count()
    late = parcel_lists.arriving(member, "late").count()
    needs = []
    if attention:
        title = "1 parcel needs attention" if attention == 1 else f"{attention} parcels need attention"
        note = "A problem, a pick-up or news after delivery"
        needs.append(Need(title, note, parcels_url(view="attention"), "exclamation-triangle-fill", "red"))
    if late:
        title = "1 parcel is late" if late == 1 else f"{late} parcels are late"
        needs.append(Need(title, "Past the promised day", parcels_url(arrives="late"), "clock", "amber"))
    return needs


def _mail_needs(member: User) -> list[Need]:
    """What is wrong with mail, by what is true now: notices tell the same once, when it happens, behind the bell."""
    needs: list[Need] = []
    mailboxes, mails = reverse("emailsync:mailboxes"), reverse("emailsync:list")
    ailing: list[Any] = list(ailing_mailboxes(member))
    for mailbox in (one for one in ailing if not one.needs_password):
        title = f"{mailbox.name} is not read"
        needs.append(Need(title, mailbox.last_error_text, mailboxes, "envelope-exclamation", "red"))
    waiting = sum(one.needs_password for one in ailing)
    if waiting:
        title = "1 mailbox needs a password" if waiting == 1 else f"{waiting} mailboxes need a password"
        needs.append(Need(title, "Nothing is fetched until you enter it", mailboxes, "key", "amber"))
    held = StoredEmail.objects.of(member).filter(state=State.HELD).count()
    if held:
        title = "1 e-mail waits for your word" if held == 1 else f"{held} e-mails wait for your word"
        needs.append(Need(title, "Read, but not sure enough to use", f"{mails}?view=held", "envelope-paper", "amber"))
    return needs
