"""A small IMAP server that keeps the rules until a script tells it not to: for what no real server does on demand."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from emailsync.imap.client import Account

Answer = bytes | Callable[["Server", "Request"], bytes | None] | None
"""What is said to a command: bytes, in which %t is its tag; a function that makes them; or None to hang up."""
DONE = b"%t OK done\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    line: socket.socket
    tag: bytes
    name: str
    arguments: bytes


@dataclass
class Server:
    """One folder, INBOX, with `mails` by their UID. `script`: what is said instead, by command, such as "UID FETCH"."""

    script: Mapping[str, Answer] = field(default_factory=dict)
    mails: dict[int, bytes] = field(
        default_factory=lambda: {1: b"Subject: one\r\n\r\n1\r\n", 2: b"Subject: two\r\n\r\n2\r\n"}
    )
    capabilities: bytes = b"IMAP4rev1"
    uidvalidity: int = 7
    date: bytes = b"24-Nov-2026 10:00:00 +0000"
    connections: int = 0
    requests: list[str] = field(default_factory=list)
    account: Account = field(init=False)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError, ValueError):
            if not self._say(Request(line, b"*", "GREETING", b"")):
                return
            for text in line.makefile("rb"):
                tag, name, rest = (text.strip() + b"  ").split(b" ", 2)
                if name == b"UID":
                    which, _, rest = rest.partition(b" ")
                    name += b" " + which
                request = Request(line, tag, name.decode().upper(), rest.strip())
                self.requests.append(request.name)
                if not self._say(request):
                    return

    def _say(self, request: Request) -> bool:
        answer = self.script.get(request.name, self.plain)
        said = answer(self, request) if callable(answer) else answer
        if said is None:
            return False
        request.line.sendall(said.replace(b"%t", request.tag))
        return request.name != "LOGOUT"

    def plain(self, _: Server, request: Request) -> bytes:
        """What a good server says."""
        rules: dict[str, Callable[[bytes], bytes]] = {
            "GREETING": lambda _: b"* OK ready\r\n",
            "CAPABILITY": lambda _: b"* CAPABILITY " + self.capabilities + b"\r\n" + DONE,
            "LIST": lambda _: b'* LIST (\\HasNoChildren) "/" INBOX\r\n' + DONE,
            "EXAMINE": lambda _: self._opened() + DONE,
            "UID SEARCH": lambda _: searched(self.mails) + DONE,
            "UID FETCH": lambda arguments: self.fetched(arguments) + DONE,
            "LOGOUT": lambda _: b"* BYE\r\n" + DONE,
        }
        return rules.get(request.name, lambda _: DONE)(request.arguments)

    def _opened(self) -> bytes:
        uidnext = max(self.mails, default=0) + 1
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n" % (
            len(self.mails), self.uidvalidity, uidnext,
        )  # fmt: skip

    def fetched(self, arguments: bytes) -> bytes:
        """The FETCH answers to what was asked, facts or bodies."""
        asked = set(_numbers(arguments.split()[0]))
        said = []
        for place, uid in enumerate(sorted(self.mails), 1):
            raw = self.mails[uid]
            if uid in asked and b"BODY" in arguments:
                said.append(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (place, uid, len(raw), raw))
            elif uid in asked:
                facts = (place, uid, len(raw), self.date)
                said.append(b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")\r\n' % facts)
        return b"".join(said)


def searched(uids: Iterable[int]) -> bytes:
    """The SEARCH answer with these UIDs."""
    return b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids) + b"\r\n"


@contextmanager
def scripted(
    script: Mapping[str, Answer] | None = None, *, security: str = "plain", **fields: object
) -> Iterator[Server]:
    """A running server; `account` signs in to it."""
    server = Server(script or {}, **fields)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        server.account = Account("127.0.0.1", listener.getsockname()[1], security, "mara", "secret")
        yield server


def _numbers(sequence: bytes) -> Iterator[int]:
    for first, last in re.findall(rb"(\d+)(?::(\d+))?", sequence):
        yield from range(int(first), int(last or first) + 1)
