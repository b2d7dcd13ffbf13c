"""What schema.org markup in a mail says: Order and ParcelDelivery, with spans in the printed markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from parsers.engine.document import Document, MarkupNode, Span
from parsers.engine.extraction import Extraction, LineFacts, OrderFacts, Outcome, ShipmentFacts, Tier, Value
from parsers.engine.values.money import CODES, parse_number
from parsers.engine.values.numbers import printed_order_number

T = TypeVar("T")
_CONFIDENCE = 0.97


def read_markup(document: Document) -> Extraction | None:
    """Orders and parcels of the markup, None if there is none that names an order or a parcel."""
    orders = [
        order for node in document.markup if node.type in ("Order", "Invoice") for order in _order(document, node)
    ]
    parcels = [
        parcel for node in document.markup if node.type == "ParcelDelivery" for parcel in _parcel(document, node)
    ]
    if not orders and not parcels:
        return None
    return Extraction(Outcome.PARSED, "", tier=Tier.MARKUP, orders=tuple(orders), shipments=tuple(parcels))


def _order(document: Document, node: MarkupNode) -> Iterator[OrderFacts]:
    read = _Read(document, node)
    number = read.text("orderNumber") or read.text("confirmationNumber")
    if not number:
        return
    yield OrderFacts(
        order_number=replace(number, value=printed_order_number(number.value)),
        currency=_currency(read),
        total=read.money("price") or read.money("totalPaymentDue.price") or read.money("totalPrice"),
        discount=read.money("discount"),
        lines=tuple(_lines(read, node.data)),
    )


def _currency(read: _Read) -> Value[str] | None:
    for path in ("priceCurrency", "acceptedOffer.priceCurrency", "totalPaymentDue.priceCurrency"):
        value = read.text(path)
        if value and value.value.upper() in CODES:
            return replace(value, value=value.value.upper())
    return None


def _lines(read: _Read, data: Mapping[str, Any]) -> Iterator[LineFacts]:
    for offer in _list(data.get("acceptedOffer") or data.get("orderedItem")):
        thing = _first(offer.get("itemOffered") or offer.get("orderedItem") or offer)
        title = read.value(thing.get("name"))
        if title is None:
            continue
        quantity = _quantity(offer)
        unit = _amount(offer.get("price") or _first(offer.get("priceSpecification")).get("price"))
        yield LineFacts(
            title=title,
            sku=read.value(thing.get("sku")),
            quantity=replace(title, value=quantity) if quantity else None,  # type: ignore[arg-type]
            unit_price=replace(title, value=unit) if unit is not None else None,  # type: ignore[arg-type]
            line_total=replace(title, value=unit * quantity) if unit is not None and quantity else None,  # type: ignore[arg-type]
            image=read.value(thing.get("image")),
        )


def _quantity(offer: Mapping[str, Any]) -> int | None:
    given = offer.get("eligibleQuantity") or offer.get("orderQuantity")
    number = given.get("value") if isinstance(given, Mapping) else given
    try:
        quantity = int(str(number))
    except ValueError:
        return None
    return quantity if 1 <= quantity <= 999 else None


def _amount(value: Any) -> Decimal | None:
    return parse_number(str(value)) if value not in (None, "") else None


def _parcel(document: Document, node: MarkupNode) -> Iterator[ShipmentFacts]:
    read = _Read(document, node)
    number = read.text("trackingNumber")
    if not number:
        return
    order = read.text("partOfOrder.orderNumber")
    yield ShipmentFacts(
        tracking_number=number,
        carrier_name=read.text("carrier.name") or read.text("provider.name"),
        order_numbers=(replace(order, value=printed_order_number(order.value)),) if order else (),
    )


class _Read:
    """Properties of a node as values whose spans lie in the printed markup."""

    def __init__(self, document: Document, node: MarkupNode) -> None:
        self._document = document
        self._node = node

    def text(self, path: str) -> Value[str] | None:
        value: Any = self._node.data
        for name in path.split("."):
            value = _first(value).get(name)
        return self.value(value)

    def money(self, path: str) -> Value[Decimal] | None:
        text = self.text(path)
        amount = parse_number(text.value) if text else None
        return replace(text, value=amount) if text and amount is not None else None  # type: ignore[arg-type, return-value]

    def value(self, value: Any) -> Value[str] | None:
        if isinstance(value, list):
            value = value[0] if value else None
        if value in (None, "") or isinstance(value, Mapping):
            return None
        text = " ".join(str(value).split())
        start = self._document.text.find(text, self._node.span.start, self._node.span.end)
        span = Span(start, start + len(text)) if start >= 0 else self._node.span
        return Value(text, text, span, _CONFIDENCE, "markup")


def _list(value: Any) -> list[Mapping[str, Any]]:
    values = value if isinstance(value, list) else [value]
    return [entry for entry in values if isinstance(entry, Mapping)]


def _first(value: Any) -> Mapping[str, Any]:
    values = _list(value)
    return values[0] if values else {}
