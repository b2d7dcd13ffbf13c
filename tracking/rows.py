"""What one row of a list says of a parcel, and what the list of orders says of the parcels of an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from orders.rows import headline
from tracking.models import Shipment

CSV_HEADER = [
    "Tracking number",
    "Carrier",
    "Status",
    "Shipped",
    "Delivered",
    "Expected from",
    "Expected by",
    "Shop",
    "Orders",
    "First item",
]


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """`title`: what is in it as far as known, `more`: how many further lines, `shop`: who sold it.

    `sender`: the shop, else the carrier: whose sign stands before the row.
    """

    parcel: Shipment
    title: str
    more: int
    shop: str
    sender: str


def parcel_rows(parcels: Iterable[Shipment]) -> list[ParcelRow]:
    """Rows for parcels with carrier and orders (with their lines) at hand; no further query."""
    return [_row(parcel) for parcel in parcels]


def _row(parcel: Shipment) -> ParcelRow:
    for link in parcel.order_links.all():
        title, more, _ = headline(link.order)
        return ParcelRow(parcel, title, more, link.order.retailer_name, link.order.retailer_name)
    sender = parcel.merchant or (parcel.carrier.name if parcel.carrier else "")
    return ParcelRow(parcel, f"Parcel from {sender}" if sender else "Parcel", 0, parcel.merchant, sender)


def csv_rows(parcels: QuerySet[Shipment]) -> Iterator[list[Any]]:
    """One CSV row a parcel, read in chunks; times in ISO 8601."""
    for parcel in parcels.iterator(chunk_size=500):
        row = _row(parcel)
        yield [
            parcel.tracking_number,
            parcel.carrier.name if parcel.carrier else None,
            parcel.get_status_display(),
            _iso(parcel.shipped_at),
            _iso(parcel.delivered_at),
            _iso(parcel.eta_from),
            _iso(parcel.eta_to),
            row.shop,
            "; ".join(link.order.number for link in parcel.order_links.all() if link.order.number),
            row.title,
        ]


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
