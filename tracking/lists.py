"""What the list of parcels offers: its saved views, filters and sorts, and how it is searched.

Home counts with the same conditions, so that every figure is the length of the list it opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from common import dates
from common.listing import Filter, Listing, Option, Sort
from tracking.fold import TERMINAL
from tracking.keys import tracking_key
from tracking.models import Carrier, Shipment, ShipmentOrder, ShipmentStatus
from tracking.timeline import QUIET_AFTER

SORTS = (
    Sort("eta", "Arriving first", "eta_to", descending=False, back="Earlier", onward="Later"),
    Sort("updated", "Last news first", "status_at"),
    Sort("shipped", "Last shipped first", "shipped_at"),
)


def views() -> Sequence[Option]:
    """The saved views. What is under way depends on what day it is."""
    attention = Q(needs_attention=True) | Q(status__in=[ShipmentStatus.EXCEPTION, ShipmentStatus.READY_FOR_PICKUP])
    return (
        Option("moving", "On the way", _moving()),
        Option("attention", "Needs attention", attention & ~_quiet()),
        Option("delivered", "Delivered", Q(status__in=[ShipmentStatus.DELIVERED, ShipmentStatus.COLLECTED]), "updated"),
        Option("unlinked", "Without an order", Q(is_linked=False)),
        Option("quiet", "Gone quiet", _quiet(), "updated"),
        Option("all", "All", Q(), "updated"),
    )


def arrivals() -> Filter:
    """Parcels under way by the day they should come. What that means depends on what day it is for the member."""
    today = dates.today()
    due = _moving() & Q(eta_to__isnull=False)
    return Filter(
        "arrives",
        "Arrives",
        [
            Option("today", "today", due & Q(eta_to=today)),
            Option("tomorrow", "tomorrow", due & Q(eta_to=today + timedelta(days=1))),
            Option("week", "this week", due & Q(eta_to__gte=today, eta_to__lte=dates.end_of_week(today))),
            Option("late", "late", due & Q(eta_to__lt=today)),
        ],
    )


def _quiet() -> Q:
    """See `tracking.timeline.is_quiet`, the same for one parcel."""
    silent_since = timezone.now() - QUIET_AFTER
    unheard = Q(status_at__lt=silent_since) & (Q(eta_to__isnull=True) | Q(eta_to__lt=silent_since.date()))
    never_heard = Q(status_at__isnull=True) & Q(eta_to__lt=silent_since.date())
    return ~Q(status__in=TERMINAL) & (unheard | never_heard)


def _moving() -> Q:
    return ~Q(status__in=TERMINAL) & ~_quiet()


def parcels_of(member: User) -> QuerySet[Shipment]:
    """Every parcel of a member, with what a row of the list shows."""
    return _linked(Shipment.objects.of(member)).select_related("carrier").prefetch_related("order_links__order__lines")


def parcel_list(member: User, params: QueryDict) -> Listing:
    """The list of a member's parcels as its address asks for it."""
    carriers = Carrier.objects.filter(pk__in=Shipment.objects.of(member).values("carrier")).order_by("name")
    filters = [
        arrivals(),
        Filter("carrier", "Carrier", [Option(one.key, one.name, Q(carrier=one)) for one in carriers]),
        Filter("status", "Status", [Option(str(v), str(label), Q(status=v)) for v, label in ShipmentStatus.choices]),
    ]
    return Listing(parcels_of(member), params, search=search, sorts=SORTS, views=views(), filters=filters)


def in_view(member: User, view: str) -> QuerySet[Shipment]:
    """The parcels of a saved view, by its name in the address."""
    return _linked(Shipment.objects.of(member)).filter(_named(views(), view).where)


def arriving(member: User, day: str) -> QuerySet[Shipment]:
    """The parcels of the filter `arrives`, by its value in the address: today, tomorrow, week, late."""
    return Shipment.objects.of(member).filter(_named(arrivals().options, day).where)


def _named(options: Sequence[Option], value: str) -> Option:
    return next(option for option in options if option.value == value)


def _linked(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return rows.annotate(is_linked=Exists(ShipmentOrder.objects.filter(shipment=OuterRef("pk"))))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Parcels whose number or alias holds `text`, or whose order, its shop or a title of it does."""
    compact = tracking_key(text)
    named = Q(order__number__icontains=text) | Q(order__retailer_name__icontains=text)
    links = ShipmentOrder.objects.filter(shipment=OuterRef("pk"))
    found = Q(merchant__icontains=text) | Exists(links.filter(named | Q(order__lines__title__icontains=text)))
    return rows.filter(found | number_holds(compact) if compact else found)


def number_holds(compact: str, path: str = "") -> Q:
    """Parcels with `compact` (see `tracking_key`) in their number or in an alias; `path` leads to the parcel."""
    return Q(**{f"{path}number_key__contains": compact}) | Q(**{f"{path}aliases__icontains": compact})
