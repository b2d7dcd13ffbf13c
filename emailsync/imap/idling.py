"""One connection in IDLE (RFC 2177), spoken on the bare socket.

Nothing here blocks, so one thread serves all connections; and a connection keeps only its socket and what it has to
know, not the buffers of the client that signed in.
"""

from __future__ import annotations

import random
import re
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

ANSWER_SECONDS = 30.0
SHORTEST_IDLE_SECONDS = 60.0
"""A server that ends IDLE by itself sooner does not mean it."""
_PIECE = 16 * 1024
_PIECES_A_TURN = 16
_LONGEST_LINE = 64 * 1024
_MOST_BYTES = 16 * 1024 * 1024
"""What a server may say until IDLE is begun again: flags of a great many messages, but not without end."""
_NEWS = re.compile(rb"\* (?:(\d{1,10}) (EXISTS|EXPUNGE)|(BYE))\b", re.IGNORECASE)


class IdleRefused(Exception):
    """The server knows IDLE by name only: it refuses it, or ends it at once."""


@dataclass(slots=True)
class View:
    """What a connection has been told of its folder. `next_uid`: of the next message; None where that is not known."""

    uidvalidity: int | None
    next_uid: int | None
    messages: int

    def follows(self, earlier: View | None) -> bool:
        """Whether no message has come since an earlier connection to the folder: the next one has the same number."""
        if earlier is None or earlier.next_uid is None:
            return False
        return (self.uidvalidity, self.next_uid) == (earlier.uidvalidity, earlier.next_uid)

    def grow_to(self, messages: int) -> bool:
        """Take in an EXISTS; whether it tells of new mail. Some servers repeat the number, say after EXPUNGE.

        A smaller number without EXPUNGE is against RFC 3501 7.3.1; who counts so may have hidden new mail in it.
        """
        came = messages - self.messages
        self.messages = messages
        if came < 0:
            self.next_uid = None
        elif self.next_uid is not None:
            self.next_uid += came
        return came != 0


class _Step(Enum):
    ASKED = auto()
    IDLING = auto()
    ENDING = auto()
    LOOKING = auto()


class IdleLine:
    """A signed-in connection with its folder open, which turns from IDLE to NOOP and back.

    All that the server says is looked at whenever it says it, so no message falls between two commands; NOOP is for
    servers that tell nothing while they idle. Every method may raise OSError, when the connection is of no more use,
    or IdleRefused.
    """

    __slots__ = ("_began", "_heard", "_number", "_renew_seconds", "_rest", "_step", "due", "news", "socket", "view")

    def __init__(self, connected: socket.socket, *, said: bytes, view: View, renew_seconds: float) -> None:
        """connected: does not block. said: what has been read from it already."""
        self.socket = connected
        self.view = view
        self.news = False
        """New mail was told of. Whoever has taken note of it sets it back."""
        self.due = 0.0
        """When `tend` is to be called, by the monotonic clock."""
        self._renew_seconds = renew_seconds
        self._rest = said
        self._number = 0
        self._heard = 0
        self._began = 0.0
        self._step = _Step.LOOKING

    @property
    def idling(self) -> bool:
        """Whether the server has agreed to tell of new mail, and does so now."""
        return self._step is _Step.IDLING

    def begin(self) -> bool:
        """Ask to be told of new mail. Returns what `read` returns."""
        self._ask(b"IDLE", _Step.ASKED)
        return self.read()

    def read(self) -> bool:
        """Take what the server has said. Returns whether there may be more, which no selector would tell.

        What TLS has decrypted already no longer shows on the socket, so all is taken; but a talkative server has its
        turn and lets others have theirs.
        """
        for _ in range(_PIECES_A_TURN):
            try:
                piece = self.socket.recv(_PIECE)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
            if not piece:
                raise ConnectionError("the server has hung up")
            self._take(piece)
        return True

    def tend(self) -> bool:
        """Begin IDLE again before routers and servers cut the connection. To be called when it is due.

        Returns what `read` returns.
        """
        if not self.idling:
            raise TimeoutError("the server does not answer")
        self._send(b"DONE\r\n", _Step.ENDING)
        return self.read()

    def close(self) -> None:
        """Take leave without waiting for an answer."""
        with suppress(OSError):  # the server has gone first
            self.socket.send((b"DONE\r\n" if self.idling else b"") + b"F LOGOUT\r\n")
        self.socket.close()

    def _take(self, piece: bytes) -> None:
        self._heard += len(piece)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _LONGEST_LINE or self._heard > _MOST_BYTES:
            raise ConnectionError("the server speaks without end")
        for line in lines:
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        if line.startswith(b"* "):
            self._note(line)
        elif line.startswith(b"+"):
            if self._step is _Step.ASKED:
                self._step = _Step.IDLING
                self._began = time.monotonic()
                # Spread, as mailboxes that were connected together would be renewed together for ever.
                self.due = self._began + self._renew_seconds * random.uniform(0.9, 1.0)  # noqa: S311 - no secret
        elif line.startswith(b"F%d " % self._number):
            self._answered(ok=line.split(b" ")[1].strip().upper() == b"OK")

    def _note(self, line: bytes) -> None:
        said = _NEWS.match(line)
        if said is None:
            return
        number, what, bye = said.groups()
        if bye:
            raise ConnectionError("the server says goodbye")
        if what.upper() == b"EXPUNGE":
            self.view.messages -= 1
        elif self.view.grow_to(int(number)):
            self.news = True

    def _answered(self, *, ok: bool) -> None:
        if self._step is _Step.LOOKING:
            self._ask(b"IDLE", _Step.ASKED)
            return
        ended_early = self.idling and time.monotonic() < self._began + SHORTEST_IDLE_SECONDS
        if self._step is _Step.ASKED or ended_early or (self.idling and not ok):
            raise IdleRefused
        self._ask(b"NOOP", _Step.LOOKING)

    def _ask(self, command: bytes, step: _Step) -> None:
        self._number += 1
        self._heard = 0
        self._send(b"F%d %s\r\n" % (self._number, command), step)

    def _send(self, words: bytes, step: _Step) -> None:
        """A few bytes; there is room for them unless nobody has taken in the last ones."""
        try:
            sent = self.socket.send(words)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            sent = 0
        if sent < len(words):
            raise ConnectionError("the server takes nothing in")
        self._step = step
        self.due = time.monotonic() + ANSWER_SECONDS
