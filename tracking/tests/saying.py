"""Facts as mails would state them, short to write: `says(order_mail(...), ...)` applies them to a member."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from orders.facts import Fact, Mail, OrderPart, SourceKind
from orders.models import Order
from tracking.facts import Applied, MailFacts, ShipmentPart
from tracking.models import Shipment
from tracking.services import apply_mails

START = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)
_KINDS = {
    "order_confirmation": SourceKind.ORDER_CONFIRMATION,
    "invoice": SourceKind.INVOICE,
    "shipping": SourceKind.SHIPPING,
}


def day(number: float) -> datetime:
    """The start of the story and so many days after it."""
    return START + timedelta(days=number)


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def facts(values: dict[str, Any], confidence: float = 0.95) -> dict[str, Fact]:
    return {
        name: value if isinstance(value, Fact) else Fact(value, confidence, 0, 1, "label", str(value))
        for name, value in values.items()
        if value is not None
    }


def line(title: str, quantity: int | None = 1, unit_price: str | None = None, **said: Any) -> dict[str, Fact]:
    return facts({"title": title, "quantity": quantity, "unit_price": unit_price, **said})


def mail(name: str, kind: str, at: datetime | None, author: str = "kmart", **said: Any) -> Mail:
    carrier = said.pop("carrier", False)
    source = SourceKind.CARRIER if carrier else _KINDS.get(kind, SourceKind.DELIVERY)
    return Mail(
        sha256=digest(name),
        sent_at=at,
        author=author,
        author_type="carrier" if carrier else "retailer",
        kind=kind,
        source_kind=said.pop("source_kind", source),
        **said,
    )


def order_part(number: str, *lines: Any, shop: str = "kmart", position: int = 0, identity: str = "", **said: Any):
    values = {"order_number": number or None, "retailer_name": shop.title(), **said}
    return OrderPart(position, shop, number, facts(values), tuple(lines), identity)


def parcel_part(tracking: str = "", status: str = "shipped", *, position: int = 0, **said: Any) -> ShipmentPart:
    """said: shop, orders, aliases, parcel_key; the rest are values."""
    shop, orders = said.pop("shop", ""), said.pop("orders", ())
    aliases, parcel_key = said.pop("aliases", ()), said.pop("parcel_key", "")
    values = {"tracking_number": tracking or None, "status": status, **said}
    return ShipmentPart(position, facts(values), tuple(aliases), parcel_key, shop, tuple(orders))


def confirmation(number: str, *lines: Any, at: datetime | None = START, shop: str = "kmart", **said: Any) -> MailFacts:
    name = said.pop("name", f"confirmation {shop} {number} {at}")
    kind = said.pop("kind", "order_confirmation")
    about = {key: said.pop(key) for key in ("announces_change", "source_kind") if key in said}
    return MailFacts(mail(name, kind, at, shop, **about), (order_part(number, *lines, shop=shop, **said),))


def shipping(number: str, tracking: str = "", *lines: Any, at: datetime | None = START, **said: Any) -> MailFacts:
    """A shop's mail of a parcel of an order."""
    shop, status = said.pop("shop", "kmart"), said.pop("status", "shipped")
    name = said.pop("name", f"{status} {shop} {number} {tracking} {at}")
    kind = "delivered" if status == "delivered" else "shipping"
    part = parcel_part(tracking, status, shop=shop, orders=(number,) if number else (), **said)
    orders = (order_part(number, *lines, shop=shop),) if number else ()
    return MailFacts(mail(name, kind, at, shop), orders, (part,))


def carrier(tracking: str, status: str = "in_transit", *, at: datetime | None = START, **said: Any) -> MailFacts:
    """A carrier's mail."""
    key = said.setdefault("carrier", "australia-post")
    name = said.pop("name", f"carrier {tracking} {status} {at}")
    kind = "delivered" if status == "delivered" else "shipping"
    return MailFacts(mail(name, kind, at, key, carrier=True), (), (parcel_part(tracking, status, **said),))


def says(member: Any, *mails: MailFacts) -> Applied:
    return apply_mails(member=member, mails=mails)


def the_order(member: Any, **which: Any) -> Any:
    return Order.objects.of(member).get(**which)


def the_parcel(member: Any, **which: Any) -> Any:
    return Shipment.objects.of(member).get(**which)


def statuses(parcel: Shipment) -> list[str]:
    return list(parcel.events.values_list("status", flat=True))
