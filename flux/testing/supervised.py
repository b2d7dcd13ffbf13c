"""Supervisors and their families of processes, for tests that signal, kill and count them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

from flux.testing.database_users import ROOT, environment

_LIMIT_S = 60


class Family:
    """A process started in a session of its own, and everything that it starts: found by a mark in the environment."""

    def __init__(self, command: list[str], *, mark: str, log: Path, **variables: str) -> None:
        self.mark = mark
        self.log = log
        self._file: IO[bytes] = log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            # SPT_NOENV: processes that rename themselves keep their environment, and so the mark.
            env=environment() | {"FLUX_TEST_MARK": mark, "PYTHONUNBUFFERED": "1", "SPT_NOENV": "1"} | variables,
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=self._file,
            start_new_session=True,
        )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def members(self) -> list[psutil.Process]:
        """Every living process of the family, the first one included; zombies live no more."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("FLUX_TEST_MARK") == self.mark:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def named(self, text: str) -> list[psutil.Process]:
        """Members with exactly this argument."""
        found = []
        for process in self.members():
            try:
                if text in process.cmdline():
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def wait_until(self, condition: Callable[[], object], *, limit_s: float = _LIMIT_S) -> None:
        """Return when the condition holds. Raises AssertionError with what was said if it never does."""
        deadline = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(self.said())
            time.sleep(0.1)

    def signal(self, number: int) -> None:
        """Signal the first process alone."""
        self.process.send_signal(number)

    def interrupt(self) -> None:
        """Ctrl-C: SIGINT to every process in the terminal's group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> list[psutil.Process]:
        """Wait for the first process and then for the rest; returns those that did not end."""
        self.process.wait(_LIMIT_S)
        try:
            self.wait_until(lambda: not self.members())
        except AssertionError:
            return self.members()
        return []

    def kill(self) -> None:
        """End whatever is left; the database's keeper ends by itself."""
        for process in self.members():
            if process not in self.named("flux.embedded.keeper"):
                process.kill()
        self.process.wait()
        self.wait_until(lambda: not self.members())
        self._file.close()
