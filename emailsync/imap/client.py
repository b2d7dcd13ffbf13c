"""One connection to one mailbox."""

from __future__ import annotations

import imaplib
import io
import math
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.response_parser import parse_fetch_response
from imapclient.tls import create_default_context

from emailsync.imap.guard import checked_address
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.xoauth2 import TokenSource, authenticate
from emailsync.models import Security

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0
SLOWEST_BYTES_PER_SECOND = 16 * 1024

# RFC 5530 response codes and the phrases of large providers; the first that fits decides.
_REFUSALS = (
    (Code.APP_PASSWORD, r"application-specific password|app[- ]?(specific )?password"),
    (Code.BUSY_ACCOUNT, r"\[limit\]|too many (simultaneous )?connections|maximum number of connections"),
    (Code.UNAVAILABLE, r"\[unavailable\]|\[inuse\]|\[serverbug\]|temporar|try again later|throttl"),
    (Code.OAUTH, r"basicauthblocked|basic auth|logindisabled_oauth|oauth"),
    (Code.IMAP_OFF, r"not enabled for imap|imap (access|service)? ?is (disabled|turned off|not enabled)|imap disabled"),
)
_WRONG_SECRET = (Code.LOGIN, Code.OAUTH, Code.APP_PASSWORD)
_LITERAL_OF = re.compile(rb"\d+ \((?:FLAGS \([^()]*\) )?UID (\d+) BODY\[[A-Z]*\](?:<0>)? \{\d+\}")
_PIECE = 64 * 1024
_LONGEST_LINE = 16 * 1024 * 1024
_OVERHEAD = 64 * 1024 * 1024
"""What the answer to one command may hold besides the largest mail: a block of small ones, or long lists of numbers."""
_OAUTH_HOSTS = re.compile(r"(^|\.)(outlook\.com|office365\.com|outlook\.office\.com|hotmail\.com|live\.com)$")


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom to sign in. `security` is a value of models.Security."""

    host: str
    port: int
    security: str
    username: str
    password: str
    token: TokenSource | None = None
    """In place of the password, where the account signs in by OAuth."""


class _PinnedIMAP4(imaplib.IMAP4):
    """imaplib's client, connected to an address that was checked; the name stays the one to verify.

    A time-out of the socket only ends complete silence. So each command has READ_SECONDS, and more only for what comes
    in at SLOWEST_BYTES_PER_SECOND: a server that answers byte by byte is given up too. And each answer has an end, as
    all of it is held in memory, whatever sizes the server announces.
    """

    def __init__(self, address: str, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._address = address
        self._context = context
        self._begin_answer()
        super().__init__(host, port, CONNECT_SECONDS)

    def _new_tag(self) -> bytes:
        """Called once for each command, whoever sends it."""
        self._begin_answer()
        tag: bytes = super()._new_tag()  # type: ignore[misc]  # the stubs leave out private methods
        return tag

    def _command(self, name: str, *arguments: Any) -> Any:
        tag = super()._command(name, *arguments)  # type: ignore[misc]
        if name == "IDLE":  # an answer that may take as long as it likes
            self._deadline = math.inf
        return tag

    @property
    def _buffer(self) -> io.BufferedReader:
        return cast(io.BufferedReader, self.file)

    def read(self, size: int) -> bytes:
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
                raise self.abort(f"a line of more than {_LONGEST_LINE} bytes")
        return bytes(line)

    def _begin_answer(self) -> None:
        self._deadline = time.monotonic() + READ_SECONDS
        self._room = settings.FLUX_MAX_MAIL_BYTES + _OVERHEAD

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:  # what follows cannot be told from the rest of this answer: the connection is of no more use
            raise self.abort("an answer without end")
        self._deadline += size / SLOWEST_BYTES_PER_SECOND
        if time.monotonic() > self._deadline:
            raise TimeoutError("the server is too slow")

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), CONNECT_SECONDS)
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


class Client(IMAPClient):
    """imapclient's client over a pinned connection, quiet, with raw folder names."""

    def __init__(self, account: Account, address: str) -> None:
        self._address = address
        tls = account.security == Security.TLS
        super().__init__(
            account.host,
            account.port,
            ssl=tls,
            ssl_context=create_default_context() if tls else None,
            timeout=READ_SECONDS,
        )
        # Names go back to the server exactly as it spelt them; and imaplib would format every body for its log.
        self.folder_encode = False
        self.normalise_times = False
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _PinnedIMAP4(self._address, self.host, self.port, self.ssl_context)

    def fetch_literals(self, uids: Sequence[int], item: str) -> dict[int, bytes]:
        """One item of each message, such as BODY.PEEK[]. Raises what `fetch` raises.

        The general parser takes longer than the network; the form in which nearly every server answers is read without.
        """
        tag = self._imap._command("UID", "FETCH", ",".join(map(str, uids)), f"({item})")
        typ, data = self._imap._command_complete("FETCH", tag)
        self._checkok("fetch", typ, data)
        _, answers = self._imap._untagged_response(typ, data, "FETCH")
        literals = plain_literals(answers)
        if literals is None:
            parsed = parse_fetch_response(answers, self.normalise_times, True)
            key = next((name for one in parsed.values() for name in one if name.startswith(b"BODY[")), b"")
            literals = {uid: one[key] for uid, one in parsed.items() if isinstance(one.get(key), bytes)}
        return literals

    @cached_property
    def idle_supported(self) -> bool:
        return bool(self.has_capability("IDLE"))


def plain_literals(answers: Sequence[Any]) -> dict[int, bytes] | None:
    """{UID: literal} of FETCH answers `n (UID u BODY[…] {size}` literal `)`; None if one has another form."""
    literals = {}
    for place, answer in enumerate(answers):
        if isinstance(answer, tuple):
            head = _LITERAL_OF.fullmatch(answer[0])
            if head is None or answers[place + 1 : place + 2] != [b")"]:
                return None
            literals[int(head[1])] = answer[1]
        elif answer is not None and b"BODY[" in answer:
            return None
    return literals


@contextmanager
def connected(account: Account) -> Iterator[Client]:
    """Sign in for a block. Raises MailboxProblem for whatever goes wrong, in the block too."""
    with problems_of(account):
        client = connect(account)
        try:
            yield client
        finally:
            _close(client)


@contextmanager
def problems_of(account: Account) -> Iterator[None]:
    """Turn what the libraries raise in a block into MailboxProblem."""
    try:
        yield
    except ssl.SSLError as error:
        raise MailboxProblem(Code.TLS, host=account.host) from error
    except TimeoutError as error:
        raise MailboxProblem(Code.TIMEOUT, host=account.host, port=account.port) from error
    except ConnectionRefusedError as error:
        raise MailboxProblem(Code.REFUSED, host=account.host, port=account.port) from error
    except (OSError, IMAPClientError, imaplib.IMAP4.error, EOFError) as error:
        raise MailboxProblem(Code.LOST, host=account.host) from error


def connect(account: Account) -> Client:
    """A signed-in connection. Raises MailboxProblem, or what `problems_of` turns into one."""
    clear_text = account.security == Security.PLAIN
    address = checked_address(account.host, account.port, clear_text=clear_text)
    try:
        client = Client(account, address)
    except imaplib.IMAP4.error as error:
        raise MailboxProblem(Code.NOT_IMAP, host=account.host, port=account.port) from error
    try:
        if account.security == Security.STARTTLS:
            _start_tls(client, account)
        _sign_in(client, account)
    except BaseException:
        _close(client)
        raise
    return client


def _start_tls(client: Client, account: Account) -> None:
    if not client.has_capability("STARTTLS"):
        raise MailboxProblem(Code.NO_STARTTLS, host=account.host)
    client.starttls(create_default_context())


def _sign_in(client: Client, account: Account) -> None:
    try:
        if account.token is None:
            client.login(account.username, account.password)
        else:
            _sign_in_by_token(client, account, account.token)
    except LoginError as error:
        code = _refusal(str(error), account.host)
        if account.token is not None and code in _WRONG_SECRET:
            code = Code.TOKEN_REFUSED
        raise MailboxProblem(code, host=account.host) from error
    except UnicodeError as error:
        raise MailboxProblem(Code.LOGIN, host=account.host) from error


def _sign_in_by_token(client: Client, account: Account, token: TokenSource) -> None:
    """With a new token once more if the first is refused, as tokens can end before their time."""
    access_token = token()
    try:
        authenticate(client, account.username, access_token)
    except LoginError as error:
        if _refusal(str(error), account.host) not in _WRONG_SECRET:
            raise
        authenticate(client, account.username, token(refused=access_token))


def _refusal(text: str, host: str) -> Code:
    lowered = text.lower()
    for code, pattern in _REFUSALS:
        if re.search(pattern, lowered):
            return code
    return Code.OAUTH if _OAUTH_HOSTS.search(host.lower()) else Code.LOGIN


def _close(client: Client) -> None:
    """Say goodbye if the server still listens; the socket is closed in any case."""
    for farewell in (client.logout, client.shutdown):
        try:
            farewell()
        except (OSError, IMAPClientError, imaplib.IMAP4.error):
            continue  # the server has hung up: the next step, or nothing, is left to do
        return
