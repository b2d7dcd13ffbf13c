"""A member's mail and mailboxes as plain data: the shape of `export_member`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from emailsync.contributions import plain
from emailsync.models import Mailbox, StoredEmail
from emailsync.said import extraction_of
from parsers.engine.extraction import Extraction, LineFacts, OrderFacts, ShipmentFacts, Value

_CENTS = Decimal("0.01")


def export_emails(member: Any) -> list[dict[str, Any]]:
    """What each e-mail of a member alone says, whatever its state, in the order of their hashes. Never their bytes."""
    mails = StoredEmail.objects.of(member).defer("raw").order_by("sha256", "size", "message_id", "pk")
    return [_email(mail) for mail in mails.iterator(chunk_size=500)]


def export_mailboxes(member: Any) -> list[dict[str, Any]]:
    """A member's mailboxes with their folders; never a password."""
    mailboxes = Mailbox.objects.of(member).prefetch_related("folders").order_by("host", "port", "username")
    return [
        {
            "name": mailbox.name,
            "host": mailbox.host,
            "port": mailbox.port,
            "security": mailbox.security,
            "username": mailbox.username,
            "primary_folder": mailbox.primary_folder,
            "authserv_id": mailbox.authserv_id or None,
            "enabled": mailbox.enabled,
            "folders": [
                {"name": folder.name, "special_use": folder.special_use or None, "watched": folder.watched}
                for folder in sorted(mailbox.folders.all(), key=lambda folder: folder.raw_name)
            ],
        }
        for mailbox in mailboxes
    ]


def _email(mail: StoredEmail) -> dict[str, Any]:
    said = extraction_of(mail)
    return {
        "sha256": mail.sha256 or None,
        "message_id": mail.message_id or None,
        "subject": mail.subject or None,
        "sent_at": _instant(mail.sent_at),
        "state": mail.state,
        "reason": mail.reason or None,
        "author": mail.author or None,
        "kind": mail.kind or None,
        "status": _plain(said.status) if said else None,
        "definition": mail.definition_key or None,
        "version": mail.definition_version,
        "confidence": mail.confidence,
        **mail_says(said),
    }


def mail_says(said: Extraction | None) -> dict[str, Any]:
    """Status, orders and parcels that a mail states, as its entry in `emails[]`; all empty for one not read."""
    return {
        "status": _plain(said.status) if said else None,
        "shared_total": _plain(said.shared_total) if said else None,
        "orders": list(_orders(said)) if said else [],
        "shipments": [_shipment(parcel) for parcel in said.shipments] if said else [],
    }


def _orders(said: Extraction) -> Iterator[dict[str, Any]]:
    """An entry for every order that the mail states anything of; with one sum for several, none has a total."""
    for order in said.orders:
        yield _order(order) | ({"total": None} if said.shared_total else {})
    stated = {_plain(order.order_number) for order in said.orders}
    for parcel in said.shipments:
        for number in parcel.order_numbers:
            if _plain(number) not in stated:
                stated.add(_plain(number))
                yield _order(OrderFacts(order_number=number))


def _order(order: OrderFacts) -> dict[str, Any]:
    names = (
        "order_number", "ordered_at", "retailer", "retailer_name", "currency", "subtotal", "shipping", "discount",
        "tax", "total", "eta_from", "eta_to",
    )  # fmt: skip
    values: dict[str, Any] = {name: _plain(getattr(order, name)) for name in names}
    return values | {"lines": [_line(line) for line in order.lines]}


def _line(line: LineFacts) -> dict[str, Any]:
    quantity = line.quantity.value if line.quantity else None
    unit = line.unit_price.value if line.unit_price else None
    total = line.line_total.value if line.line_total else None
    if quantity and unit is not None and total is None:
        total = unit * quantity
    elif quantity and total is not None and unit is None:
        exact = (total / quantity).quantize(_CENTS)
        unit = exact if exact * quantity == total else None
    return {
        "title": _plain(line.title),
        "sku": _plain(line.sku),
        "quantity": quantity,
        "unit_price": plain(unit),
        "line_total": plain(total),
    }


def _shipment(parcel: ShipmentFacts) -> dict[str, Any]:
    names = (
        "tracking_number", "carrier", "carrier_name", "via", "status", "shipped_at", "delivered_at", "eta_from",
        "eta_to",
    )  # fmt: skip
    values: dict[str, Any] = {name: _plain(getattr(parcel, name)) for name in names}
    return values | {"order_numbers": [_plain(number) for number in parcel.order_numbers]}


def _plain(value: Value[Any] | None) -> Any:
    return plain(value.value) if value is not None else None


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
