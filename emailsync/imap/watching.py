"""The watcher: holds IDLE (RFC 2177) on the primary folder of every mailbox and rings when new mail comes.

One thread waits for all mailboxes with a selector; a small pool signs in and speaks the few commands. IDLE carries no
data here: what it says only queues a scan, which finds new mail by its cursor. Each connection is renewed well before
routers and servers cut it, and everything the server said around a renewal is looked at, so nothing falls in a gap.
"""

from __future__ import annotations

import logging
import selectors
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from emailsync.imap.client import Account, Client, connect, problems_of
from emailsync.imap.problems import Kind, MailboxProblem

RENEW_SECONDS = 9 * 60
POLL_SECONDS = 5 * 60
_RETRY_SECONDS = (5, 60, 120, 300, 900, 3600)
_TICK_SECONDS = 1.0
_CONNECTORS = 8

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """A mailbox to watch. Another value for the same id means: sign in anew."""

    mailbox_id: int
    account: Account
    folder: str
    """Raw name of the primary folder."""


class _Line:
    """One mailbox under watch: its connection, and when it needs attention next."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.client: Client | None = None
        self.work: Future[bool] | None = None
        """A step in the pool; gives whether there may be new mail."""
        self.due = 0.0
        self.idles = True
        self.failures = 0
        self.quiet = False
        self.closing = False

    def open(self) -> bool:
        """Sign in and begin to wait. True, because nobody looked since the last connection ended."""
        with problems_of(self.watched.account):
            self.client = client = connect(self.watched.account)
            self.idles = client.idle_supported
            if self.idles:
                client.select_folder(self.watched.folder, readonly=True)
                client.idle()
            else:
                self.close()
        return True

    def renew(self) -> bool:
        """End IDLE and begin it again; whether the server spoke of new mail in between."""
        client = self.client
        assert client is not None
        with problems_of(self.watched.account):
            said = [*client.idle_done()[1], *client.noop()[1]]
            client.idle()
        return _tells_of_mail(said)

    def read(self) -> bool:
        """Take what the server has said; after silence or BYE the line is due at once, to see whether it still is."""
        client = self.client
        assert client is not None
        with problems_of(self.watched.account):
            said = client.idle_check(timeout=0)
        self.quiet = not said or any(line[:1] == (b"BYE",) for line in said)
        return _tells_of_mail(said)

    def close(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            client.shutdown()


class Watcher:
    """Watches what `mailboxes` returns and calls `ring(mailbox_id)` for new mail. Run in one thread."""

    def __init__(
        self,
        *,
        mailboxes: Callable[[], Iterable[Watched]],
        ring: Callable[[int], None],
        reload_seconds: float = 30.0,
        renew_seconds: float = RENEW_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._mailboxes = mailboxes
        self._ring = ring
        self._reload_seconds = reload_seconds
        self._renew_seconds = renew_seconds
        self._poll_seconds = poll_seconds
        self._selector = selectors.DefaultSelector()
        self._lines: dict[int, _Line] = {}
        self._pool = ThreadPoolExecutor(_CONNECTORS, thread_name_prefix="watch")
        self._stop = threading.Event()

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler or another thread."""
        self._stop.set()

    def run(self) -> None:
        """Watch until stopped."""
        reload_at = 0.0
        try:
            while not self._stop.is_set():
                if time.monotonic() >= reload_at:
                    self._reload()
                    reload_at = time.monotonic() + self._reload_seconds
                for line in list(self._lines.values()):
                    self._attend(line)
                self._wait()
        finally:
            self._pool.shutdown(cancel_futures=True)
            for line in self._lines.values():
                line.close()
            self._selector.close()

    def _reload(self) -> None:
        """Follow the list of mailboxes: begin with new ones, drop those that went or changed."""
        wanted = {watched.mailbox_id: watched for watched in self._mailboxes()}
        for mailbox_id, line in list(self._lines.items()):
            if wanted.get(mailbox_id) != line.watched:
                line.closing = True
                if line.work is None:
                    self._drop(line)
        for mailbox_id, watched in wanted.items():
            self._lines.setdefault(mailbox_id, _Line(watched))

    def _attend(self, line: _Line) -> None:
        """Collect a finished step, and begin the next one that is due."""
        if line.work is not None:
            if not line.work.done():
                return
            work, line.work = line.work, None
            if line.closing:
                self._drop(line)
                return
            self._settle(line, work.result)
        if line.work is None and time.monotonic() >= line.due:
            self._begin(line)

    def _begin(self, line: _Line) -> None:
        if not line.idles:
            # Nothing to wait on: the scan itself is the poll.
            self._ring(line.watched.mailbox_id)
            line.due = time.monotonic() + self._poll_seconds
        elif line.client is None:
            line.work = self._pool.submit(line.open)
        else:
            self._selector.unregister(line.client.socket())
            line.work = self._pool.submit(line.renew)

    def _settle(self, line: _Line, outcome: Callable[[], bool]) -> None:
        """Ring if a step told of mail; after a failure close the line and wait before the next try."""
        try:
            news = outcome()
        except MailboxProblem as problem:
            log.info("Mailbox %s: %s", line.watched.mailbox_id, problem.code)
            line.close()
            waits = _RETRY_SECONDS[-1:] if problem.kind != Kind.TRANSIENT else _RETRY_SECONDS
            line.due = time.monotonic() + waits[min(line.failures, len(waits) - 1)]
            line.failures += 1
            return
        line.failures = 0
        if news:
            self._ring(line.watched.mailbox_id)
        if line.client is None:
            line.due = time.monotonic() + self._poll_seconds
            return
        line.due = 0.0 if line.quiet else time.monotonic() + self._renew_seconds
        line.quiet = False
        self._selector.register(line.client.socket(), selectors.EVENT_READ, line)

    def _wait(self) -> None:
        """Sleep until a server speaks or a tick is over."""
        if not self._selector.get_map():
            self._stop.wait(_TICK_SECONDS)
            return
        for key, _ in self._selector.select(_TICK_SECONDS):
            self._selector.unregister(key.fileobj)
            self._settle(key.data, key.data.read)

    def _drop(self, line: _Line) -> None:
        if line.client is not None and line.client.socket() in self._selector.get_map():
            self._selector.unregister(line.client.socket())
        line.close()
        self._lines.pop(line.watched.mailbox_id, None)


def _tells_of_mail(said: Iterable[object]) -> bool:
    return any(isinstance(line, tuple) and b"EXISTS" in line[1:2] for line in said)
