"""The demo: invented mail that goes the way of all mail."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain
from flux.demo.build import to_bytes
from flux.demo.service import load_demo
from flux.demo.story import mails
from orders.models import Order
from parsers.seeds import all_seeds
from tracking.models import Shipment

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
_LEFT = (State.UNMATCHED, State.INCOMPLETE, State.IGNORED, State.HELD)


def test_the_same_moment_gives_the_same_bytes():
    assert [to_bytes(mail) for mail in mails(now=NOW)] == [to_bytes(mail) for mail in mails(now=NOW)]


def test_a_year_of_mail_of_many_authors_is_told():
    told = mails(now=NOW)
    assert len(told) >= 200
    assert len({mail.sender for mail in told}) >= 20
    assert max(mail.sent_at for mail in told) < NOW
    assert min(mail.sent_at for mail in told) > NOW - timedelta(days=366)
    assert len({(mail.sent_at.year, mail.sent_at.month) for mail in told}) >= 12


def test_no_definition_exists_for_the_demo_alone():
    invented = {mail.sender.partition("@")[2] for mail in mails(now=NOW) if mail.sender.endswith(".example")}
    assert invented
    for definition in all_seeds():
        values = " ".join(matcher.value for matcher in definition.matchers)
        assert ".example" not in values
        assert "demo" not in definition.key
        assert not any(domain in values for domain in invented)


@pytest.mark.django_db
def test_the_mail_is_read_by_the_ordinary_pipeline_and_much_of_it_is_left_alone():
    member = load_demo(now=NOW)
    stored = StoredEmail.objects.of(member)
    assert not Order.objects.of(member).exists()
    counts = drain(member_id=member.pk)
    assert counts.total() == stored.count() == len(mails(now=NOW))
    assert sum(counts[state.value] for state in _LEFT) * 5 >= counts.total()
    assert all(counts[state.value] for state in (State.PARSED, *_LEFT)), counts
    assert counts[State.FAILED.value] == 0
    assert Order.objects.of(member).count() >= 60
    statuses = Counter(Shipment.objects.of(member).values_list("status", flat=True))
    assert statuses["delivered"] >= 20
    assert len(statuses) >= 2


@pytest.mark.django_db
def test_a_second_run_adds_nothing():
    load_demo(now=NOW)
    drain()
    orders, parcels = Order.objects.count(), Shipment.objects.count()
    load_demo(now=NOW)
    assert drain().total() == 0
    assert (Order.objects.count(), Shipment.objects.count(), User.objects.count()) == (orders, parcels, 1)
