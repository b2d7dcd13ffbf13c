"""Tracking → Repair: which order is this parcel of? Another member's parcel or order is a 404."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import member_of
from common.htmx import wants_fragment
from common.listing import Listing
from common.requests import posted_ids, row_id, safe_next
from common.undo import offer_undo
from orders.lists import SORTS, VIEWS, orders_of
from orders.lists import search as search_orders
from orders.models import Order
from orders.rows import headline
from tracking.lists import parcels_of
from tracking.mending import lone_list, lone_rows, orders_named_by
from tracking.models import Shipment
from tracking.rows import parcel_rows
from tracking.services import ask_for_order, forget_link, link_order, say_orderless
from tracking.suggesting import suggested_order


@require_safe
@vary_on_headers("HX-Request")
def repair(request: HttpRequest) -> HttpResponse:
    """Parcels whose order is not known; for htmx only the table."""
    listing = lone_list(member_of(request), request.GET)
    fragment = wants_fragment(request)
    context = {"listing": listing, "rows": lone_rows(listing.rows), "fragment": fragment}
    return render(request, "tracking/_lone_table.html" if fragment else "tracking/repair.html", context)


@require_POST
def no_order(request: HttpRequest) -> HttpResponse:
    """Say of the chosen parcels that they belong to no order."""
    said = say_orderless(member=member_of(request), shipments=_chosen(request))
    words = "1 parcel has no order." if len(said) == 1 else f"{len(said):,} parcels have no order."
    return _done(request, said, words, undo="tracking:ask-again")


@require_POST
def ask_again(request: HttpRequest) -> HttpResponse:
    """Take that back."""
    asked = ask_for_order(member=member_of(request), shipments=_chosen(request))
    words = "1 parcel may have an order." if len(asked) == 1 else f"{len(asked):,} parcels may have an order."
    return _done(request, asked, words, undo="tracking:no-order")


@require_safe
@vary_on_headers("HX-Request")
def choose_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The orders that a parcel may be of, to be searched; for htmx only the table."""
    member, parcel = member_of(request), _parcel(request, pk)
    listing = Listing(orders_of(member), request.GET, search=search_orders, sorts=SORTS, views=VIEWS)
    fragment = wants_fragment(request)
    context = {
        "parcel": parcel,
        "row": parcel_rows([parcel])[0],
        "named": orders_named_by([parcel])[parcel.pk],
        "suggestion": None if fragment else suggested_order(parcel),
        "listing": listing,
        "rows": [(order, *headline(order)) for order in listing.rows],
        "fragment": fragment,
    }
    return render(request, "tracking/_order_choice.html" if fragment else "tracking/choose_order.html", context)


@require_POST
def link_chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a parcel to the chosen order, and go on with the next parcel."""
    parcel = _parcel(request, pk)
    order = _order(request)
    link_order(shipment=parcel, order=order)
    back = safe_next(request, reverse("tracking:repair"))
    undo = reverse("tracking:forget-link", args=[pk])
    offer_undo(request, text=f"Linked {parcel} to {order}.", url=undo, ids=[order.pk], back=back)
    return redirect(back)


@require_POST
def unlink_chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that a parcel was linked to an order."""
    parcel = _parcel(request, pk)
    forget_link(shipment=parcel, order=_order(request))
    return redirect(safe_next(request, reverse("tracking:repair")))


def _done(request: HttpRequest, ids: Sequence[int], text: str, *, undo: str) -> HttpResponse:
    back = safe_next(request, reverse("tracking:repair"))
    if ids:
        offer_undo(request, text=text, url=reverse(undo), ids=ids, back=back)
    return redirect(back)


def _chosen(request: HttpRequest) -> QuerySet[Shipment]:
    """The one parcel whose button was pressed, else the ticked ones, or all that the list behind the form matches."""
    member = member_of(request)
    mine: QuerySet[Shipment] = Shipment.objects.of(member)
    if only := request.POST.get("only"):
        return mine.filter(pk=row_id(only))
    if request.POST.get("all"):
        query = QueryDict(request.POST.get("query", "").lstrip("?"))
        return mine.filter(pk__in=lone_list(member, query).matching.order_by().values("pk"))
    return mine.filter(pk__in=posted_ids(request))


def _parcel(request: HttpRequest, pk: int) -> Shipment:
    return get_object_or_404(parcels_of(member_of(request)), pk=pk)


def _order(request: HttpRequest) -> Order:
    return get_object_or_404(Order.objects.of(member_of(request)), pk=row_id(request.POST.get("pk", "")))
