"""What can be told of a message from its head alone, before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from emailsync.text import safe_text
from parsers.engine.headers import decode_value, message_date, parse_address
from parsers.engine.limits import MAX_HEADER_BYTES, MAX_HEADER_LINES

_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_FIELD = re.compile(r"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)

RawHeaders = Sequence[tuple[str, str]]
"""Lower-case name and unfolded, undecoded value, in the order of the message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The columns of a stored message that stand in its head; all text is safe and cut to its column."""

    message_id: str
    subject: str
    sender: str
    sender_name: str
    sent_at: datetime | None
    """Aware UTC: Date, else the newest Received, else None."""


def raw_headers(raw: bytes) -> RawHeaders:
    """Header fields of the head, cut at 64 KB and 1,000 lines. Lines that are no field are left out."""
    end = _BLANK.search(raw, 0, MAX_HEADER_BYTES)
    head = raw[: end.start() if end else MAX_HEADER_BYTES].decode("ascii", "surrogateescape")
    unfolded: list[list[str]] = []
    for line in head.replace("\r\n", "\n").split("\n")[:MAX_HEADER_LINES]:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1].append(line)
        else:
            unfolded.append([line])
    fields = (_FIELD.fullmatch("".join(parts)) for parts in unfolded)
    return [(field[1].lower(), field[2].strip()) for field in fields if field]


def read_envelope(headers: RawHeaders) -> Envelope:
    """The envelope of a message by its raw headers."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        if name in ("message-id", "subject", "from", "date", "received"):
            values[name] = (*values.get(name, ()), decode_value(value))
    sender = parse_address(values.get("from", ("",))[0])
    sent_at = message_date(values)
    return Envelope(
        message_id=safe_text(values.get("message-id", ("",))[0].strip("<> "), 998),
        subject=safe_text(values.get("subject", ("",))[0], 998),
        sender=safe_text(sender.email, 320),
        sender_name=safe_text(sender.name, 320),
        sent_at=sent_at.astimezone(UTC) if sent_at else None,
    )
