"""Parsers as processes of their own: stopped, frozen, killed and cut off from the database in mid-work."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from typing import Any

import psutil
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django_q.conf import Conf

import tracking.services
from common import stopping
from common.outages import OUTAGES
from emailsync import pipeline, settling
from emailsync.models import State, StoredEmail
from emailsync.pipeline import drain
from emailsync.queue import claim
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import order_mail
from emailsync.tests.test_queue import expire_leases
from orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
_fork = multiprocessing.get_context("fork")
_LIMIT_S = 60


@pytest.fixture(autouse=True)
def work_on() -> Iterator[None]:
    """A worker that is asked to end shares that with its family, which includes the tests."""
    yield
    stopping.forget()


def started(work: Callable[..., None], *arguments: Any) -> ForkProcess:
    connections.close_all()
    process = _fork.Process(target=work, args=arguments)
    process.start()
    return process


def ended(process: ForkProcess) -> int | None:
    """The exit code of a process, which has ended when this returns; None if it had to be killed."""
    process.join(_LIMIT_S)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
    return code


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in StoredEmail.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def _read_first(before: Callable[[int], None]) -> None:
    """In a worker: call `before` with the number of each mail, counted from 1, before it is read."""
    read, count = pipeline._read, iter(range(1, 1_000_000))

    def counted(*arguments: Any) -> Any:
        before(next(count))
        return read(*arguments)

    setattr(pipeline, "_read", counted)  # noqa: B010


def _cluster_that_reads_slowly(third: Event, asked: Event) -> None:
    def before(number: int) -> None:
        if number == 3:
            third.set()
            asked.wait(_LIMIT_S)

    _read_first(before)
    Conf.CLUSTER_NAME = "parse"
    call_command("run_cluster", "parse")


def test_a_cluster_that_is_asked_to_end_finishes_its_mail_and_gives_back_the_rest_of_the_batch():
    member = make_member()
    for _ in range(30):
        store_mail(member, make_mail())
    third, asked = _fork.Event(), _fork.Event()
    cluster = started(_cluster_that_reads_slowly, third, asked)
    assert third.wait(_LIMIT_S)
    assert states() == {"parsing": 30}
    os.kill(cluster.pid or 0, signal.SIGTERM)
    asked.set()
    assert ended(cluster) == 0
    assert states() == {"unmatched": 3, "stored": 27}
    assert set(StoredEmail.objects.values_list("state", "attempts")) == {("unmatched", 1), ("stored", 0)}


def _freeze_before_settling(counts: Any) -> None:
    settle = settling.settle

    def frozen(**arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)
        return settle(**arguments)

    setattr(pipeline, "settle", frozen)  # noqa: B010
    counts.put(dict(drain()))


def _freeze_in_the_transaction(counts: Any) -> None:
    def apply_and_freeze(**arguments: Any) -> Any:
        applied = tracking.services.apply_mails(**arguments)
        os.kill(os.getpid(), signal.SIGSTOP)
        return applied

    setattr(settling, "apply_mails", apply_and_freeze)  # noqa: B010
    counts.put(dict(drain()))


@pytest.mark.parametrize("freeze", [_freeze_before_settling, _freeze_in_the_transaction])
def test_a_worker_that_was_frozen_past_its_lease_writes_nothing_when_it_goes_on(freeze, monkeypatch):
    monkeypatch.setattr(settling, "LEASE_SECONDS", 1)
    member = make_member()
    mail = store_mail(member, order_mail())
    counts = _fork.Queue()
    worker = started(freeze, counts)
    _wait_for(psutil.Process(worker.pid), psutil.STATUS_STOPPED)
    expire_leases()
    assert drain(wait=True) == {"parsed": 1}
    before = StoredEmail.objects.filter(pk=mail.pk).values().get()
    os.kill(worker.pid or 0, signal.SIGCONT)
    assert counts.get(timeout=_LIMIT_S) == {}
    assert ended(worker) == 0
    assert StoredEmail.objects.filter(pk=mail.pk).values().get() == before
    assert (before["state"], before["claim_no"]) == ("parsed", 2)
    assert Order.objects.of(member).count() == 1


def _wait_for(process: psutil.Process, status: str) -> None:
    for _ in range(_LIMIT_S * 20):
        if process.status() == status:
            return
        try:
            process.wait(0.05)
        except psutil.TimeoutExpired:
            continue
    raise AssertionError(f"The worker is {process.status()}.")


def _die_of(subject: str) -> None:
    read = pipeline._read

    def deadly(mail: StoredEmail, *arguments: Any) -> Any:
        if mail.subject == subject:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(mail, *arguments)

    setattr(pipeline, "_read", deadly)  # noqa: B010
    drain()


def test_a_mail_that_kills_three_workers_has_failed_and_the_others_of_its_batch_are_read():
    member = make_member()
    for number in range(6):
        store_mail(member, make_mail(subject="Deadly" if number == 3 else "Harmless"))
    deaths = 0
    while ended(started(_die_of, "Deadly")) == -signal.SIGKILL:
        deaths += 1
        expire_leases()
    assert deaths == 3
    killer = StoredEmail.objects.get(subject="Deadly")
    assert (killer.state, killer.reason, killer.attempts) == (State.FAILED, "worker_died", 4)
    assert set(StoredEmail.objects.exclude(pk=killer.pk).values_list("state", "attempts")) == {("unmatched", 2)}


def _lose_the_connection(counts: Any) -> None:
    def before(number: int) -> None:
        if number == 5:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                (backend,) = cursor.fetchone()
            other = connections.create_connection("default")
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
            other.close()

    _read_first(before)
    counts.put(dict(drain()))


def test_a_worker_that_is_cut_off_from_the_database_goes_on_by_itself_and_counts_no_attempt():
    member = make_member()
    for number in range(8):
        store_mail(member, order_mail(f"C{number:06}"))
    counts = _fork.Queue()
    worker = started(_lose_the_connection, counts)
    assert counts.get(timeout=_LIMIT_S) == {"parsed": 8}
    assert ended(worker) == 0
    assert set(StoredEmail.objects.values_list("state", "attempts")) == {("parsed", 1)}
    assert Order.objects.of(member).count() == 8


def test_a_fault_that_comes_back_at_once_is_no_outage(monkeypatch):
    monkeypatch.setattr("common.outages._FIRST_PAUSE_SECONDS", 0.0)
    store_mail(make_member(), order_mail())
    tries = []

    def refuse(**arguments: Any) -> Any:
        tries.append(arguments)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '1ms'; SELECT pg_sleep(1)")

    monkeypatch.setattr(pipeline, "settle", refuse)
    with pytest.raises(OUTAGES):
        drain()
    assert len(tries) == 6
    connection.close()
    assert [one.claim_no for one in claim(owner="next")] == [7]
