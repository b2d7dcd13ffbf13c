"""The watcher: holds IDLE (RFC 2177) on the primary folder of every mailbox and rings when new mail comes.

One thread serves all mailboxes; others live for the time of a sign-in. IDLE carries no data here: what it says only
queues a scan, which finds new mail by its cursor.
"""

from __future__ import annotations

import logging
import math
import random
import selectors
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from emailsync.imap.idling import IdleLine, IdleRefused, View
from emailsync.imap.problems import Kind, MailboxProblem
from emailsync.imap.signing_in import Opened, Outcome, SignIns, Watched

RENEW_SECONDS = 9 * 60
POLL_SECONDS = 5 * 60
_ASK_FOR_IDLE_AGAIN_SECONDS = 60 * 60
_RETRY_SECONDS = (10, 60, 300, 900, 3600)
_STEADY_SECONDS = 5 * 60
"""Who was connected for so long is connected again soon."""
_MILD = 2
"""Failures that a line is left with by signing in: one that is lost each time soon after is not tried without rest."""
_GATHER_SECONDS = 0.2
_REST_SECONDS = 3.0
_FRESH_SECONDS = 1.0
_TICK_SECONDS = 1.0

log = logging.getLogger(__name__)


class _Line:
    """One mailbox under watch: its connection if it has one, and what is to be done for it when."""

    __slots__ = (
        "failures",
        "idle",
        "idles",
        "look",
        "opened_at",
        "poll_at",
        "ring_at",
        "rung_at",
        "seen",
        "sign_in_at",
        "watched",
    )

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.idle: IdleLine | None = None
        self.idles: bool | None = None
        """Whether its server has IDLE; None while nobody knows."""
        self.look = False
        """Ring as soon as IDLE has begun: mail may have come while nobody listened."""
        self.seen: View | None = None
        """The folder as the last connection knew it."""
        self.opened_at = 0.0
        self.failures = 0
        self.sign_in_at = 0.0
        self.poll_at = math.inf
        self.ring_at = math.inf
        self.rung_at = -math.inf

    def wish_for_scan(self) -> None:
        """Ring in a moment, once for all that comes until then, and not at once again for what comes after."""
        if self.ring_at == math.inf:
            self.ring_at = max(time.monotonic() + _GATHER_SECONDS, self.rung_at + _REST_SECONDS)


class Watcher:
    """Watches what `mailboxes` returns and calls `ring(mailbox_id)` for new mail. Run in one thread.

    ring: says whether it was heard; if not, it is called again.
    problem: told of refused sign-ins and settings that only a person can mend. Other troubles pass, or scans meet them.
    idles: told whether a mailbox's server has IDLE, when that is known and when it changes. Without it `ring` is called
    every poll_seconds, as the scan itself is the poll.
    alive: called every reload_seconds while the watcher gets on.
    """

    def __init__(
        self,
        *,
        mailboxes: Callable[[], Iterable[Watched]],
        ring: Callable[[int], bool],
        problem: Callable[[int, MailboxProblem], object],
        idles: Callable[[int, bool], object],
        alive: Callable[[], object],
        reload_seconds: float = 30.0,
        renew_seconds: float = RENEW_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._mailboxes = mailboxes
        self._ring = ring
        self._problem = problem
        self._idles = idles
        self._alive = alive
        self._reload_seconds = reload_seconds
        self._renew_seconds = renew_seconds
        self._poll_seconds = poll_seconds
        self._lines: dict[int, _Line] = {}
        self._leaving: set[int] = set()
        """Mailboxes that went or changed during their sign-in."""
        self._unread: set[_Line] = set()
        """Lines whose server may have said more than one turn took."""
        self._read_list_at = self._said_alive_at = -math.inf
        self._stopped = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._wire = socket.socketpair()
        for end in (self._bell, self._wire):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._sign_ins = SignIns(self._wake)

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler or another thread."""
        self._stopped = True
        self._wake()

    def run(self) -> None:
        """Watch until stopped. Sign-ins that are under way then are left alone; they end with the process."""
        try:
            while not self._stopped:
                self._settle_sign_ins()
                self._follow_list()
                self._tend_lines()
                self._begin_sign_ins()
                self._ring_bells()
                self._say_alive()
                self._listen()
        finally:
            for line in self._lines.values():
                self._hang_up(line)
            self._selector.close()
            self._bell.close()
            self._wire.close()

    def _wake(self) -> None:
        with suppress(OSError):  # it has been woken often enough, or nobody sleeps there any more
            self._wire.send(b"!")

    def _follow_list(self) -> None:
        """Begin with new mailboxes, drop those that went or changed. Nobody signs in by a list that is old."""
        now = time.monotonic()
        age = now - self._read_list_at
        if age < _FRESH_SECONDS or (age < self._reload_seconds and not self._waiting(now)):
            return
        self._read_list_at = now
        wanted = {watched.mailbox_id: watched for watched in self._mailboxes()}
        for mailbox_id, line in list(self._lines.items()):
            if wanted.get(mailbox_id) == line.watched:
                line.watched = wanted[mailbox_id]
            else:
                self._drop(line)
        for mailbox_id, watched in wanted.items():
            if mailbox_id not in self._lines:
                self._lines[mailbox_id] = _Line(watched)

    def _drop(self, line: _Line) -> None:
        mailbox_id = line.watched.mailbox_id
        del self._lines[mailbox_id]
        if mailbox_id in self._sign_ins:
            self._leaving.add(mailbox_id)
        self._hang_up(line)

    def _waiting(self, now: float) -> list[_Line]:
        """Lines that want to sign in, who waits longest first."""
        found = [
            line
            for mailbox_id, line in self._lines.items()
            if line.idle is None
            and now >= line.sign_in_at
            and line.watched.may_sign_in
            and mailbox_id not in self._sign_ins
        ]
        return sorted(found, key=lambda line: line.sign_in_at)

    def _begin_sign_ins(self) -> None:
        waiting = [line.watched for line in self._waiting(time.monotonic())]
        while (watched := self._sign_ins.next_of(waiting)) is not None:
            waiting.remove(watched)
            self._sign_ins.begin(watched)

    def _settle_sign_ins(self) -> None:
        for mailbox_id, outcome in self._sign_ins.ended():
            if mailbox_id in self._leaving:
                self._leaving.remove(mailbox_id)
                if isinstance(outcome, Opened):
                    outcome.socket.close()
            else:
                self._settle(self._lines[mailbox_id], outcome)

    def _settle(self, line: _Line, outcome: Outcome) -> None:
        if outcome is None:
            self._poll(line)
        elif isinstance(outcome, Opened):
            self._connect(line, outcome)
        else:
            log.info("Mailbox %s: %s", line.watched.mailbox_id, outcome.code)
            lasting = outcome.kind != Kind.TRANSIENT
            self._retry_later(line, _RETRY_SECONDS[-1] if lasting else None)
            if lasting:
                self._problem(line.watched.mailbox_id, outcome)

    def _connect(self, line: _Line, opened: Opened) -> None:
        line.opened_at = time.monotonic()
        line.failures = min(line.failures, _MILD)
        line.look = line.look or not opened.view.follows(line.seen)
        line.idle = IdleLine(opened.socket, said=opened.said, view=opened.view, renew_seconds=self._renew_seconds)
        self._selector.register(opened.socket, selectors.EVENT_READ, line)
        self._go_on(line, line.idle.begin)

    def _tend_lines(self) -> None:
        now = time.monotonic()
        for line in self._lines.values():
            if line.idle is not None and now >= line.idle.due:
                self._go_on(line, line.idle.tend)
            if now >= line.poll_at and line.watched.may_sign_in:
                line.wish_for_scan()
                line.poll_at = now + self._poll_seconds

    def _listen(self) -> None:
        """Sleep until a server speaks, somebody wakes the watcher, or something may be due."""
        now = time.monotonic()
        pause = min([_TICK_SECONDS, *(line.ring_at - now for line in self._lines.values())])
        for key, _ in self._selector.select(0 if self._unread else max(pause, 0)):
            if key.data is None:
                self._bell.recv(4096)
            else:
                self._unread.add(key.data)
        speaking, self._unread = self._unread, set()
        for line in speaking:
            assert line.idle is not None
            self._go_on(line, line.idle.read)

    def _go_on(self, line: _Line, step: Callable[[], bool]) -> None:
        """Take a step of a line's conversation and draw the consequences; nothing that one server says ends the others.

        step: gives whether there may be more to read.
        """
        idle = line.idle
        assert idle is not None
        try:
            if step():
                self._unread.add(line)
        except IdleRefused:
            self._poll(line)
        except OSError as error:
            log.info("The watch of mailbox %s ended: %s", line.watched.mailbox_id, error)
            self._lose(line)
        except Exception:
            log.exception("The watch of mailbox %s failed", line.watched.mailbox_id)
            self._lose(line)
        if idle.news:
            idle.news = False
            line.wish_for_scan()
        if line.idle is not None and idle.idling:
            self._note_idling(line)

    def _note_idling(self, line: _Line) -> None:
        if line.look:
            line.look = False
            line.wish_for_scan()
        line.poll_at = math.inf
        self._say_idles(line, True)

    def _poll(self, line: _Line) -> None:
        """Have a server without IDLE looked at regularly, and ask again now and then: it may learn."""
        self._hang_up(line)
        line.sign_in_at = time.monotonic() + _ASK_FOR_IDLE_AGAIN_SECONDS
        if line.poll_at == math.inf:
            line.poll_at = time.monotonic()
        self._say_idles(line, False)

    def _say_idles(self, line: _Line, idles: bool) -> None:
        if line.idles is not idles:
            line.idles = idles
            self._idles(line.watched.mailbox_id, idles)

    def _lose(self, line: _Line) -> None:
        if time.monotonic() >= line.opened_at + _STEADY_SECONDS:
            line.failures = 0
        self._hang_up(line)
        self._retry_later(line)

    def _retry_later(self, line: _Line, seconds: float | None = None) -> None:
        """After `seconds`, else the longer the more often it failed; never all at once after a server's restart."""
        wait = _RETRY_SECONDS[min(line.failures, len(_RETRY_SECONDS) - 1)] if seconds is None else seconds
        line.sign_in_at = time.monotonic() + wait * random.uniform(0.5, 1.5)  # noqa: S311 - spreads, no secret
        line.failures += 1

    def _hang_up(self, line: _Line) -> None:
        idle, line.idle = line.idle, None
        if idle is not None:
            line.seen = idle.view
            self._unread.discard(line)
            self._selector.unregister(idle.socket)
            idle.close()

    def _ring_bells(self) -> None:
        now = time.monotonic()
        for mailbox_id, line in self._lines.items():
            if now >= line.ring_at:
                line.rung_at = now
                line.ring_at = math.inf if self._ring(mailbox_id) else now + _REST_SECONDS

    def _say_alive(self) -> None:
        now = time.monotonic()
        if now >= self._said_alive_at + self._reload_seconds:
            self._said_alive_at = now
            self._alive()
