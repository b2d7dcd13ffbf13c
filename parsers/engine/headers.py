"""Tolerant reading of mail headers (RFC 5322, RFC 2047): whatever stands there, something sensible comes out."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from parsers.engine.charset import clean, decode
from parsers.engine.document import Address

_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"\s+")
_ANGLE = re.compile(r"<([^<>\s]*@[^<>\s]*)>")
_BARE = re.compile(r"[^\s<>()\",;:]+@[^\s<>()\",;:]+")
_MAX_VALUE = 8_192


def decode_value(value: object) -> str:
    """A header's value as one line of text: unfolded, encoded words decoded, 8-bit bytes read as UTF-8 or cp1252."""
    text = str(value)[:_MAX_VALUE]
    try:
        text = text.encode("ascii", "surrogateescape").decode("ascii")
    except UnicodeDecodeError:
        text = decode(text.encode("ascii", "surrogateescape"), None)
    except UnicodeEncodeError:
        pass  # already text, as email hands over unknown-8bit headers it could decode
    return _FOLD.sub(" ", clean(_decode_words(text))).strip()


def _decode_words(text: str) -> str:
    """RFC 2047: words that follow each other join, their bytes too, so that a character cut in two becomes whole."""
    if "=?" not in text:
        return text
    text = _GAP.sub(r"\1", text)
    parts: list[str] = []
    waiting, waiting_charset, end = b"", "", 0
    for match in _WORD.finditer(text):
        charset, encoding, payload = match.groups()
        between = text[end : match.start()]
        if waiting and (between or charset.lower() != waiting_charset):
            parts.append(decode(waiting, waiting_charset))
            waiting = b""
        parts.append(between)
        waiting, waiting_charset, end = waiting + _word_bytes(encoding, payload), charset.lower(), match.end()
    if waiting:
        parts.append(decode(waiting, waiting_charset))
    return "".join([*parts, text[end:]])


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "))
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def parse_address(value: str) -> Address:
    """The first mailbox of an address header, by position, not by grammar: hostile input must not recurse."""
    found = _ANGLE.search(value)
    if found:
        name = value[: found.start()].strip(" \t\"'")
        return Address(name.replace('\\"', '"'), found.group(1).lower())
    bare = _BARE.search(value)
    if bare:
        comment = re.search(r"\(([^()]{1,200})\)", value)
        return Address(comment.group(1).strip() if comment else "", bare.group().lower())
    return Address(value.strip(" \"'")[:200], "")


def parse_date(value: str) -> datetime | None:
    """An aware instant in the offset that the mail states; None for nonsense. -0000 and no zone count as UTC."""
    try:
        found = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not 1990 <= found.year <= 2100:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def message_date(headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    """When the mail says it was sent: its Date, else its newest Received (RFC 5322 3.6.7: the topmost)."""
    for value in headers.get("date", ()):
        if found := parse_date(value):
            return found
    return next(
        (found for value in headers.get("received", ()) if (found := parse_date(value.rpartition(";")[2]))), None
    )


def read_headers(pairs: Iterable[tuple[str, object]]) -> dict[str, tuple[str, ...]]:
    """Lower-case name -> decoded values, in order."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        key = name.lower()
        values[key] = (*values.get(key, ()), decode_value(value))
    return values
