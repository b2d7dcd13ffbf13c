"""`up` for real: its own database, web, clusters and watcher, started and ended as an operator does."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket
from urllib.error import HTTPError, URLError

import psutil
import pytest

from flux.testing.database_users import ROOT, environment
from flux.testing.supervised import Family

_WATCHED_CLUSTER = """
import sys, django
from datetime import timedelta
django.setup()
from django.core.management import call_command
from django_q.models import Schedule
from flux import queue
from flux.supervisor.run import Supervisor, children
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
queue.sync_schedules()
Schedule.objects.filter(func="flux.queue.heartbeat").update(minutes=1)
queue.catch_up()
queue.SILENT_AFTER = timedelta(seconds=110)
parse = [child for child in children(0) if child.name == "parse"]
Supervisor(parse, queue.stuck, look_every_s=5, patience_s=120).run()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A checkout's directory that every account may walk to."""
    path = Path(tempfile.mkdtemp(prefix="fx-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


class Flux(Family):
    """A Flux of its own under `place`."""

    def __init__(self, place: Path, command: list[str], port: int = 0) -> None:
        self.port = port
        self.variables = {"FLUX_DATA_DIR": str(place / "var"), "DJANGO_SETTINGS_MODULE": "flux.settings"}
        super().__init__(command, mark=str(place), log=place / "log", **self.variables)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except URLError:
            return 0, ""

    def manage(self, *arguments: str) -> str:
        """Run a command beside it; returns what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        env = environment() | self.variables
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def flux(place: Path) -> Iterator[Flux]:
    port = free_port()
    started = Flux(place, ["manage.py", "up", "--port", str(port), "--demo"], port)
    try:
        started.wait_until(lambda: started.get("/healthz")[0])
        yield started
    finally:
        started.kill()


def test_up_says_where_to_sign_in_serves_reads_mail_and_leaves_nothing_behind(flux: Flux) -> None:
    assert f"Flux runs at http://localhost:{flux.port}" in flux.said()
    assert "to make the first account" in flux.said()
    link = re.search(r"The demo member signs in with http://localhost:\d+(\S+)", flux.said())
    assert link is not None
    assert flux.get(link[1])[0] == 200
    assert flux.get("/healthz") == (200, '{"ok": true}')
    assert flux.get("/readyz") == (200, '{"ok": true}')
    assert flux.get("/")[0] == 200
    flux.wait_until(lambda: json.loads(flux.manage("queue_status", "--json"))["states"].get("parsed", 0) >= 100)
    again = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(flux.port)],
        cwd=ROOT, env=environment() | flux.variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert f"make run PORT={flux.port + 1}" in again.stderr
    flux.interrupt()
    assert flux.ended() == []
    assert flux.process.returncode == 0
    assert flux.said().endswith("Stopped.\n")


@pytest.mark.slow
def test_a_killed_supervisor_leaves_no_process(flux: Flux) -> None:
    flux.signal(signal.SIGKILL)
    assert flux.ended() == []


@pytest.fixture
def watched(place: Path) -> Iterator[Flux]:
    """A supervisor with one cluster, `parse`, that has given its first sign of life."""
    started = Flux(place, ["-c", _WATCHED_CLUSTER])
    try:
        started.wait_until(lambda: started.named("run_cluster"))
        started.wait_until(lambda: _heartbeat(started) is not None, limit_s=120)
        yield started
        started.signal(signal.SIGTERM)
        assert started.ended() == []
    finally:
        started.kill()


@pytest.mark.slow
def test_a_cluster_whose_idle_worker_was_killed_is_started_again_and_works(watched: Flux) -> None:
    """It dies with the lock of the queue that its successor would wait for."""
    before = _beat_at(watched)
    _worker(watched).kill()
    watched.wait_until(lambda: "parse ended (-9); starting it again" in watched.said())
    watched.wait_until(lambda: _beat_at(watched) > before + 1, limit_s=200)


@pytest.mark.slow
def test_a_cluster_that_stands_still_is_started_again_and_works(watched: Flux) -> None:
    _worker(watched).suspend()
    watched.wait_until(lambda: "parse makes no progress; starting it again" in watched.said(), limit_s=400)
    watched.wait_until(lambda: (_heartbeat(watched) or 999) < 60, limit_s=200)


def _worker(flux: Flux) -> psutil.Process:
    """The process of the cluster that does the tasks: the first that was made; monitor and pusher come later."""
    keeper = flux.named("flux.embedded.keeper")
    (main,) = [one for one in psutil.Process(flux.process.pid).children() if one.children() and one not in keeper]
    (sentinel,) = main.children()
    return min(sentinel.children(), key=lambda one: one.create_time())


def _beat_at(flux: Flux) -> float:
    """When the cluster gave its last sign of life, as seconds on this machine's clock."""
    return time.time() - (_heartbeat(flux) or 0)


def _heartbeat(flux: Flux) -> float | None:
    age: float | None = json.loads(flux.manage("queue_status", "--json"))["clusters"]["parse"]["heartbeat_s"]
    return age
