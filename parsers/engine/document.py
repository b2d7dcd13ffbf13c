"""What every later step reads: one e-mail, decoded, unwrapped and laid out as a single canonical string.

`Document.text` is the one coordinate system of the engine. It holds, section after section, the headers, the lines of
the plain part, the lines of the HTML part, the links, the images, the structured markup, the attachments that are text
and the headers that only programs read. Whatever is read from a mail is a `Span` of that string, so a page can show
"these characters said so" for any value, wherever it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

NORM_VERSION = 2
"""Raised whenever the canonical string of an unchanged mail may differ; stored beside every span."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range [start, end) of characters in `Document.text`."""

    start: int
    end: int


class Section(StrEnum):
    """Where in the mail a line stood."""

    HEADER = "header"
    PLAIN = "plain"
    HTML = "html"
    ATTACHMENT = "attachment"
    LINK = "link"
    IMAGE = "image"
    MARKUP = "markup"


class LineKind(StrEnum):
    """What a line was laid out as."""

    HEADING = "heading"
    PARAGRAPH = "para"
    ROW = "row"
    """A table row: its cells are joined by tabs and listed in `Line.cells`; a line break inside a cell is a vertical
    tab (U+000B)."""
    LIST = "list"
    LINK = "link"
    """A line whose whole text is one link (a button)."""
    HIDDEN = "hidden"
    """Not visible to a reader (preheader, display:none); left out of searches unless asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line. `text` equals `Document.text[span.start:span.end]`; runs of blanks in it are one space."""

    index: int
    text: str
    span: Span
    section: Section
    kind: LineKind
    cells: tuple[Span, ...] = ()
    table: int | None = None
    """Number of the data table the line is a row of."""
    row: int | None = None
    header: bool = False
    """The header row of its table."""


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink. `target` is `href` with redirect wrappers undone where the real address is readable in it."""

    text: str
    href: str
    target: str
    host: str
    """Lower-case host of `target`, without port."""
    params: Mapping[str, tuple[str, ...]]
    segments: tuple[str, ...]
    """Path segments of `target`, percent-decoded."""
    span: Span
    """Of the printed `target` in the LINK section."""
    text_span: Span | None
    """Of the link's words in the body, where it has any."""


@dataclass(frozen=True, slots=True)
class Image:
    alt: str
    title: str
    src: str
    host: str
    segments: tuple[str, ...]
    span: Span
    """Of the printed `src` in the IMAGE section."""
    line: int | None
    """Index of the body line it stands at, if any."""


@dataclass(frozen=True, slots=True)
class MarkupNode:
    """One schema.org node from JSON-LD or microdata, properties as plain dict/list/str, `@type` without its URL."""

    type: str
    data: Mapping[str, Any]
    span: Span
    """Of its printed form in the MARKUP section."""


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    email: str
    """Lower-case addr-spec, empty if there was none."""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


class Forwarding(StrEnum):
    NONE = "none"
    INLINE = "inline"
    ATTACHED = "attached"


@dataclass(frozen=True, slots=True)
class Headers:
    """Decoded headers; of a forwarded mail those of the original, as far as they could be recovered."""

    sender: Address
    reply_to: Address
    return_path: str
    to: Address
    subject: str
    subject_span: Span
    sender_span: Span
    """Of the printed From line's value."""
    date: datetime | None
    """Aware, in the offset that the mail states; from Date, else the newest Received."""
    date_span: Span | None
    message_id: str
    list_id: str
    raw: Mapping[str, tuple[str, ...]]
    """Lower-case header name -> decoded values in order, of the message the values above come from."""


@dataclass(frozen=True, slots=True)
class Document:
    """One e-mail as the engine reads it. Made by `build_document`, never changed."""

    text: str
    lines: tuple[Line, ...]
    headers: Headers
    envelope: Headers
    """Headers of the message as received: equal to `headers` unless it was forwarded."""
    forwarding: Forwarding
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    markup: tuple[MarkupNode, ...]
    html: HtmlTree | None
    """The parsed HTML body, for CSS and XPath; None for mail without one."""
    report: bool
    """A bounce, receipt or automatic reply: what it quotes is not news."""
    language: str
    """Guess from `lang`, Content-Language and frequent words: BCP 47 primary tag such as "en", "" if unknown."""
    attachments: tuple[str, ...]
    """File names."""
    truncated: str = ""
    """Why part of the mail was not laid out (a limit), "" if all of it was."""

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def body(self, *, hidden: bool = False) -> Sequence[Line]:
        """Lines of the body a reader sees: the HTML part where it says something, else the plain part."""
        return self.section(Section.HTML, hidden=hidden) or self.section(Section.PLAIN, hidden=hidden)

    def section(self, section: Section, *, hidden: bool = False) -> Sequence[Line]:
        """Lines of one section, in order."""
        return [line for line in self.lines if line.section == section and (hidden or line.kind != LineKind.HIDDEN)]


class HtmlTree(Protocol):
    """The cleaned HTML body with a span for every element."""

    root: Any

    def css(self, selector: str, scope: Any | None = None) -> list[Any]:
        """Elements below `scope` (default: root) in document order. Raises ValueError if it does not compile."""

    def xpath(self, expression: str, scope: Any | None = None) -> list[Any]:
        """Elements that an XPath 1.0 expression finds. Raises ValueError if it does not compile."""

    def span(self, element: Any) -> Span:
        """Where the element's text lies in `Document.text`; an empty span at its place if it has none."""
