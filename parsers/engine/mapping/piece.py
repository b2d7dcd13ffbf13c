"""A value on its way from the mail to a field: what it is by now, and the characters it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from parsers.engine.document import Document, Line, Section, Span
from parsers.engine.knowledge import CarrierBook
from parsers.engine.model import Definition


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail with what is known of its author."""

    document: Document
    definition: Definition
    carriers: CarrierBook
    base: date | None
    """The mail's own calendar date."""
    dayfirst: bool | None
    lines: tuple[Line, ...]
    """Visible lines of the part that the definition prefers."""
    attachments: Mapping[str, tuple[Line, ...]]
    """File name -> lines, of those that are text."""


def lines_of(document: Document, part: str) -> tuple[Line, ...]:
    """The visible lines of a mail: of the part that is preferred (`plain`, `html`), else of the one that says more."""
    wanted = {"plain": Section.PLAIN, "html": Section.HTML}.get(part)
    preferred = document.section(wanted) if wanted else ()
    return tuple(preferred or document.body())


@dataclass(frozen=True, slots=True)
class Piece:
    """`value` starts as text; `span` is where it stands, None for a constant."""

    value: Any
    span: Span | None
    exact: bool = True
    """The text is, character by character, what stands at the span: cutting it cuts the span as well."""

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else str(self.value)

    def cut(self, start: int, end: int) -> Piece:
        """The characters [start, end) of the text."""
        span = self.span
        if span is not None and self.exact:
            span = Span(span.start + start, span.start + end)
        return replace(self, value=self.text[start:end], span=span)

    def strip(self) -> Piece:
        """Without white space at its ends."""
        text = self.text
        left = len(text) - len(text.lstrip())
        return self.cut(left, max(left, len(text.rstrip())))

    def become(self, value: Any) -> Piece:
        """Another value that rests on the same characters."""
        return replace(self, value=value, exact=self.exact and value == self.value)


@dataclass(frozen=True, slots=True)
class Context:
    """What transforms may ask besides their piece: the mail, and the fields of the row that are known already."""

    mail: Mail
    known: Mapping[str, Any] = field(default_factory=dict)


def piece_at(document: Document, span: Span) -> Piece:
    """The characters at a span."""
    return Piece(document.slice(span), span)


def located(document: Document, text: str, within: Span) -> Piece:
    """A text that was read beside the canonical string: with its exact place if it is printed within a span."""
    start = document.text.find(text, within.start, within.end) if text else -1
    if start >= 0:
        return Piece(text, Span(start, start + len(text)))
    return Piece(text, within, exact=False)
