"""Bytes to text, whatever the mail claims about them."""

from __future__ import annotations

import codecs
import re
import unicodedata

_REFUSED = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_SINGLE_BYTE = re.compile(r"^(?:iso8859|latin|cp125|ascii|us-ascii)", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x0D, 0x0B)}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000))
_TABLE: dict[int, str | None] = {**_INVISIBLE, **_SPACES, **_CONTROLS, **_SURROGATES, 0x0D: "\n", 0x0B: " ", 0x85: "\n"}


def decode(data: bytes, declared: str | None) -> str:
    """Text of `data`: as declared, else UTF-8, else Windows-1252 with replacement characters. Never fails.

    UTF-8 wins over a declared single-byte charset when the bytes are valid UTF-8: such a charset accepts anything.
    """
    codec = _codec(declared)
    candidates = ["utf-8", codec] if codec is None or _SINGLE_BYTE.match(codec) else [codec, "utf-8"]
    for name in candidates:
        if name is None:
            continue
        try:
            return data.decode(name)
        except (UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _codec(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip().strip("'\"").split()[0][:40])
    except (LookupError, ValueError, IndexError):
        return None
    text = getattr(info, "_is_text_encoding", True)
    return None if info.name in _REFUSED or not text else info.name


def clean(text: str) -> str:
    """NFC text without invisible characters, controls and surrogates; every kind of space becomes U+0020.

    Line ends become LF; tabs and LF stay.
    """
    if text.isascii():
        return text.replace("\r\n", "\n").translate(_CONTROLS_ASCII)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_TABLE))


_CONTROLS_ASCII = {code: value for code, value in _TABLE.items() if code < 0x80}
