"""Signing in for the watcher: the one thing of its that blocks, so it is done in threads, a few at once."""

from __future__ import annotations

import imaplib
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum
from queue import Empty, SimpleQueue

from emailsync.imap.client import Account, Client, connect, hang_up, problems_of
from emailsync.imap.idling import View
from emailsync.imap.problems import Code, MailboxProblem

SIGN_IN_SECONDS = 25.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """A mailbox to watch. Another host, folder or mark for the same id means: sign in anew."""

    mailbox_id: int
    host: str
    folder: str
    """Raw name of the primary folder."""
    mark: Hashable
    """Changes with whatever else signing in depends on."""
    account: Callable[[], AbstractContextManager[Account]] = field(compare=False)
    """Entered for the time of a sign-in, in a thread of its own, so that no secret is kept. Raises MailboxProblem."""
    may_sign_in: bool = field(default=True, compare=False)
    """False while nobody should try; a connection that lives goes on."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that can idle, with its folder open. Its socket does not block; `said` was read from it already."""

    socket: socket.socket
    said: bytes
    view: View


Outcome = Opened | MailboxProblem | None
"""What signing in came to. None: the server has no IDLE."""


class Standing(IntEnum):
    """How a host took the last sign-in."""

    GOOD = 0
    NEW = 1
    SLOW = 2


_AT_ONCE = {Standing.GOOD: 8, Standing.NEW: 6, Standing.SLOW: 2}
"""How many of at most this standing may sign in at once: whoever hangs leaves room for those that never did."""


class SignIns:
    """The sign-ins that are under way. For the use of one thread; `wake` is called by others when one has ended."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._running: dict[int, tuple[Watched, Standing]] = {}
        self._ended: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
        self._standing: dict[str, Standing] = {}

    def __contains__(self, mailbox_id: int) -> bool:
        return mailbox_id in self._running

    def next_of(self, waiting: list[Watched]) -> Watched | None:
        """Whose turn it is; None if nobody's. Hosts take turns, and `waiting` of one host as they come."""
        if not waiting:
            return None
        busy = Counter(watched.host for watched, _ in self._running.values())
        first = min(waiting, key=lambda watched: (self._standing_of(watched), busy[watched.host]))
        standing = self._standing_of(first)
        alike = sum(other >= standing for _, other in self._running.values())
        return first if alike < _AT_ONCE[standing] and len(self._running) < _AT_ONCE[Standing.GOOD] else None

    def begin(self, watched: Watched) -> None:
        """Sign in, in a thread. It never holds up the end of the process, as it may hang in looking up a name."""
        self._running[watched.mailbox_id] = watched, self._standing_of(watched)
        threading.Thread(target=self._sign_in, args=(watched,), name="sign-in", daemon=True).start()

    def ended(self) -> list[tuple[int, Outcome]]:
        """Ids of the mailboxes whose sign-ins have ended since, and how."""
        found: list[tuple[int, Outcome]] = []
        while True:
            try:
                mailbox_id, outcome = self._ended.get_nowait()
            except Empty:
                return found
            watched, _ = self._running.pop(mailbox_id)
            slow = isinstance(outcome, MailboxProblem) and outcome.code in (Code.TIMEOUT, Code.DNS)
            self._standing[watched.host] = Standing.SLOW if slow else Standing.GOOD
            found.append((mailbox_id, outcome))

    def _standing_of(self, watched: Watched) -> Standing:
        return self._standing.get(watched.host, Standing.NEW)

    def _sign_in(self, watched: Watched) -> None:
        outcome: Outcome
        try:
            outcome = open_folder(watched)
        except MailboxProblem as problem:
            outcome = problem
        except Exception:
            log.exception("Signing in to mailbox %s failed", watched.mailbox_id)
            outcome = MailboxProblem(Code.ERROR)
        self._ended.put((watched.mailbox_id, outcome))
        self._wake()


def open_folder(watched: Watched) -> Opened | None:
    """Sign in and open the primary folder, read-only. None if the server has no IDLE. Raises MailboxProblem."""
    with watched.account() as account, problems_of(account):
        client = connect(account, patience=SIGN_IN_SECONDS)
        try:
            if client.idle_supported:
                return _opened(client, watched.folder)
        except BaseException:
            client.shutdown()
            raise
        hang_up(client)
        return None


def _opened(client: Client, folder: str) -> Opened:
    try:
        said = client.select_folder(folder, readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxProblem(Code.FOLDER_GONE, folder=folder) from error
    view = View(said.get(b"UIDVALIDITY"), said.get(b"UIDNEXT"), said.get(b"EXISTS", 0))
    return Opened(*client.hand_over(), view)
