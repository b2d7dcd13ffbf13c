"""Ends a supervisor's children when it is killed so hard that it cannot.

Runs beside the supervisor, reading a pipe that the supervisor holds open: end of file means that it is gone. The
sessions to end are written to the pipe as they are started.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

import psutil

_GRACE_S = 8.0


def main() -> None:
    """Collect session ids from stdin, a line each, until it closes; then end them."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sessions = {int(line) for line in sys.stdin if line.strip().isdigit()}
    for session in sessions:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(session, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_S
    while time.monotonic() < deadline and _members(sessions):
        time.sleep(0.2)
    for pid in _members(sessions):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _members(sessions: set[int]) -> list[int]:
    found = []
    for process in psutil.process_iter(["pid", "status"]):
        with suppress(ProcessLookupError, psutil.Error, PermissionError):
            if os.getsid(process.pid) in sessions and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


if __name__ == "__main__":
    main()
