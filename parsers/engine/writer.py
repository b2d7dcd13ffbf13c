"""The canonical string while it grows: text goes in piece by piece, lines with exact offsets come out."""

from __future__ import annotations

from parsers.engine.document import Line, LineKind, Section, Span
from parsers.engine.limits import MAX_LINE_CHARS, MAX_TEXT_CHARS

CELL = "\t"
BREAK_IN_CELL = "\v"


class Writer:
    """Folds white space as it goes, so that an offset is final when it is handed out."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.truncated = ""
        self._done: list[str] = []
        self._line: list[str] = []
        self._line_start = 0
        self._length = 0
        self._space = False
        self._cells: list[Span] = []
        self._cell_start = 0

    @property
    def position(self) -> int:
        """Offset at which the next character will stand, but for a space before it."""
        return self._line_start + self._length

    def result(self) -> str:
        """The whole string."""
        return "".join(self._done)

    def text(self, text: str) -> None:
        """Add inline text; blanks at its edges become at most one space to what follows."""
        words = text.split()
        if not words:
            self._space = self._space or bool(text)
            return
        if self._line_start > MAX_TEXT_CHARS or self._length > MAX_LINE_CHARS:
            self.truncated = self.truncated or "too_long_text"
            return
        if (self._space or text[0].isspace()) and not self._at_edge():
            self._put(" ")
        self._put(" ".join(words)[:MAX_LINE_CHARS])
        self._space = text[-1].isspace()

    def break_in_cell(self) -> None:
        """A line break inside a table cell."""
        self._space = False
        if not self._at_edge():
            self._put(BREAK_IN_CELL)

    def end_cell(self) -> None:
        """Close a cell of a row; an empty one leaves no trace."""
        self._space = False
        while self._line and self._line[-1] == BREAK_IN_CELL:
            self._drop()
        if self.position > self._cell_start:
            self._cells.append(Span(self._cell_start, self.position))
            self._put(CELL)
        self._cell_start = self.position

    def end_line(
        self,
        section: Section,
        kind: LineKind,
        *,
        table: int | None = None,
        row: int | None = None,
        header: bool = False,
    ) -> Line | None:
        """Close the line and return it; None for an empty one, of which nothing is kept."""
        self._space = False
        while self._line and self._line[-1] in (CELL, BREAK_IN_CELL):
            self._drop()
        if not self._line:
            self._cells = []
            return None
        text = "".join(self._line)
        start = self._line_start
        line = Line(
            len(self.lines), text, Span(start, start + len(text)), section, kind, tuple(self._cells), table, row, header
        )
        self.lines.append(line)
        self._done += (text, "\n")
        self._line, self._cells, self._length = [], [], 0
        self._line_start = self._cell_start = start + len(text) + 1
        return line

    def _put(self, piece: str) -> None:
        self._line.append(piece)
        self._length += len(piece)

    def _drop(self) -> None:
        self._length -= len(self._line.pop())

    def _at_edge(self) -> bool:
        return not self._line or self._line[-1] in (CELL, BREAK_IN_CELL)
