"""What one row of a list says of an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from common import panels
from orders.models import Order

PARCELS = "orders.parcels"
"""Row panel: the parcels of an order, by order id."""
CSV_HEADER = [
    "Placed",
    "Retailer",
    "Order number",
    "Status",
    "Items",
    "Units",
    "Currency",
    "Items total",
    "Discount",
    "Delivery",
    "Tax",
    "Total",
]


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`title`: the first item, `quantity`: its units, `more`: lines besides; `parcels`: HTML of higher apps."""

    order: Order
    title: str
    more: int
    quantity: int | None
    parcels: SafeString


def order_rows(request: HttpRequest, orders: Iterable[Order]) -> list[OrderRow]:
    """Rows for orders with `lines` at hand; one further query for all their parcels."""
    listed = list(orders)
    parcels = panels.render_rows(PARCELS, request, listed)
    rows = []
    for order in listed:
        title, more, quantity = headline(order)
        rows.append(OrderRow(order, title, more, quantity, parcels.get(order.pk, SafeString(""))))
    return rows


def headline(order: Order) -> tuple[str, int, int | None]:
    """(title of the first item, number of further lines, units of the first) of an order with its lines at hand."""
    lines = list(order.lines.all())
    if not lines:
        return f"Order from {order.retailer_name}", 0, None
    return lines[0].title or "Unnamed item", len(lines) - 1, lines[0].quantity


def csv_rows(orders: QuerySet[Order]) -> Iterator[list[Any]]:
    """One CSV row an order, read in chunks; amounts as plain decimals."""
    for order in orders.iterator(chunk_size=500):
        lines = list(order.lines.all())
        yield [
            order.ordered_at,
            order.retailer_name,
            order.number,
            order.get_status_display(),
            "; ".join(line.title for line in lines),
            sum(line.quantity or 0 for line in lines) or None,
            order.currency,
            order.subtotal,
            order.discount,
            order.shipping,
            order.tax,
            order.total,
        ]
