"""Setting a value of an order by hand. It lies here because an order's value may change which parcels are its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import member_of
from orders.detail import order_page
from orders.forms import ValueForm
from orders.models import Order
from orders.values import Refusal
from tracking.services import clear_value, type_value


@require_POST
def set_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Set one value; from then on e-mails do not change it."""
    order = _order(request, pk)
    form = ValueForm(request.POST, order=order, locale=member_of(request).locale)
    if not form.is_valid():
        return _refuse(request, order, form.first_error)
    field, line, value = form.cleaned_data["field"], form.cleaned_data["line"], form.cleaned_data["value"]
    type_value(order=order, field_name=field, line_key=line, value=value)
    return redirect("orders:detail", pk)


@require_POST
def unset_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a value back to the e-mails."""
    field, line = (request.POST.get(name, "").replace("\x00", "") for name in ("field", "line"))
    clear_value(order=_order(request, pk), field_name=field, line_key=line)
    return redirect("orders:detail", pk)


def _order(request: HttpRequest, pk: int) -> Order:
    return get_object_or_404(Order.objects.of(member_of(request)).prefetch_related("lines"), pk=pk)


def _refuse(request: HttpRequest, order: Order, reason: str) -> HttpResponse:
    """The page again, with the form open at the fault."""
    sent = request.POST
    refusal = Refusal(sent.get("field", ""), sent.get("line", ""), sent.get("value", ""), reason)
    return render(request, "orders/order_detail.html", order_page(request, order, refusal=refusal), status=422)
