"""One connection to one mailbox."""

from __future__ import annotations

import imaplib
import math
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from imapclient import IMAPClient, imap_utf7
from imapclient.exceptions import IMAPClientError, LoginError, ProtocolError
from imapclient.response_parser import parse_fetch_response
from imapclient.tls import create_default_context

from emailsync.imap import wire
from emailsync.imap.guard import checked_address
from emailsync.imap.problems import Code, MailboxProblem, trouble_told
from emailsync.imap.xoauth2 import TokenSource, authenticate
from emailsync.models import Security

MAX_UID = 2**32 - 1
"""UIDs are unsigned 32-bit numbers and never 0 (RFC 9051 2.3.1.1)."""
_MAX_UIDVALIDITY = 2**63 - 1

# The words of large providers; the first that fits decides.
_REFUSALS = (
    (Code.APP_PASSWORD, r"application-specific password|app[- ]?(specific )?password"),
    (Code.OAUTH, r"basicauthblocked|basic auth|logindisabled_oauth|oauth"),
    (Code.IMAP_OFF, r"not enabled for imap|imap (access|service)? ?is (disabled|turned off|not enabled)|imap disabled"),
    (Code.LOGIN, r"authenticationfailed|invalid credentials"),
    (Code.ODD_ANSWER, r"^login command error: bad"),
)
_WRONG_SECRET = (Code.LOGIN, Code.OAUTH, Code.APP_PASSWORD)
_OAUTH_HOSTS = re.compile(r"(^|\.)(outlook\.com|office365\.com|outlook\.office\.com|hotmail\.com|live\.com)$")
_LITERAL_OF = re.compile(rb"\d+ \((?:FLAGS \([^()]*\) )?UID (\d{1,10}) (BODY\[[A-Z]*\](?:<0>)?) \{\d+\}")
_FETCH_WORDS = (b"SEQ", b"UID", b"FLAGS", b"MODSEQ", b"RFC822.SIZE", b"INTERNALDATE")
_MODSEQ = re.compile(rb"\(MODSEQ \d+\)", re.IGNORECASE)
# What parsers of the libraries trip over if a server's answer is none.
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RecursionError)


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


@dataclass(frozen=True, slots=True)
class Opened:
    """What a server says of a folder on opening it."""

    uidvalidity: int
    """0 where the server gives none."""
    uidnext: int | None
    exists: int | None


class FolderRefused(IMAPClientError):
    """A folder cannot be opened. `code`: why, if the server says so."""

    def __init__(self, code: Code | None) -> None:
        super().__init__("the folder cannot be opened")
        self.code = code


class Client(IMAPClient):
    """imapclient's client over a pinned connection, quiet, with raw folder names."""

    def __init__(self, account: Account, address: str, give_up_at: float = math.inf) -> None:
        self._address = address
        self._give_up_at = give_up_at
        tls = account.security == Security.TLS
        super().__init__(
            account.host,
            account.port,
            ssl=tls,
            ssl_context=tls_context() if tls else None,
            timeout=wire.READ_SECONDS,
        )
        # Names stay as the server spells them; and imaplib would format every body for its log.
        self.folder_encode = False
        self.normalise_times = False
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return wire.PinnedIMAP4(self._address, self.host, self.port, self.ssl_context, self._give_up_at)

    def _normalise_folder(self, folder_name: str | bytes) -> bytes:
        """Names go back to the server byte for byte as it spelt them, even where they are no modified UTF-7."""
        try:
            raw = folder_name if isinstance(folder_name, bytes) else folder_name.encode("latin-1")
        except UnicodeEncodeError:  # typed by a person
            raw = imap_utf7.encode(folder_name)
        return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'

    def examine(self, raw_name: str) -> Opened:
        """Open a folder, read-only. Raises FolderRefused, or IMAP errors."""
        with _understood():
            typ, data = self._imap.select(self._normalise_folder(raw_name), readonly=True)
            if typ != "OK":
                gone = Code.FOLDER_GONE if b"[NONEXISTENT]" in data[-1].upper() else None
                raise FolderRefused(trouble_told(data[-1]) or gone)
            said = self._imap.untagged_responses
            uidnext = said.get("UIDNEXT")
            exists = said.get("EXISTS")
            return Opened(
                _number(said.get("UIDVALIDITY", [b"0"])[-1], _MAX_UIDVALIDITY),
                _number(uidnext[-1], MAX_UID + 1) or None if uidnext else None,
                _number(exists[-1], MAX_UID) if exists else None,
            )

    def uids(self, *criteria: str) -> list[int]:
        """UIDs of the messages that fit, ascending. `criteria`: SEARCH keys in ASCII, hence without CHARSET."""
        with _understood():
            answers = self._answers("SEARCH", *criteria)
            words = _MODSEQ.sub(b"", b" ".join(answers)).split()
            found = {_number(word, MAX_UID) for word in words}
            if 0 in found:
                raise ProtocolError("UID 0")
            return sorted(found)

    def fetch_answers(self, uids: Sequence[int], items: str) -> list[bytes]:
        """What the server says of messages, an answer a line, without literals."""
        with _understood():
            return [said for said in self._answers("FETCH", sequence_set(uids), items) if isinstance(said, bytes)]

    def fetch_literals(self, uids: Sequence[int], item: str) -> dict[int, bytes]:
        """One item of each message, such as BODY.PEEK[]: {UID: bytes}. Raises IMAP errors.

        The general parser takes longer than the network; the form in which nearly every server answers is read without.
        """
        names = _names_of(item)
        with _understood():
            answers = self._answers("FETCH", sequence_set(uids), f"({item})")
            literals = plain_literals(answers, names)
            return dict(_odd_literals(answers, names)) if literals is None else literals

    def list_answers(self) -> list[Any]:
        """The LIST of all folders, unparsed, with their special uses where the server has to be asked for them."""
        asked = ['""', '"*"']
        with _understood():
            if self.has_capability("SPECIAL-USE") and self.has_capability("LIST-EXTENDED"):
                try:
                    return self._answers("LIST", *asked, "RETURN (SPECIAL-USE)")
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error:
                    pass  # it does not keep what it promised; the plain form may serve
            return self._answers("LIST", *asked)

    def hand_over(self) -> tuple[socket.socket, bytes]:
        """Give the socket away: it no longer blocks, and comes with what was read from it but not yet looked at.

        The client is of no more use then.
        """
        sock: socket.socket = self.socket()
        sock.setblocking(False)
        try:
            ahead = self._imap.file.peek()
        except ssl.SSLWantReadError:
            ahead = b""
        return sock, ahead

    @cached_property
    def idle_supported(self) -> bool:
        with _understood():
            return bool(self.has_capability("IDLE"))

    def _answers(self, name: str, *arguments: str) -> list[Any]:
        """Untagged answers of a kind to a command, by UID where that makes a difference. Raises IMAP errors."""
        words = (name,) if name == "LIST" else ("UID", name)
        tag = self._imap._command(*words, *arguments)
        typ, data = self._imap._command_complete(name, tag)
        self._checkok(name, typ, data)
        _, answers = self._imap._untagged_response(typ, data, name)
        return [answer for answer in answers if answer is not None]


@contextmanager
def _understood() -> Iterator[None]:
    """Make one error of all that a senseless answer may set off in a parser."""
    try:
        yield
    except OSError:  # some of the network's errors are ValueErrors, too
        raise
    except _NONSENSE as error:
        raise ProtocolError(type(error).__name__) from error


def _number(word: bytes, most: int) -> int:
    if not word.isdigit() or len(word) > 20 or int(word) > most:
        raise ProtocolError("no number that could be meant")
    return int(word)


def sequence_set(uids: Sequence[int]) -> str:
    """Ascending UIDs as IMAP writes them, runs as ranges: "1:3,7" (RFC 9051 sequence-set)."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def _names_of(item: str) -> tuple[bytes, ...]:
    """As what an item such as BODY.PEEK[HEADER]<0.99> may be answered."""
    name, _, part = item.replace(".PEEK", "").encode().partition(b"<")
    return (name, name + b"<0>") if part else (name,)


def plain_literals(answers: Sequence[Any], names: Sequence[bytes]) -> dict[int, bytes] | None:
    """{UID: literal} of FETCH answers `n (UID u BODY[…] {size}` literal `)`; None if one has another form."""
    literals = {}
    for place, answer in enumerate(answers):
        if isinstance(answer, tuple):
            head = _LITERAL_OF.fullmatch(answer[0])
            if head is None or head[2] not in names or answers[place + 1 : place + 2] != [b")"]:
                return None
            literals[int(head[1])] = answer[1]
        elif b"BODY[" in answer:
            return None
    return literals


def _odd_literals(answers: Sequence[Any], names: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """(UID, literal) of FETCH answers in any form. One with other words than we know, or without UID, is left aside.

    A literal that is longer than announced looks so, and without UID nobody knows whose body it is.
    """
    response: list[Any] = []
    for answer in answers:
        response.append(answer)
        if isinstance(answer, tuple):  # more of the same answer follows its literal
            continue
        try:
            parsed = parse_fetch_response(response, False, False)
        except (ProtocolError, *_NONSENSE):
            parsed = {}
        for said in parsed.values():
            bodies = [said[name] for name in names if isinstance(said.get(name), bytes)]
            if bodies and b"UID" in said and said.keys() <= {*_FETCH_WORDS, *names}:
                yield said[b"UID"], bodies[0]
        response = []


def tls_context() -> ssl.SSLContext:
    """One context for all connections: each would take most of a megabyte for the authorities that it trusts."""
    return _context_of(ssl.get_default_verify_paths())


@lru_cache(maxsize=1)
def _context_of(authorities: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """`authorities` are where OpenSSL finds them; others, by SSL_CERT_FILE, make another context."""
    return create_default_context()


@contextmanager
def connected(account: Account) -> Iterator[Client]:
    """Sign in for a block. Raises MailboxProblem for whatever goes wrong with the server, in the block too."""
    with problems_of(account):
        client = connect(account)
    try:
        with _server_problems(account):
            yield client
    finally:
        hang_up(client)


@contextmanager
def problems_of(account: Account) -> Iterator[None]:
    """Turn what the libraries raise in a block, that does nothing but speak with the server, into MailboxProblem."""
    with _server_problems(account), _understood():
        yield


@contextmanager
def _server_problems(account: Account) -> Iterator[None]:
    try:
        yield
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:  # cut while TLS was spoken, not refused by it
        raise MailboxProblem(Code.LOST, host=account.host) from error
    except ssl.SSLError as error:
        raise MailboxProblem(Code.TLS, host=account.host) from error
    except TimeoutError as error:
        raise MailboxProblem(Code.TIMEOUT, host=account.host, port=account.port) from error
    except ConnectionRefusedError as error:
        raise MailboxProblem(Code.REFUSED, host=account.host, port=account.port) from error
    except (OSError, imaplib.IMAP4.abort, EOFError) as error:
        raise MailboxProblem(trouble_told(str(error)) or Code.LOST, host=account.host) from error
    except IMAPClientError as error:
        raise MailboxProblem(trouble_told(str(error)) or Code.ODD_ANSWER, host=account.host) from error


def connect(account: Account, *, patience: float = math.inf) -> Client:
    """A signed-in connection. Raises MailboxProblem, or what `problems_of` turns into one.

    patience: seconds after which the connection is given up, whatever it is at; only looking up the name is not in it.
    """
    clear_text = account.security == Security.PLAIN
    address = checked_address(account.host, account.port, clear_text=clear_text)
    client = Client(account, address, time.monotonic() + patience)
    try:
        if account.security == Security.STARTTLS:
            _start_tls(client, account)
        _sign_in(client, account)
    except BaseException:
        hang_up(client)
        raise
    return client


def _start_tls(client: Client, account: Account) -> None:
    if not client.has_capability("STARTTLS"):
        raise MailboxProblem(Code.NO_STARTTLS, host=account.host)
    client.starttls(tls_context())


def _sign_in(client: Client, account: Account) -> None:
    if account.security == Security.PLAIN and client.has_capability("LOGINDISABLED"):
        raise MailboxProblem(Code.CLEAR_TEXT, host=account.host)
    try:
        if account.token is None:
            client.login(account.username, account.password)
        else:
            _sign_in_by_token(client, account, account.token)
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):  # hung up, which is no refusal
            raise imaplib.IMAP4.abort(str(error)) from error
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
    trouble = trouble_told(text)
    if trouble:
        return trouble
    lowered = text.lower()
    for code, pattern in _REFUSALS:
        if re.search(pattern, lowered):
            return code
    return Code.OAUTH if _OAUTH_HOSTS.search(host.lower()) else Code.LOGIN


def hang_up(client: Client) -> None:
    """Say goodbye if the server still listens; the socket is closed in any case."""
    for farewell in (client.logout, client.shutdown):
        try:
            farewell()
        except (OSError, IMAPClientError, MailboxProblem, *_NONSENSE):
            continue  # the server has hung up: the next step, or nothing, is left to do
        return
