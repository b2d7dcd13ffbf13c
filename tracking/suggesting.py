"""Which order a parcel without one probably belongs to. It is offered to the member and never linked by itself."""

from __future__ import annotations

from datetime import timedelta

from orders.lists import OPEN
from orders.models import Order
from tracking.linking import LIKENESS, alike
from tracking.models import Shipment, TypedLink

WINDOW = timedelta(days=14)
"""How long before the first news of a parcel its order was placed (rule R8)."""
_A_DAY = timedelta(days=1)


def suggested_order(parcel: Shipment) -> Order | None:
    """The one open order of the shop that the carrier names, placed in the window; None if none or several are.

    An order that the member took out of the parcel is not offered again.
    """
    heard = parcel.shipped_at or parcel.status_at
    if not parcel.merchant or heard is None:
        return None
    refused = TypedLink.objects.of(parcel.member_id).filter(shipment_key=parcel.key, linked=False).values("order_key")
    recent = (
        Order.objects.of(parcel.member_id)
        .filter(archived_at=None, status__in=OPEN, placed_at__gte=heard - WINDOW)
        # Of some orders only the day is known, which is sorted by its noon.
        .filter(placed_at__lte=heard + _A_DAY)
        .exclude(key__in=refused)
    )
    alikes = [order for order in recent if alike(parcel.merchant, order.retailer_name) >= LIKENESS]
    return alikes[0] if len(alikes) == 1 else None
