"""What is blanked, and the words that stand in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a blanked span was; for most kinds also the word that stands in its place, in brackets."""

    NAME = "name"
    ADDRESS = "address"
    EMAIL = "e-mail"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"
    LINK = "link"
    PICTURE = "picture"
    WORD = "blanked"
    HEADER = "header"
    ATTACHMENT = "attachment"

    @property
    def token(self) -> str:
        return f"[{self.value}]"


TOKEN = re.compile(r"\[(?:name|address|e-mail|phone|card|account|blanked)\]")
NOBODY = "nobody@blanked.invalid"
"""Stands for an address where grammar wants one (RFC 2606: .invalid is nobody's)."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Characters [start, end) of a text become `text`."""

    start: int
    end: int
    kind: Kind
    text: str


def settle(text: str, edits: list[Edit]) -> list[Edit]:
    """The edits that change something, in order, none overlapping another: of two that do, the first swallows both.

    An edit within a token of an earlier redaction is dropped: redacting twice must change nothing.
    """
    tokens = [match.span() for match in TOKEN.finditer(text)]
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda one: (one.start, -one.end)):
        if text[edit.start : edit.end] == edit.text or edit.start >= edit.end:
            continue
        if any(start < edit.end and edit.start < end for start, end in tokens):
            continue
        if kept and edit.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Edit(last.start, max(last.end, edit.end), last.kind, last.text)
        else:
            kept.append(edit)
    return kept


def apply(text: str, edits: list[Edit]) -> str:
    """The text with settled edits made."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*pieces, text[at:]])
