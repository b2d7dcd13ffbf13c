"""Lists as CSV files that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV injection); or such a cell with quotes that
# were there before, so that reading takes away exactly the one that writing put there.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")


class _Line:
    def write(self, text: str) -> str:
        return text


def csv_response(filename: str, header: list[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV download (UTF-8 with BOM, so that Excel reads it) written row by row; None becomes an empty cell."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _lines(header: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([_cell(value) for value in row]))


def _cell(value: Any) -> Any:
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return "" if value is None else value


def plain_cell(text: str) -> str:
    """The value that was written as this cell: without the quote that keeps it from being a formula."""
    return text[1:] if _QUOTED_FORMULA.match(text) else text
