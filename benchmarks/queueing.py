"""Claiming and settling mail that says nothing, by four processes, against django-q2 with a task for each item."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Count
from django.utils import timezone
from django_q.cluster import Cluster
from django_q.conf import Conf
from django_q.models import OrmQ, Success
from django_q.tasks import async_task

from accounts.models import User
from benchmarks.measuring import Figure
from emailsync.models import Source, State, StoredEmail
from emailsync.queue import BATCH, claim
from emailsync.settling import Result, settle_silent

TITLE = "Claiming and settling, with nothing to read"
LEAST_TIMES = 30
WORKERS = 4
MAILS = 20_000
TASKS = 400
MEMBERS = 8
_LIMIT_SECONDS = 300
_fork = multiprocessing.get_context("fork")


def measure() -> Iterator[Figure]:
    members = [User.objects.create_user(f"bench-queue-{number}") for number in range(MEMBERS)]
    ours = [_mails_a_second(members), _mails_a_second(members)]
    theirs = _tasks_a_second()
    ours.append(_mails_a_second(members))
    rate = sorted(ours)[1]
    ratio = rate / theirs
    yield Figure(
        f"{WORKERS} processes, batches of {BATCH}, against django-q2 with {WORKERS} workers, a kept task an item",
        f"{ratio:.0f}× faster ({rate:,.0f} against {theirs:,.0f} a second), each mail once",
        f"≥ {LEAST_TIMES}×",
        ratio >= LEAST_TIMES,
    )


def _mails_a_second(members: list[User]) -> float:
    """How many stored mails are claimed and settled in a second. Raises AssertionError if one was missed or twice."""
    now = timezone.now()
    StoredEmail.objects.bulk_create(
        [
            StoredEmail(
                member=members[number % MEMBERS], sha256=f"{now.timestamp()}-{number:06}"[-64:], raw=b"", size=0,
                source=Source.FILE, subject=f"Mail {number}",
            )
            for number in range(MAILS)
        ],
        batch_size=2_000,
    )  # fmt: skip
    counts = _fork.Queue()
    seconds = _together(lambda: counts.put(_settle_all()))
    settled = sum(counts.get(timeout=_LIMIT_SECONDS) for _ in range(WORKERS))
    states = list(StoredEmail.objects.order_by().values_list("state", "attempts").annotate(mails=Count("pk")))
    if settled != MAILS or states != [(State.IGNORED, 1, MAILS)]:
        raise AssertionError(f"{settled} of {MAILS} mails were settled, which are now {states}.")
    StoredEmail.objects.all().delete()
    return MAILS / seconds


def _settle_all() -> int:
    """What a parser does but for the reading: claims, and their ends with the fence."""
    settled = 0
    while claims := claim(owner="bench"):
        settled += sum(settle_silent(results=[Result(one, State.IGNORED, "") for one in claims]).values())
    return settled


def _tasks_a_second() -> float:
    """How many tasks that do nothing django-q2 runs in a second, as Flux sets it up but for the number of workers."""
    Conf.WORKERS = Conf.QUEUE_LIMIT = WORKERS
    for _ in range(TASKS):
        async_task("benchmarks.queueing.nothing", cluster=settings.Q_CLUSTER["name"])
    cluster = _started(lambda: Cluster().start())
    deadline = time.monotonic() + _LIMIT_SECONDS
    try:
        while (left := OrmQ.objects.count()) == TASKS and time.monotonic() < deadline:
            time.sleep(0.01)
        began, first = time.perf_counter(), left
        while OrmQ.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        seconds = time.perf_counter() - began
    finally:
        cluster.terminate()
        cluster.join()
    if Success.objects.count() != TASKS:
        raise AssertionError(f"django-q2 did {Success.objects.count()} of {TASKS} tasks.")
    return first / seconds


def nothing() -> None:
    """The task that stands for a mail with nothing to read."""


def _together(work: Callable[[], Any]) -> float:
    """Seconds that the workers need from their common start to the last one's end."""
    ready, go = _fork.Semaphore(0), _fork.Event()

    def wait_and_work() -> None:
        connections["default"].ensure_connection()
        ready.release()
        go.wait()
        work()

    workers = [_started(wait_and_work) for _ in range(WORKERS)]
    for _ in workers:
        ready.acquire()
    began = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    return time.perf_counter() - began


def _started(work: Callable[[], Any]) -> Any:
    connections.close_all()
    process = _fork.Process(target=work)
    process.start()
    return process
