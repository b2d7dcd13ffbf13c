"""Every key of the export is there, and with a value: nothing that the contract names is always empty by mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from emailsync.codec import to_json
from emailsync.contributions import mail_facts
from emailsync.models import Folder, StoredEmail
from emailsync.pipeline import drain
from emailsync.tests.factories import make_mailbox, make_member, store_mail
from emailsync.tests.shop_mails import order_mail
from flux.members import export_member, export_member_json
from parsers.engine.document import Span
from parsers.engine.extraction import (
    Extraction,
    Kind,
    LineFacts,
    OrderFacts,
    Outcome,
    ShipmentFacts,
    Status,
    Tier,
    Value,
)
from tracking.services import apply_mails

pytestmark = pytest.mark.django_db

EMAIL = """sha256 message_id subject sent_at state reason author kind status definition version confidence
shared_total orders shipments""".split()
ORDER = """order_number ordered_at retailer retailer_name currency subtotal shipping discount tax total eta_from
eta_to lines""".split()
LINE = "title sku quantity unit_price line_total".split()
PARCEL = "tracking_number carrier carrier_name via status shipped_at delivered_at eta_from eta_to order_numbers".split()
TOP = "member emails orders shipments items sales expenses mailboxes settings".split()
SENT_AT = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
# Nothing fills these yet: no app below the export has them.
EMPTY = {"items", "sales", "expenses", "orders.lines.product"}


def value(of: Any) -> Value[Any]:
    return Value(of, str(of), Span(0, 1), 0.95, "test")


def said(**changes: Any) -> Extraction:
    """A mail that states everything that a mail can state."""
    lines = (
        LineFacts(value("Cup"), value("S-1"), value(2), value(Decimal("5.5"))),
        LineFacts(value("Jug"), value("S-2"), value(4), None, value(Decimal("10"))),
        LineFacts(value("Pan"), None, value(3), None, value(Decimal("10.00"))),
    )
    order = OrderFacts(
        order_number=value("A-100"),
        ordered_at=value(datetime(2026, 5, 10, 9, 30, tzinfo=UTC)),
        retailer=value("kmart"),
        retailer_name=value("Kmart"),
        currency=value("AUD"),
        subtotal=value(Decimal("31")),
        shipping=value(Decimal("9.9")),
        discount=value(Decimal("1.00")),
        tax=value(Decimal("3.63")),
        total=value(Decimal("39.90")),
        eta_from=value(date(2026, 5, 12)),
        eta_to=value(date(2026, 5, 14)),
        lines=lines,
    )
    parcel = ShipmentFacts(
        tracking_number=value("36ABC5051234"),
        aliases=(value("PPXNRSWOKCWPD"),),
        parcel_key=value("amazon-secret-key"),
        carrier=value("australia-post"),
        carrier_name=value("Australia Post"),
        via=value("shippit"),
        status=value(Status.DELIVERED),
        shipped_at=value(datetime(2026, 5, 10, 20, 0, tzinfo=UTC)),
        delivered_at=value(datetime(2026, 5, 11, 9, 12, tzinfo=UTC)),
        eta_from=value(date(2026, 5, 12)),
        eta_to=value(date(2026, 5, 13)),
        order_numbers=(value("A-100"),),
    )
    whole = Extraction(
        outcome=Outcome.PARSED,
        reason="",
        tier=Tier.DEFINITION,
        author="kmart",
        author_name="Kmart",
        author_type="retailer",
        kind=Kind.ORDER_CONFIRMATION,
        status=value(Status.ORDERED),
        definition="kmart-order",
        version=3,
        confidence=0.93,
        orders=(order,),
        shipments=(parcel,),
        identity="I2",
    )
    return replace(whole, **changes)


def settle_as(member: User, mail: StoredEmail, extraction: Extraction) -> None:
    """Give a stored mail what was read in it, as the pipeline does."""
    StoredEmail.objects.filter(pk=mail.pk).update(
        sent_at=SENT_AT,
        state=extraction.outcome.value,
        reason=extraction.reason,
        author=extraction.author,
        kind=extraction.kind.value if extraction.kind else "",
        definition_key=extraction.definition,
        definition_version=extraction.version,
        confidence=extraction.confidence,
        extraction=to_json(extraction),
    )
    facts = mail_facts(extraction, sha256=mail.sha256, sent_at=SENT_AT)
    if extraction.outcome == Outcome.PARSED:
        apply_mails(member=member, mails=[facts])


@pytest.fixture
def member() -> User:
    member = make_member("mara")
    member.email, member.first_name, member.last_name = "mara@example.org", "Mara", "Lind"
    member.save()
    settle_as(member, store_mail(member, order_mail("A-100")), said())
    shared = said(
        outcome=Outcome.HELD,
        reason="sender_unverified",
        shared_total=value(Decimal("80")),
        orders=(said().orders[0], replace(said().orders[0], order_number=value("B-200"))),
    )
    settle_as(member, store_mail(member, order_mail("B-200")), shared)
    mailbox = make_mailbox(member, username="mara@example.org", authserv_id="mx.example.org")
    Folder.objects.create(mailbox=mailbox, raw_name="INBOX", name="INBOX", special_use="inbox", watched=True)
    return member


def filled(node: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """(dotted path of every key, whether it has a value) through lists and objects."""
    if isinstance(node, dict):
        for key, child in node.items():
            here = f"{path}.{key}".strip(".")
            yield here, child not in (None, "", 0, [], {})
            yield from filled(child, here)
    elif isinstance(node, list):
        for child in node:
            yield from filled(child, path)


def test_every_key_is_there_in_its_place(member):
    export = export_member(member)
    assert list(export) == TOP
    for mail in export["emails"]:
        assert list(mail) == EMAIL
        assert all(list(order) == ORDER for order in mail["orders"])
        assert all(list(line) == LINE for order in mail["orders"] for line in order["lines"])
        assert all(list(parcel) == PARCEL for parcel in mail["shipments"])
    for order in export["orders"]:
        assert set(order) == {*ORDER, "status", "shipments", "source_emails"}
        assert all(set(line) == {*LINE, "product"} for line in order["lines"])
    for parcel in export["shipments"]:
        assert set(parcel) == {*PARCEL, "aliases", "events", "source_emails"}
        assert all(set(event) == {"status", "at", "source"} for event in parcel["events"])


def test_every_key_has_a_value_somewhere(member):
    seen: dict[str, bool] = {}
    for path, has_value in filled(export_member(member)):
        seen[path] = seen.get(path, False) or has_value
    assert {path for path, has_value in seen.items() if not has_value} == EMPTY


def test_the_fold_of_a_full_mail_is_exported_value_by_value(member):
    (order,), (parcel,) = export_member(member)["orders"], export_member(member)["shipments"]
    assert {name: order[name] for name in ORDER if name != "lines"} == {
        "order_number": "A-100",
        "ordered_at": "2026-05-10T09:30:00+00:00",
        "retailer": "kmart",
        "retailer_name": "Kmart",
        "currency": "AUD",
        "subtotal": "31.00",
        "shipping": "9.90",
        "discount": "1.00",
        "tax": "3.63",
        "total": "39.90",
        "eta_from": "2026-05-12",
        "eta_to": "2026-05-14",
    }
    assert [(line["title"], line["quantity"], line["unit_price"], line["line_total"]) for line in order["lines"]] == [
        ("Cup", 2, "5.50", "11.00"),
        ("Jug", 4, "2.50", "10.00"),
        ("Pan", 3, None, "10.00"),
    ]
    assert (order["shipments"], order["status"]) == (["36ABC5051234"], "delivered")
    assert (parcel["shipped_at"], parcel["delivered_at"]) == ("2026-05-10T20:00:00+00:00", "2026-05-11T09:12:00+00:00")
    assert parcel["events"] == [
        {"status": "delivered", "at": "2026-05-11T09:12:00+00:00", "source": order["source_emails"][0]}
    ]
    assert (parcel["aliases"], parcel["via"], parcel["carrier_name"]) == (
        ["PPXNRSWOKCWPD"],
        "shippit",
        "Australia Post",
    )


def test_one_sum_for_several_orders_is_shared_and_no_orders_own(member):
    (mail,) = [mail for mail in export_member(member)["emails"] if mail["shared_total"]]
    assert (mail["shared_total"], [order["total"] for order in mail["orders"]]) == ("80.00", [None, None])


def test_made_up_keys_are_never_exported(member):
    raw = store_mail(member, order_mail("ZZZ"))
    order = replace(said().orders[0], order_number=None, total=value(Decimal("77.00")))
    settle_as(member, raw, said(orders=(order,), shipments=()))
    text = export_member_json(member)
    assert "amazon-secret-key" not in text
    assert "mail:" not in text
    assert None in [order["order_number"] for order in export_member(member)["orders"]]


def test_money_has_two_decimals_and_days_are_days(member):
    def leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
        children = node.items() if isinstance(node, dict) else [(name, child) for child in node]
        for key, child in children:
            if isinstance(child, dict | list):
                yield from leaves(child, key)
            else:
                yield key, child

    for name, leaf in leaves(export_member(member)):
        if name in ("subtotal", "discount", "tax", "total", "unit_price", "line_total", "shared_total"):
            assert leaf is None or re.fullmatch(r"\d+\.\d\d", leaf), (name, leaf)
        if name.startswith("eta_"):
            assert leaf is None or re.fullmatch(r"\d{4}-\d\d-\d\d", leaf), (name, leaf)


def test_two_members_with_the_same_mail_have_the_same_orders_and_nothing_of_each_other(member):
    other = make_member("noor")
    for mail in StoredEmail.objects.of(member).order_by("pk"):
        copy = store_mail(other, mail.raw_bytes)
        if mail.state == "parsed":
            settle_as(other, copy, said())
    one, two = export_member(member), export_member(other)
    assert (one["orders"], one["shipments"]) == (two["orders"], two["shipments"])
    assert "mara" not in json.dumps(two["orders"] + two["shipments"])
    drain(member_id=other.pk)
    assert export_member(member) == one
