"""Mails of an invented shop, plain enough to be read by their words alone."""

from __future__ import annotations

from emailsync.tests.factories import make_mail

TRACKING_NUMBER = "1Z999AA10123456784"
_HTML = {"Content_Type": "text/html; charset=utf-8"}


def order_mail(number: str = "A100123", *, title: str = "Blue Lamp") -> bytes:
    body = f"""<h1>Thank you for your order</h1><p>Order number: {number}</p>
<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr><tr><td>{title}</td><td>2</td><td>£10.00</td></tr></table>
<p>Subtotal: £20.00</p><p>Total: £20.00</p>"""
    return make_mail(subject=f"Order confirmation {number}", body=body, **_HTML)


def shipped_mail(number: str = "A100123", *, tracking_number: str = TRACKING_NUMBER) -> bytes:
    tracking = f"<p>Carrier: UPS</p><p>Tracking number: {tracking_number}</p>" if tracking_number else ""
    body = f"<h1>Your order has shipped</h1><p>Order number: {number}</p>{tracking}"
    return make_mail(
        subject=f"Your order {number} has shipped", body=body, Date="Tue, 03 Mar 2026 10:00:00 +0000", **_HTML
    )


def delivered_mail(number: str = "A100123") -> bytes:
    body = f"<h1>Your order was delivered</h1><p>Order number: {number}</p><p>Tracking number: {TRACKING_NUMBER}</p>"
    return make_mail(
        subject=f"Delivered: your order {number}", body=body, Date="Wed, 04 Mar 2026 10:00:00 +0000", **_HTML
    )


def incomplete_mail() -> bytes:
    """A carrier's mail without a tracking number."""
    return make_mail(
        subject="Your parcel is on its way", sender="UPS <pkginfo@ups.com>", body="Your parcel has been shipped."
    )


def ignored_mail() -> bytes:
    """A flight booking: travel is no order."""
    return make_mail(
        subject="Your flight booking confirmation ABC123",
        sender="Air <booking@air.example>",
        body="Thank you for your booking. Flight AB123 from London to Paris. Booking reference: ABC123",
    )
