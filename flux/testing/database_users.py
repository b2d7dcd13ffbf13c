"""Processes that use an embedded database of their own, for tests that start, kill and count them."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
_USER = """
import json, sys
from pathlib import Path
import psycopg
from flux.embedded import connection_settings
settings = connection_settings(Path(sys.argv[1]), role="owner")
print(json.dumps(settings), flush=True)
for line in sys.stdin:
    with psycopg.connect(host=settings["HOST"], user=settings["USER"], password=settings["PASSWORD"],
                         dbname=settings["NAME"]) as connection:
        print(json.dumps(connection.execute(line).fetchone()), flush=True)
"""


class DatabaseUser:
    """One process that holds the database of `data_dir`; `settings` once it has got them."""

    def __init__(self, data_dir: Path, *, account: str = "", python: str = sys.executable, path: str = "") -> None:
        as_whom: dict[str, Any] = {}
        if account:
            entry = pwd.getpwnam(account)
            as_whom = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [python, "-c", _USER, str(data_dir)],
            cwd=ROOT,
            env=environment(path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **as_whom,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """What the process was told of the database; waits until it runs. Raises AssertionError with its errors."""
        if not hasattr(self, "_settings"):
            self._settings: dict[str, Any] = json.loads(self._line())
        return self._settings

    def ask(self, query: str) -> Any:
        """The first column of the first row, asked over a new connection."""
        assert self.settings
        assert self.process.stdin is not None
        self.process.stdin.write(query + "\n")
        self.process.stdin.flush()
        return json.loads(self._line())[0]

    def server_started(self) -> str:
        """When the server was started: tells one server from another."""
        return str(self.ask("SELECT pg_postmaster_start_time()::text"))

    def leave(self) -> str:
        """End in an orderly way; returns what was said on stderr."""
        return self.process.communicate(timeout=30)[1]

    def kill(self) -> None:
        """kill -9, the whole session."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        return line


def environment(path: str = "") -> dict[str, str]:
    """Variables under which any Python of this version finds Flux and its packages. path: looked at before those."""
    parts = [part for part in (path, str(ROOT), sysconfig.get_path("purelib")) if part]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(parts), "PYTHONDONTWRITEBYTECODE": "1"}


@lru_cache
def python_for(account: str) -> str:
    """A Python of this version that the account may run with our packages, or "" if there is none."""
    entry = pwd.getpwnam(account)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            tried = subprocess.run(
                [program, "-c", "import psycopg, lxml.etree, flux.embedded"], cwd=ROOT, env=environment(),
                capture_output=True, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
            )  # fmt: skip
        except OSError:
            continue
        if tried.returncode == 0:
            return program
    return ""


def keeper_of(data_dir: Path) -> psutil.Process | None:
    """The keeper of this directory's database, if one runs."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if command[1:] == ["-m", "flux.embedded.keeper", str(data_dir)]:
            return process
    return None


def server_of(data_dir: Path) -> psutil.Process:
    """The server under the keeper. Raises AssertionError if there is none."""
    keeper = keeper_of(data_dir)
    assert keeper is not None
    (server,) = keeper.children()
    return server
