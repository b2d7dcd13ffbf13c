"""What e-mails say of parcels, and what applying them did."""

from __future__ import annotations

from dataclasses import dataclass, field

from orders.facts import Fact, Facts, Mail, OrderPart, SourceKind

__all__ = ["Applied", "Fact", "Facts", "Mail", "MailFacts", "OrderPart", "ShipmentPart", "SourceKind"]

SHIPMENT_FIELDS = (
    "tracking_number", "carrier", "via", "merchant", "status", "shipped_at", "delivered_at", "eta_from", "eta_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShipmentPart:
    """What one e-mail says of one parcel."""

    position: int
    facts: Facts
    aliases: tuple[str, ...] = ()
    parcel_key: str = ""
    """A shop's own key of a parcel without a number; never shown or exported."""
    retailer: str = ""
    """Key of the shop that wrote the mail, "" for a carrier's."""
    order_numbers: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return str(self.facts["tracking_number"].value) if "tracking_number" in self.facts else ""

    @property
    def status(self) -> str:
        return str(self.facts["status"].value) if "status" in self.facts else ""


@dataclass(frozen=True, slots=True)
class MailFacts:
    """Everything one e-mail contributes."""

    mail: Mail
    orders: tuple[OrderPart, ...] = ()
    shipments: tuple[ShipmentPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """sha256 of e-mails, of this call or earlier ones, that now wait for an order, and of those that no longer do."""

    deferred: frozenset[str] = field(default_factory=frozenset)
    settled: frozenset[str] = field(default_factory=frozenset)
