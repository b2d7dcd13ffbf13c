"""From every value on the page of an order or a parcel to exactly its words in the e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from emailsync import detail
from emailsync.marking import marked_sections, parse_range
from emailsync.models import StoredEmail
from emailsync.pipeline import drain
from emailsync.showing import show_mail
from emailsync.tests.factories import make_member, store_mail
from emailsync.tests.shop_mails import delivered_mail, order_mail, shipped_mail
from flux.demo.build import to_bytes
from flux.demo.story import mails
from orders.models import Order
from tracking.models import Shipment

_SOURCE = re.compile(r'class="source" href="([^"]+)"')
_MARK = re.compile(r'<mark class="is-now"[^>]*>(.*?)</mark>', re.DOTALL)
_READ = "/email/"


@pytest.fixture
def member(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> User:
    # Each mail is laid out once, however many of its values are followed.
    monkeypatch.setattr(detail, "show_mail", cache(show_mail))
    member = make_member("mara")
    client.force_login(member)
    return member


def folded(text: str) -> str:
    return " ".join(text.split())


def evidence(member: User) -> Iterator[dict[str, Any]]:
    """Every value with its origin, of every order, line and parcel, the values that lost included."""
    for order in Order.objects.of(member):
        owners: list[Any] = [order, *order.lines.all()]
        yield from (one for owner in owners for one in owner.provenance.values())
        yield from (one for said in order.history.values() for one in said)
    for parcel in Shipment.objects.of(member):
        yield from parcel.provenance.values()


def shown(member: User) -> Iterator[dict[str, Any]]:
    """Values that a page has to lead from: all that it shows. Pictures and internal keys are not printed on pages."""
    for order in Order.objects.of(member):
        owners: list[Any] = [order, *order.lines.all()]
        yield from (one for owner in owners for name, one in owner.provenance.items() if name != "image")
    for parcel in Shipment.objects.of(member):
        for name, one in parcel.provenance.items():
            same_day = name == "eta_from" and parcel.eta_from == parcel.eta_to
            if name not in ("carrier_name", "via") and not same_day:
                yield one


def pages(member: User) -> Iterator[str]:
    yield from (reverse("orders:detail", args=[order.pk]) for order in Order.objects.of(member))
    yield from (reverse("tracking:detail", args=[parcel.pk]) for parcel in Shipment.objects.of(member))


def check_every_value(member: User, client: Client) -> tuple[int, int]:
    """Follow the link of every value of every page; (number of values, number of mails that they stand in)."""
    raws = {(one["sha256"], f"{one['start']}-{one['end']}"): one["raw"] for one in evidence(member) if "sha256" in one}
    followed: set[tuple[str, str]] = set()
    for page in pages(member):
        for link in _SOURCE.findall(client.get(page).content.decode()):
            address, _, marked = unescape(link).partition("?mark=")
            sha256 = address.removeprefix(_READ).rstrip("/")
            if (sha256, marked) in followed:
                continue
            body = client.get(unescape(link)).content.decode()
            words = unescape("".join(_MARK.findall(body)))
            assert folded(words) == folded(raws[sha256, marked]), link
            followed.add((sha256, marked))
    printed = {(one["sha256"], f"{one['start']}-{one['end']}") for one in shown(member) if one.get("start") is not None}
    assert printed <= followed
    return len(followed), len({sha256 for sha256, _ in followed})


def different_layouts() -> list[bytes]:
    """One demo mail of every template, and three of another shop."""
    by_template = {mail.template: mail for mail in mails(now=timezone.now().replace(microsecond=0))}
    return [*map(to_bytes, by_template.values()), order_mail(), shipped_mail(), delivered_mail()]


def test_every_value_of_a_dozen_layouts_leads_to_its_words(member: User, client: Client) -> None:
    for raw in different_layouts():
        store_mail(member, raw)
    drain()
    values, from_mails = check_every_value(member, client)
    assert from_mails >= 10
    assert values >= 60


def test_every_value_of_real_mails_leads_to_its_words(member: User, client: Client, shared: Any) -> None:
    for path in sorted((shared / "emails").glob("*.eml")):
        store_mail(member, path.read_bytes())
    drain()
    _, from_mails = check_every_value(member, client)
    assert from_mails >= 10


def test_every_value_on_the_page_of_a_mail_leads_to_its_words(member: User, client: Client) -> None:
    mail = store_mail(member, order_mail())
    drain()
    mail.refresh_from_db()
    url = reverse("emailsync:detail", args=[mail.sha256])
    links = _SOURCE.findall(client.get(url).content.decode())
    marked = {folded(unescape("".join(_MARK.findall(client.get(unescape(link)).content.decode())))) for link in links}
    assert {"A100123", "Blue Lamp", "2", "£10.00", "£20.00"} <= marked


def test_words_are_not_marked_in_a_text_that_is_laid_out_differently_now(member: User, client: Client) -> None:
    mail = store_mail(member, order_mail())
    drain()
    StoredEmail.objects.filter(pk=mail.pk).update(norm_version=0)
    body = client.get(reverse("emailsync:detail", args=[mail.sha256]) + "?mark=1-5").content.decode()
    assert "<mark" not in body
    assert "Read it again to mend that" in body


@pytest.mark.parametrize(
    "text", ["", "5", "-", "a-b", "5-3", "3-3", "0-99999999999999", "0-999999", "١-٣", "-5-7", "1-2-3"]
)
def test_a_range_that_makes_no_sense_is_none(member: User, client: Client, text: str) -> None:
    assert parse_range(text, length=100) is None
    mail = store_mail(member, order_mail())
    drain()
    answer = client.get(reverse("emailsync:detail", args=[mail.sha256]), {"mark": text})
    assert answer.status_code == 200
    assert b'class="is-now"' not in answer.content


def test_marked_text_stays_text_and_all_of_it_is_shown() -> None:
    text = "From: <b>x</b>\nHello & <script>\nlink\n"
    sections = [("header", 0, 15), ("html", 15, 32), ("link", 32, len(text))]
    shown = marked_sections(text, sections, now=(15, 20), read=[(16, 18), (23, 31)])
    assert "<b>" not in shown[0].html
    assert shown[1].html == (
        '<mark class="is-now" id="marked" tabindex="-1" autofocus>Hello</mark> &amp; '
        '<mark class="is-weak">&lt;script&gt;</mark>'
    )
    assert [section.open for section in shown] == [True, True, False]
