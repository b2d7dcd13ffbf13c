"""What a mail alone says, value by value, each with the address of its marked words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from common import dates
from common.money import format_money
from common.templatetags.flux import SURE
from emailsync.codec import Malformed, from_json
from emailsync.models import StoredEmail
from parsers.engine.extraction import Extraction, LineFacts, OrderFacts, ShipmentFacts, Value

_LABELS = {
    "order_number": "Order number",
    "ordered_at": "Placed",
    "retailer_name": "Retailer",
    "seller": "Seller",
    "currency": "Currency",
    "subtotal": "Items",
    "shipping": "Delivery",
    "discount": "Discount",
    "tax": "Tax",
    "total": "Total",
    "refund": "Refund",
    "eta_from": "Expected from",
    "eta_to": "Expected by",
    "title": "Item",
    "sku": "SKU",
    "quantity": "Quantity",
    "unit_price": "Unit price",
    "line_total": "Line total",
    "tracking_number": "Tracking number",
    "aliases": "Also known as",
    "carrier_name": "Carrier",
    "via": "Sent through",
    "merchant": "Sent by",
    "status": "Status",
    "shipped_at": "Shipped",
    "delivered_at": "Delivered",
    "order_numbers": "Of order",
    "shared_total": "One total for all",
}


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value. `range`: "12-20" for the address of the mail's page, "" for a value that is nowhere printed."""

    label: str
    words: str
    range: str
    sure: float
    code: bool

    @property
    def unsure(self) -> bool:
        return self.sure < SURE


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one order, item or parcel."""

    title: str
    rows: list[ValueRow]


def extraction_of(mail: StoredEmail) -> Extraction | None:
    """What the mail was read to say; None if it was not read, or by a Flux that wrote it down differently."""
    try:
        return from_json(mail.extraction) if mail.extraction else None
    except Malformed:
        return None


def ranges_of(said: Extraction | None) -> list[tuple[int, int]]:
    """Where in the canonical text the values of a reading stand."""
    if said is None:
        return []
    return [(value.span.start, value.span.end) for value in _all_values(said) if value.span]


def groups_of(said: Extraction, *, locale: str) -> list[Group]:
    """The values of a reading as its page lists them, in the member's locale and zone."""
    currency = next((str(order.currency.value) for order in said.orders if order.currency), "")
    show = _Shower(locale, currency)
    groups = []
    for number, order in enumerate(said.orders, start=1):
        groups.append(Group(_titled("Order", number, said.orders), show.rows(order)))
        groups += [
            Group(_titled("Item", place, order.lines), show.rows(line)) for place, line in enumerate(order.lines, 1)
        ]
    for number, parcel in enumerate(said.shipments, start=1):
        groups.append(Group(_titled("Parcel", number, said.shipments), show.rows(parcel)))
    if said.shared_total:
        groups.append(Group("Together", [show.row("shared_total", said.shared_total)]))
    return [group for group in groups if group.rows]


class _Shower:
    def __init__(self, locale: str, currency: str) -> None:
        self._locale = locale
        self._currency = currency

    def rows(self, part: OrderFacts | LineFacts | ShipmentFacts) -> list[ValueRow]:
        return [self.row(name, value) for name, value in _values(part) if name in _LABELS]

    def row(self, name: str, value: Value[Any]) -> ValueRow:
        return ValueRow(
            label=_LABELS[name],
            words=self._words(value.value),
            range=f"{value.span.start}-{value.span.end}" if value.span and value.span.start < value.span.end else "",
            sure=value.confidence,
            code="number" in name or name in ("sku", "aliases"),
        )

    def _words(self, value: Any) -> str:
        if isinstance(value, Decimal):
            return format_money(value, self._currency, locale=self._locale)
        if isinstance(value, datetime) and value.tzinfo:
            return dates.long_time(value, locale=self._locale)
        if isinstance(value, date):
            return dates.long_day(value, locale=self._locale)
        return str(value).replace("_", " ") if hasattr(value, "name") else str(value)


def _titled(word: str, number: int, among: tuple[Any, ...]) -> str:
    return f"{word} {number}" if len(among) > 1 else word


def _values(part: Any) -> Iterator[tuple[str, Value[Any]]]:
    """(field, value) of one part, without those of the parts in it."""
    for field in fields(part):
        value = getattr(part, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Value):
                yield field.name, one


def _all_values(said: Extraction) -> Iterator[Value[Any]]:
    lines = [line for order in said.orders for line in order.lines]
    for part in (said, *said.orders, *lines, *said.shipments):
        yield from (value for _, value in _values(part))
