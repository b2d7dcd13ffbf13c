"""Parts of a mail in which mappings are resolved: the whole of it, or one row of a repeated part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parsers.engine.document import Line, LineKind, MarkupNode, Span
from parsers.engine.mapping.piece import Mail
from parsers.engine.values.text import any_phrase, fold, lower

CellText = tuple[str, Span]
"""(folded heading of the column, the cell)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of structured markup; `origin` is the node that was printed."""

    data: Any
    origin: MarkupNode


@dataclass(frozen=True, slots=True)
class Region:
    """span: None for the whole mail. elements: where CSS and XPath begin, empty for rows of lines.

    cells: of a table row, with the headings of their columns. nodes: where dotted paths begin.
    """

    span: Span | None = None
    elements: tuple[Any, ...] = ()
    cells: tuple[CellText, ...] | None = None
    nodes: tuple[Node, ...] = ()

    def holds(self, span: Span | None) -> bool:
        """Whether a place lies within."""
        if self.span is None:
            return True
        return span is not None and self.span.start <= span.start and span.end <= self.span.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line, or the part of it that lies in a region. `text` equals the document from `start` on."""

    text: str
    start: int
    line: Line

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


def whole(mail: Mail) -> Region:
    """The mail itself."""
    html = mail.document.html
    nodes = tuple(Node(node.data, node) for node in mail.document.markup)
    return Region(None, (html.root,) if html is not None else (), None, nodes)


def stretches(mail: Mail, region: Region) -> list[Stretch]:
    """The visible lines of a region, cut to it."""
    if region.span is None:
        return [Stretch(line.text, line.span.start, line) for line in mail.lines]
    found = []
    for line in mail.lines:
        start, end = max(line.span.start, region.span.start), min(line.span.end, region.span.end)
        if start < end:
            found.append(Stretch(mail.document.text[start:end], start, line))
    return found


def narrowed(mail: Mail, region: Region, start_after: Sequence[str], stop_before: Sequence[str]) -> Region | None:
    """The region between two anchors: behind the line of the first, before the line of the second.

    None if `start_after` names anchors and none of them is there.
    """
    if not start_after and not stop_before:
        return region
    lines = stretches(mail, region)
    if not lines:
        return None
    start, end = lines[0].start, lines[-1].span.end
    if start_after:
        first = _first_with(lines, start_after)
        if first is None:
            return None
        start = first.span.end
    last = _first_with([line for line in lines if line.start >= start], stop_before) if stop_before else None
    if last is not None:
        end = last.start
    return Region(Span(start, end), region.elements, region.cells, region.nodes)


def _first_with(lines: Sequence[Stretch], phrases: Sequence[str]) -> Stretch | None:
    pattern = any_phrase(tuple(lower(" ".join(phrase.split())) for phrase in phrases))
    return next((line for line in lines if pattern.search(lower(line.text))), None)


def table_rows(mail: Mail, region: Region, headings: Sequence[str]) -> list[Region]:
    """The rows of the tables of which a column is headed by one of `headings` (all headed tables if none is given)."""
    wanted = frozenset(fold(heading).strip(" :*") for heading in headings)
    if mail.document.html is not None and region.elements and mail.definition.part != "plain":
        rows = [row for root in region.elements for row in _html_rows(mail, root, wanted)]
        rows = [row for row in rows if region.holds(row.span)]
        if rows:
            return rows
    return list(_line_rows(mail, stretches(mail, region), wanted))


def _html_rows(mail: Mail, root: Any, wanted: frozenset[str]) -> Iterator[Region]:
    for table in root.iter("table"):
        columns: dict[int, str] | None = None
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table:
                continue
            cells = _html_cells(mail, row)
            if _is_header([text for _, text, _ in cells], wanted, all(cell.tag == "th" for cell in row)):
                columns = {column: fold(text).strip(" :*") for column, text, _ in cells}
            elif columns is not None and sum(bool(text) for _, text, _ in cells) >= 2:
                named = tuple((columns.get(column, ""), span) for column, _, span in cells)
                yield Region(_tree_span(mail, row), (row,), named)


def _html_cells(mail: Mail, row: Any) -> list[tuple[int, str, Span]]:
    """(column, text, place) of the cells of a row; a cell over several columns counts as many."""
    cells, column = [], 0
    for cell in row:
        if cell.tag not in ("td", "th"):
            continue
        span = _tree_span(mail, cell)
        cells.append((column, mail.document.slice(span), span))
        wide = cell.get("colspan", "1").strip()
        column += int(wide) if wide.isdigit() and len(wide) < 4 else 1
    return cells


def _tree_span(mail: Mail, element: Any) -> Span:
    tree = mail.document.html
    return tree.span(element) if tree is not None else Span(0, 0)


def _is_header(texts: Sequence[str], wanted: frozenset[str], marked: bool) -> bool:
    if sum(bool(text) for text in texts) < 2:
        return False
    return any(fold(text).strip(" :*") in wanted for text in texts) if wanted else marked


def _line_rows(mail: Mail, lines: Sequence[Stretch], wanted: frozenset[str]) -> Iterator[Region]:
    columns: list[str] | None = None
    for one in lines:
        if one.line.kind != LineKind.ROW:
            if any(map(str.isalnum, one.text)):
                columns = None
            continue
        texts = [mail.document.slice(cell) for cell in one.line.cells]
        if _is_header(texts, wanted, one.line.header):
            columns = [fold(text).strip(" :*") for text in texts]
        elif columns is not None and len(texts) >= 2:
            # A cell that is missing is the first one: the picture, or the name of a row of sums.
            headings = columns[-len(texts) :]
            cells = one.line.cells[-len(headings) :]
            yield Region(one.line.span, (), tuple(zip(headings, cells, strict=True)))
