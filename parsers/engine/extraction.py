"""The result of reading one e-mail, with the evidence for every value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from parsers.engine.document import Span

T = TypeVar("T")


class Kind(StrEnum):
    ORDER_CONFIRMATION = "order_confirmation"
    INVOICE = "invoice"
    SHIPPING = "shipping"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    CANCELLED = "cancelled"
    REFUND = "refund"
    NOT_RELEVANT = "not_relevant"


class Status(StrEnum):
    """What a mail says of an order (`ordered`, `cancelled`, `refunded`) or of a parcel (the rest)."""

    ORDERED = "ordered"
    PENDING = "pending"
    LABEL_CREATED = "label_created"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Outcome(StrEnum):
    """What became of the mail; the words of `StoredEmail.state`."""

    PARSED = "parsed"
    INCOMPLETE = "incomplete"
    UNMATCHED = "unmatched"
    HELD = "held"
    IGNORED = "ignored"
    FAILED = "failed"


class Tier(StrEnum):
    """Which rung of the ladder read the mail; the first is the most trusted."""

    DEFINITION = "definition"
    FAMILY = "family"
    MARKUP = "markup"
    CARRIER = "carrier"
    GENERIC = "generic"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """One value as read. `raw` is what stood at `span`; `value` what the transforms made of it."""

    value: T
    raw: str
    span: Span | None
    """None only for constants."""
    confidence: float
    """0.01 to 0.999."""
    source: str
    """The mapping that gave it, e.g. `amazon-order/order_number/2:label` or `generic/label`."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    title: Value[str] | None = None
    sku: Value[str] | None = None
    quantity: Value[int] | None = None
    unit_price: Value[Decimal] | None = None
    line_total: Value[Decimal] | None = None
    image: Value[str] | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the mail says of one order. `order_number` as printed, without `#`, spaces and label words."""

    order_number: Value[str] | None = None
    ordered_at: Value[datetime | date] | None = None
    retailer: Value[str] | None = None
    """Stable key of the brand, e.g. `amazon`; for a shop without a definition a slug of its name."""
    retailer_name: Value[str] | None = None
    seller: Value[str] | None = None
    currency: Value[str] | None = None
    subtotal: Value[Decimal] | None = None
    shipping: Value[Decimal] | None = None
    discount: Value[Decimal] | None = None
    """Positive: what is taken off."""
    tax: Value[Decimal] | None = None
    total: Value[Decimal] | None = None
    refund: Value[Decimal] | None = None
    eta_from: Value[date] | None = None
    eta_to: Value[date] | None = None
    lines: tuple[LineFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """What the mail says of one parcel."""

    tracking_number: Value[str] | None = None
    aliases: tuple[Value[str], ...] = ()
    """Further numbers that the mail states for the same parcel."""
    parcel_key: Value[str] | None = None
    """A retailer's own key of a parcel without a number (Amazon's shipmentId and packageIndex); never exported."""
    carrier: Value[str] | None = None
    """Stable key, e.g. `auspost`."""
    carrier_name: Value[str] | None = None
    via: Value[str] | None = None
    """Aggregator that sent the mail for the carrier."""
    merchant: Value[str] | None = None
    """Shop that a carrier's mail names as the sender of the parcel."""
    status: Value[Status] | None = None
    shipped_at: Value[datetime | date] | None = None
    delivered_at: Value[datetime | date] | None = None
    eta_from: Value[date] | None = None
    eta_to: Value[date] | None = None
    order_numbers: tuple[Value[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that lost, and why."""

    field: str
    raw: str
    span: Span | None
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    outcome: Outcome
    reason: str
    """Code of why it ended so: "", `missing:order_number`, `marketing`, `sender_unverified`, `too_deep`, …"""
    tier: Tier = Tier.NONE
    author: str = ""
    """Stable key of who wrote the mail; equals the domain for an unknown sender."""
    author_name: str = ""
    author_type: str = ""
    """`retailer`, `carrier`, `payment`, `marketplace`, "" if unknown."""
    kind: Kind | None = None
    status: Value[Status] | None = None
    definition: str = ""
    version: int | None = None
    confidence: float = 0.0
    shared_total: Value[Decimal] | None = None
    """One sum printed for several orders; each order's `total` is then None."""
    orders: tuple[OrderFacts, ...] = ()
    shipments: tuple[ShipmentFacts, ...] = ()
    missing: tuple[str, ...] = ()
    identity: str = ""
    """The price identity that holds: `I1` … `I6`, "" if none was tested or none holds."""
    announces_change: bool = False
    """The mail says that it corrects an earlier one ("updated", "price adjusted")."""
    alternatives: tuple[Alternative, ...] = ()
    trace: tuple[str, ...] = ()
    """For `explain_mail`: candidates with their scores and the rules that fired, in order."""
