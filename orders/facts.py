"""What an e-mail says of an order, as orders take it: values with the characters that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any


class SourceKind(IntEnum):
    """Who is believed first (rule R2); the smaller wins."""

    ORDER_CONFIRMATION = 0
    INVOICE = 1
    SHIPPING = 2
    DELIVERY = 3
    CARRIER = 4
    INDUCED = 5
    LLM = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its evidence. value: str, int, or ISO date text; amounts are decimal strings with two places.

    start, end: the characters in the canonical text of the e-mail, None for what is nowhere printed.
    """

    value: Any
    confidence: float
    start: int | None = None
    end: int | None = None
    source: str = ""
    raw: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": self.confidence,
            "start": self.start,
            "end": self.end,
            "source": self.source,
            "raw": self.raw,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Fact:
        return Fact(**data)


Facts = Mapping[str, Fact]

ORDER_FIELDS = (
    "order_number", "ordered_at", "retailer_name", "seller", "currency", "subtotal", "shipping", "discount", "tax",
    "total", "refund", "eta_from", "eta_to",
)  # fmt: skip
LINE_FIELDS = ("title", "sku", "quantity", "unit_price", "line_total", "image")


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What one e-mail says of one order. retailer: stable key, "" where a carrier names an order without its shop."""

    position: int
    retailer: str
    number: str
    """As printed; "" for an order confirmation without a number."""
    facts: Facts
    lines: tuple[Facts, ...] = ()
    identity: str = ""
    """The price identity that holds in the e-mail, "" if none."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The e-mail behind a contribution."""

    sha256: str
    sent_at: datetime | None
    """Aware UTC."""
    author: str
    author_type: str
    kind: str
    source_kind: SourceKind
    definition: str = ""
    version: int | None = None
    announces_change: bool = False

    @property
    def rank(self) -> tuple[float, str]:
        """Earlier first; mails without a time come last, in the order of their hashes."""
        return (self.sent_at.timestamp() if self.sent_at else float("inf"), self.sha256)


def instant(text: Any) -> datetime:
    """A stated time, aware; a day without a time is its noon."""
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo:
        return moment
    return moment.replace(hour=12 if len(str(text)) == len("2026-11-24") else moment.hour, tzinfo=UTC)
