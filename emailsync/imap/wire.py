"""The wire under a connection: to a checked address, with an end to every wait and to every answer."""

from __future__ import annotations

import imaplib
import io
import math
import socket
import ssl
import time
from contextlib import suppress
from typing import Any, NoReturn, cast

from django.conf import settings

from emailsync.imap.problems import Code, MailboxProblem, trouble_told

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0
SLOWEST_BYTES_PER_SECOND = 16 * 1024
_PIECE = 64 * 1024
_LONGEST_LINE = 16 * 1024 * 1024
_MOST_LINES = 100_000
_OVERHEAD = 32 * 1024 * 1024
"""What the answer to one command may hold besides the largest mail: a block of small ones, or long lists of numbers."""
_STALE = ("SEARCH", "FETCH", "LIST")


class PinnedIMAP4(imaplib.IMAP4):
    """imaplib's client, connected to an address that was checked; the name stays the one to verify.

    A time-out of the socket only ends complete silence. So each command has READ_SECONDS, and more only for what comes
    in at SLOWEST_BYTES_PER_SECOND: a server that answers byte by byte is given up too. And each answer has an end, in
    bytes and in lines, as all of it is held in memory, whatever sizes the server announces.
    """

    def __init__(
        self, address: str, host: str, port: int, context: ssl.SSLContext | None, give_up_at: float = math.inf
    ) -> None:
        self._address = address
        self._context = context
        self._give_up_at = give_up_at
        self._heard = False
        self._begin_answer()
        super().__init__(host, port, CONNECT_SECONDS)

    def _connect(self) -> None:
        """Read the greeting. Raises MailboxProblem if it is none that a sign-in can follow."""
        try:
            super()._connect()  # type: ignore[misc]  # the stubs leave out private methods
        except (imaplib.IMAP4.error, UnicodeError) as error:
            raise self._greeting_problem(error) from error
        if self.state != "NONAUTH":
            # PREAUTH: in as whom? And in clear text it would be the way round STARTTLS (RFC 9051 7.1.4).
            raise MailboxProblem(Code.PREAUTH, host=self.host)

    def _greeting_problem(self, error: Exception) -> MailboxProblem:
        farewell = self.untagged_responses.get("BYE")
        if farewell:
            return MailboxProblem(trouble_told(str(farewell[-1])) or Code.UNAVAILABLE, host=self.host)
        hung_up = not self._heard or (self.state == "NONAUTH" and isinstance(error, imaplib.IMAP4.abort))
        return MailboxProblem(Code.LOST if hung_up else Code.NOT_IMAP, host=self.host, port=self.port)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """Go on encrypted. What anyone on the way slipped in before, in clear text, is no part of what follows."""
        assert ssl_context is not None
        typ, data = self._simple_command("STARTTLS")
        if typ != "OK":
            raise self.error("STARTTLS was refused")
        if self._already_sent():
            raise ssl.SSLError("clear text after the answer to STARTTLS")
        self.untagged_responses.clear()
        self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
        self.file = self.sock.makefile("rb")
        self._tls_established = True
        self._get_capabilities()
        return typ, data

    def _already_sent(self) -> bool:
        """Whether the server said more, though it is our turn."""
        self.sock.settimeout(0)
        try:
            return bool(self._buffer.peek(1))
        finally:
            self._wait_no_longer()

    def _new_tag(self) -> bytes:
        """Called once for each command, whoever sends it."""
        self._begin_answer()
        self._wait_no_longer()
        tag: bytes = super()._new_tag()  # type: ignore[misc]
        return tag

    def _command(self, name: str, *arguments: Any) -> Any:
        for stale in _STALE:  # what was said before we asked is no answer
            self.untagged_responses.pop(stale, None)
        return super()._command(name, *arguments)  # type: ignore[misc]

    @property
    def _buffer(self) -> io.BufferedReader:
        return cast(io.BufferedReader, self.file)

    def read(self, size: int) -> bytes:
        if size > self._room:
            self._give_up(self.abort("a literal too large to hold"))
        pieces = []
        while size and (piece := self._buffer.read1(min(size, _PIECE))):
            pieces.append(piece)
            size -= len(piece)
            self._spend(len(piece))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readline(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n") and (ahead := self._buffer.peek(1)):
            piece = self._buffer.read(ahead.find(b"\n") + 1 or len(ahead))
            line += piece
            self._spend(len(piece))
            if len(line) > _LONGEST_LINE:
                self._give_up(self.abort(f"a line of more than {_LONGEST_LINE} bytes"))
        self._heard = self._heard or bool(line)
        self._lines -= 1
        if self._lines < 0:
            self._give_up(self.abort("an answer without end"))
        return bytes(line)

    def _begin_answer(self) -> None:
        self._deadline = min(time.monotonic() + READ_SECONDS, self._give_up_at)
        self._room = settings.FLUX_MAX_MAIL_BYTES + _OVERHEAD
        self._lines = _MOST_LINES

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            self._give_up(self.abort("an answer without end"))
        self._deadline = min(self._deadline + size / SLOWEST_BYTES_PER_SECOND, self._give_up_at)
        if time.monotonic() > self._deadline:
            self._give_up(TimeoutError("the server is too slow"))

    def _wait_no_longer(self) -> None:
        """Bound the socket's waits by what is left. Raises TimeoutError if nothing is."""
        self.sock.settimeout(min(READ_SECONDS, self._remaining()))

    def _remaining(self) -> float:
        """Seconds until the connection is given up. Raises TimeoutError if none are left."""
        seconds = self._give_up_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the server is too slow")
        return seconds

    def _give_up(self, error: Exception) -> NoReturn:
        """Hang up: what follows cannot be told from the rest of this answer, and a goodbye would wait behind it."""
        with suppress(OSError):
            self.shutdown()
        raise error

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), min(CONNECT_SECONDS, self._remaining()))
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, seconds in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
            if hasattr(socket, option):
                plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
