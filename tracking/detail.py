"""What the page of one parcel shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from accounts.access import member_of
from common import panels
from orders.lists import OPEN
from orders.models import Order
from orders.rows import headline as order_headline
from tracking.models import Shipment, ShipmentOrder
from tracking.numbers.book import CARRIERS
from tracking.rows import parcel_rows
from tracking.suggesting import suggested_order
from tracking.timeline import TYPED, events_of, headline, is_moving

_MOST_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class LinkView:
    """An order in the parcel; `by_person` links can be taken out by hand as can those made by a rule."""

    order: Order
    title: str
    by_person: bool


def parcel_page(request: HttpRequest, parcel: Shipment, *, link_error: str = "") -> dict[str, Any]:
    """Template context for one parcel with its carrier and orders at hand."""
    row = parcel_rows([parcel])[0]
    links = [_link(link) for link in parcel.order_links.all()]
    return {
        "parcel": parcel,
        "title": row.title,
        "headline": headline(parcel, locale=member_of(request).locale),
        "events": events_of(parcel),
        "carrier_url": _carrier_url(parcel),
        "via": CARRIERS.name(parcel.via) if parcel.via else "",
        "links": links,
        "candidates": _candidates(request, [link.order.pk for link in links]),
        "suggestion": None if links else suggested_order(parcel),
        "link_error": link_error,
        "typed_status": parcel.events.filter(source=TYPED).first(),
        "moving": is_moving(parcel),
        "panels": panels.render("shipment.emails", request, parcel),
    }


def _link(link: ShipmentOrder) -> LinkView:
    return LinkView(link.order, order_headline(link.order)[0], link.how == ShipmentOrder.How.PERSON)


def _carrier_url(parcel: Shipment) -> str:
    """The carrier's own page for the parcel, "" if the carrier is unknown or has none."""
    if parcel.carrier is None or not parcel.tracking_number:
        return ""
    return CARRIERS.tracking_url(parcel.carrier.key, parcel.tracking_number)


def _candidates(request: HttpRequest, linked: list[int]) -> list[Order]:
    """Orders that a person may mean: the open ones first, the newest first."""
    mine = Order.objects.of(member_of(request)).filter(archived_at=None).exclude(pk__in=linked)
    is_open = Q(status__in=OPEN)
    newest = mine.filter(is_open).order_by("-placed_at", "-pk")[:_MOST_CANDIDATES]
    return list(newest) or list(mine.order_by("-placed_at", "-pk")[:_MOST_CANDIDATES])
