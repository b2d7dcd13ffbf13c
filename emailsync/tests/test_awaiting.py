"""Mail that waits for its order: woken with it, swept if that went unnoticed, and let go after thirty days."""

from __future__ import annotations

import json
import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone
from django_q.models import Schedule

from emailsync import pipeline
from emailsync.awaiting import Swept, sweep
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain
from emailsync.queue import claim, requeue
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import TRACKING_NUMBER, order_mail, shipped_mail
from emailsync.words import reason_words
from flux.members import export_member
from flux.queue import sync_schedules
from orders.models import Order
from tracking.models import PendingLink, Shipment, ShipmentOrder
from tracking.services import link_order, refold
from tracking.tests.test_convergence import picture

PAIRS = 200


def move_back(mail: StoredEmail, **ago: float) -> None:
    """As if the mail had been sent and read that long ago."""
    then = timezone.now() - timedelta(**ago)
    StoredEmail.objects.filter(pk=mail.pk).update(parsed_at=then)
    PendingLink.objects.filter(sha256=mail.sha256).update(expires_at=then + timedelta(days=30))


def state_of(mail: StoredEmail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.reason


def facts_of(member) -> str:
    export = export_member(member)
    return json.dumps([export["orders"], export["shipments"]])


def _drain_in_child(counts) -> None:
    counts.put(dict(drain()))


@pytest.mark.django_db(transaction=True)
def test_pairs_in_any_order_read_at_the_same_instant_by_four_workers_find_each_other(monkeypatch):
    monkeypatch.setattr(pipeline, "claim", partial(claim, limit=3))
    member = make_member()
    numbers = [f"C{number:06}" for number in range(PAIRS)]
    mails = [mail for one in numbers for mail in (order_mail(one), shipped_mail(one, tracking_number=""))]
    for raw in random.Random(3).sample(mails, len(mails)):
        store_mail(member, raw)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    workers = [context.Process(target=_drain_in_child, args=(counts,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    done = [Counter(counts.get(timeout=300)) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(sum(count.values()) for count in done) == 2 * PAIRS
    assert min(sum(count.values()) for count in done) > 0
    assert any(count["deferred"] for count in done)
    assert set(StoredEmail.objects.values_list("state", "reason", "attempts")) == {("parsed", "", 1)}
    assert not PendingLink.objects.exists()
    linked = ShipmentOrder.objects.values_list("order__number", flat=True)
    assert sorted(linked) == numbers
    assert Shipment.objects.count() == Order.objects.count() == PAIRS


@pytest.mark.django_db
def test_a_mail_whose_order_is_there_unnoticed_is_swept_by_the_usual_path():
    member, other = make_member(), make_member()
    for one in (member, other):
        store_mail(one, order_mail())
        store_mail(one, shipped_mail())
        drain()
    waiting = StoredEmail.objects.of(member).get(subject__contains="shipped")
    expected = picture(member)
    # As a writer that died between the two would have left it.
    ShipmentOrder.objects.filter(order__member=member).delete()
    PendingLink.objects.create(member=member, sha256=waiting.sha256, order_key=Order.objects.of(member).get().key)
    StoredEmail.objects.filter(pk=waiting.pk).update(state=State.DEFERRED, reason="order_missing")
    assert sweep() == Swept(settled=1)
    assert state_of(waiting) == ("parsed", "")
    assert picture(member) == expected
    assert sweep() == Swept()


@pytest.mark.django_db
def test_a_mail_that_waits_for_nothing_any_more_is_settled():
    member = make_member()
    mail = store_mail(member, shipped_mail())
    drain()
    PendingLink.objects.all().delete()
    assert sweep() == Swept(settled=1)
    assert state_of(mail) == ("parsed", "")


@pytest.mark.django_db
def test_a_mail_that_waits_again_after_a_repair_says_so():
    member = make_member()
    mail = store_mail(member, shipped_mail())
    drain()
    PendingLink.objects.all().delete()
    sweep()
    refold(member=member)
    assert sweep() == Swept(expired=1)  # it was sent long ago
    assert state_of(mail) == ("parsed", "order_never_came")


@pytest.mark.django_db
def test_after_thirty_days_a_mail_waits_no_more_and_its_parcel_stays():
    member = make_member()
    mail = store_mail(member, shipped_mail())
    drain()
    before = facts_of(member)
    move_back(mail, days=29)
    assert sweep() == Swept()
    assert state_of(mail) == ("deferred", "order_missing")
    move_back(mail, days=31)
    assert sweep() == Swept(expired=1)
    assert state_of(mail) == ("parsed", "order_never_came")
    assert "never came" in reason_words(mail.state, mail.reason).what
    assert Shipment.objects.of(member).get().tracking_number == TRACKING_NUMBER
    assert facts_of(member) == before
    assert sweep() == Swept()


@pytest.mark.django_db
def test_a_mail_without_a_time_waits_from_its_reading_on():
    member = make_member()
    mail = store_mail(member, shipped_mail().replace(b"Date: ", b"X-Date: "))
    drain()
    assert PendingLink.objects.get().expires_at is None
    assert sweep() == Swept()
    StoredEmail.objects.filter(pk=mail.pk).update(parsed_at=timezone.now() - timedelta(days=31))
    assert sweep() == Swept(expired=1)


@pytest.mark.django_db
def test_nothing_is_let_go_while_mail_of_the_member_waits_to_be_read():
    member, other = make_member(), make_member()
    mails = [store_mail(one, shipped_mail()) for one in (member, other)]
    drain()
    store_mail(member, order_mail())
    assert sweep() == Swept(expired=1)
    assert [state_of(mail)[0] for mail in mails] == ["deferred", "parsed"]


@pytest.mark.django_db
def test_an_order_that_comes_after_all_is_linked_as_if_it_had_come_in_time():
    late, early = make_member(), make_member()
    order, parcel = order_mail(), shipped_mail()
    mail = store_mail(late, parcel)
    drain()
    sweep()
    assert state_of(mail) == ("parsed", "order_never_came")
    for raw in (order, parcel):
        store_mail(early, raw)
    store_mail(late, order)
    drain()
    assert state_of(mail) == ("parsed", "")
    assert Order.objects.of(late).get().shipment_links.count() == 1
    assert facts_of(late) == facts_of(early)


@pytest.mark.django_db
def test_reading_a_mail_again_does_not_let_it_wait_again():
    member = make_member()
    mail = store_mail(member, shipped_mail())
    drain()
    sweep()
    before = facts_of(member)
    requeue()
    assert drain() == {"parsed": 1}
    assert state_of(mail) == ("parsed", "order_never_came")
    assert facts_of(member) == before
    store_mail(member, make_mail())
    drain()
    assert state_of(mail) == ("parsed", "order_never_came")


@pytest.mark.django_db
def test_an_order_that_goes_away_lets_its_mail_wait():
    member = make_member()
    order, parcel = store_mail(member, order_mail()), store_mail(member, shipped_mail())
    drain()
    StoredEmail.objects.filter(pk=order.pk).update(trust="failed")
    requeue(email_ids=[order.pk])
    assert drain() == {"held": 1}
    assert state_of(parcel) == ("deferred", "order_missing")


@pytest.mark.django_db
def test_a_link_by_hand_is_not_taken_for_the_order():
    member = make_member()
    mail = store_mail(member, shipped_mail("B200200"))
    store_mail(member, order_mail())
    drain()
    link_order(shipment=Shipment.objects.get(), order=Order.objects.get())
    sweep()
    assert state_of(mail) == ("parsed", "order_never_came")
    assert ShipmentOrder.objects.get().how == "person"


@pytest.mark.django_db
def test_the_sweep_runs_every_quarter_of_an_hour():
    sync_schedules()
    schedule = Schedule.objects.get(func="emailsync.tasks.sweep_awaiting")
    assert (schedule.cluster, schedule.minutes) == ("recovery", 15)
