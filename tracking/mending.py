"""The list of parcels that a member is asked about: whose order is not there, or never named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import QueryDict

from accounts.models import User
from common.listing import Filter, Listing, Option, Sort
from tracking.lists import search
from tracking.models import Carrier, OrderlessParcel, PendingLink, Shipment, ShipmentContribution
from tracking.rows import ParcelRow, parcel_rows

_ASKED = Q(is_orderless=False, is_waiting=False)
VIEWS = (
    Option("ask", "To link", _ASKED),
    Option("never", "Order never came", _ASKED & Q(names_order=True)),
    Option("unnamed", "No order named", _ASKED & Q(names_order=False)),
    Option("none", "Has no order", Q(is_orderless=True)),
)
SORTS = (
    Sort("updated", "Last news first", "status_at"),
    Sort("oldest", "Oldest news first", "status_at", descending=False, back="Older", onward="Newer"),
)


@dataclass(frozen=True, slots=True)
class LoneRow:
    """A parcel of the list; `named`: the order numbers in its e-mails, as printed."""

    row: ParcelRow
    named: Sequence[str]


def lone_parcels(member: User) -> QuerySet[Shipment]:
    """Every parcel of a member that belongs to no order, and what is known of why."""
    rows = Shipment.objects.of(member).filter(order_links=None)
    return rows.annotate(
        is_orderless=Exists(OrderlessParcel.objects.filter(member=member, shipment_key=OuterRef("key"))),
        names_order=_with_link(member),
        is_waiting=_with_link(member, expires_at__gt=Now()),
    )


def _with_link(member: User, **which: object) -> Exists:
    """Parcels with an e-mail that names an order which is not there."""
    links = PendingLink.objects.of(member).filter(sha256=OuterRef("sha256"), **which)
    return Exists(ShipmentContribution.objects.filter(Exists(links), shipment=OuterRef("pk")))


def to_mend(member: User) -> int:
    """How many parcels the member is asked about."""
    return lone_parcels(member).filter(_ASKED).count()


def lone_list(member: User, params: QueryDict) -> Listing:
    """The list as its address asks for it."""
    parcels = lone_parcels(member)
    carriers = Carrier.objects.filter(pk__in=parcels.values("carrier")).order_by("name")
    return Listing(
        parcels.select_related("carrier").prefetch_related("order_links__order__lines"),
        params,
        search=search,
        sorts=SORTS,
        views=VIEWS,
        filters=[Filter("carrier", "Carrier", [Option(one.key, one.name, Q(carrier=one)) for one in carriers])],
    )


def lone_rows(parcels: Sequence[Shipment]) -> list[LoneRow]:
    """Rows for parcels of the list; one query more, for the orders that they name."""
    named = orders_named_by(parcels)
    return [LoneRow(row, named[row.parcel.pk]) for row in parcel_rows(parcels)]


def orders_named_by(parcels: Sequence[Shipment]) -> dict[int, list[str]]:
    """The order numbers in the e-mails of each of these parcels, as printed."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    said = ShipmentContribution.objects.filter(shipment__in=parcels).values_list("shipment", "part__order_numbers")
    for parcel_id, numbers in said:
        found[parcel_id].update(number for number in numbers or () if number)
    return {parcel.pk: sorted(found[parcel.pk]) for parcel in parcels}
