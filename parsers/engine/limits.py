"""Limits that are checked before anything is parsed, so that no mail can stall or kill a worker."""

from __future__ import annotations

import re

MAX_DEPTH = 50
MAX_PARTS = 1_000
MAX_HEADER_BYTES = 64 * 1024
MAX_HEADER_LINES = 1_000
MAX_HTML_CHARS = 2_000_000
MAX_NODES = 20_000
MAX_TEXT_CHARS = 200_000
MAX_LINE_CHARS = 5_000
MAX_ATTACHED_TEXTS = 5
MAX_ATTACHED_CHARS = 50_000

_BOUNDARY = re.compile(rb'boundary\s*=\s*"?([^";\r\n]{1,200})', re.IGNORECASE)
_CONTAINER = re.compile(rb"^content-type\s*:\s*(?:multipart/|message/rfc822)", re.IGNORECASE | re.MULTILINE)


class TooMuch(Exception):
    """The mail is beyond a limit; `reason` is the code to store."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_structure(raw: bytes) -> None:
    """Raise TooMuch for a mail whose MIME tree would be too deep or too wide to walk. Linear in the size."""
    if len(_CONTAINER.findall(raw)) > MAX_DEPTH:
        raise TooMuch("too_deep")
    boundaries = {match.group(1).strip() for match in _BOUNDARY.finditer(raw[:4_000_000])}
    if len(boundaries) > MAX_DEPTH or sum(raw.count(b"\n--" + boundary) for boundary in boundaries) > MAX_PARTS:
        raise TooMuch("too_many_parts")
