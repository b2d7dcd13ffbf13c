"""A member's parcels as plain data: the shape of `export_member`."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from tracking.models import Shipment, ShipmentOrder


def export_shipments(member: Any) -> list[dict[str, Any]]:
    """All parcels of a member, without database ids, in an order that depends on their content alone."""
    shipments = (
        Shipment.objects.of(member)
        .select_related("carrier")
        .prefetch_related("events", "order_links__order")
        .order_by("key")
    )
    return [_shipment(shipment) for shipment in shipments]


def numbers_by_order(member: Any) -> dict[int, list[str]]:
    """Order id -> tracking numbers of its parcels."""
    links = ShipmentOrder.objects.filter(order__member=member).exclude(shipment__tracking_number="")
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for order_id, number in links.values_list("order_id", "shipment__tracking_number"):
        numbers[order_id].append(number)
    return dict(numbers)


def _shipment(shipment: Shipment) -> dict[str, Any]:
    return {
        "tracking_number": shipment.tracking_number or None,
        "aliases": shipment.aliases,
        "carrier": shipment.carrier.key if shipment.carrier else None,
        "carrier_name": shipment.carrier.name if shipment.carrier else None,
        "via": shipment.via or None,
        "status": shipment.status,
        "shipped_at": _instant(shipment.shipped_at),
        "delivered_at": _instant(shipment.delivered_at),
        "eta_from": shipment.eta_from.isoformat() if shipment.eta_from else None,
        "eta_to": shipment.eta_to.isoformat() if shipment.eta_to else None,
        "order_numbers": sorted(link.order.number for link in shipment.order_links.all() if link.order.number),
        "events": [
            {"status": event.status, "at": _instant(event.at), "source": event.source}
            for event in shipment.events.all()
        ],
        "source_emails": shipment.source_emails,
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
