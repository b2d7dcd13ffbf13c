"""What was read in a mail, in the words of orders and tracking. The one place where an extraction becomes facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from orders.facts import LINE_FIELDS, ORDER_FIELDS, Fact, Facts, Mail, OrderPart, SourceKind
from parsers.engine.extraction import Extraction, Kind, OrderFacts, ShipmentFacts, Tier, Value
from tracking.facts import SHIPMENT_FIELDS, MailFacts, ShipmentPart

_BY_KIND = {
    Kind.ORDER_CONFIRMATION: SourceKind.ORDER_CONFIRMATION,
    Kind.INVOICE: SourceKind.INVOICE,
    Kind.SHIPPING: SourceKind.SHIPPING,
}
_CENTS = Decimal("0.01")


def mail_facts(extraction: Extraction, *, sha256: str, sent_at: datetime | None) -> MailFacts:
    """Everything that a mail contributes. sent_at: aware UTC, None if the mail does not tell."""
    retailer = next((str(order.retailer.value) for order in extraction.orders if order.retailer), "")
    return MailFacts(
        mail=Mail(
            sha256=sha256,
            sent_at=sent_at,
            author=extraction.author,
            author_type=extraction.author_type,
            kind=extraction.kind or "",
            source_kind=source_kind(extraction),
            definition=extraction.definition,
            version=extraction.version,
            announces_change=extraction.announces_change,
        ),
        orders=tuple(_order(position, order, extraction.identity) for position, order in enumerate(extraction.orders)),
        shipments=tuple(
            _shipment(position, shipment, "" if extraction.author_type == "carrier" else retailer)
            for position, shipment in enumerate(extraction.shipments)
        ),
    )


def source_kind(extraction: Extraction) -> SourceKind:
    """How much a mail is believed beside others: by its author and kind, and last if its words alone were read."""
    if extraction.author_type == "carrier" or extraction.tier == Tier.CARRIER:
        return SourceKind.CARRIER
    if extraction.tier == Tier.GENERIC:
        return SourceKind.INDUCED
    return _BY_KIND.get(extraction.kind or Kind.NOT_RELEVANT, SourceKind.DELIVERY)


def _order(position: int, order: OrderFacts, identity: str) -> OrderPart:
    return OrderPart(
        position=position,
        retailer=str(order.retailer.value) if order.retailer else "",
        number=str(order.order_number.value) if order.order_number else "",
        facts=_facts(order, ORDER_FIELDS),
        lines=tuple(_facts(line, LINE_FIELDS) for line in order.lines),
        identity=identity,
    )


def _shipment(position: int, shipment: ShipmentFacts, retailer: str) -> ShipmentPart:
    return ShipmentPart(
        position=position,
        facts=_facts(shipment, SHIPMENT_FIELDS),
        aliases=tuple(str(alias.value) for alias in shipment.aliases),
        parcel_key=str(shipment.parcel_key.value) if shipment.parcel_key else "",
        retailer=retailer,
        order_numbers=tuple(str(number.value) for number in shipment.order_numbers),
    )


def _facts(part: Any, names: tuple[str, ...]) -> Facts:
    return dict(_filled(part, names))


def _filled(part: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Fact]]:
    for name in names:
        value: Value[Any] | None = getattr(part, name)
        if value is not None:
            span = value.span
            yield (
                name,
                Fact(
                    plain(value.value),
                    value.confidence,
                    span.start if span else None,
                    span.end if span else None,
                    value.source,
                    value.raw,
                ),
            )


def plain(value: Any) -> Any:
    """A value as facts and exports write it: amounts with two decimals, times in ISO 8601 and UTC, dates as meant."""
    if isinstance(value, Decimal):
        return str(value.quantize(_CENTS))
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
