"""What a Flux that has nothing to do costs: memory and processor time of `up` and all of its processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import psutil

from benchmarks.measuring import Figure

TITLE = "Idle"
SETTLE_S = 45
WATCH_S = 60
MOST_MB = 800
MOST_PERCENT = 3.0
_ROOT = Path(__file__).resolve().parent.parent


def measure() -> Iterator[Figure]:
    place = Path(tempfile.mkdtemp(prefix="fx-"))
    place.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=_ROOT,
        env={**os.environ, "FLUX_DATA_DIR": str(place / "var")},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        began = time.monotonic()
        _await(port, up)
        started_s = time.monotonic() - began
        time.sleep(SETTLE_S)
        before = _processor_seconds(up.pid)
        time.sleep(WATCH_S)
        percent = (_processor_seconds(up.pid) - before) / WATCH_S * 100
        memory = _memory_mb(up.pid)
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait()
        shutil.rmtree(place, ignore_errors=True)
    yield Figure("from the first start to the first answer", f"{started_s:.0f} s", "≤ 120 s", started_s <= 120)
    yield Figure("memory, shared pages counted once (PSS)", f"{memory:.0f} MB", f"≤ {MOST_MB} MB", memory <= MOST_MB)
    yield Figure(
        f"processor over {WATCH_S} s", f"{percent:.1f} % of a core", f"≤ {MOST_PERCENT:.0f} %", percent <= MOST_PERCENT
    )


def _await(port: int, up: subprocess.Popen[bytes]) -> None:
    while up.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).close()
            return
        except URLError:
            time.sleep(0.1)
    raise RuntimeError("Flux did not start.")


def _family(pid: int) -> list[psutil.Process]:
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def _processor_seconds(pid: int) -> float:
    """Of all living members and of those that ended under them."""
    total = 0.0
    for process in _family(pid):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory_mb(pid: int) -> float:
    total = 0
    for process in _family(pid):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1024 / 1024
