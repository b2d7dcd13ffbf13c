"""Watchers under test: what they report, a link that can fall silent, and a server that says what a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from emailsync.imap import idling, watching
from emailsync.imap.client import Account
from emailsync.imap.problems import MailboxProblem
from emailsync.imap.signing_in import Watched
from emailsync.imap.watching import Watcher
from flux.testing.dovecot import PASSWORD, Dovecot

PATIENCE = 30


class Bells:
    """What a watcher reported, in order; lets a test wait for it."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.problems: list[tuple[int, str]] = []
        self.idles: list[tuple[int, bool]] = []
        self.beats = 0
        self.deaf = False
        self._changed = threading.Condition()

    def ring(self, mailbox_id: int) -> bool:
        self._note(lambda: self.rung.append(mailbox_id))
        return not self.deaf

    def problem(self, mailbox_id: int, problem: MailboxProblem) -> None:
        self._note(lambda: self.problems.append((mailbox_id, problem.code.value)))

    def say_idles(self, mailbox_id: int, idles: bool) -> None:
        self._note(lambda: self.idles.append((mailbox_id, idles)))

    def beat(self) -> None:
        self._note(lambda: setattr(self, "beats", self.beats + 1))

    def wait_for(self, wanted: Callable[[Bells], bool], seconds: float = PATIENCE) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self), seconds), vars(self)

    def wait_for_rings(self, *rung: int) -> None:
        """Until exactly these mailboxes have rung, in whatever order."""
        self.wait_for(lambda bells: sorted(bells.rung) == sorted(rung))

    def _note(self, what: Callable[[], object]) -> None:
        with self._changed:
            what()
            self._changed.notify_all()


@pytest.fixture
def impatient(monkeypatch, settings):
    """Loopback is allowed, what takes minutes in service is tried at once, who does not answer is given up soon."""
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    monkeypatch.setattr(watching, "_RETRY_SECONDS", (0, 0, 0, 0, 1000))
    monkeypatch.setattr(watching, "_TICK_SECONDS", 0.1)
    monkeypatch.setattr(watching, "_FRESH_SECONDS", 0.0)
    monkeypatch.setattr(watching, "_REST_SECONDS", 0.5)
    monkeypatch.setattr(idling, "ANSWER_SECONDS", 1.0)


@pytest.fixture
def watch(impatient):
    """Start watchers that are stopped when the test ends."""
    running = []

    def start(
        mailboxes: list[Watched] | Callable[[], list[Watched]], *, bells: Bells | None = None, **options
    ) -> Bells:
        bells = bells or Bells()
        reports = {"ring": bells.ring, "problem": bells.problem, "idles": bells.say_idles, "alive": bells.beat}
        wanted = mailboxes if callable(mailboxes) else lambda: mailboxes
        watcher = Watcher(mailboxes=wanted, **({"reload_seconds": 0.1} | reports | options))
        thread = threading.Thread(target=watcher.run)
        thread.start()
        running.append((watcher, thread))
        return bells

    yield start
    for watcher, thread in running:
        watcher.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@dataclass
class Entry:
    """A mailbox of a test, with how often it was signed in to."""

    mailbox_id: int
    host: str
    port: int
    username: str
    password: str = PASSWORD
    security: str = "plain"
    sign_ins: int = 0
    folder: str = "INBOX"

    def watched(self) -> Watched:
        return Watched(self.mailbox_id, self.host, self.folder, self.password, self._account)

    def _account(self) -> AbstractContextManager[Account]:
        self.sign_ins += 1
        return nullcontext(Account(self.host, self.port, self.security, self.username, self.password))


def entry(server: Dovecot, mailbox_id: int, **fields: Any) -> Entry:
    """A new mailbox at the server."""
    at: dict[str, Any] = {"host": server.host, "port": server.port, "username": server.add_user()}
    return Entry(mailbox_id, **(at | fields))


@dataclass
class Link:
    """A TCP proxy. `before(words)` is called with what the client says, before it goes on."""

    port: int
    before: Callable[[bytes], None] = lambda _: None
    _open: list[threading.Event] = field(default_factory=list)
    _ends: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """End the present connections as a server does that goes away."""
        present, self._ends = self._ends, []
        for end in present:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """Swallow whatever either side of the present connections says from now on, and let neither know."""
        for passing in self._open:
            passing.clear()

    def carry(self, here: socket.socket, there: socket.socket) -> None:
        passing = threading.Event()
        passing.set()
        self._open.append(passing)
        self._ends += here, there
        for source, target, hook in ((here, there, True), (there, here, False)):
            threading.Thread(target=self._pump, args=(source, target, passing, hook), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, passing: threading.Event, hook: bool) -> None:
        with suppress(OSError):
            while words := source.recv(4096):
                if hook:
                    self.before(words)
                if passing.is_set():
                    target.sendall(words)
            if passing.is_set():
                target.shutdown(socket.SHUT_WR)


@contextmanager
def link_to(server: Dovecot) -> Iterator[Link]:
    """A link to the server, whose `port` is to be used in place of the server's."""
    ends: list[socket.socket] = []

    def accept(listener: socket.socket, link: Link) -> None:
        with suppress(OSError):
            while True:
                here, _ = listener.accept()
                there = socket.create_connection((server.host, server.port))
                ends.extend((here, there))
                link.carry(here, there)

    with _listening(ends) as listener:
        link = Link(listener.getsockname()[1])
        threading.Thread(target=accept, args=(listener, link), daemon=True).start()
        yield link


@contextmanager
def scripted_server(idle: Callable[[socket.socket, bytes], None] | None) -> Iterator[int]:
    """A server that lets anyone in and calls `idle(line, tag)` for IDLE; without `idle` it never greets.

    Gives its port.
    """
    ends: list[socket.socket] = []

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                ends.append(line)
                if idle is not None:
                    threading.Thread(target=_talk, args=(line, idle), daemon=True).start()

    with _listening(ends) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _talk(line: socket.socket, idle: Callable[[socket.socket, bytes], None]) -> None:
    with suppress(OSError):
        line.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        for request in line.makefile("rb"):
            tag, *command = request.split()
            if command[:1] == [b"IDLE"]:
                idle(line, tag)
            elif command[:1] == [b"EXAMINE"]:
                line.sendall(b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n" + tag + b" OK done\r\n")
            elif command[:1] == [b"CAPABILITY"]:
                line.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK done\r\n")
            elif command:
                line.sendall(tag + b" OK done\r\n")


@contextmanager
def _listening(ends: list[socket.socket]) -> Iterator[socket.socket]:
    """A listening socket; at the end it and what was accepted from it are closed, so nobody waits for it any more."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        try:
            yield listener
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for end in ends:
                end.close()
