"""One supervised process: started in its own session, ended by SIGTERM to its main process, then by force."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 30.0
_STABLE_AFTER_S = 10.0
GRACE_S = 30.0


@dataclass(slots=True)
class Child:
    """What to run under which name. environment: variables on top of the supervisor's."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay_s: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        """Start it; it gets SIGTERM when the supervisor dies, however that happens."""
        self.process = subprocess.Popen(
            list(self.command),
            env={**os.environ, **self.environment},
            cwd=Path(__file__).resolve().parent.parent.parent,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.started = time.monotonic()

    def tend(self) -> None:
        """Start it again if it has ended: soon if it was killed, later each time that it ends soon by itself."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            _kill_session(self.process.pid)  # workers that outlive their main process hold the queue
            stable = self.process.returncode < 0 or now - self.started > _STABLE_AFTER_S
            self.delay_s = _FIRST_DELAY_S if stable else min(max(self.delay_s * 2, _FIRST_DELAY_S), _LONGEST_DELAY_S)
            self.due = now + self.delay_s
            print(f"{self.name} ended ({self.process.returncode}); starting it again", file=sys.stderr)  # noqa: T201
            self.process = None
        if self.process is None and now >= self.due:
            self.start()

    def ask_to_end(self) -> None:
        """SIGTERM to the main process only: a queue cluster whose workers get it too never ends."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait for it until `deadline` (monotonic), then end its whole session by force."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{self.name} does not end; killed", file=sys.stderr)  # noqa: T201
        _kill_session(self.process.pid)
        self.process.wait()
        self.process = None


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_session(session: int) -> None:
    """SIGKILL to every process of a session, its leader included."""
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, psutil.Error, PermissionError):
            if os.getsid(process.pid) == session:
                process.kill()
