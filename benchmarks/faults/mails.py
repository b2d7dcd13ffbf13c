"""The mails of the run: what an invented shop sends, and what else lies in mailboxes. Each is a function of its recipe.

Lines end with CRLF and there is no NUL, as on the wire, so a server hands out the very bytes that were delivered.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from enum import StrEnum

from flux.demo.numbers import number_like, with_check_digit

AUTHSERV_ID = "mx.faults.example"
_SHOP = "Sandbank Lamps <orders@sandbank-lamps.example>"
_STAMP = f"{AUTHSERV_ID}; dmarc=pass header.from=sandbank-lamps.example"
_FAILED = f"{AUTHSERV_ID}; dmarc=fail header.from=sandbank-lamps.example; spf=fail smtp.mailfrom=elsewhere.example"
_TOO_BIG_BYTES = 26 * 1024 * 1024
_ITEMS = ("Blue Lamp", "Brass Hook", "Oak Shelf", "Linen Shade", "Tide Clock")


class Kind(StrEnum):
    ORDER = "order"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    NEWS = "news"
    SPOOFED = "spoofed"
    GARBAGE = "garbage"
    POISON = "poison"
    TOO_BIG = "too_big"


ORDERLY = (Kind.ORDER, Kind.SHIPPED, Kind.DELIVERED)
"""Mails that have to be read whatever happens; of the others an end state is asked, whichever."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a mail's bytes, but the moment when the run began."""

    kind: Kind
    number: int
    """No two recipes of a kind share one; the mails of one order do."""
    age_s: int = 0
    """How long before the run the mail was sent."""

    @property
    def order_number(self) -> str:
        return f"SL-{self.number:07}"

    @property
    def quantity(self) -> int:
        return 1 + self.number % 4

    @property
    def price(self) -> Decimal:
        return Decimal(499 + self.number * 37 % 9000) / 100

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity

    @property
    def tracking_number(self) -> str:
        return with_check_digit(number_like("1Z@@@@@@#########", random.Random(self.number)), "ups")


def write(recipe: Recipe, began: datetime) -> bytes:
    """The mail's bytes. began: when the run began, aware; the mail's Date is `age_s` before."""
    return _WRITERS[recipe.kind](recipe, began - timedelta(seconds=recipe.age_s))


def _mail(recipe: Recipe, sent: datetime, subject: str, body: str, **headers: str) -> bytes:
    lines = {
        "Authentication-Results": _STAMP,
        "From": _SHOP,
        "To": "member@faults.example",
        "Subject": subject,
        "Date": format_datetime(sent),
        "Message-ID": f"<{recipe.kind}.{recipe.number}@sandbank-lamps.example>",
        "Content-Type": "text/html; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{body}\r\n".encode()


def _order(recipe: Recipe, sent: datetime) -> bytes:
    number, item = recipe.order_number, _ITEMS[recipe.number % len(_ITEMS)]
    body = (
        f"<h1>Thank you for your order</h1><p>Order number: {number}</p>\r\n"
        f"<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr>"
        f"<tr><td>{item}</td><td>{recipe.quantity}</td><td>£{recipe.price}</td></tr></table>\r\n"
        f"<p>Subtotal: £{recipe.total}</p><p>Total: £{recipe.total}</p>"
    )
    return _mail(recipe, sent, f"Order confirmation {number}", body)


def _shipped(recipe: Recipe, sent: datetime) -> bytes:
    body = (
        f"<h1>Your order has shipped</h1><p>Order number: {recipe.order_number}</p>\r\n"
        f"<p>Carrier: UPS</p><p>Tracking number: {recipe.tracking_number}</p>"
    )
    return _mail(recipe, sent, f"Your order {recipe.order_number} has shipped", body)


def _delivered(recipe: Recipe, sent: datetime) -> bytes:
    body = (
        f"<h1>Your order was delivered</h1><p>Order number: {recipe.order_number}</p>\r\n"
        f"<p>Carrier: UPS</p><p>Tracking number: {recipe.tracking_number}</p>"
    )
    return _mail(recipe, sent, f"Delivered: your order {recipe.order_number}", body)


def _news(recipe: Recipe, sent: datetime) -> bytes:
    body = f"Tide table number {recipe.number}. High water is at {recipe.number % 24:02}:15."
    return _mail(recipe, sent, "The tides of this week", body, Content_Type="text/plain; charset=utf-8")


def _spoofed(recipe: Recipe, sent: datetime) -> bytes:
    """An order confirmation whose sender the receiving server did not believe."""
    return _order(recipe, sent).replace(_STAMP.encode(), _FAILED.encode(), 1)


def _garbage(recipe: Recipe, sent: datetime) -> bytes:
    chance = random.Random(recipe.number)
    letters = [letter for letter in range(1, 256) if letter not in b"\r\n"]
    lines = [bytes(chance.choices(letters, k=chance.randrange(1, 200))) for _ in range(chance.randrange(1, 30))]
    return b"\r\n".join([*lines, b""])


def _poison(recipe: Recipe, sent: datetime) -> bytes:
    return _POISONS[recipe.number % len(_POISONS)](recipe, sent)


def _nested(recipe: Recipe, sent: datetime) -> bytes:
    """Multiparts in multiparts, 3,000 deep."""
    parts = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(3000))
    return _mail(recipe, sent, "Nested", "", X_Depth="3000").partition(b"Content-Type")[0] + parts.encode()


def _endless_subject(recipe: Recipe, sent: datetime) -> bytes:
    words = "\r\n ".join("=?utf-8?q?Seagull?=" for _ in range(20_000))
    return _mail(recipe, sent, words, "Twenty thousand encoded words.")


def _odd_charset(recipe: Recipe, sent: datetime) -> bytes:
    return _mail(recipe, sent, "=?idna?q?x?= =?undefined?q?y?=", "x", Content_Type="text/html; charset=idna")


def _open_comments(recipe: Recipe, sent: datetime) -> bytes:
    return _mail(recipe, sent, "Comments", "x", To="(" * 3000)


def _hidden_nul(recipe: Recipe, sent: datetime) -> bytes:
    return _mail(recipe, sent, "=?utf-8?q?A=00B=0AC?=", "AAAAAA==", Content_Transfer_Encoding="base64")


def _deep_markup(recipe: Recipe, sent: datetime) -> bytes:
    return _mail(recipe, sent, f"Order confirmation {recipe.number}", "<div>\r\n" * 3000 + "Total: £1.00")


def _too_big(recipe: Recipe, sent: datetime) -> bytes:
    line = b"VGhlIHRpZGUgY29tZXMgaW4gYW5kIHRoZSB0aWRlIGdvZXMgb3V0LCB0d2ljZSBhIGRheS4=\r\n"
    return _mail(recipe, sent, "Pictures of the harbour", "") + line * (_TOO_BIG_BYTES // len(line))


_POISONS = (_nested, _endless_subject, _odd_charset, _open_comments, _hidden_nul, _deep_markup)
_WRITERS: dict[Kind, Callable[[Recipe, datetime], bytes]] = {
    Kind.ORDER: _order,
    Kind.SHIPPED: _shipped,
    Kind.DELIVERED: _delivered,
    Kind.NEWS: _news,
    Kind.SPOOFED: _spoofed,
    Kind.GARBAGE: _garbage,
    Kind.POISON: _poison,
    Kind.TOO_BIG: _too_big,
}
