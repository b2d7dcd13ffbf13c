"""The same mails in any order, any number of times, in any batches give the same rows, to the byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from flux.members import export_member_json
from orders.fold import SURE, Said, choose
from orders.models import Order, OrderContribution
from tracking.facts import MailFacts
from tracking.fold import TERMINAL
from tracking.keys import order_number_key
from tracking.models import PendingLink, Shipment, ShipmentContribution, ShipmentOrder
from tracking.services import apply_mails, refold, withdraw_mails
from tracking.tests.families import families, mails
from tracking.tests.saying import carrier, confirmation, day, line, says, shipping

pytestmark = pytest.mark.django_db

# Derandomised, so that a failure is everybody's; not shrunk, which takes minutes on a database.
bounded = settings(
    deadline=None,
    max_examples=25,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def picture(member: User) -> str:
    """Everything the fold wrote, without database ids: the export and what is not exported."""
    orders = Order.objects.of(member).order_by("key")
    parcels = Shipment.objects.of(member).order_by("key")
    links = ShipmentOrder.objects.filter(order__member=member).order_by("order__key", "shipment__key")
    rest: list[Any] = [
        list(orders.values_list("key", "number_key", "seller", "placed_at", "refunded", "identity", "provenance")),
        list(orders.values_list("history", "lines__key", "lines__cancelled_quantity", "lines__provenance")),
        list(parcels.values_list("key", "number_key", "merchant", "status_at", "needs_attention", "provenance")),
        list(links.values_list("order__key", "shipment__key", "how")),
        sorted(PendingLink.objects.of(member).values_list("sha256", "order_key", "expires_at")),
        *(
            sorted(rows.values_list("sha256", "position", target))
            for rows, target in (
                (OrderContribution.objects.of(member).exclude(order=None), "order__key"),
                (ShipmentContribution.objects.of(member).exclude(shipment=None), "shipment__key"),
            )
        ),
    ]
    rest[1].sort(key=str)
    export = json.loads(export_member_json(member))
    return json.dumps([export["orders"], export["shipments"], rest], default=str, indent=1)


def member_of(number: int) -> User:
    return User.objects.create_user(f"member-{number}-{User.objects.count()}")


def batches(draw: Any, story: Sequence[MailFacts]) -> list[list[MailFacts]]:
    """The mails in some order, some of them twice, in some batches."""
    wanted = draw(st.permutations([*story, *draw(st.lists(st.sampled_from(story), max_size=3))]))
    cuts = sorted(draw(st.lists(st.integers(0, len(wanted)), max_size=4)))
    edges = [0, *cuts, len(wanted)]
    return [wanted[start:end] for start, end in pairwise(edges) if start < end]


@bounded
@given(data=st.data(), story=families())
def test_order_repeats_and_batches_do_not_show(data, story):
    one, other = member_of(1), member_of(2)
    apply_mails(member=one, mails=story)
    for batch in batches(data.draw, story):
        apply_mails(member=other, mails=batch)
    assert picture(other) == picture(one)
    refold(member=other)
    assert picture(other) == picture(one)


@bounded
@given(data=st.data(), story=families(5), noise=st.lists(mails("noise"), min_size=1, max_size=1))
def test_what_is_withdrawn_or_read_differently_before_leaves_no_trace(data, story, noise):
    one, other = member_of(1), member_of(2)
    apply_mails(member=one, mails=story)
    for batch in batches(data.draw, [*story, *noise]):
        apply_mails(member=other, mails=batch)
    again = data.draw(st.lists(st.sampled_from(story), max_size=2))
    withdraw_mails(member=other, sha256s=[facts.mail.sha256 for facts in again])
    # A mail that is held or ignored when it is read again says nothing any more.
    apply_mails(member=other, mails=[MailFacts(facts.mail) for facts in story[:1]])
    apply_mails(member=other, mails=[*again, *story[:1]])
    withdraw_mails(member=other, sha256s=[facts.mail.sha256 for facts in noise])
    assert picture(other) == picture(one)


@bounded
@given(story=families())
def test_waiting_mails_are_those_that_the_services_said(story):
    member = member_of(1)
    waiting: frozenset[str] = frozenset()
    for facts in story:
        applied = apply_mails(member=member, mails=[facts])
        waiting = (waiting - applied.settled - {facts.mail.sha256}) | applied.deferred
    assert waiting == set(PendingLink.objects.of(member).values_list("sha256", flat=True))


@bounded
@given(story=families())
def test_a_late_mail_never_undoes_an_end(story):
    """R17: once a parcel has come to its end, news of the way does not bring it back."""
    member = member_of(1)
    for facts in story:
        ended = {
            number: status
            for number, status in Shipment.objects.of(member).values_list("number_key", "status")
            if status in TERMINAL and number
        }
        apply_mails(member=member, mails=[facts])
        now = dict(Shipment.objects.of(member).exclude(number_key="").values_list("number_key", "status"))
        assert all(now[number] in TERMINAL for number in ended if number in now)


@bounded
@given(story=families())
def test_a_populated_field_changes_only_as_r2_says(story):
    """The value that stands is R2's choice of all that was said; what it stood before is in the history."""
    member = member_of(1)
    apply_mails(member=member, mails=story)
    for order in Order.objects.of(member):
        said = [
            Said(facts.mail, part)
            for facts in story
            for part in facts.orders
            if (facts.mail.sha256, part.position) in set(order.contributions.values_list("sha256", "position"))
        ]
        chosen, others = choose([(one, one.part.facts) for one in said], "total")
        assert f"{order.total}" == (chosen[1].value if chosen else "None")
        assert len(order.history.get("total", [])) == len(others)
        assert not chosen or chosen[1].confidence >= SURE or all(fact.confidence < SURE for _, fact in others)
        assert not order.number or order.key.endswith(f":{order_number_key(order.number)}")


def test_a_year_of_one_shop_and_carrier_is_the_same_forwards_and_backwards():
    story: list[MailFacts] = []
    for number in range(30):
        order, tracking = f"63270{number:04}", f"36ABC505{number:04}"
        story += [
            confirmation(order, line("Cup", 2, "5.00"), at=day(number), total="10.00"),
            shipping(order, tracking if number % 3 else "", at=day(number + 1)),
            carrier(tracking, at=day(number + 2), orders=(order,) if number % 2 else ()),
            carrier(tracking + "01000935002", "delivered", at=day(number + 3)),
        ]
    one, other = member_of(1), member_of(2)
    says(one, *story)
    for facts in reversed(story):
        says(other, facts)
    assert picture(one) == picture(other)
    assert Order.objects.of(one).count() == 30
