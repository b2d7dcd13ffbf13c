"""Real mails, real workers: processes with connections of their own, and threads that apply the same mails at once."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from emailsync.pipeline import drain
from emailsync.queue import requeue
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import delivered_mail, ignored_mail, order_mail, shipped_mail
from flux.members import export_member_json
from orders.models import Order
from tracking.services import apply_mails, refold, set_status, withdraw_mails
from tracking.tests.saying import carrier, confirmation, day, line, shipping, the_parcel
from tracking.tests.test_convergence import picture


def real_mails() -> list[bytes]:
    """Orders, parcels and deliveries, some of them waiting, and what is nobody's."""
    mails = [make_mail(), ignored_mail(), shipped_mail("Z999999", tracking_number="")]
    for number in range(8):
        order = f"C{number:06}"
        mails += [order_mail(order, title=f"Lamp {number}"), shipped_mail(order, tracking_number="")]
    return [*mails, order_mail(), shipped_mail(), delivered_mail()]


def _drain_in_child(done) -> None:
    done.put(dict(drain()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_workers_in_any_number_give_the_same_export_and_reading_again_changes_no_byte():
    quiet, busy = make_member(), make_member()
    mails = real_mails()
    for raw in mails:
        store_mail(quiet, raw)
        drain(member_id=quiet.pk)
    for raw in reversed(mails):
        store_mail(busy, raw)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    done = context.Queue()
    workers = [context.Process(target=_drain_in_child, args=(done,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    counts = [done.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(sum(count.values()) for count in counts) == len(mails)
    expected = export_member_json(quiet).replace(quiet.username, busy.username)
    assert export_member_json(busy) == expected
    requeue()
    drain()
    assert export_member_json(busy) == expected


@pytest.mark.django_db(transaction=True)
def test_threads_that_apply_withdraw_and_type_at_once_neither_lock_up_nor_show():
    one, other = make_member(), make_member()
    story = []
    for number in range(6):
        order, tracking = f"63270{number:04}", f"36ABC505{number:04}"
        story += [
            confirmation(order, line("Cup"), at=day(number)),
            shipping(order, tracking, at=day(number + 1)),
            carrier(tracking, at=day(number + 2)),
        ]
    apply_mails(member=one, mails=story)

    def work(seed: int) -> None:
        try:
            mine = story[seed::4] + story[: seed + 1]
            apply_mails(member=other, mails=mine)
            withdraw_mails(member=other, sha256s=[facts.mail.sha256 for facts in mine])
            apply_mails(member=other, mails=mine[::-1])
            refold(member=other)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    apply_mails(member=other, mails=story[::-1])
    assert picture(other) == picture(one)
    set_status(shipment=the_parcel(other, tracking_number="36ABC5050000"), status="returned")
    assert Order.objects.of(one).count() == 6
