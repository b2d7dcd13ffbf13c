"""What the queues say of themselves, to operators and to whoever watches the machine."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task

from emailsync.models import StoredEmail
from emailsync.services import note_watcher
from emailsync.tests.factories import make_mail, make_member, store_mail
from flux import queue
from flux.supervisor.run import CLUSTERS

pytestmark = pytest.mark.django_db


def queue_status() -> dict[str, Any]:
    out = StringIO()
    call_command("queue_status", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def fail_a_task(cluster: str) -> None:
    now = timezone.now()
    Task.objects.create(
        id="a" * 32, name="broken", func="flux.queue.heartbeat", started=now, stopped=now, success=False,
        cluster=cluster, result="boom",
    )  # fmt: skip


def beat(name: str, ago: timedelta) -> None:
    if name == "watcher":
        note_watcher()
    else:
        queue.heartbeat(name)
    key = next(key for key in (f"flux.heartbeat.{name}", f"emailsync.{name}") if cache.get(key))
    cache.set(key, (timezone.now() - ago).timestamp(), timeout=None)


def test_an_idle_queue_has_every_key_and_nothing_waits():
    assert queue_status() == {
        "states": {},
        "oldest_s": None,
        "clusters": {
            name: {"depth": 0, "oldest_s": None, "failed": 0, "heartbeat_s": None}
            for name in ("ingest", "parse", "recovery", "default")
        },
    }


def test_what_waits_is_counted_with_its_age_and_the_clusters_say_how_they_are():
    member = make_member()
    for _ in range(3):
        store_mail(member, make_mail())
    StoredEmail.objects.update(stored_at=timezone.now() - timedelta(minutes=5))
    OrmQ.objects.all().delete()
    for _ in range(2):
        async_task("flux.queue.heartbeat", "ingest", cluster="ingest")
    OrmQ.objects.update(lock=timezone.now() - timedelta(minutes=2))
    fail_a_task("ingest")
    beat("ingest", timedelta(minutes=1))
    found = queue_status()
    assert found["states"] == {"stored": 3}
    assert found["oldest_s"] == pytest.approx(300, abs=30)
    ingest = found["clusters"]["ingest"]
    assert (ingest["depth"], ingest["failed"]) == (2, 1)
    assert ingest["oldest_s"] == pytest.approx(120, abs=30)
    assert ingest["heartbeat_s"] == pytest.approx(60, abs=30)
    assert found["clusters"]["parse"] == {"depth": 0, "oldest_s": None, "failed": 0, "heartbeat_s": None}


def test_the_text_for_people_names_states_and_clusters():
    store_mail(make_member(), make_mail())
    out = StringIO()
    call_command("queue_status", stdout=out)
    assert "stored       1" in out.getvalue()
    assert "recovery" in out.getvalue()


def test_every_cluster_has_a_heartbeat_and_every_schedule_a_cluster_that_runs():
    Schedule.objects.create(name="Left over", func="nowhere.nothing")
    assert queue.sync_schedules() == queue.sync_schedules() == Schedule.objects.count()
    assert set(Schedule.objects.values_list("cluster", flat=True)) == set(CLUSTERS)
    assert set(Schedule.objects.filter(func="flux.queue.heartbeat").values_list("cluster", flat=True)) == set(CLUSTERS)


def test_who_was_silent_for_too_long_is_stuck():
    for name in CLUSTERS:
        beat(name, timedelta(minutes=1))
    beat("parse", timedelta(minutes=7))
    assert queue.stuck() == {"parse", "watcher"}
    note_watcher()
    assert queue.stuck() == {"parse"}


def test_nobody_is_blamed_while_the_database_is_away(monkeypatch):
    def away(keys: object) -> dict[str, float]:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("flux.queue.cache.get_many", away)
    assert queue.stuck() == set()


def test_signs_of_the_last_run_do_not_count_after_a_start():
    beat("parse", timedelta(days=1))
    assert queue.silent() == {"parse"}
    queue.catch_up()
    assert queue.silent() == set()


def test_health_needs_no_account_and_readiness_says_what_is_missing(client: Client):
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json() == {"ok": True}
    for name in (*CLUSTERS, "watcher"):
        beat(name, timedelta(seconds=30))
    assert client.get("/readyz").status_code == 200
    beat("watcher", timedelta(minutes=10))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "missing": "watcher"})


def test_health_is_told_without_tls_and_pages_are_not(client: Client, settings: Any):
    settings.SECURE_SSL_REDIRECT = True
    assert [client.get(url).status_code for url in ("/healthz", "/readyz", "/orders/")] == [200, 200, 301]


def test_readiness_says_that_the_database_is_away(client: Client, monkeypatch):
    def away() -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("flux.health.connection.cursor", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "missing": "database"})
    assert client.get("/healthz").status_code == 200
