"""Rows that a member brings as a CSV file: read, mapped by their headings, shown before anything is made.

An app reads a file with `read_table`, makes of every row a `Planned` and shows those; what it stores is its own matter.
The file may come from a spreadsheet: with another separator, and with the quote that keeps a cell from being a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from common.spreadsheet import plain_cell

_SEPARATORS = (",", ";", "\t")


class TableUnreadable(Exception):
    """The file as a whole is not such a table; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: where it begins in the file, the headings being line 1; `cells`: by the names that were asked for."""

    line: int
    cells: dict[str, str]


class Verdict(StrEnum):
    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of a row. `faults`: (label of the field or "", what is wrong with it)."""

    row: Row
    verdict: Verdict
    title: str
    note: str = ""
    faults: Sequence[tuple[str, str]] = field(default=())


def read_table(
    content: bytes, *, headings: dict[str, str], required: Sequence[str], most_bytes: int, most_rows: int
) -> list[Row]:
    """The rows of a CSV file (RFC 4180; UTF-8, with or without BOM); empty lines are left out.

    headings: the heading of each name; capitals and the order of columns do not matter, other columns are ignored.
    required: names whose column has to be there. Raises TableUnreadable.
    """
    if len(content) > most_bytes:
        raise TableUnreadable(f"The file is bigger than {most_bytes // 1024} KB. Split it into several files.")
    lines = _lines(_text(content))
    columns = _columns(lines, headings, required)
    rows = []
    for line, cells in lines[1:]:
        if len(cells) > len(lines[0][1]):
            raise TableUnreadable(f"Line {line} has more cells than there are headings. Put quotes around its text.")
        rows.append(Row(line, {name: _cell(cells, index) for name, index in columns.items()}))
    if len(rows) > most_rows:
        raise TableUnreadable(f"The file has {len(rows):,} rows. Import at most {most_rows:,} at a time.")
    return rows


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableUnreadable("The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again.") from error
    if "\0" in text:
        raise TableUnreadable("The file holds characters that no text has. Save it as “CSV UTF-8” and choose it again.")
    # A form that carries the text from preview to confirmation changes its line ends; so they are one thing here.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(number of its first line, cells) of every row that is not empty, the headings first."""
    head = text.lstrip("\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(_SEPARATORS, key=head.count), strict=True)
    found, start = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableUnreadable(f"Line {start} is not valid CSV: its quotes do not match.") from error
    if not found:
        raise TableUnreadable("The file is empty.")
    return found


def _columns(lines: list[tuple[int, list[str]]], headings: dict[str, str], required: Sequence[str]) -> dict[str, int]:
    there = [heading.strip().casefold() for heading in lines[0][1]]
    missing = [headings[name] for name in required if headings[name].casefold() not in there]
    if missing:
        names = ", ".join(f"“{heading}”" for heading in missing)
        raise TableUnreadable(f"The first line has to name the columns; {names} is missing.")
    return {name: there.index(heading.casefold()) for name, heading in headings.items() if heading.casefold() in there}


def _cell(cells: list[str], index: int) -> str:
    return plain_cell(cells[index]) if index < len(cells) else ""
