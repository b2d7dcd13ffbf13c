"""Tables that members bring: whatever program wrote them, the same rows come out, or a sentence that says why not."""

from __future__ import annotations

import pytest

from common.spreadsheet import csv_response, plain_cell
from common.table_import import Row, TableUnreadable, read_table

HEADINGS = {"name": "Name", "host": "Server"}


def read(content: bytes, *, most_bytes: int = 1000, most_rows: int = 3) -> list[Row]:
    return read_table(content, headings=HEADINGS, required=["host"], most_bytes=most_bytes, most_rows=most_rows)


def cells(content: bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row.cells.get("name", ""), row.cells["host"]) for row in read(content)]


@pytest.mark.parametrize(
    "content",
    [
        b"Name,Server\nMail,a.example\n",
        b"\xef\xbb\xbfName,Server\r\nMail,a.example\r\n",
        b"name;SERVER\nMail;a.example",
        b"Server\tName\na.example\tMail\n",
        b"Name,Server,Other\rMail,a.example,x\r",
    ],
    ids=["plain", "bom-crlf", "semicolons", "tabs-reordered", "cr-more-columns"],
)
def test_the_same_table_in_every_dialect_gives_the_same_rows(content: bytes) -> None:
    assert cells(content) == [(2, "Mail", "a.example")]


def test_a_row_is_told_by_the_line_it_begins_in() -> None:
    assert cells(b'Name,Server\n"a\nb",x\n\n\nc,y\nd\n') == [(2, "a\nb", "x"), (6, "c", "y"), (7, "d", "")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Name\nMail\n", "“Server” is missing"),
        (b"PK\x03\x04\xff\xfe", "not UTF-8"),
        (b"Name,Server\n\0,x\n", "characters that no text has"),
        (b'Name,Server\n"Mail,x\n', "Line 2 is not valid CSV"),
        (b"Name,Server\na,b,c\n", "Line 2 has more cells"),
        (b"Server\n" + b"x\n" * 4, "4 rows. Import at most 3"),
        (b"Server\n" + b"x" * 1000, "bigger than"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(TableUnreadable, match=words):
        read(content)


@pytest.mark.parametrize("value", ["=1+1", "'=1+1", "''@x", "-5", "\tx", "plain", "'quoted'", "", "it's =1"])
def test_what_a_spreadsheet_must_not_run_comes_back_as_it_was(value: str) -> None:
    response = csv_response("x.csv", ["Name", "Server"], [[value, "b"]])
    content = b"".join(response.streaming_content)  # type: ignore[arg-type]
    assert cells(content) == [(2, value, "b")]


def test_no_written_cell_begins_like_a_formula() -> None:
    content = b"".join(csv_response("x.csv", ["A"], [["=cmd()"], ["@x"], ["+1"]]))
    assert content.decode("utf-8-sig").split() == ["A", "'=cmd()", "'@x", "'+1"]
    assert plain_cell("'=cmd()") == "=cmd()"
