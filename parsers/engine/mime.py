"""The parts of a mail that say something: its headers, its plain and HTML bodies, mails attached to it."""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers.engine.charset import decode
from parsers.engine.headers import read_headers
from parsers.engine.limits import (
    MAX_ATTACHED_CHARS,
    MAX_ATTACHED_TEXTS,
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    MAX_HTML_CHARS,
    check_structure,
)

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(r"<(?:table|div|br|p|td|span|a|html)\b[^>]{0,2000}>", re.IGNORECASE)
_SOFT_BREAK = re.compile(r"(?m)^(?!-- $)(.*) \n(?!-- $)")


@dataclass(slots=True)
class Parts:
    """What was found: `html` and `plain` are the first bodies of their kind, decoded."""

    headers: dict[str, tuple[str, ...]]
    plain: str = ""
    html: str = ""
    attached: list[email.message.Message] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    """File names."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    """(file name, decoded text) of the attachments that are text."""
    report: bool = False
    """A delivery report or receipt (RFC 6522): what it encloses is not news."""


def parse(raw: bytes) -> email.message.Message:
    """The MIME tree of a mail. Raises TooMuch beyond the limits; broken structure is tolerated."""
    check_structure(raw)
    return email.message_from_bytes(_cut_headers(raw))


def _cut_headers(raw: bytes) -> bytes:
    """Shorten an absurd header block, which costs quadratic time further on."""
    end = _END_OF_HEADERS.search(raw)
    size = end.start() if end else len(raw)
    head = raw[:size]
    if size <= MAX_HEADER_BYTES and head.count(b"\n") <= MAX_HEADER_LINES:
        return raw
    lines = head[:MAX_HEADER_BYTES].split(b"\n")[:MAX_HEADER_LINES]
    return b"\n".join(lines[:-1]) + (raw[size:] if end else b"")


def collect(message: email.message.Message) -> Parts:
    """Walk the tree once and keep the bodies; attached mails are not entered."""
    parts = Parts(read_headers(message.raw_items()))
    parts.report = message.get_content_type() == "multipart/report"
    for part in _leaves(message):
        kind = part.get_content_type()
        name = _file_name(part)
        if kind == "message/rfc822":
            parts.attached += [child for child in part.get_payload() if isinstance(child, email.message.Message)][:1]
        elif name or part.get_content_disposition() == "attachment":
            parts.attachments.append(name)
            if kind.startswith("text/") and kind != "text/html" and len(parts.texts) < MAX_ATTACHED_TEXTS:
                parts.texts.append((name, text_of(part)[:MAX_ATTACHED_CHARS]))
        elif kind == "text/html" and not parts.html:
            parts.html = text_of(part)
        elif kind == "text/plain" and not parts.plain:
            parts.plain = plain_text(part)
    if not parts.html and is_markup(parts.plain):
        parts.html, parts.plain = parts.plain, ""
    return parts


def is_markup(text: str) -> bool:
    """Whether a body that calls itself plain is HTML."""
    return len(_TAG.findall(text[:20_000])) >= 3


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_type() == "message/rfc822" or not part.is_multipart():
            yield part
        else:
            children = part.get_payload()
            if isinstance(children, list):
                waiting += [child for child in reversed(children) if isinstance(child, email.message.Message)]


def _file_name(part: email.message.Message) -> str:
    try:
        return (part.get_filename() or "")[:200]
    except (LookupError, ValueError, UnicodeError, IndexError):
        return "?"


def text_of(part: email.message.Message) -> str:
    """The decoded text of a part, whatever it claims about itself."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, IndexError, UnicodeError):
        data = None
    if not isinstance(data, bytes):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, UnicodeError, IndexError):
        charset = None
    return decode(data[: 4 * MAX_HTML_CHARS], charset)[:MAX_HTML_CHARS]


def plain_text(part: email.message.Message) -> str:
    """The text of a plain body: flowed lines joined (RFC 3676), line ends that were written out made real."""
    text = text_of(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = _SOFT_BREAK.sub(r"\1 ", text)
    if text.count("\\n") > 3 * text.count("\n"):
        text = text.replace("\\n", "\n")
    return text
