"""The Flux under test: `up` with a database of its own, a second machine beside it, and the processes of both."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from flux.embedded.keeper import DATABASE, SUPERUSER
from flux.embedded.place import find_place
from flux.embedded.secrets import load_or_create
from flux.testing.database_users import ROOT, environment, keeper_of
from flux.testing.dovecot import free_port
from flux.testing.supervised import Family

_SITE = Path(__file__).parent / "site"
_GONE_LIMIT_S = 20.0
_START_LIMIT_S = 120.0
_ANSWER_LIMIT_S = 90.0


class Flux:
    """One installation in `data_dir`. Not for use from several threads, but for `ask`."""

    def __init__(self, data_dir: Path, logs: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self._logs = logs
        self._starts = 0
        self._families: list[Family] = []
        self._variables = {
            "FLUX_DATA_DIR": str(data_dir),
            "FLUX_ALLOW_PRIVATE_MAIL_HOSTS": "1",
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "flux.settings",
            "PYTHONPATH": environment(str(_SITE))["PYTHONPATH"],
        }

    def start(self) -> float:
        """Start `up` and the second machine; returns the seconds until the page answered. Raises AssertionError."""
        began = time.monotonic()
        self._starts += 1
        up = self._family("up", ["manage.py", "up", "--port", str(self.port)])
        up.wait_until(lambda: self._answers() or up.process.poll() is not None, limit_s=_START_LIMIT_S)
        assert up.process.poll() is None, up.said()
        seconds = time.monotonic() - began
        self._family("second", ["-m", "benchmarks.faults.machine"])
        return seconds

    def _family(self, name: str, command: list[str]) -> Family:
        log = self._logs / f"{name}.{self._starts}.log"
        family = Family(command, mark=f"{self.data_dir}:{name}", log=log, **self._variables)
        self._families.append(family)
        return family

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> tuple[float, list[int]]:
        """SIGTERM to both supervisors; the seconds until all had ended, and their exit codes."""
        began = time.monotonic()
        for family in self._families:
            family.signal(signal.SIGTERM)
        left = [process for family in self._families for process in family.ended()]
        seconds = time.monotonic() - began
        codes = [family.process.returncode for family in self._families] + [-1 for _ in left]
        self.kill(with_database=False)
        return seconds, codes

    def kill(self, *, with_database: bool) -> None:
        """SIGKILL to every process at once, as if the machine, or only Flux's part of it, had lost its power."""
        keeper = keeper_of(self.data_dir)
        base = [] if keeper is None else [*keeper.children(recursive=True), keeper]
        victims = [process for process in self.members() if process not in base]
        victims += base if with_database else []
        for process in victims:
            with suppress(psutil.Error):
                process.kill()
        for family in self._families:
            family.process.wait()
        self._families.clear()
        psutil.wait_procs(victims, timeout=_GONE_LIMIT_S)  # after a loss of power no process would be left either

    def end(self) -> None:
        """End whatever is left, the database too. For the end of the run."""
        self.kill(with_database=False)
        deadline = time.monotonic() + 30
        while keeper_of(self.data_dir) is not None and time.monotonic() < deadline:
            time.sleep(0.2)
        self.kill(with_database=True)

    def members(self) -> list[psutil.Process]:
        """Every living process but the database's server and the readers, which run in environments of their own."""
        return [process for family in self._families for process in family.members()]

    def cluster(self, name: str) -> list[psutil.Process]:
        """All processes of the clusters that serve this queue."""
        return [process for process in self.members() if _variable(process, "Q_CLUSTER_NAME") == name]

    def mains(self, name: str) -> list[psutil.Process]:
        return [process for process in self.cluster(name) if os.getsid(process.pid) == process.pid]

    def workers(self, name: str) -> list[psutil.Process]:
        """Those that run tasks, by what they call themselves."""
        return [process for process in self.cluster(name) if _title(process).endswith(" idle")
                or " processing " in _title(process)]  # fmt: skip

    def readers(self) -> list[psutil.Process]:
        """Sandboxes in which mails are read."""
        return [
            child
            for worker in self.workers("parse")
            for child in _children(worker)
            if "emailsync.sandbox.child" in _title(child)
        ]

    def watchers(self) -> list[psutil.Process]:
        return [process for process in self.members() if _title(process).endswith(" watch_mailboxes")]

    def keeper(self) -> psutil.Process | None:
        return keeper_of(self.data_dir)

    def server(self) -> psutil.Process | None:
        """The database's first process."""
        keeper = self.keeper()
        return next(iter(_children(keeper)), None) if keeper is not None else None

    def backends(self) -> list[psutil.Process]:
        """Processes of the database that serve Flux's connections."""
        server = self.server()
        return [] if server is None else [one for one in _children(server) if "flux_" in _title(one)]

    def ask(self, query: str, *parameters: Any, patience_s: float = _ANSWER_LIMIT_S) -> list[tuple[Any, ...]]:
        """Rows of a query, asked as the database's superuser; tried again while the database is away."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                with psycopg.connect(**self._connection(), autocommit=True) as connection:
                    cursor = connection.execute(query, parameters)
                    return cursor.fetchall() if cursor.description else []
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _connection(self) -> dict[str, Any]:
        return {
            "host": str(find_place(self.data_dir).socket),
            "user": SUPERUSER,
            "password": load_or_create(self.data_dir)["superuser_password"],
            "dbname": DATABASE,
            "connect_timeout": 5,
        }

    def run(self, *command: str, text: str = "") -> str:
        """Run a Python command beside it; returns what it prints. Raises RuntimeError if it fails."""
        env = environment() | self._variables
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, input=text, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def stage(self, wishes: Sequence[dict[str, Any]]) -> None:
        """Make members with mailboxes; see stage.py."""
        self.run("-m", "benchmarks.faults.stage", text=json.dumps(list(wishes)))


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.Error:
        return []


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()).strip()
    except psutil.Error:
        return ""


def _variable(process: psutil.Process, name: str) -> str:
    try:
        return process.environ().get(name, "")
    except psutil.Error:
        return ""
