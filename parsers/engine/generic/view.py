"""A mail prepared for reading by words: the lines that count, in lower case beside as printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from parsers.engine.definition import Definition
from parsers.engine.document import Document, Line, LineKind, Section, Span
from parsers.engine.extraction import Value
from parsers.engine.knowledge import CarrierBook
from parsers.engine.languages import label
from parsers.engine.values.phrases import words_in
from parsers.engine.values.text import lower

T = TypeVar("T")

_MONTH_FIRST = (".com", ".us", "usps.gov")
_DAY_FIRST = tuple(f".{country}" for country in "uk au nz ie de fr it es pl nl pt se eu be at in ch dk no".split())
_CONFIDENCE = {"label": 0.92, "subject": 0.93, "pattern": 0.9, "table": 0.9, "block": 0.85, "link": 0.94, "shape": 0.88}


@dataclass(frozen=True)
class View:
    """What the generic readers see of a mail, with what a definition knows of its author (None: nobody knows it)."""

    document: Document
    definition: Definition | None
    carriers: CarrierBook

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Visible body lines up to the first heading of advertisements."""
        kept: list[Line] = []
        for line in self.document.body():
            if len(line.text) < 80 and kept and label("adverts").match(lower(line.text).lstrip("✨★• ")):
                break
            kept.append(line)
        return tuple(kept)

    @property
    def whole(self) -> View:
        """The same mail with what stands behind the advertisements."""
        return _Whole(self.document, self.definition, self.carriers)

    @cached_property
    def plain(self) -> tuple[Line, ...]:
        """Lines of the plain part beside an HTML one."""
        return tuple(self.document.section(Section.PLAIN))

    @cached_property
    def lows(self) -> tuple[str, ...]:
        """Lower-case text of `lines`, position by position."""
        return tuple(lower(line.text) for line in self.lines)

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The words of each line, by which most phrases are ruled out without a search."""
        return tuple(words_in(low) for low in self.lows)

    @cached_property
    def subject(self) -> str:
        return lower(self.document.headers.subject)

    @property
    def base(self) -> date | None:
        """The mail's own calendar date, as its sender saw it."""
        sent = self.document.headers.date
        return sent.date() if sent else None

    @cached_property
    def carrier(self) -> str | None:
        """Key of the carrier that wrote the mail."""
        if self.definition is not None and self.definition.author_type == "carrier":
            return self.definition.brand or self.definition.author
        return self.carriers.by_domain(self.document.headers.sender.domain)

    @cached_property
    def dayfirst(self) -> bool | None:
        """How 03/04 is read: as the author's definition says, else by language and the sender's country."""
        if self.definition is not None and self.definition.dayfirst is not None:
            return self.definition.dayfirst
        if self.document.language not in ("en", ""):
            return True
        domain = self.document.headers.sender.domain
        if domain.endswith(_DAY_FIRST):
            return True
        return False if domain.endswith(_MONTH_FIRST) else None

    def headline(self) -> Iterator[Line]:
        """The lines that say what the mail is about: headings, and the first few lines."""
        for index, line in enumerate(self.lines[:60]):
            if "://" in line.text:
                continue
            if index < 8 or (line.kind == LineKind.HEADING and index < 40):
                yield line

    def subject_value(self, start: int, end: int, text: str | None = None, how: str = "subject") -> Value[str]:
        """A value that stands at [start, end) of the subject."""
        offset = self.document.headers.subject_span.start
        raw = self.document.headers.subject[start:end]
        return self.value(text if text is not None else raw, Span(offset + start, offset + end), how)

    def value(self, value: T, span: Span, how: str) -> Value[T]:
        """A value read by one of the generic ways, with its usual confidence."""
        return Value(value, self.document.slice(span), span, _CONFIDENCE[how], f"generic/{how}")


class _Whole(View):
    """Every visible line of the body."""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self.document.body())
