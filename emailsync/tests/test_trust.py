"""A stranger's mail changes nothing: whatever it claims to be, it is held until the member accepts it (T01 to T05)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain
from emailsync.services import accept_held
from emailsync.tests.factories import make_mail, make_member, store_mail
from flux.members import export_member
from orders.models import Order
from tracking.models import Shipment

pytestmark = pytest.mark.django_db

MX = "mx.example.net"
SHOP = "Amazon.com.au <auto-confirm@amazon.com.au>"
PASS = f"{MX}; dmarc=pass header.from=amazon.com.au; spf=pass smtp.mailfrom=amazon.com.au"
NUMBER = "250-1234567-1234567"
NEW = "250-7654321-7654321"
TRACKING = "36ABC5051234"
NAME = "Amazon.com.au"
AUSPOST = "Australia Post <noreply@notifications.auspost.com.au>"


def stamped(raw: bytes, *stamps: str) -> bytes:
    """The mail under these Authentication-Results, the topmost first."""
    return "".join(f"Authentication-Results: {stamp}\r\n" for stamp in stamps).encode() + raw


def html(sender: str, subject: str, body: str, day: int) -> bytes:
    date = f"{day:02} Mar 2026 10:00:00 +0000"
    return make_mail(subject=subject, sender=sender, body=body, Date=date, Content_Type="text/html; charset=utf-8")


def confirmation(sender: str, number: str) -> bytes:
    body = f"""<h1>Thank you for your order</h1><p>Order number: {number}</p>
<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr><tr><td>Blue Lamp</td><td>2</td><td>$10.00</td></tr></table>
<p>Subtotal: $20.00</p><p>Order total: $20.00</p>"""
    return html(sender, f"Your order of Blue Lamp {number}", body, 2)


def shipped(sender: str, number: str) -> bytes:
    body = f"<h1>Your order has shipped</h1><p>Order number: {number}</p><p>Tracking number: {TRACKING}</p>"
    return html(sender, f"Your order {number} has shipped", body, 3)


def delivered(sender: str, number: str) -> bytes:
    body = f"<h1>Your order has been delivered</h1><p>Order number: {number}</p><p>Tracking number: {TRACKING}</p>"
    return html(sender, f"Delivered: your order {number}", body, 4)


def cancelled(sender: str, number: str) -> bytes:
    body = f"<h1>Your order has been cancelled</h1><p>Order number: {number}</p><p>Refund total: $20.00</p>"
    return html(sender, f"Your order {number} has been cancelled", body, 5)


def carried(sender: str, number: str) -> bytes:
    body = f"<h1>Your parcel has been delivered</h1><p>Tracking number: {TRACKING}</p>"
    return html(sender, f"Your parcel {TRACKING} has been delivered", body, 6)


Mail = Callable[[str, str], bytes]
SPOOFS: dict[str, tuple[str, tuple[str, ...]]] = {
    "no stamp": (SHOP, ()),
    "failed stamp": (SHOP, (f"{MX}; dmarc=fail header.from=amazon.com.au",)),
    "stamp of a server that is not ours": (SHOP, ("mx.attacker.example; dmarc=pass header.from=amazon.com.au",)),
    "forged stamp below the true one": (SHOP, (f"{MX}; dmarc=fail header.from=amazon.com.au", PASS)),
    "pass in a comment": (SHOP, (f"{MX}; dmarc=fail (dmarc=pass) header.from=amazon.com.au",)),
    "pass in a reason": (SHOP, (f'{MX}; dmarc=fail reason="; dmarc=pass" header.from=amazon.com.au',)),
    "pass for the stranger's own domain": (
        SHOP,
        (f"{MX}; dkim=pass header.d=attacker.example; spf=pass smtp.mailfrom=attacker.example",),
    ),
    "pass of a method that vouches for nobody": (SHOP, (f"{MX}; iprev=pass; auth=pass smtp.auth=bob",)),
    "look-alike domain": (f"{NAME} <a@arnazon.com.au>", (f"{MX}; dmarc=pass header.from=arnazon.com.au",)),
    "known domain as a suffix": (f"{NAME} <a@notamazon.com.au>", (f"{MX}; dmarc=pass header.from=notamazon.com.au",)),
    "known domain as a prefix": (
        f"{NAME} <a@amazon.com.au.attacker.example>",
        (f"{MX}; dmarc=pass header.from=amazon.com.au.attacker.example",),
    ),
    "display name alone": (f'"{NAME}" <bob@gmail.com>', (f"{MX}; dmarc=pass header.from=gmail.com",)),
    "address in the display name": (
        '"auto-confirm@amazon.com.au" <bob@attacker.example>',
        (f"{MX}; dmarc=pass header.from=attacker.example",),
    ),
    "two senders": (f"{SHOP}, Bob <bob@attacker.example>", (f"{MX}; dmarc=pass header.from=attacker.example",)),
}


@pytest.fixture
def member() -> User:
    """A member with one order that was shipped, as the shop itself said."""
    member = make_member()
    for mail in (confirmation, shipped):
        store_mail(member, stamped(mail(SHOP, NUMBER), PASS), authserv_id=MX)
    assert drain() == {"parsed": 2}
    assert Order.objects.get().status == "shipped"
    return member


def facts_of(member: User) -> str:
    export = export_member(member)
    return json.dumps([export["orders"], export["shipments"]])


@pytest.mark.parametrize("spoof", SPOOFS)
@pytest.mark.parametrize(
    ("mail", "number"),
    [(confirmation, NUMBER), (confirmation, NEW), (shipped, NEW), (delivered, NUMBER), (cancelled, NUMBER)],
    ids=["order again", "new order", "new parcel", "delivered", "cancelled"],
)
def test_mail_that_is_not_proved_to_be_the_shops_changes_nothing(
    member: User, spoof: str, mail: Mail, number: str
) -> None:
    before = facts_of(member)
    sender, stamps = SPOOFS[spoof]
    stored = store_mail(member, stamped(mail(sender, number), *stamps), authserv_id=MX)
    drain()
    assert facts_of(member) == before
    stored.refresh_from_db()
    # Where both the name and the domain are made to look like the shop's, the mail is not even offered.
    fake = (State.IGNORED, "look_alike")
    assert stored.state == State.HELD or (spoof == "known domain as a prefix" and (stored.state, stored.reason) == fake)


@pytest.mark.parametrize("stamps", [(), (f"{MX}; dmarc=fail header.from=notifications.auspost.com.au",)])
def test_mail_that_is_not_proved_to_be_the_carriers_changes_nothing(member: User, stamps: tuple[str, ...]) -> None:
    before = facts_of(member)
    stored = store_mail(member, stamped(carried(AUSPOST, ""), *stamps), authserv_id=MX)
    drain()
    assert facts_of(member) == before
    stored.refresh_from_db()
    assert stored.state == State.HELD


@pytest.mark.parametrize(
    ("mail", "number", "shown"),
    [(delivered, NUMBER, "delivered"), (cancelled, NUMBER, "cancelled"), (carried, "", "delivered")],
)
def test_a_held_mail_that_the_member_accepts_is_applied(member: User, mail: Mail, number: str, shown: str) -> None:
    stored = store_mail(member, mail(AUSPOST if mail is carried else SHOP, number), authserv_id=MX)
    assert drain() == {"held": 1}
    accept_held(member=member, email_ids=[stored.pk])
    assert drain() == {"parsed": 1}
    parcel: Any = Shipment.objects.get()
    assert shown in (Order.objects.get().status, parcel.status)


def test_a_new_order_that_the_member_accepts_is_made(member: User) -> None:
    stored = store_mail(member, confirmation(SHOP, NEW), authserv_id=MX)
    drain()
    accept_held(member=member, email_ids=[stored.pk])
    drain()
    assert Order.objects.filter(number=NEW).exists()


def test_the_same_mail_with_the_stamp_of_our_server_is_applied_at_once(member: User) -> None:
    store_mail(member, stamped(delivered(SHOP, NUMBER), PASS), authserv_id=MX)
    assert drain() == {"parsed": 1}
    assert Order.objects.get().status == "delivered"
    assert not StoredEmail.objects.filter(state=State.HELD).exists()
