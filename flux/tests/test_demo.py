"""The demo: invented mail that goes the way of all mail."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain
from flux.demo.build import to_bytes
from flux.demo.service import DemoNameTaken, load_demo
from flux.demo.story import mails
from flux.management.commands.up import Command
from orders.models import Order
from parsers.seeds import all_seeds
from tracking.models import Shipment

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
_STRIP = "You are looking at the demo."
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
    assert {"in_transit", "ready_for_pickup"} <= set(statuses)


@pytest.mark.django_db
def test_a_second_run_adds_nothing():
    load_demo(now=NOW)
    drain()
    orders, parcels = Order.objects.count(), Shipment.objects.count()
    load_demo(now=NOW)
    assert drain().total() == 0
    assert (Order.objects.count(), Shipment.objects.count(), User.objects.count()) == (orders, parcels, 1)


@pytest.fixture
def admin(db: None, client: Client) -> User:
    admin = User.objects.create_superuser("ada")
    client.force_login(admin)
    return admin


def test_a_member_who_happens_to_be_called_demo_is_left_alone(admin: User, client: Client, capsys):
    real = User.objects.create_user("demo")
    with pytest.raises(DemoNameTaken):
        load_demo(now=NOW)
    answer = client.post(reverse("demo-start"), follow=True)
    assert "is the user name of a member here" in answer.content.decode()
    assert answer.context["user"] == admin
    Command()._demo()
    assert "No demo: “demo” is the user name of a member here" in capsys.readouterr().err
    assert not StoredEmail.objects.exists()
    assert not real.sign_in_links.exists()


@pytest.mark.django_db
def test_the_demo_is_known_by_its_mark_whatever_its_visitors_type():
    member = load_demo(now=NOW)
    User.objects.update(username="look", email="")
    User.objects.create_user("demo")
    assert load_demo(now=NOW) == member


def test_pages_of_the_demo_say_so_and_let_one_out(admin: User, client: Client):
    assert _STRIP not in client.get(reverse("home")).content.decode()
    shown = client.post(reverse("demo-start"), follow=True)
    assert shown.context["user"].is_demo
    for name in ("home", "orders:list", "accounts:profile"):
        assert _STRIP in client.get(reverse(name)).content.decode()
    left = client.post(reverse("account_logout"), follow=True)
    assert not left.context["user"].is_authenticated
    assert _STRIP not in left.content.decode()
