import json
import multiprocessing
import random
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

import tracking.services
from emailsync import settling
from emailsync.importing import import_files
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain, work
from emailsync.queue import claim, requeue
from emailsync.reading import open_sandbox
from emailsync.services import accept_held
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import (
    TRACKING_NUMBER,
    delivered_mail,
    ignored_mail,
    incomplete_mail,
    order_mail,
    shipped_mail,
)
from flux.members import export_member
from orders.models import Order
from tracking.models import Shipment


def expire_leases() -> None:
    StoredEmail.objects.filter(state=State.PARSING).update(lease_until=timezone.now() - timedelta(hours=1))


def facts_of(member) -> str:
    export = export_member(member)
    return json.dumps([export["emails"], export["orders"], export["shipments"]])


@pytest.mark.django_db
def test_an_order_mail_becomes_an_order_and_a_shipping_mail_its_parcel():
    member = make_member()
    store_mail(member, order_mail())
    store_mail(member, shipped_mail())
    assert drain() == {"parsed": 2}
    order = Order.objects.of(member).get()
    parcel = Shipment.objects.of(member).get()
    assert (order.number, str(order.total), order.lines.get().title) == ("A100123", "20.00", "Blue Lamp")
    assert (parcel.tracking_number, parcel.status) == (TRACKING_NUMBER, "shipped")
    assert order.status == "shipped"


@pytest.mark.django_db
def test_every_mail_ends_in_a_state_with_a_reason():
    member = make_member()
    for raw in (make_mail(), ignored_mail(), incomplete_mail(), shipped_mail(tracking_number="")):
        store_mail(member, raw)
    store_mail(member, order_mail("B777001"), authserv_id="mx.example.net")
    store_mail(member, b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99)))
    counts = drain()
    assert counts == {"unmatched": 1, "ignored": 1, "incomplete": 1, "deferred": 1, "held": 1, "failed": 1}
    mails = StoredEmail.objects.of(member)
    assert dict(mails.exclude(reason="").values_list("state", "reason")) == {
        "unmatched": "nothing_announced",
        "ignored": mails.get(state="ignored").reason,
        "incomplete": "missing:tracking_number",
        "deferred": "order_missing",
        "held": "sender_failed",
        "failed": mails.get(state="failed").reason,
    }
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_mail_that_waits_for_its_order_is_settled_when_the_order_comes():
    member = make_member()
    waiting = store_mail(member, shipped_mail())
    assert drain() == {"deferred": 1}
    assert Shipment.objects.of(member).get().tracking_number == TRACKING_NUMBER
    store_mail(member, order_mail())
    assert drain() == {"parsed": 1}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.PARSED, "")
    assert Order.objects.of(member).get().status == "shipped"


@pytest.mark.django_db
def test_a_held_mail_changes_nothing_until_it_is_accepted():
    member = make_member()
    mail = store_mail(member, order_mail(), authserv_id="mx.example.net")
    drain()
    mail.refresh_from_db()
    assert mail.state == State.HELD
    assert mail.extraction and mail.extraction["orders"][0]["order_number"]["value"] == "A100123"  # noqa: PT018
    assert not Order.objects.exists()
    assert accept_held(member=make_member(), email_ids=[mail.pk]) == 0
    assert accept_held(member=member, email_ids=[mail.pk]) == 1
    assert drain() == {"parsed": 1}
    assert Order.objects.of(member).get().number == "A100123"
    requeue()
    assert drain() == {"parsed": 1}


@pytest.mark.django_db
def test_a_mail_that_is_read_differently_withdraws_what_it_said(monkeypatch):
    member = make_member()
    mail = store_mail(member, order_mail())
    drain()
    assert Order.objects.of(member).exists()
    StoredEmail.objects.filter(pk=mail.pk).update(trust="failed")
    requeue()
    assert drain() == {"held": 1}
    assert not Order.objects.of(member).exists()


@pytest.mark.django_db
def test_the_order_of_arrival_and_repetitions_do_not_show():
    mails = [order_mail(), shipped_mail(), delivered_mail(), order_mail("B200200"), make_mail()]
    seen = set()
    for seed in range(4):
        member = make_member()
        shuffled = random.Random(seed).sample(mails, len(mails))
        for raw in shuffled:
            store_mail(member, raw)
            if seed % 2:
                drain(member_id=member.pk)
        drain(member_id=member.pk)
        if seed > 1:
            requeue(member_id=member.pk)
            drain(member_id=member.pk)
        seen.add(facts_of(member))
    assert len(seen) == 1


@pytest.mark.django_db
def test_a_worker_that_lost_its_claim_writes_nothing():
    member = make_member()
    mail = store_mail(member, order_mail())
    stale = claim(owner="slow")
    expire_leases()
    fresh = claim(owner="quick")
    with open_sandbox() as sandbox:
        assert work(stale, sandbox) == {}
        mail.refresh_from_db()
        assert mail.state == State.PARSING
        assert not Order.objects.exists()
        assert work(fresh, sandbox) == {"parsed": 1}


@pytest.mark.django_db
def test_a_mail_that_kills_its_worker_fails_after_three_attempts_and_others_go_on():
    member = make_member()
    killer = store_mail(member, order_mail())
    for _ in range(3):
        claim(owner="dies")
        expire_leases()
    store_mail(member, order_mail("B200200"))
    assert drain() == {"parsed": 1, "failed": 1}
    killer.refresh_from_db()
    assert (killer.state, killer.reason) == (State.FAILED, "worker_died")


@pytest.mark.django_db
def test_a_mail_that_cannot_be_applied_fails_alone(monkeypatch):

    def refuse_one(*, member, mails):
        if any(part.number == "B200200" for facts in mails for part in facts.orders):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return tracking.services.apply_mails(member=member, mails=mails)

    monkeypatch.setattr(settling, "apply_mails", refuse_one)
    member = make_member()
    store_mail(member, order_mail())
    bad = store_mail(member, order_mail("B200200"))
    assert drain() == {"parsed": 1, "failed": 1}
    bad.refresh_from_db()
    assert bad.reason == "error:DataError"


def _die_in_the_middle(reached) -> None:
    """In a child process: parse, and hang where everything is written but nothing is committed."""

    def apply_and_hang(**arguments):
        tracking.services.apply_mails(**arguments)
        reached.set()
        time.sleep(60)

    setattr(settling, "apply_mails", apply_and_hang)  # noqa: B010 - not a public name of the module
    drain()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_mid_transaction_leaves_nothing_and_its_mail_is_parsed_once():
    member = make_member()
    store_mail(member, order_mail())
    connections.close_all()
    context = multiprocessing.get_context("fork")
    reached = context.Event()
    worker = context.Process(target=_die_in_the_middle, args=(reached,))
    worker.start()
    assert reached.wait(30)
    worker.kill()
    worker.join()
    assert not Order.objects.exists()
    assert StoredEmail.objects.get().state == State.PARSING
    expire_leases()
    assert drain(wait=True) == {"parsed": 1}
    assert Order.objects.of(member).get().number == "A100123"
    assert StoredEmail.objects.get().attempts == 2


def _drain_in_child(counts) -> None:
    counts.put(dict(drain()))


@pytest.mark.django_db(transaction=True)
def test_four_workers_parse_each_mail_once_and_agree_on_the_result():
    one, other = make_member(), make_member()
    mails = [mail for n in range(12) for mail in (order_mail(f"C{n:06}"), shipped_mail(f"C{n:06}", tracking_number=""))]
    for raw in mails:
        store_mail(one, raw)
        store_mail(other, raw)
    drain(member_id=other.pk)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    workers = [context.Process(target=_drain_in_child, args=(counts,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    total = sum(sum(counts.get(timeout=60).values()) for _ in workers)
    for worker in workers:
        worker.join()
    assert total == len(mails)
    assert set(StoredEmail.objects.of(one).values_list("attempts", "state")) == {(1, "parsed")}
    assert facts_of(one) == facts_of(other)


@pytest.mark.django_db
def test_real_mails_give_the_same_when_they_are_read_again(shared):
    member = make_member()
    assert import_files(member_id=member.pk, paths=[shared / "emails"]).stored > 40
    drain()
    before = facts_of(member)
    requeue()
    drain()
    assert facts_of(member) == before
