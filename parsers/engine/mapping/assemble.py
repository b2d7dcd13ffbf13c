"""Values to orders, lines and parcels: what a definition's mappings say as one layer of an extraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from parsers.engine.extraction import LineFacts, OrderFacts, ShipmentFacts, Status, Value
from parsers.engine.generic.items import Item, to_lines
from parsers.engine.identities import find_identity
from parsers.engine.knowledge import CarrierBook
from parsers.engine.mapping.fields import SUMS
from parsers.engine.mapping.run import Record
from parsers.engine.values.numbers import compact
from parsers.engine.values.text import slug

_ORDER = ("ordered_at", "retailer", "retailer_name", "seller", "currency", *SUMS)
_SHIPMENT = ("tracking_number", "parcel_key", "carrier", "via", "merchant", "status", "shipped_at", "delivered_at")


@dataclass(frozen=True, slots=True)
class Layer:
    """What the mappings say. `common_*` is said of the mail as a whole, where it names no order or parcel itself."""

    orders: tuple[OrderFacts, ...] = ()
    shipments: tuple[ShipmentFacts, ...] = ()
    common_order: OrderFacts = field(default_factory=OrderFacts)
    common_shipment: ShipmentFacts = field(default_factory=ShipmentFacts)
    shared_total: Value[Decimal] | None = None
    status: Value[Status] | None = None
    identity: str = ""


def assemble(record: Record, *, price_meaning: str, carriers: CarrierBook) -> Layer:
    """price_meaning: `unit` or `line`, "" to let the sums decide what a printed price is."""
    common_order = _order(record)
    common_shipment = _shipment(record, carriers)
    orders, identity, shared = _orders(record, common_order, price_meaning)
    shipments = _shipments(record, common_shipment, orders, carriers)
    status = record.one("status") or next((parcel.status for parcel in shipments if parcel.status), None)
    return Layer(orders, shipments, common_order, common_shipment, shared, status, identity)


def _order(record: Record) -> OrderFacts:
    """The fields of an order, without number and lines."""
    values: dict[str, Any] = {name: record.one(name) for name in _ORDER}
    named = values["retailer_name"] or values["retailer"]
    key = values["retailer"] or values["retailer_name"]
    values |= {"retailer_name": named, "retailer": replace(key, value=slug(key.value)) if key else None}
    if (discount := values["discount"]) is not None:
        values["discount"] = replace(discount, value=abs(discount.value))
    if (refund := values["refund"]) is not None:
        values["refund"] = replace(refund, value=abs(refund.value))
    return OrderFacts(**values, **_eta(record))


def without_sums(order: OrderFacts) -> OrderFacts:
    """Without what belongs to one order alone."""
    nothing: dict[str, Any] = dict.fromkeys(SUMS)
    return replace(order, **nothing)


def _eta(record: Record) -> dict[str, Any]:
    eta = record.one("eta")
    if eta is None:
        return {}
    first, last = eta.value
    return {"eta_from": replace(eta, value=first), "eta_to": replace(eta, value=last)}


def _orders(
    record: Record, common: OrderFacts, meaning: str
) -> tuple[tuple[OrderFacts, ...], str, Value[Decimal] | None]:
    """(orders, the price identity that holds, one sum for several orders)."""
    loose = [*_message_line(record), *record.several("lines")]
    rows = [row for row in record.several("orders") if row.one("order_number") or row.several("lines")]
    if rows:
        several = len(rows) > 1
        base = without_sums(common) if several else common
        read = [_of_row(row, base, [*row.several("lines"), *_parcel_lines(row)], meaning) for row in rows]
        identity = read[0][1] if len(read) == 1 else ""
        return tuple(order for order, _ in read), identity, common.total if several else None
    numbers = record.values.get("order_number", ())
    by_parcel = record.several("shipments")
    stated = [number for parcel in by_parcel for number in parcel.values.get("order_number", ())]
    numbers = numbers or tuple({compact(number.value): number for number in stated}.values())
    if len(numbers) > 1:
        base = without_sums(common)
        orders = tuple(
            _numbered(base, number, by_parcel, loose if number is numbers[0] else (), meaning) for number in numbers
        )
        return orders, "", common.total
    lines = [*loose, *(line for parcel in by_parcel for line in parcel.several("lines"))]
    priced = any(getattr(common, name) is not None for name in SUMS)
    if not numbers and not lines and not priced:
        return (), "", None
    order, identity = _with_lines(replace(common, order_number=next(iter(numbers), None)), lines, meaning)
    return (order,), identity, None


def _message_line(record: Record) -> list[Record]:
    """The one item that a mail without rows of items names."""
    return [record] if record.one("title") and not record.several("lines") else []


def _parcel_lines(row: Record) -> list[Record]:
    return [line for parcel in row.several("shipments") for line in parcel.several("lines")]


def _of_row(row: Record, base: OrderFacts, lines: Sequence[Record], meaning: str) -> tuple[OrderFacts, str]:
    own = _order(row)
    named = replace(base, order_number=row.one("order_number"))
    given = {name: value for name in own.__dataclass_fields__ if (value := getattr(own, name))}
    return _with_lines(replace(named, **given), lines, meaning)


def _numbered(
    base: OrderFacts, number: Value[str], parcels: Sequence[Record], loose: Sequence[Record], meaning: str
) -> OrderFacts:
    """One of several orders, with the lines of the parcels that name it."""
    own = [
        line
        for parcel in parcels
        if any(compact(given.value) == compact(number.value) for given in parcel.values.get("order_number", ()))
        for line in parcel.several("lines")
    ]
    return _with_lines(replace(base, order_number=number), [*loose, *own], meaning)[0]


def _with_lines(order: OrderFacts, rows: Sequence[Record], meaning: str) -> tuple[OrderFacts, str]:
    """An order with its lines; what a printed price means is decided by the sums that it makes agree."""
    identity, found = find_identity(
        [_priced(row) for row in rows],
        subtotal=_amount(order.subtotal),
        shipping=_amount(order.shipping),
        discount=_amount(order.discount),
        tax=_amount(order.tax),
        total=_amount(order.total),
    )
    lines = tuple(_line(row, meaning or found) for row in rows)
    return replace(order, lines=lines), identity


def _priced(row: Record) -> tuple[int | None, Decimal | None, Decimal | None]:
    """(quantity, printed price, line total): a price for one piece that is known as such makes the line's."""
    quantity = row.one("quantity")
    count = quantity.value if quantity else None
    unit, price, line = (_amount(row.one(name)) for name in ("unit_price", "price", "line_total"))
    if line is None and unit is not None:
        line = unit * (count or 1)
    return count, price, line


def _amount(value: Value[Decimal] | None) -> Decimal | None:
    return value.value if value else None


def _line(row: Record, meaning: str) -> LineFacts:
    title, unit = row.one("title"), row.one("unit_price")
    if title is None:
        return LineFacts()
    item = Item(
        title=title,
        line=0,
        quantity=row.one("quantity"),
        price=unit or row.one("price"),
        line_total=row.one("line_total"),
        sku=row.one("sku"),
    )
    (line,) = to_lines([item], "unit" if unit else meaning)
    return replace(line, image=row.one("image"))


def _shipment(record: Record, carriers: CarrierBook) -> ShipmentFacts:
    """The fields of a parcel; an aggregator that is named as the carrier is `via`."""
    values: dict[str, Any] = {name: record.one(name) for name in _SHIPMENT}
    carrier = values["carrier"]
    if carrier is not None and carriers.is_aggregator(carrier.value):
        values |= {"carrier": None, "via": values["via"] or carrier}
    elif carrier is not None:
        values["carrier_name"] = replace(carrier, value=carriers.name(carrier.value))
    return ShipmentFacts(
        **values,
        aliases=record.values.get("tracking_alias", ()),
        order_numbers=record.values.get("order_number", ()),
        **_eta(record),
    )


def _shipments(
    record: Record, common: ShipmentFacts, orders: Sequence[OrderFacts], carriers: CarrierBook
) -> tuple[ShipmentFacts, ...]:
    numbers = tuple(order.order_number for order in orders if order.order_number)
    nested = [(row, order) for order in record.several("orders") for row in order.several("shipments")]
    rows = [(row, None) for row in record.several("shipments")] + nested
    if rows:
        parcels = []
        for row, order in rows:
            own = _shipment(row, carriers)
            of = (order.values.get("order_number", ()) if order else ()) or record.values.get("order_number", ())
            given = {name: value for name in own.__dataclass_fields__ if (value := getattr(own, name))}
            parcels.append(replace(common, **({"order_numbers": of} | given)))
        return tuple(parcel for parcel in parcels if _is_parcel(parcel))
    tracked = record.values.get("tracking_number", ())
    if tracked:
        aliases = common.aliases if len(tracked) == 1 else ()
        return tuple(
            replace(common, tracking_number=number, aliases=aliases, order_numbers=numbers) for number in tracked
        )
    return (replace(common, order_numbers=numbers),) if common.parcel_key else ()


def _is_parcel(parcel: ShipmentFacts) -> bool:
    return bool(parcel.tracking_number or parcel.parcel_key or parcel.order_numbers)
