"""Purchases for tests: orders and parcels made the one way they can be made, by applying what mails say."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from orders.facts import Fact, Mail, OrderPart, SourceKind
from orders.models import Order
from tracking.facts import MailFacts, ShipmentPart
from tracking.models import Shipment
from tracking.services import apply_mails

_numbers = count(1)
CARRIER = "australia-post"


def buy(member: User, *, number: str = "", shop: str = "Northgate Cards", lines: Any = (), **said: Any) -> Order:
    """An order by its confirmation. lines: (title, quantity, unit price) each; said: further values by field name."""
    number = number or f"N{next(_numbers):06}"
    lines = lines or [("Prismatic Evolutions Elite Trainer Box", 2, "89.95")]
    total = sum(quantity * Decimal(price) for _, quantity, price in lines)
    sent_at = said.pop("sent_at", timezone.now() - timedelta(days=2))
    values = {
        "order_number": number,
        "retailer_name": shop,
        "ordered_at": sent_at.date().isoformat(),
        "currency": "AUD",
        "subtotal": f"{total:.2f}",
        "total": f"{total:.2f}",
        **said,
    }
    part = OrderPart(
        position=0,
        retailer=shop.lower().replace(" ", "-"),
        number=number,
        facts=_facts(values),
        lines=tuple(_line(*line) for line in lines),
        identity="I1",
    )
    apply_mails(member=member, mails=[MailFacts(_mail("order_confirmation", shop, sent_at), orders=(part,))])
    return Order.objects.of(member).get(number=number)


def send(member: User, order: Order | None = None, *, status: str = "in_transit", **said: Any) -> Shipment:
    """A parcel by a carrier's mail, of `order` if one is given. said: eta_from, eta_to (days) and other values."""
    number = said.pop("number", "") or f"36ABC{next(_numbers):07}"
    sent_at = said.pop("sent_at", timezone.now() - timedelta(days=1))
    days = {name: value.isoformat() for name, value in said.items() if isinstance(value, date)}
    values = {"tracking_number": number, "carrier": CARRIER, "status": status, **said, **days}
    part = ShipmentPart(
        position=0,
        facts=_facts(values),
        retailer=order.retailer.key if order else "",
        order_numbers=(order.number,) if order else (),
    )
    kind = "delivered" if status == "delivered" else "shipping"
    mail = _mail(kind, order.retailer_name if order else CARRIER, sent_at, carrier=order is None)
    apply_mails(member=member, mails=[MailFacts(mail, shipments=(part,))])
    return Shipment.objects.of(member).get(tracking_number=number)


def _line(title: str, quantity: int, price: str) -> dict[str, Fact]:
    return _facts({"title": title, "quantity": quantity, "unit_price": price})


def _facts(values: dict[str, Any]) -> dict[str, Fact]:
    places = enumerate(values.items(), start=1)
    return {name: Fact(value, 0.95, at * 10, at * 10 + 8, "label", str(value)) for at, (name, value) in places}


def _mail(kind: str, author: str, sent_at: datetime, *, carrier: bool = False) -> Mail:
    return Mail(
        sha256=hashlib.sha256(f"mail {next(_numbers)}".encode()).hexdigest(),
        sent_at=sent_at.astimezone(UTC),
        author=author.lower().replace(" ", "-"),
        author_type="carrier" if carrier else "retailer",
        kind=kind,
        source_kind=SourceKind.CARRIER if carrier else SourceKind[kind.replace("delivered", "delivery").upper()],
    )
