"""Pages of a member's orders. Another member's order is a 404."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import member_of
from common.htmx import wants_fragment
from common.requests import posted_ids, safe_next
from common.spreadsheet import csv_response
from common.undo import offer_undo
from orders.detail import order_page
from orders.lists import order_list as listing_of
from orders.models import Order
from orders.rows import CSV_HEADER, csv_rows, order_rows
from orders.services import archive_orders, restore_orders


@require_safe
@vary_on_headers("HX-Request")
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders as the address asks for them; for htmx only the table."""
    listing = listing_of(member_of(request), request.GET)
    fragment = wants_fragment(request)
    context = {"listing": listing, "rows": order_rows(request, listing.rows), "fragment": fragment}
    return render(request, "orders/_order_table.html" if fragment else "orders/order_list.html", context)


@require_safe
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order with everything known of it and where each value came from."""
    order = _order(request, pk)
    return render(request, "orders/order_detail.html", order_page(request, order))


@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Put the chosen orders into the archive: out of the lists and figures, not away."""
    return _move(request, archived=True)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Take the chosen orders out of the archive."""
    return _move(request, archived=False)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, all pages of it, as CSV."""
    return csv_response("orders.csv", CSV_HEADER, csv_rows(listing_of(member_of(request), request.GET).everything))


@require_POST
def export_selected(request: HttpRequest) -> HttpResponseBase:
    """The chosen orders as CSV."""
    return csv_response("orders.csv", CSV_HEADER, csv_rows(_chosen(request).order_by("-placed_at", "-pk")))


def _order(request: HttpRequest, pk: int) -> Order:
    return get_object_or_404(Order.objects.of(member_of(request)).prefetch_related("lines"), pk=pk)


def _chosen(request: HttpRequest) -> QuerySet[Order]:
    """The ticked orders, or all that the list behind the form matches."""
    if request.POST.get("all"):
        query = QueryDict(request.POST.get("query", "").lstrip("?"))
        return listing_of(member_of(request), query).matching
    return Order.objects.of(member_of(request)).filter(pk__in=posted_ids(request)).prefetch_related("lines")


def _move(request: HttpRequest, *, archived: bool) -> HttpResponse:
    service, words = (archive_orders, "Archived") if archived else (restore_orders, "Restored")
    moved = service(member=member_of(request), orders=_chosen(request))
    back = safe_next(request, reverse("orders:list"))
    if moved:
        count = "1 order" if len(moved) == 1 else f"{len(moved):,} orders"
        undo = reverse("orders:restore" if archived else "orders:archive")
        offer_undo(request, text=f"{words} {count}.", url=undo, ids=moved, back=back)
    return redirect(back)
