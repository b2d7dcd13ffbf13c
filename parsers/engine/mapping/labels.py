"""Values beside their labels, and in the columns below their headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parsers.engine.document import Span
from parsers.engine.mapping.piece import Mail, Piece, piece_at
from parsers.engine.mapping.regions import Region, Stretch, stretches, table_rows
from parsers.engine.model import DefinitionError
from parsers.engine.values.text import any_phrase, fold, lower

DIRECTIONS = ("same_line_after", "next_cell", "next_line", "cell_below", "before")
_GAP = re.compile(r"[\s:#.\-–=|]*")
_BEHIND = re.compile(r"(?:[ :#.=|]|[-–](?=\s))*")
"""Between a label and its value; a dash at a number is its sign."""
_CELL_END = re.compile(r"[\t\v\n]")
_MAX_HITS = 40

Lines = Callable[[Mail, Region], Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class Label:
    """A phrase and where its value stands from there.

    directions: tried in this order at every place where a phrase stands. anywhere: also within a sentence; else a label
    begins its line or cell, or a colon or the end of the cell follows.
    """

    pattern: re.Pattern[str]
    directions: tuple[str, ...]
    anywhere: bool

    def find(self, mail: Mail, lines: Sequence[Stretch]) -> list[Piece]:
        """The texts beside the label, in the order of the mail."""
        found: list[Piece] = []
        for index, line in enumerate(lines):
            low = lower(line.text)
            for match in self.pattern.finditer(low):
                if self.anywhere or _is_label(low, match):
                    found += self._beside(mail, lines, index, match)
            if len(found) >= _MAX_HITS:
                break
        return found[:_MAX_HITS]

    def _beside(self, mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> list[Piece]:
        for direction in self.directions:
            span = _LOOK[direction](mail, lines, index, match)
            if span is not None and mail.document.slice(span).strip():
                return [piece_at(mail.document, span).strip()]
        return []


def compile_label(selector: str, direction: str | None, place: str, *, anywhere: bool) -> Label:
    """Raises DefinitionError naming `place`."""
    phrases = [" ".join(lower(phrase).split()) for phrase in selector.split("|")]
    if not all(phrases):
        raise DefinitionError(f"{place}.selector: write the label's words, several with | between.")
    if direction is not None and direction not in DIRECTIONS:
        raise DefinitionError(f"{place}.params.direction: “{direction}” is none of {', '.join(DIRECTIONS)}.")
    usual = ("same_line_after", "next_cell", "next_line")
    return Label(any_phrase(tuple(phrases)), (direction,) if direction else usual, anywhere)


def _is_label(low: str, match: re.Match[str]) -> bool:
    before = low[: match.start()].rstrip(" *•·|-–(\"'")
    after = low[match.end() :].lstrip(" ")
    return not before or before[-1] in "\t\v:.!)|" or after[:1] in (":", "#", "\t", "\v", "")


def _same_line(mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> Span | None:
    line = lines[index]
    gap = _BEHIND.match(line.text, match.end())
    start = gap.end() if gap else match.end()
    stop = _CELL_END.search(line.text, start)
    return Span(line.start + start, line.start + (stop.start() if stop else len(line.text)))


def _next_cell(mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> Span | None:
    line = lines[index]
    end = line.start + match.end()
    following = [cell for cell in line.line.cells if cell.start >= end and cell.end <= line.span.end]
    if following:
        return following[0]
    stop = _CELL_END.search(line.text, match.end())
    rest = stop.end() if stop else len(line.text)
    stop = _CELL_END.search(line.text, rest)
    return Span(line.start + rest, line.start + (stop.start() if stop else len(line.text)))


def _next_line(mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> Span | None:
    if _GAP.sub("", lines[index].text[match.end() :].split("\t")[0]) or index + 1 >= len(lines):
        return None
    below = lines[index + 1]
    stop = _CELL_END.search(below.text)
    return Span(below.start, below.start + (stop.start() if stop else len(below.text)))


def _cell_below(mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> Span | None:
    """The cell of the next row that stands under the label's own."""
    if index + 1 >= len(lines):
        return None
    at = lines[index].start + match.start()
    cells, below = lines[index].line.cells, lines[index + 1].line.cells
    column = next((number for number, cell in enumerate(cells) if cell.start <= at < cell.end), None)
    if column is None or column >= len(below):
        return None
    return below[column]


def _before(mail: Mail, lines: Sequence[Stretch], index: int, match: re.Match[str]) -> Span | None:
    """In front of the words on their line, within the cell; else the line above."""
    line = lines[index]
    start = max(line.text.rfind(sign, 0, match.start()) for sign in "\t\v") + 1
    if line.text[start : match.start()].strip(" :#.-–"):
        return Span(line.start + start, line.start + match.start())
    return lines[index - 1].span if index else None


_LOOK: dict[str, Callable[[Mail, Sequence[Stretch], int, re.Match[str]], Span | None]] = {
    "same_line_after": _same_line,
    "next_cell": _next_cell,
    "next_line": _next_line,
    "cell_below": _cell_below,
    "before": _before,
}


@dataclass(frozen=True, slots=True)
class Column:
    """The cells below a heading: of the row in a `table` scope, else of every row of the tables that have it."""

    headings: tuple[str, ...]

    def find(self, mail: Mail, region: Region) -> list[Piece]:
        """The cells, in the order of the headings, then of the mail."""
        rows = [region] if region.cells else table_rows(mail, region, self.headings)
        return [piece for row in rows for piece in self._cells(mail, row)]

    def _cells(self, mail: Mail, row: Region) -> Iterator[Piece]:
        for heading in self.headings:
            for name, span in row.cells or ():
                if name == heading and span.end > span.start:
                    yield piece_at(mail.document, span)


def compile_column(selector: str, place: str) -> Column:
    """Raises DefinitionError naming `place`."""
    headings = tuple(fold(part).strip(" :*") for part in selector.split("|"))
    if not all(headings):
        raise DefinitionError(f"{place}.selector: write the heading of the column, several with | between.")
    return Column(headings)


def body(mail: Mail, region: Region) -> Sequence[Stretch]:
    """The lines a label is looked for in: those of the region."""
    return stretches(mail, region)
