"""The supervisor's loop: keep the children alive, watch that the clusters get on, end all of them together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from flux.supervisor.child import GRACE_S, Child

CLUSTERS = ("ingest", "parse", "recovery", "default")
WATCHER = "watcher"
_TICK_S = 1.0
_LOOK_EVERY_S = 60.0
_PATIENCE_S = 360.0


class Supervisor:
    """Runs children until SIGINT, SIGTERM or SIGHUP.

    stuck: names of children that live but make no progress; asked every `look_every_s`, and believed of those that
    have run for `patience_s`. each_tick: called about once a second.
    """

    def __init__(
        self,
        children: Sequence[Child],
        stuck: Callable[[], set[str]],
        *,
        look_every_s: float = _LOOK_EVERY_S,
        patience_s: float = _PATIENCE_S,
        each_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self._children = children
        self._stuck = stuck
        self._look_every_s = look_every_s
        self._patience_s = patience_s
        self._each_tick = each_tick
        self._stopping = False
        self._known: set[int] = set()

    def run(self) -> None:
        """Block until told to stop, then end everything cleanly; no process is left behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        guardian = _start_guardian()
        looked = time.monotonic()
        try:
            while not self._stopping:
                self._each_tick()
                for child in self._children:
                    child.tend()
                if guardian.poll() is not None:
                    self._known.clear()
                    guardian = _start_guardian()
                self._tell(guardian)
                if time.monotonic() - looked > self._look_every_s:
                    looked = time.monotonic()
                    self._restart_stuck()
                time.sleep(_TICK_S)
        finally:
            self._end_all()
            guardian.communicate()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _tell(self, guardian: subprocess.Popen[bytes]) -> None:
        """Name new sessions to the guardian."""
        for child in self._children:
            if child.process is not None and child.process.pid not in self._known and guardian.stdin is not None:
                try:
                    guardian.stdin.write(f"{child.process.pid}\n".encode())
                    guardian.stdin.flush()
                except BrokenPipeError:
                    return  # it was killed just now; the next one is told
                self._known.add(child.process.pid)

    def _restart_stuck(self) -> None:
        stuck = self._stuck()
        for child in self._children:
            if child.name in stuck and time.monotonic() - child.started > self._patience_s:
                print(f"{child.name} makes no progress; starting it again", file=sys.stderr)  # noqa: T201
                child.ask_to_end()
                child.end(time.monotonic() + GRACE_S)

    def _end_all(self) -> None:
        for child in self._children:
            child.ask_to_end()
        deadline = time.monotonic() + GRACE_S
        for child in self._children:
            child.end(deadline)


def _start_guardian() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flux.supervisor.guardian"], stdin=subprocess.PIPE, start_new_session=True
    )


def children(port: int) -> list[Child]:
    """Web, clusters and the watcher."""
    manage = [sys.executable, "manage.py"]
    web = [
        sys.executable, "-m", "gunicorn", "flux.wsgi:application", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "10",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    found = [Child("web", web, {"FLUX_DATABASE_ROLE": "web"})]
    found += [Child(name, [*manage, "run_cluster", name], {"Q_CLUSTER_NAME": name}) for name in CLUSTERS]
    return [*found, Child(WATCHER, [*manage, "watch_mailboxes"])]


def port_is_free(port: int) -> bool:
    """Whether the web server may listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
