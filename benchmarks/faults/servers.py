"""Mail servers of the run: a real Dovecot with room for hundreds of sign-ins, and one that never says a word."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.faults.plan import FOLDERS, INBOX
from flux.testing.dovecot import Dovecot, start_dovecot

# Linux gives one user 128 inotify instances; the sessions beyond them look for new mail by themselves, by default only
# every half minute, which would be measured as Flux's delay.
_ROOM = """
mailbox_idle_check_interval = 1 secs
verbose_proctitle = yes
default_client_limit = 8000
default_process_limit = 2000
mail_fsync = never
service imap {
  process_limit = 2000
}
service imap-login {
  process_limit = 500
}
"""
_CONNECTIONS = 4_000
_BODIES = re.compile(r"body_count=(\d+)")


@contextmanager
def mail_server() -> Iterator[Dovecot]:
    server = start_dovecot(ssl=False, connections=_CONNECTIONS, extra=_ROOM)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.root)


def add_folders(server: Dovecot, name: str) -> None:
    """Make all folders of the run in an account, which has an inbox only."""
    server.doveadm("mailbox", "create", "-u", name, *(folder for folder in FOLDERS if folder != INBOX))


def maildir_name(folder: str) -> str:
    """What `Dovecot.deliver` calls a folder: the inbox has no name there."""
    return "" if folder == INBOX else folder


def processes(server: Dovecot) -> list[psutil.Process]:
    """The processes that serve signed-in connections."""
    assert server.process is not None
    found = []
    for process in psutil.Process(server.process.pid).children(recursive=True):
        try:
            if process.name() == "imap":
                found.append(process)
        except psutil.Error:
            continue
    return found


def waiting(server: Dovecot) -> int:
    """How many connections wait under IDLE, by what the server's processes call themselves."""
    count = 0
    for process in processes(server):
        try:
            count += "IDLE" in " ".join(process.cmdline())
        except psutil.Error:
            continue
    return count


def log_end(server: Dovecot) -> int:
    return (server.root / "log").stat().st_size


def sessions_since(server: Dovecot, position: int) -> list[int]:
    """For each session that ended since that place in the log: of how many messages the body was read."""
    with (server.root / "log").open("rb") as log:
        log.seek(position)
        return [int(found) for found in _BODIES.findall(log.read().decode(errors="replace"))]


class SilentServer:
    """Accepts connections and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._accepted: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self._accepted.append(self._listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()
        for connection in self._accepted:
            connection.close()
