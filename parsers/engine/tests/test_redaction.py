"""Redaction: nothing that was planted stays, everything that makes the mail a sample does."""

from __future__ import annotations

import email
import string
from email.message import EmailMessage
from email.policy import SMTP
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.engine.build import build_document
from parsers.engine.document import Document, Section
from parsers.engine.headers import decode_value
from parsers.engine.reader import Reader, Trust
from parsers.engine.redaction import Redacted, redact
from parsers.engine.redaction.secrets import Secrets
from parsers.engine.redaction.urls import redact_url
from parsers.engine.tests.mails import raw_mail
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

NAMES = ["Mara Lindqvist", "Jörg Weißmann", "Aoife O’Brien", "Zoë Nuñez-Prado", "Łucja Wąsik"]
PHONES = ["+44 20 7946 0958", "0412 345 678", "(02) 9012 3456", "555-013-4567", "+49 (0)30 901820", "07700900123"]
CARDS = ["4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005", "4111111111111111"]
IBANS = ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"]
STREETS = ["12 Sea Road", "Hauptstraße 5", "48 rue des Lilas"]
TOWNS = ["Leeds LS1 4AP", "10115 Berlin", "75011 Paris", "Surry Hills NSW 2010"]


def redacted(raw: bytes, **known: Any) -> Redacted:
    found = redact(raw, **known)
    assert found.refused == ""
    return found


def everything(raw: bytes) -> str:
    """All that a mail says to whoever looks behind it: decoded headers and bodies, entities and escapes undone."""
    pieces = []
    for part in email.message_from_bytes(raw).walk():
        pieces += [decode_value(value) for value in part.values()]
        if not part.is_multipart():
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            pieces.append(body.decode("utf-8"))
    text = "\n".join(pieces)
    return "\n".join([raw.decode("ascii"), text, unescape(text), unquote(unescape(text))])


def shape(document: Document) -> Any:
    """What the reader's rules hang on, but for the words."""
    lines = [
        (line.section, line.kind, len(line.cells), line.table, line.header)
        for line in document.lines
        if line.section in (Section.PLAIN, Section.HTML)
    ]
    return lines, len(document.images), [node.type for node in document.markup]


# What a mail can be made of.


@st.composite
def person(draw: Any) -> dict[str, str]:
    local = draw(st.text(string.ascii_lowercase, min_size=5, max_size=10)) + "77"
    token = draw(st.text(string.ascii_letters + string.digits, min_size=18, max_size=40))
    return {
        "name": draw(st.sampled_from(NAMES)),
        "street": draw(st.sampled_from(STREETS)),
        "town": draw(st.sampled_from(TOWNS)),
        "phone": draw(st.sampled_from(PHONES)),
        "card": draw(st.sampled_from(CARDS)),
        "iban": draw(st.sampled_from(IBANS)),
        "address": f"{local}@{draw(st.sampled_from(['example.org', 'post.example.net']))}",
        "token": "q9Z" + token,
    }


def lines_about(who: dict[str, str]) -> list[str]:
    """Lines in which a shop names its customer, one secret or several in each."""
    return [
        f"Hi {who['name'].split()[0]},",
        f"We wrote to {who['address']} about it",
        f"Your telephone: {who['phone']}",
        f"We call {who['phone']} before we come",
        f"Paid with {who['card']} today",
        f"Refunds go to {who['iban']} within a week",
        f"Recipient: {who['name']}",
        f"{who['name']} ordered these things",
        f"Look at https://t.lamphouse.example/c/{who['token']}/lamps?u={who['token']}&e={quote(who['address'])}",
        f"Ship to: {who['name']}, {who['street']}, {who['town']}",
    ]


CASES = [str, str.upper, str.lower]
GOODS = [
    "Blue Lamp",
    "Order number: A100123",
    "Tracking number: 1Z999AA10123456784",
    "2 x Blue Lamp £10.00",
    "Total £20.00",
]


@st.composite
def mail(draw: Any) -> tuple[dict[str, str], bytes]:
    who = draw(person())
    about = draw(st.lists(st.sampled_from(lines_about(who)), min_size=1, max_size=6))
    case = draw(st.sampled_from(CASES))
    told = [line if "://" in line else case(line) for line in about]
    lines = draw(st.permutations([*told, *GOODS]))
    block = ["Shipping address", who["name"], who["street"], who["town"], ""]
    plain = "\n".join([*block, *lines, ""])
    alt, title = draw(st.sampled_from([("Hello", ""), (f"For {who['name']}", who["address"])]))
    cells = "".join(f"<tr><td>{_marked(draw, line)}</td></tr>" for line in lines)
    html = (
        f"<html><body><p>Shipping address<br>{'<br>'.join(map(escape, block[1:4]))}</p><table>{cells}</table>"
        f'<img src="https://t.lamphouse.example/open/{who["token"]}.gif" width="1" height="1" alt="{escape(alt)}">'
        f'<a title="{escape(title)}" href="https://lamphouse.example/orders/A100123?key={who["token"]}">Look</a>'
        '<script type="application/ld+json">{"@type": "Order", "orderNumber": "A100123", "customer": {"@type":'
        f' "Person", "name": "{who["name"]}", "email": "{who["address"]}"}}, "price": "20.00"}}</script></body></html>'
    )
    message = EmailMessage(policy=SMTP)
    message["From"] = "Lamp House <orders@lamphouse.example>"
    message["To"] = f"{who['name']} <{who['address']}>"
    message["Subject"] = draw(st.sampled_from(["Your order A100123", f"{case(who['name'])}, your order A100123"]))
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{who['token']}@lamphouse.example>"
    message["X-Original-To"] = who["address"]
    message["List-Unsubscribe"] = f"<https://lamphouse.example/u/{who['token']}>"
    message["DKIM-Signature"] = f"v=1; b={who['token']}"
    encoding = draw(st.sampled_from(["quoted-printable", "base64", "8bit"]))
    message.set_content(plain, cte=encoding)
    if draw(st.booleans()):
        message.add_alternative(html, subtype="html", cte=draw(st.sampled_from(["quoted-printable", "base64"])))
    if draw(st.booleans()):
        message.add_attachment(plain.encode(), maintype="application", subtype="pdf", filename=f"{who['name']}.pdf")
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}")
    return who, message.as_bytes()


def _marked(draw: Any, line: str) -> str:
    """A line as HTML: as it is, with every letter an entity, or with a tag or an invisible sign amid its words."""
    way = draw(st.sampled_from(["plain", "entities", "tags", "invisible"]))
    if way == "entities" and "://" not in line:
        return "".join(f"&#{ord(sign)};" for sign in line)
    if way in ("tags", "invisible") and "://" not in line:
        cut = draw(st.integers(1, len(line) - 1))
        mark = "&shy;" if way == "invisible" else "<b></b>"
        return escape(line[:cut]) + mark + escape(line[cut:])
    return escape(line)


@settings(max_examples=60, deadline=None)
@given(mail())
def test_nothing_planted_stays_anywhere_and_the_shape_does(planted: tuple[dict[str, str], bytes]) -> None:
    who, raw = planted
    found = redacted(raw)
    left = everything(found.raw).casefold()
    for secret in (*who.values(), *(part for part in who["name"].split() if len(part) > 2)):
        assert secret.casefold() not in left
    before, after = build_document(raw), build_document(found.raw)
    assert shape(before) == shape(after)
    for kept in ("Blue Lamp", "A100123", "1Z999AA10123456784", "£10.00", "£20.00"):
        assert before.text.count(kept) == after.text.count(kept) or kept == "A100123"
        assert kept in after.text
    assert [link.host for link in before.links] == [link.host for link in after.links]


@settings(max_examples=25, deadline=None)
@given(mail())
def test_redacting_is_deterministic_and_twice_is_once(planted: tuple[dict[str, str], bytes]) -> None:
    _, raw = planted
    once = redacted(raw)
    assert redacted(raw).raw == once.raw
    assert redacted(once.raw).raw == once.raw


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode)))
def test_no_bytes_whatsoever_break_it(noise: bytes) -> None:
    for raw in (
        noise,
        raw_mail(text="x", headers={"To": "a@b.example"}) + noise,
        b"Content-Type: text/html\r\n\r\n" + noise,
    ):
        once = redact(raw)
        if not once.refused:
            assert redact(once.raw).raw == once.raw


def test_what_is_known_of_the_member_goes_without_being_in_the_mail_as_recipient() -> None:
    raw = raw_mail(text="Packed for Tove Berg.\nYour login is tovita.\nWe copied tove@berg.example.")
    found = redacted(raw, names=["Tove Berg", "tovita"], addresses=["tove@berg.example"])
    text = build_document(found.raw).text
    assert "Packed for [name]." in text
    assert "login is [name]" in text
    assert "tove" not in text.casefold()
    assert found.blanked["name"] == 2


def test_typed_words_go_everywhere_and_a_typed_number_keeps_its_shape() -> None:
    raw = raw_mail(
        subject="Order A100123 for the harbour club",
        html='<p>Order number: A100123</p><p>The Harbour <b>Club</b></p><a href="https://x.example/harbour%20club">x</a>',
    )
    found = redacted(raw, typed=["harbour club", "A100123"])
    text = build_document(found.raw).text
    assert "harbour club" not in unquote(text).casefold()
    assert "Order number: A000000" in text
    assert "Subject: Order A000000 for the [blanked]" in text


def test_the_shops_own_addresses_stay_and_foreign_ones_go() -> None:
    raw = raw_mail(text="Write to help@mail.lamphouse.example or to joe@friend.example.")
    text = build_document(redacted(raw).raw).text
    assert "help@mail.lamphouse.example or to [e-mail]." in text


def test_a_mail_that_a_person_forwarded_loses_the_person_and_keeps_the_shop() -> None:
    body = (
        "See below\n\n---------- Forwarded message ---------\nFrom: Lamp House <orders@lamphouse.example>\n"
        "Date: Mon, 2 Mar 2026\nSubject: Your order\nTo: Mara Lindqvist <mara.l@gmail.com>\n\nOrder number: A100123\n"
    )
    raw = raw_mail(subject="Fwd: Your order", sender="Mara Lindqvist <mara.l@gmail.com>", text=body)
    found = redacted(raw)
    assert "mara" not in everything(found.raw).casefold()
    document = build_document(found.raw)
    assert document.headers.sender.email == "orders@lamphouse.example"
    assert "A100123" in document.text


def test_an_attached_mail_is_redacted_inside() -> None:
    inner = email.message_from_bytes(
        raw_mail(text="Hi Mara,\nOrder number: A100123", headers={"To": "Mara <m77@x.example>"})
    )
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "Mara <m77@x.example>", "flux@x.example", "Fwd: order"
    outer.set_content("see")
    outer.add_attachment(inner)
    found = redacted(outer.as_bytes())
    left = everything(found.raw).casefold()
    assert "mara" not in left
    assert "m77" not in left
    assert build_document(found.raw).headers.sender.email == "orders@lamphouse.example"


def test_attachments_leave_a_note_and_not_even_their_name() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Lamp House <orders@lamphouse.example>", "m77@x.example"
    message.set_content("Your invoice")
    message.add_attachment(b"%PDF secret", maintype="application", subtype="pdf", filename="Invoice Lindqvist.pdf")
    found = redacted(message.as_bytes())
    left = everything(found.raw)
    assert "secret" not in left
    assert "Lindqvist" not in left
    assert "An attachment was left out here." in left
    assert found.blanked["attachment"] == 1
    assert build_document(found.raw).attachments == ("attachment.1.pdf",)


def test_a_mail_beyond_the_limits_is_refused_with_its_reason() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99))
    assert redact(deep) == Redacted(b"", {}, "too_deep")


def test_a_recipient_called_like_a_word_of_every_shop_does_not_blank_the_mail() -> None:
    raw = raw_mail(
        text="Hi Order,\nOrder number: A100123\nTotal £5.00", headers={"To": "Order Total <orders77@x.example>"}
    )
    assert "Order number: A100123\nTotal £5.00" in build_document(redacted(raw).raw).text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://shop.example/account/orders?lang=en-GB", "https://shop.example/account/orders?lang=en-GB"),
        ("https://ups.com/track?tracknum=1Z999AA10123456784", "https://ups.com/track?tracknum=1Z999AA10123456784"),
        ("https://shop.example/o/f3a9c1e07b2244d8/view", "https://shop.example/o/blanked/view"),
        ("https://a:b@shop.example/x#/t?token=9f8e7d6c", "https://shop.example/x#/t?token=blanked"),
        (
            "https://c.shop.example/r/?to=https%3A%2F%2Fups.com%2Ft%3Ftracknum%3D1Z999AA10123456784%26e%3Dm%40x.example",
            "https://c.shop.example/r/?to=https%3A%2F%2Fups.com%2Ft%3Ftracknum%3D1Z999AA10123456784%26e%3Dblanked",
        ),
        (
            "https://c.shop.example/CL0/https:%2F%2Fups.com%2Ft%2FaB3dE5gH7jK9mN1pQ/1/0102abcdef012345-x=9",
            "https://c.shop.example/CL0/https:%2F%2Fups.com%2Ft%2Fblanked/blanked/blanked",
        ),
        ("mailto:joe@friend.example?subject=x", "mailto:nobody@blanked.invalid"),
        ("tel:+61412345678", "tel:blanked"),
    ],
)
def test_links_lose_tokens_and_keep_host_path_and_numbers(url: str, shown: str) -> None:
    assert redact_url(url, Secrets()) == shown
    assert redact_url(shown, Secrets()) == shown


def test_real_mails_are_read_the_same_when_redacted(shared: Path) -> None:
    reader = Reader(all_seeds(), CARRIERS)

    def said(raw: bytes) -> Any:
        found = reader.read(build_document(raw), trust=Trust.TRUSTED)
        sums = [(one.order_number and one.order_number.value, one.total and one.total.value) for one in found.orders]
        items = [[line.quantity and line.quantity.value for line in one.lines] for one in found.orders]
        return (
            found.outcome,
            found.kind,
            found.author,
            sums,
            items,
            [one.tracking_number.value for one in found.shipments if one.tracking_number],
        )

    paths = sorted((shared / "emails").glob("*.eml"))
    assert paths
    for path in paths:
        raw = path.read_bytes()
        once = redacted(raw)
        assert said(once.raw) == said(raw), path.name
        assert shape(build_document(once.raw)) == shape(build_document(raw)), path.name
        assert redacted(once.raw).raw == once.raw, path.name
