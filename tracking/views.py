"""Pages of a member's parcels. Another member's parcel is a 404."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import member_of
from common.htmx import wants_fragment
from common.requests import row_id
from common.spreadsheet import csv_response
from orders.models import Order
from tracking.detail import parcel_page
from tracking.exceptions import TrackingError
from tracking.lists import parcel_list as listing_of
from tracking.lists import parcels_of
from tracking.mending import to_mend
from tracking.models import Shipment, ShipmentStatus
from tracking.rows import CSV_HEADER, csv_rows, parcel_rows
from tracking.services import link_order, set_status


@require_safe
@vary_on_headers("HX-Request")
def parcel_list(request: HttpRequest) -> HttpResponse:
    """Parcels as the address asks for them; for htmx only the table."""
    listing = listing_of(member_of(request), request.GET)
    fragment = wants_fragment(request)
    context = {"listing": listing, "rows": parcel_rows(listing.rows), "fragment": fragment}
    context["to_mend"] = 0 if fragment else to_mend(member_of(request))
    return render(request, "tracking/_parcel_table.html" if fragment else "tracking/parcel_list.html", context)


@require_safe
def parcel_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One parcel: where it is, what happened, what is in it, who says so."""
    return render(request, "tracking/parcel_detail.html", parcel_page(request, _parcel(request, pk)))


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, all pages of it, as CSV."""
    return csv_response("parcels.csv", CSV_HEADER, csv_rows(listing_of(member_of(request), request.GET).everything))


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a parcel belongs to an order."""
    parcel, order = _parcel(request, pk), _order(request)
    try:
        link_order(shipment=parcel, order=order)
    except TrackingError as error:
        page = parcel_page(request, parcel, link_error=str(error))
        return render(request, "tracking/parcel_detail.html", page, status=422)
    return redirect("tracking:detail", pk)


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a parcel does not belong to an order."""
    link_order(shipment=_parcel(request, pk), order=_order(request), linked=False)
    return redirect("tracking:detail", pk)


@require_POST
def mark_delivered(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a parcel has arrived, whatever the carrier says."""
    set_status(shipment=_parcel(request, pk), status=ShipmentStatus.DELIVERED)
    return redirect("tracking:detail", pk)


@require_POST
def unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a parcel's status back to its e-mails."""
    set_status(shipment=_parcel(request, pk), status=None)
    return redirect("tracking:detail", pk)


def _parcel(request: HttpRequest, pk: int) -> Shipment:
    return get_object_or_404(parcels_of(member_of(request)), pk=pk)


def _order(request: HttpRequest) -> Order:
    return get_object_or_404(Order.objects.of(member_of(request)), pk=row_id(request.POST.get("order", "")))
