"""Parcels on the pages of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from common import panels
from orders import lists as order_lists
from orders.models import Order
from orders.rows import PARCELS
from tracking.fold import RANK
from tracking.keys import tracking_key
from tracking.lists import number_holds
from tracking.models import Shipment, ShipmentOrder
from tracking.timeline import events_of, is_moving

_SHORTEST = 4


def register() -> None:
    """Called once when the app is ready."""
    panels.register_rows(PARCELS, parcels_of_rows)
    panels.register("order.parcels", "tracking", parcels_of_order)
    order_lists.also_search("tracking number", by_tracking_number)


def parcels_of_rows(request: HttpRequest, orders: Sequence[Any]) -> Mapping[int, SafeString]:
    """How far the parcels of each order are, by order id; one query for all."""
    by_order = defaultdict(list)
    for link in ShipmentOrder.objects.filter(order__in=orders).select_related("shipment").order_by("shipment_id"):
        by_order[link.order_id].append(link.shipment)
    return {order_id: _cell(request, parcels) for order_id, parcels in by_order.items()}


def _cell(request: HttpRequest, parcels: list[Shipment]) -> SafeString:
    here = sum(1 for parcel in parcels if not is_moving(parcel))
    # What is still to come says more than what has come.
    shown = min(parcels, key=lambda parcel: (not is_moving(parcel), RANK[parcel.status]))
    context = {"parcel": shown, "here": here, "parcels": len(parcels), "user": request.user}
    return render_to_string("tracking/_order_cell.html", context)


def parcels_of_order(request: HttpRequest, order: Order) -> SafeString:
    """The section "Parcels" of an order's page."""
    parcels = (
        Shipment.objects.filter(pk__in=ShipmentOrder.objects.filter(order=order).values("shipment"))
        .select_related("carrier")
        .prefetch_related("events")
        .order_by("pk")
    )
    entries = [{"parcel": parcel, "events": events_of(parcel)} for parcel in parcels]
    return render_to_string("tracking/_order_parcels.html", {"parcels": entries, "user": request.user})


def by_tracking_number(text: str) -> Q | Exists:
    """Orders with a parcel whose number or alias holds `text`."""
    compact = tracking_key(text)
    if len(compact) < _SHORTEST:
        return Q(pk__in=[])
    return Exists(ShipmentOrder.objects.filter(number_holds(compact, "shipment__"), order=OuterRef("pk")))
