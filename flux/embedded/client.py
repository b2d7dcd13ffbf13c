"""A process that uses the embedded database: holds its share of the lock and gets to know how to connect."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

import psycopg

from flux.embedded.keeper import DATABASE, KEEPER_LOCK, LOG, OWNER, USERS_LOCK, WEB
from flux.embedded.place import Place, find_place
from flux.embedded.secrets import load_or_create

_START_LIMIT_S = 90
_held: dict[Path, int] = {}


class DatabaseUnavailable(Exception):
    """The embedded server did not start; the text holds the end of its log."""


def connection_settings(data_dir: Path, *, role: Literal["owner", "web"]) -> dict[str, Any]:
    """A Django DATABASES entry for the embedded database, which runs when this returns.

    The calling process keeps the server alive until it ends. Raises DatabaseUnavailable or NoPlace.
    """
    place = find_place(data_dir)
    passwords = load_or_create(data_dir)
    _hold(data_dir)
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": WEB if role == "web" else OWNER,
        "PASSWORD": passwords["web_password" if role == "web" else "owner_password"],
        "HOST": str(place.socket),
        "PORT": "5432",
    }
    _ensure_running(data_dir, place, passwords["owner_password"])
    return settings


def revive(data_dir: Path) -> None:
    """Start a keeper for a database in use whose keeper was killed; returns at once, the server follows in a moment."""
    descriptor = os.open(data_dir / KEEPER_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)
    _spawn_keeper(data_dir)


def _hold(data_dir: Path) -> None:
    """Take a share of the users' lock for the life of this process; waits while a server is being stopped."""
    if data_dir not in _held:
        descriptor = os.open(data_dir / USERS_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[data_dir] = descriptor


def _ensure_running(data_dir: Path, place: Place, password: str) -> None:
    keeper: subprocess.Popen[bytes] | None = None
    deadline = time.monotonic() + _START_LIMIT_S
    while not _answers(place, password):
        if keeper is None or keeper.poll() is not None:
            if keeper is not None and keeper.returncode:
                raise DatabaseUnavailable(f"The embedded PostgreSQL did not start:\n{_log_tail(data_dir)}")
            if keeper is None and place.moved:
                print(f"The database is kept in {place.cluster.parent}.", file=sys.stderr)  # noqa: T201
            keeper = _spawn_keeper(data_dir)
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The embedded PostgreSQL does not answer:\n{_log_tail(data_dir)}")
        time.sleep(0.05)


def _answers(place: Place, password: str) -> bool:
    if not (place.socket / ".s.PGSQL.5432").exists():
        return False
    try:
        psycopg.connect(
            host=str(place.socket), user=OWNER, password=password, dbname=DATABASE, connect_timeout=5
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _spawn_keeper(data_dir: Path) -> subprocess.Popen[bytes]:
    log = os.open(data_dir / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "flux.embedded.keeper", str(data_dir)],
            cwd=Path(__file__).resolve().parent.parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    finally:
        os.close(log)


def _log_tail(data_dir: Path) -> str:
    try:
        return "\n".join((data_dir / LOG).read_text(errors="replace").splitlines()[-12:])
    except FileNotFoundError:
        return "(no log)"
