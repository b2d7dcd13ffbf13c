"""Mails of an invented shop, for tests of the engine."""

from __future__ import annotations

import base64
from email.message import EmailMessage

SENDER = "Lamp Harbour <orders@lampharbour.example>"
DATE = "Mon, 02 Mar 2026 10:00:00 +0000"


def mail(
    *,
    subject: str = "Your order",
    html: str = "",
    plain: str = "",
    sender: str = SENDER,
    date: str = DATE,
    attachments: tuple[tuple[str, str], ...] = (),
    **headers: str,
) -> bytes:
    """A mail with the given bodies and text attachments; `headers` with underscores for hyphens."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "mara@example.org", subject, date
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if plain or not html:
        message.set_content(plain or " ")
    if html:
        html = f"<html><body>{html}</body></html>"
        if plain:
            message.add_alternative(html, subtype="html")
        else:
            message.set_content(html, subtype="html")
    for name, text in attachments:
        message.add_attachment(text, filename=name)
    return message.as_bytes()


def row(title: str, quantity: int, price: str, *, sku: str = "") -> str:
    """A row of the shop's table of items."""
    number = f'<img src="https://img.lampharbour.example/p/{sku}.jpg" alt="{title}">' if sku else ""
    return (
        f'<tr class="item"><td>{number}</td><td class="name">{title}</td><td class="qty">{quantity}</td>'
        f'<td class="price">{price}</td></tr>'
    )


def order_html(number: str, rows: str, *, subtotal: str, postage: str, total: str) -> str:
    """The shop's order confirmation."""
    return f"""
      <h1>Thanks for your order</h1>
      <p>Order reference: <b>{number}</b></p><p>Placed on 1 March 2026</p>
      <h2>Your lamps</h2>
      <table><tr><th></th><th>Lamp</th><th>How many</th><th>Price</th></tr>{rows}
      <tr class="sum"><td></td><td>Goods</td><td></td><td>{subtotal}</td></tr></table>
      <table><tr><td>Postage</td><td>{postage}</td></tr><tr><td>To pay</td><td>{total}</td></tr></table>
      <h2>You may also like</h2>
      <table><tr><th></th><th>Lamp</th><th>How many</th><th>Price</th></tr>{row("Advert Lamp", 1, "$99.00")}</table>
    """


def order_mail() -> bytes:
    """One order, two rows, the price being for the line."""
    rows = row("Brass Desk Lamp", 2, "$80.00", sku="BDL-2") + row("Linen Shade", 1, "$15.50", sku="LS-9")
    html = order_html("LH-20261", rows, subtotal="$95.50", postage="$9.95", total="$105.45")
    return mail(subject="We have your order", html=html)


def two_orders_mail() -> bytes:
    """Two orders in one mail, each with its own lines and total."""
    blocks = "".join(
        f"""<div class="order"><p>Order reference: {number}</p>
        <table><tr><th></th><th>Lamp</th><th>How many</th><th>Price</th></tr>{rows}</table>
        <table><tr><td>To pay</td><td>{total}</td></tr></table></div>"""
        for number, rows, total in (
            ("LH-30001", row("Reading Lamp", 1, "$40.00"), "$40.00"),
            ("LH-30002", row("Floor Lamp", 1, "$70.00") + row("Bulb", 4, "$12.00"), "$82.00"),
        )
    )
    return mail(subject="We have your orders", html=f"<h1>Thanks for your orders</h1>{blocks}")


def parcels_mail() -> bytes:
    """Two parcels of one order, each with its own lines."""
    blocks = "".join(
        f"""<div class="parcel"><p>Parcel {number}</p><ul>{items}</ul>
        <a href="https://track.example/go?consignment={number}&amp;stage=sent">Follow it</a></div>"""
        for number, items in (
            ("ZX10044551", "<li>2 x Brass Desk Lamp</li>"),
            ("ZX10044552", "<li>1 x Linen Shade</li>"),
        )
    )
    html = f"<h1>On its way</h1><p>Order reference: LH-20261</p>{blocks}"
    return mail(subject="Your lamps are on the way", html=html, date="Wed, 04 Mar 2026 09:00:00 +0000")


def encoded(raw: bytes) -> str:
    """As a definition document carries its samples."""
    return base64.b64encode(raw).decode("ascii")
