"""A member's orders as plain data: the shape of `export_member`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from orders.models import Order, OrderLine


def export_orders(member: Any, parcels: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """All orders of a member, without database ids, in an order that depends on their content alone.

    parcels: order id -> tracking numbers of its parcels. Money is text with two decimals, dates are as the mails mean
    them, what is unknown is None.
    """
    orders = (
        Order.objects.of(member)
        .select_related("retailer")
        .prefetch_related(Prefetch("lines", OrderLine.objects.order_by("position")))
        .order_by("key")
    )
    return [_order(order, sorted(parcels.get(order.pk, ()))) for order in orders]


def _order(order: Order, parcels: list[str]) -> dict[str, Any]:
    return {
        "order_number": order.number or None,
        "ordered_at": order.ordered_at or None,
        "retailer": order.retailer.key,
        "retailer_name": order.retailer_name or None,
        "currency": order.currency or None,
        "subtotal": money(order.subtotal),
        "shipping": money(order.shipping),
        "discount": money(order.discount),
        "tax": money(order.tax),
        "total": money(order.total),
        "eta_from": order.eta_from.isoformat() if order.eta_from else None,
        "eta_to": order.eta_to.isoformat() if order.eta_to else None,
        "status": order.status,
        "lines": [_line(line) for line in order.lines.all()],
        "shipments": parcels,
        "source_emails": order.source_emails,
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "title": line.title or None,
        "sku": line.sku or None,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "line_total": money(line.line_total),
        "product": None,
    }


def money(amount: Decimal | None) -> str | None:
    """Two decimals as text, None for unknown."""
    return None if amount is None else f"{amount:.2f}"
