"""A mail written anew without what is personal in it: the same parts in the same order, headers by a list of what may
stay, every text as UTF-8 in quoted-printable (RFC 2045), so that the same mail always gives the same bytes.
"""

from __future__ import annotations

import email.message
import quopri
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from html import unescape

from parsers.engine.build import build_document
from parsers.engine.charset import clean
from parsers.engine.document import Document, Forwarding
from parsers.engine.headers import decode_value, message_date, parse_address, read_headers
from parsers.engine.limits import TooMuch
from parsers.engine.mime import is_markup, parse, plain_text, text_of
from parsers.engine.redaction.detect import learn
from parsers.engine.redaction.marks import NOBODY, Kind
from parsers.engine.redaction.markup import Flow, Redactor
from parsers.engine.redaction.secrets import Secrets, own_of

_RECIPIENTS = (
    "to cc bcc delivered-to x-original-to envelope-to x-envelope-to x-forwarded-to apparently-to resent-to resent-cc "
    "x-rcpt-to x-delivered-to x-forwarded-for"
).split()
_STAYS = ("content-language", "auto-submitted", "precedence", "x-auto-response-suppress", "x-mailer", "list-id")
_SHOP_HEADER = re.compile(r"x-(?:[\w-]*-)?(?:order|shop|store|merchant|shipment|parcel|template|platform)[\w-]*$")
_BODIES = ("text/plain", "text/html")
_ADDRESSES = re.compile(r"[^\s<>()\",;:\[\]]+@[^\s<>()\",;:\[\]]+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOTE = "An attachment was left out here."
_LONGEST_HEADER = 900
_WORD_BYTES = 42


class Refused(Exception):
    """A mail that cannot be redacted; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a mail. text: of a body that is read; parts: of a container or an attached mail."""

    headers: dict[str, tuple[str, ...]]
    kind: str
    text: str = ""
    markup: bool = False
    name: str | None = None
    parts: tuple[Node, ...] = ()


def read_message(raw: bytes) -> tuple[Node, Document]:
    """The parts of a mail and what the engine reads in it. Raises Refused."""
    try:
        return _node(parse(raw)), build_document(raw)
    except TooMuch as error:
        raise Refused(error.reason) from error


def secrets_of(
    root: Node, document: Document, *, names: Iterable[str], addresses: Iterable[str], typed: Sequence[str]
) -> Secrets:
    """What is to be blanked: what is told of the person, what the recipients' headers say, and what the texts say."""
    known = {address.strip().lower() for address in addresses if "@" in address}
    called = {" ".join(name.split()) for name in names if name.strip()}
    for node in _walk(root):
        for header in _RECIPIENTS:
            for value in node.headers.get(header, ()):
                known |= {found.lower().strip(".'\"") for found in _ADDRESSES.findall(value)}
                called |= set(_names_in(value))
    outer = parse_address(_first(root, "from"))
    personal = document.forwarding != Forwarding.NONE
    if personal and outer.email and outer.email != document.headers.sender.email:
        known.add(outer.email)
        called.add(outer.name)
    known = {address for address in known if not address.endswith("@blanked.invalid")}
    sender = document.headers.sender.email
    own = own_of(sender, personal=not sender or sender in known)
    author = "" if sender in known else document.headers.sender.name
    secrets = Secrets(frozenset(filter(None, called)), frozenset(known), tuple(typed), own, author)
    learned = {name for flow in _flows(root) for name in learn(flow, secrets)}
    return replace(secrets, names=secrets.names | learned)


def write_message(root: Node, redactor: Redactor) -> bytes:
    """The redacted mail."""
    redactor.printed = "\n".join(_flows(root))
    lines = [*_head(root, redactor), "MIME-Version: 1.0", *_part(root, redactor, "")]
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def _node(message: email.message.Message) -> Node:
    headers = read_headers(message.raw_items())
    kind = message.get_content_type()
    payload = message.get_payload()
    children = [one for one in payload if isinstance(one, email.message.Message)] if isinstance(payload, list) else []
    if kind.startswith("multipart/") and children:
        return Node(headers, kind, parts=tuple(_node(one) for one in children))
    name = _name(message)
    if kind == "message/rfc822" and children:
        return Node(headers, kind, parts=(_node(children[0]),))
    if kind not in _BODIES or name is not None or message.get_content_disposition() == "attachment":
        return Node(headers, kind, name=name or "")
    text = plain_text(message) if kind == "text/plain" else text_of(message)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", _INVISIBLE.sub("", text))).rstrip("\n")
    return Node(headers, kind, text=text, markup=kind == "text/html" or is_markup(text))


def _name(message: email.message.Message) -> str | None:
    try:
        return message.get_filename() or None
    except (LookupError, ValueError, UnicodeError, IndexError):
        return "?"


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _walk(part)


def _flows(root: Node) -> Iterator[str]:
    """The words of a mail: subjects and bodies."""
    for node in _walk(root):
        yield from (_stable(value) for value in node.headers.get("subject", ()))
        if node.text:
            yield Flow(node.text).text if node.markup else node.text


def _names_in(value: str) -> Iterator[str]:
    for piece in re.split(r"[,;]", value):
        name = parse_address(piece).name if "@" in piece or '"' in piece else ""
        name = name.strip(" \"'<>")
        if len(name) > 1 and "@" not in name:
            yield name


def _first(node: Node, name: str) -> str:
    return next(iter(node.headers.get(name, ())), "")


def _stable(value: str) -> str:
    """A header's text with encoded words decoded as often as they were encoded."""
    for _ in range(4):
        again = decode_value(value)
        if again == value:
            break
        value = again
    return value


def _head(node: Node, redactor: Redactor) -> Iterator[str]:
    secrets = redactor.secrets
    sender = parse_address(_stable(_first(node, "from")))
    if sender.email or sender.name:
        yield f"From: {_mailbox(sender.name, sender.email, redactor)}"
    yield f"To: {NOBODY}"
    if "subject" in node.headers:
        yield _header("Subject", redactor.text(_stable(_first(node, "subject"))))
    date = message_date(node.headers)
    if date is not None:
        yield f"Date: {format_datetime(date)}"
    for name in ("reply-to", "return-path"):
        address = parse_address(_first(node, name)).email
        if address and secrets.is_own(address):
            yield f"{name.title()}: <{address}>" if address.isascii() else f"{name.title()}: {NOBODY}"
        elif address and registered(address, secrets):
            yield f"{name.title()}: <nobody@{address.rpartition('@')[2]}>"
    for name, values in node.headers.items():
        if name in _STAYS or _SHOP_HEADER.fullmatch(name):
            for value in values[:5]:
                yield _header(name.title(), redactor.text(_stable(value)))
    gone = [name for name in node.headers if name not in _KEPT and not _SHOP_HEADER.fullmatch(name)]
    redactor.counts[Kind.HEADER] += len(gone)


_KEPT = frozenset((*_STAYS, "from", "subject", "date", "reply-to", "return-path", "mime-version", "content-type",
                   "content-transfer-encoding"))  # fmt: skip


def registered(address: str, secrets: Secrets) -> bool:
    """Whether the host of an address may stay: it is plain, and no typed word or name stands in it."""
    host = address.rpartition("@")[2]
    return bool(re.fullmatch(r"[a-z0-9.-]{3,120}", host)) and not secrets.found(host) and host not in _hosts(secrets)


def _hosts(secrets: Secrets) -> set[str]:
    return {address.rpartition("@")[2] for address in secrets.addresses}


def _mailbox(name: str, address: str, redactor: Redactor) -> str:
    shown = redactor.text(name).replace("\\", "").replace('"', "")
    personal = address in redactor.secrets.addresses or not _plain_address(address)
    if personal or redactor.secrets.typed_pattern.search(address):
        redactor.counts[Kind.EMAIL] += address != NOBODY and bool(address)
        address = NOBODY if address else ""
    if not shown:
        return address
    word = _encoded(shown) if not shown.isascii() or "=?" in shown else f'"{shown}"'
    return f"{word} <{address}>" if address else word


def _plain_address(address: str) -> bool:
    return address.isascii() and not re.search(r"[\s<>]", address)


def _header(name: str, value: str) -> str:
    value = value[:_LONGEST_HEADER]
    return f"{name}: {value if value.isascii() and '=?' not in value else _encoded(value)}".rstrip()


def _encoded(text: str) -> str:
    """RFC 2047 words, each of whole characters, folded."""
    words, piece = [], ""
    for sign in text:
        if len((piece + sign).encode()) > _WORD_BYTES:
            words.append(piece)
            piece = ""
        piece += sign
    words.append(piece)
    return "\r\n ".join(f"=?utf-8?B?{b64encode(word.encode()).decode()}?=" for word in words)


def _part(node: Node, redactor: Redactor, path: str) -> Iterator[str]:
    """The lines of a part behind its own headers: those of its content, an empty line, its body."""
    if node.kind == "message/rfc822" and node.parts:
        yield from ("Content-Type: message/rfc822", "")
        inner = node.parts[0]
        yield from (*_head(inner, redactor), "MIME-Version: 1.0", *_part(inner, redactor, f"{path}.0"))
    elif node.parts:
        boundary = f"=_part{path}_"
        yield from (f'Content-Type: {node.kind}; boundary="{boundary}"', "")
        for number, part in enumerate(node.parts):
            yield f"--{boundary}"
            yield from _part(part, redactor, f"{path}.{number}")
        yield f"--{boundary}--"
    elif node.name is not None:
        yield from _left_out(node, redactor, path)
    else:
        shown = redactor.html(node.text) if node.markup else redactor.text(node.text)
        body = quopri.encodestring(shown.encode("utf-8", "replace")).decode("ascii")
        yield from (f"Content-Type: {node.kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "")
        yield body.replace("\n", "\r\n")


def _left_out(node: Node, redactor: Redactor, path: str) -> Iterator[str]:
    suffix = re.search(r"\.[a-zA-Z0-9]{1,5}$", node.name or "")
    name = f"attachment{path or '.0'}{suffix.group().lower() if suffix else ''}"
    redactor.counts[Kind.ATTACHMENT] += 1
    yield from ("Content-Type: application/octet-stream", f'Content-Disposition: attachment; filename="{name}"')
    yield from ("", _NOTE)


def leaks(root: Node, secrets: Secrets) -> bool:
    """Whether a redacted mail still holds something that was to be blanked, in its words or behind them."""
    for node in _walk(root):
        texts = [node.text, unescape(node.text), *(value for values in node.headers.values() for value in values)]
        for text in texts:
            low = clean(text).casefold()
            if any(address in low for address in secrets.addresses):
                return True
        words = Flow(node.text).text if node.markup else node.text
        if any(match.group().strip("0 ") for match in secrets.typed_pattern.finditer(words)):
            return True
    return False
