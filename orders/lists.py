"""What the list of orders offers: its saved views, filters and sorts, and how it is searched.

Home counts with the same conditions, so that every figure is the length of the list it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from common import dates
from common.listing import Filter, Listing, Option, Sort
from orders.models import Order, OrderLine, OrderStatus

OPEN = (
    OrderStatus.CONFIRMED,
    OrderStatus.PARTIALLY_SHIPPED,
    OrderStatus.SHIPPED,
    OrderStatus.PARTIALLY_DELIVERED,
)
_KEPT = Q(archived_at=None)
VIEWS = (
    Option("all", "All", _KEPT),
    Option("open", "Open", _KEPT & Q(status__in=OPEN)),
    Option("awaiting", "Awaiting shipment", _KEPT & Q(status=OrderStatus.CONFIRMED)),
    Option("delivered", "Delivered", _KEPT & Q(status=OrderStatus.DELIVERED)),
    Option("closed", "Cancelled or refunded", _KEPT & Q(status__in=[OrderStatus.CANCELLED, OrderStatus.REFUNDED])),
    Option("archived", "Archived", Q(archived_at__isnull=False)),
)
SORTS = (
    Sort("newest", "Newest first", "placed_at"),
    Sort("oldest", "Oldest first", "placed_at", descending=False, back="Older", onward="Newer"),
    Sort("dearest", "Highest total", "total", back="Higher", onward="Lower"),
    Sort("cheapest", "Lowest total", "total", descending=False, back="Lower", onward="Higher"),
)
_SHORTEST_TAIL = 3

Condition = Q | Exists
# Higher apps add what else an order may be found by; each returns a condition on orders.
_also: dict[str, Callable[[str], Condition]] = {}


def also_search(name: str, condition: Callable[[str], Condition]) -> None:
    """Let orders be found by facts of a higher app (tracking numbers); the same name again replaces it."""
    _also[name] = condition


def orders_of(member: User) -> QuerySet[Order]:
    """Every order of a member, with what a row of the list shows."""
    return Order.objects.of(member).prefetch_related("lines")


def order_list(member: User, params: QueryDict) -> Listing:
    """The list of a member's orders as its address asks for it."""
    return Listing(orders_of(member), params, search=search, sorts=SORTS, views=VIEWS, filters=[*_filters(member)])


def in_view(member: User, view: str) -> QuerySet[Order]:
    """The orders of a saved view, by its name in the address."""
    return Order.objects.of(member).filter(next(option.where for option in VIEWS if option.value == view))


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Orders whose number holds `text` (or ends in it), or whose retailer, seller or a title holds it."""
    compact = "".join(character for character in text if character.isalnum())
    found: Any = (
        Q(number__icontains=text)
        | Q(retailer_name__icontains=text)
        | Q(seller__icontains=text)
        | Exists(OrderLine.objects.filter(order=OuterRef("pk"), title__icontains=text))
    )
    if len(compact) >= _SHORTEST_TAIL:
        found |= Q(number_key__iendswith=compact)
    for condition in _also.values():
        found |= condition(text)
    return rows.filter(found)


def _filters(member: User) -> list[Filter]:
    # A shop is called what this member's own e-mails call it.
    shops = dict(Order.objects.of(member).order_by().values_list("retailer__key", "retailer_name").distinct())
    return [
        Filter(
            "status",
            "Status",
            [Option(str(value), str(label), Q(status=value)) for value, label in OrderStatus.choices],
        ),
        Filter(
            "retailer", "Retailer", [Option(key, shops[key] or key, Q(retailer__key=key)) for key in _by_name(shops)]
        ),
        Filter("placed", "Placed", [Option(f"{n}d", f"in {n} days", _since(n)) for n in (7, 30, 90, 365)]),
    ]


def _by_name(shops: dict[str, str]) -> list[str]:
    return sorted(shops, key=lambda key: (shops[key] or key).casefold())


def _since(days: int) -> Q:
    day = dates.today() - timedelta(days=days)
    return Q(placed_at__gte=timezone.make_aware(datetime.combine(day, time.min)))
