"""The keeper: runs the server in the foreground as its child while anybody uses it.

Started detached as `python -m flux.embedded.keeper DATA_DIR`. If the keeper is killed, the kernel interrupts the server
(PR_SET_PDEATHSIG), which then shuts down cleanly; if the server is killed, the keeper starts it again.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from flux.embedded.place import Place, find_place
from flux.embedded.secrets import load_or_create

DATABASE = "flux"
OWNER = "flux_owner"
WEB = "flux_web"
SUPERUSER = "postgres"
USERS_LOCK = "database.users"
KEEPER_LOCK = "database.keeper"
LOG = "database.log"

_PR_SET_PDEATHSIG = 1
_LINGER_S = 3.0
_POLL_S = 0.5
_LOCKED_S = 10.0
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "48MB",
    "max_connections": "80",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "autovacuum_naptime": "60s",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def main(data_dir: Path) -> int:
    """Keep the server of `data_dir` until nobody uses it. Returns at once if another keeper does so already."""
    keeper_lock = os.open(data_dir / KEEPER_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    users_lock = os.open(data_dir / USERS_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    place = find_place(data_dir)
    passwords = load_or_create(data_dir)
    if not (place.cluster / "PG_VERSION").exists():
        _init(place, passwords["superuser_password"])
    server = _start_first(place, passwords["superuser_password"])
    try:
        _make_database(place, passwords)
        last_used = time.monotonic()
        while time.monotonic() - last_used < _LINGER_S:
            time.sleep(_POLL_S)
            if server.poll() is not None:
                server = _start(place)
            lingered = time.monotonic() - last_used >= _LINGER_S
            if not _unused(users_lock) or (lingered and not _claim(users_lock)):
                last_used = time.monotonic()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
        with suppress(OSError):
            place.socket.rmdir()
    return 0


def _unused(users_lock: int) -> bool:
    if not _claim(users_lock):
        return False
    fcntl.flock(users_lock, fcntl.LOCK_UN)
    return True


def _claim(users_lock: int) -> bool:
    """Take the users' lock for the keeper alone; new users then wait until the server has stopped."""
    try:
        fcntl.flock(users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _become(place: Place) -> None:
    """In the child: give up root, and end with the keeper."""
    if place.account is not None:
        os.setgroups([])
        os.setgid(place.account.pw_gid)
        os.setuid(place.account.pw_uid)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _init(place: Place, password: str) -> None:
    """Make the cluster. The password goes through a file that only the account can read and that is gone afterwards."""
    draft = place.cluster / "new"
    password_file = place.cluster / "password"
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)
    if place.account is not None:
        os.chown(password_file, place.account.pw_uid, place.account.pw_gid)
    try:
        subprocess.run(
            [place.binaries / "initdb", "-D", draft, "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
             "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={password_file}"],
            check=True, env=_environment(), cwd="/", preexec_fn=lambda: _become(place), stdout=subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        password_file.unlink()
    for name in draft.iterdir():
        if name.name != "PG_VERSION":
            name.rename(place.cluster / name.name)
    (draft / "PG_VERSION").rename(place.cluster / "PG_VERSION")  # last: marks the cluster as whole
    draft.rmdir()


def _start(place: Place) -> subprocess.Popen[bytes]:
    options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(
        [place.binaries / "postgres", "-D", place.cluster, "-k", place.socket, *options],
        env=_environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _become(place),
    )


def _start_first(place: Place, password: str) -> subprocess.Popen[bytes]:
    """The server, answering. Tried for a while: one that was killed just now may still hold its lock file."""
    give_up_at = time.monotonic() + _LOCKED_S
    while True:
        server = _start(place)
        try:
            _await(place, password, server)
        except RuntimeError:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
                server.wait()
                raise
            if time.monotonic() > give_up_at:
                raise
            time.sleep(_POLL_S)
        else:
            return server


def _await(place: Place, password: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers. Raises RuntimeError if it ends instead or is not there after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(
                host=str(place.socket), user=SUPERUSER, password=password, dbname="postgres", connect_timeout=5
            ).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended with code {server.returncode}") from error
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not answer within a minute") from error
        time.sleep(0.05)


def _make_database(place: Place, passwords: dict[str, str]) -> None:
    """Make the roles and the database if they are missing. Idempotent."""
    with psycopg.connect(
        host=str(place.socket),
        user=SUPERUSER,
        password=passwords["superuser_password"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights, password in (
            (WEB, "LOGIN", passwords["web_password"]),
            (OWNER, "LOGIN CREATEDB", passwords["owner_password"]),
        ):
            if role not in roles:
                connection.execute(
                    sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(
                        sql.Identifier(role), sql.SQL(rights), sql.Literal(password)
                    )
                )
        if OWNER not in roles:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(WEB), sql.Identifier(OWNER)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.exit(main(Path(sys.argv[1])))
