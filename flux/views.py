"""Pages that look across all apps: Home, Find, the design, and what is said when something is wrong."""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import member_of
from emailsync.models import Mailbox
from emailsync.queries import NEEDS_PASSWORD
from flux.home import home_of, is_new
from orders import lists as order_lists
from orders.models import Order, OrderStatus
from orders.rows import order_rows
from tracking import lists as parcel_lists
from tracking.models import Shipment, ShipmentStatus
from tracking.rows import parcel_rows

_FOUND = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits, what is under way, what came last; for a new member the first steps."""
    member = member_of(request)
    if is_new(member):
        return render(request, "flux/first_run.html", {"mailboxes": Mailbox.objects.of(member).exclude(NEEDS_PASSWORD)})
    page = home_of(member)
    rows = {"parcel_rows": parcel_rows(page.parcels), "order_rows": order_rows(request, page.orders)}
    return render(request, "flux/home.html", {"home": page} | rows)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Orders and parcels by anything one may remember of them."""
    member, text = member_of(request), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    orders: list[Order] = []
    parcels: list[Shipment] = []
    if text:
        orders = list(order_lists.search(order_lists.orders_of(member), text).order_by("-placed_at", "-pk")[:_FOUND])
        parcels = list(parcel_lists.search(parcel_lists.parcels_of(member), text).order_by("-pk")[:_FOUND])
    context = {"q": text, "order_rows": order_rows(request, orders), "parcel_rows": parcel_rows(parcels)}
    return render(request, "flux/find.html", context)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every part of the design, alive; for those who build pages."""
    if not member_of(request).is_staff:
        raise PermissionDenied
    context = {
        "order_statuses": OrderStatus.values,
        "parcel_statuses": ShipmentStatus.values,
        "now": timezone.now(),
        "families": ["slate", "blue", "teal", "amber", "green", "red", "plum"],
    }
    return render(request, "flux/design.html", context)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer. Neither asks the database for anything."""
    unreachable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    code = 503 if unreachable else 500
    return render(None, f"{code}.html", status=code)
