"""The canonical text of a mail as HTML with the read words marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from parsers.engine.document import Section

_LABELS = {
    Section.HEADER: "Head",
    Section.PLAIN: "Plain text",
    Section.HTML: "Message",
    Section.ATTACHMENT: "Attachments",
    Section.LINK: "Addresses of its links",
    Section.IMAGE: "Addresses of its pictures",
    Section.MARKUP: "Data for programs",
}

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MarkedSection:
    """One part of a mail. `open`: shown at once, as it is what people read or as the marked words stand in it."""

    label: str
    html: SafeString
    open: bool


def parse_range(text: str, *, length: int) -> Range | None:
    """The range that an address names as "12-20", None if it is none inside a text of that length."""
    first, dash, last = text.partition("-")
    if not dash or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (first, last)):
        return None
    start, end = int(first), int(last)
    return (start, end) if start < end <= length else None


def marked_sections(
    text: str, sections: Sequence[tuple[str, int, int]], *, now: Range | None, read: Iterable[Range]
) -> list[MarkedSection]:
    """The text part by part. `now` is marked strongly and takes the focus, the `read` ranges beside it weakly."""
    marks = list(_without_overlaps(now, read))
    names = {name for name, _, _ in sections}
    body = Section.HTML if Section.HTML in names else Section.PLAIN
    return [
        MarkedSection(
            label=_LABELS[Section(name)],
            html=_marked(text, start, end, marks, now),
            open=name in (Section.HEADER, body) or bool(now and now[0] < end and now[1] > start),
        )
        for name, start, end in sections
        if text[start:end].strip()
    ]


def _without_overlaps(now: Range | None, read: Iterable[Range]) -> Iterator[Range]:
    """Ranges in order; where two overlap, `now` stands, else the earlier and longer one."""
    end = 0
    ordered = sorted({*read, *([now] if now else [])}, key=lambda one: (one[0], -one[1]))
    for one in ordered:
        if now and one != now and one[0] < now[1] and one[1] > now[0]:
            continue
        if one[0] >= end and one[0] < one[1]:
            yield one
            end = one[1]


def _marked(text: str, start: int, end: int, marks: Sequence[Range], now: Range | None) -> SafeString:
    pieces, at = [], start
    for first, last in marks:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        pieces.append(format_html("{}", _printable(text[at:first])))
        words = _printable(text[first:last])
        strong = now is not None and now[0] <= first and last <= now[1]
        pieces.append(
            format_html('<mark class="is-now" id="marked" tabindex="-1" autofocus>{}</mark>', words)
            if strong
            else format_html('<mark class="is-weak">{}</mark>', words)
        )
        at = last
    pieces.append(format_html("{}", _printable(text[at:end].rstrip("\n"))))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece was escaped above


def _printable(text: str) -> str:
    """A line break inside a cell is a vertical tab, which no page may hold."""
    return text.replace("\v", "\n")
