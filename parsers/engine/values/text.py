"""Comparing words: folding, slugs, phrases that tolerate what shops put in between."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "..."})
_BLANKS = re.compile(r"\s+")
_NO_ACCENTS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """For comparing: NFKC, case folded, plain quotes and dashes, single spaces. Changes the length of the text."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return _BLANKS.sub(" ", text.casefold()).strip()


def lower(text: str) -> str:
    """For searching with offsets: lower case and plain quotes and dashes; as long as the text, position by position."""
    small = text.translate(_QUOTES_SAME_LENGTH).lower()
    return small if len(small) == len(text) else "".join(_lower_sign(sign) for sign in text)


_QUOTES_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


def _lower_sign(sign: str) -> str:
    small = sign.lower()
    return small if len(small) == 1 else sign


def slug(text: str) -> str:
    """A stable key: ASCII letters, digits and single hyphens ("Kick Vault AU" -> "kick-vault-au")."""
    ascii_text = unicodedata.normalize("NFKD", text.casefold().translate(_NO_ACCENTS))
    return _NOT_SLUG.sub("-", ascii_text.encode("ascii", "ignore").decode().lower()).strip("-")[:80]


@lru_cache(maxsize=8192)
def phrase(text: str) -> re.Pattern[str]:
    """A phrase as a pattern over lower-case text: whole words, any blanks, `*` up to 60 characters of anything."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in text.lower().split("*")]
    body = r"[^\n]{0,60}?".join(parts)
    before = r"(?<!\w)" if text[:1].isalnum() else ""
    after = r"(?!\w)" if text[-1:].isalnum() else ""
    return re.compile(before + body + after)


@lru_cache(maxsize=256)
def any_phrase(texts: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for several phrases, the longest first; the group of the match says nothing."""
    bodies = sorted((phrase(text).pattern for text in texts), key=len, reverse=True)
    return re.compile("|".join(f"(?:{body})" for body in bodies) if bodies else r"(?!)")
