"""What a definition's mappings say, put over what the mail's words and its markup say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from parsers.engine.document import Document
from parsers.engine.extraction import (
    Alternative,
    Extraction,
    Kind,
    LineFacts,
    OrderFacts,
    Outcome,
    ShipmentFacts,
    Status,
    Value,
)
from parsers.engine.generic.reading import Gist, find_gist
from parsers.engine.generic.status import Found, kind_of
from parsers.engine.generic.tracking import named_carrier
from parsers.engine.generic.view import View
from parsers.engine.knowledge import CarrierBook
from parsers.engine.mapping.assemble import Layer, assemble, without_sums
from parsers.engine.mapping.compile import CompiledDefinition
from parsers.engine.mapping.run import AGREE, mail_for, run_definition
from parsers.engine.merge import fill, fill_part
from parsers.engine.values.numbers import compact

Facts = TypeVar("Facts", OrderFacts, ShipmentFacts, LineFacts)

SOUND = 0.98
"""From this health on a definition is believed before the mail's own markup."""
_STATUS_OF = {
    Kind.ORDER_CONFIRMATION: Status.ORDERED,
    Kind.INVOICE: Status.ORDERED,
    Kind.SHIPPING: Status.SHIPPED,
    Kind.OUT_FOR_DELIVERY: Status.OUT_FOR_DELIVERY,
    Kind.DELIVERED: Status.DELIVERED,
    Kind.EXCEPTION: Status.EXCEPTION,
    Kind.CANCELLED: Status.CANCELLED,
    Kind.REFUND: Status.REFUNDED,
}
_OF_A_PARCEL = ("status", "merchant", "eta_from", "eta_to", "order_numbers")
"""What the words of a mail say of all its parcels alike."""
_IDENTIFYING = ("order_number", "tracking_number", "title", "total")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one definition's mappings found in one mail. hits: indexes of the mappings that gave a valid value."""

    compiled: CompiledDefinition
    layer: Layer
    lost: tuple[Alternative, ...]
    hits: frozenset[int]

    @property
    def worth(self) -> int:
        """How many of the fields it requires are there, by which two definitions that fit alike are told apart."""
        wanted = self.compiled.required or _IDENTIFYING
        return len(wanted) - len(absent(wanted, self._alone()))

    @property
    def order_numbers(self) -> tuple[Value[str], ...]:
        """The orders that it names."""
        return tuple(order.order_number for order in self.layer.orders if order.order_number)

    @property
    def empty(self) -> bool:
        """Nothing was found at all."""
        return self.layer == Layer()

    def _alone(self) -> Extraction:
        layer = self.layer
        return Extraction(
            Outcome.UNMATCHED,
            "",
            status=layer.status,
            shared_total=layer.shared_total,
            orders=layer.orders or (layer.common_order,),
            shipments=layer.shipments or (layer.common_shipment,),
        )


def map_document(
    compiled: CompiledDefinition, document: Document, carriers: CarrierBook, *, match_score: float
) -> Mapped:
    """Run a definition's mappings over a mail."""
    view = View(document, compiled.definition, carriers)
    mail = mail_for(document, compiled, carriers=carriers, base=view.base, dayfirst=view.dayfirst)
    result = run_definition(compiled, mail, match_score=match_score)
    layer = assemble(result.record, price_meaning=compiled.definition.price_meaning, carriers=carriers)
    return Mapped(compiled, layer, tuple(result.lost), frozenset(result.hits))


def find_mapped_gist(view: View, mapped: Mapped) -> Gist | None:
    """Kind and status: a definition's fixed kind, a mapped status; else by the words of the mail."""
    gist = find_gist(view)
    definition = mapped.compiled.definition
    if mapped.empty:
        return gist
    fixed = Kind(definition.kind) if definition.kind != "auto" else None
    if mapped.layer.status is not None:
        value = mapped.layer.status
        return Gist(fixed or kind_of(value.value), Found(value.value, "mapping", value))
    if fixed is None or fixed not in _STATUS_OF:
        return gist
    wanted = _STATUS_OF[fixed]
    if gist is not None and kind_of(gist.status.status) == kind_of(wanted):
        return Gist(fixed, gist.status)
    constant = Value(wanted, wanted.value, None, 0.95, f"{definition.key}/kind")
    return Gist(fixed, Found(wanted, "definition", constant))


def lay(mapped: Mapped, found: Extraction, view: View) -> Extraction:
    """`found` with what the mappings say in its place; what they leave empty stays as it was found."""
    layer = mapped.layer
    upper = Extraction(
        Outcome.UNMATCHED,
        "",
        shared_total=layer.shared_total,
        orders=_agreeing(_orders(layer, found), found.orders),
        alternatives=(*mapped.lost, *_overruled(layer, found)),
    )
    laid = fill(upper, replace(found, shipments=()))
    shared = laid.shared_total if len(laid.orders) > 1 and not all(order.total for order in laid.orders) else None
    lined = any(order.lines for order in layer.orders)
    return replace(
        laid,
        shared_total=shared,
        shipments=tuple(_carried(view, parcel) for parcel in _shipments(layer, found, mapped.order_numbers)),
        identity=layer.identity if lined else laid.identity,
    )


def _orders(layer: Layer, found: Extraction) -> tuple[OrderFacts, ...]:
    """The layer's orders; what it says of the mail as a whole goes to each order that the words name."""
    nameless = len(layer.orders) == 1 and layer.orders[0].order_number is None
    if layer.orders and not (nameless and len(found.orders) > 1):
        return layer.orders
    common = without_sums(layer.common_order) if len(found.orders) > 1 else layer.common_order
    return tuple(fill_part(common, order) for order in found.orders)


def _agreeing(orders: tuple[OrderFacts, ...], others: tuple[OrderFacts, ...]) -> tuple[OrderFacts, ...]:
    """Values that the mail's markup says as well are believed a little more."""
    if len(orders) != 1 or len(others) != 1:
        return orders
    surer: dict[str, Any] = {}
    for field in fields(OrderFacts):
        mine, other = getattr(orders[0], field.name), getattr(others[0], field.name)
        marked = isinstance(mine, Value) and isinstance(other, Value) and other.source == "markup"
        if marked and mine.source != "markup" and mine.value == other.value:
            surer[field.name] = replace(mine, confidence=round(min(0.999, mine.confidence * AGREE), 4))
    return (replace(orders[0], **surer),)


def _overruled(layer: Layer, found: Extraction) -> Iterable[Alternative]:
    """What the words or the markup said of the one order or parcel of the mail, and the mappings say otherwise."""
    for mine, others in ((layer.orders, found.orders), (layer.shipments, found.shipments)):
        if len(mine) != 1 or len(others) != 1:
            continue
        for field in fields(mine[0]):
            ours, other = getattr(mine[0], field.name), getattr(others[0], field.name)
            if isinstance(ours, Value) and isinstance(other, Value) and ours.value != other.value:
                yield Alternative(
                    field.name, other.raw[:300], other.span, other.source, "the definition says otherwise"
                )


def _shipments(layer: Layer, found: Extraction, numbers: tuple[Value[str], ...]) -> tuple[ShipmentFacts, ...]:
    """The layer's parcels, else those of the words; either way with what is said of the mail as a whole."""
    taken = {compact(number.value) for number in numbers}
    lower = [
        replace(parcel, order_numbers=numbers or parcel.order_numbers)
        for parcel in found.shipments
        if not (parcel.tracking_number and compact(parcel.tracking_number.value) in taken)
    ]
    if not layer.shipments:
        common = replace(layer.common_shipment, tracking_number=None, aliases=(), order_numbers=())
        return tuple(fill_part(common, parcel) for parcel in lower)
    known = {compact(parcel.tracking_number.value): parcel for parcel in lower if parcel.tracking_number}
    alone = len(layer.shipments) == len(lower) == 1
    return tuple(_completed(parcel, known, lower, alone) for parcel in layer.shipments)


def _completed(
    parcel: ShipmentFacts, known: dict[str, ShipmentFacts], lower: list[ShipmentFacts], alone: bool
) -> ShipmentFacts:
    """A parcel with what the words say of it: of the same number, else only what they say of all parcels alike."""
    number = compact(parcel.tracking_number.value) if parcel.tracking_number else ""
    if number in known or (alone and not (number and lower[0].tracking_number)):
        return fill_part(parcel, known.get(number) or lower[0])
    if not lower:
        return parcel
    return fill_part(parcel, ShipmentFacts(**{name: getattr(lower[0], name) for name in _OF_A_PARCEL}))


def _carried(view: View, parcel: ShipmentFacts) -> ShipmentFacts:
    """With a carrier: the author of the mail, the one that it names, or the only one that has such numbers."""
    if parcel.carrier is not None or parcel.tracking_number is None:
        return parcel
    number, key = parcel.tracking_number, ""
    value: Value[Any] | None = None
    if view.carrier and not view.carriers.is_aggregator(view.carrier):
        value = view.value(view.carrier, view.document.headers.sender_span, "label")
    elif (named := named_carrier(view)) is not None:
        value = named
    else:
        key = next((one.carrier for one in view.carriers.identify(number.value) if one.self_identifying), "")
        value = replace(number, value=key) if key else None
    if value is None:
        return parcel
    return replace(parcel, carrier=value, carrier_name=replace(value, value=view.carriers.name(value.value)))


def absent(wanted: Iterable[str], found: Extraction) -> tuple[str, ...]:
    """Those of the wanted fields that an extraction says nothing of."""
    return tuple(name for name in wanted if not _states(name, found))


def _states(name: str, found: Extraction) -> bool:
    lines = [line for order in found.orders for line in order.lines]
    if name == "status":
        return found.status is not None or any(parcel.status for parcel in found.shipments)
    if name == "total" and found.shared_total is not None:
        return True
    if name == "price":
        return any(line.unit_price or line.line_total for line in lines)
    attribute = {"eta": "eta_from", "tracking_alias": "aliases"}.get(name, name)
    parts: list[Any] = [*found.orders, *lines, *found.shipments]
    if name == "order_number" and any(parcel.order_numbers for parcel in found.shipments):
        return True
    return any(getattr(part, attribute, None) for part in parts)
