"""A table that leaves Rapport as CSV: safe to open in a spreadsheet, and never held whole in memory."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠−]|[\t\r\n]")


def harmless(cell: object) -> str:
    """Keep a spreadsheet from taking a cell for a formula; some take the wide signs of East Asia for one, too."""
    text = str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Answer with a CSV file of that name (RFC 4180, in UTF-8 with its mark, as spreadsheets want it)."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file for the csv module that hands each line on."""

    def write(self, line: str) -> str:
        return line


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
