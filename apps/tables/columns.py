"""What somebody needs to see of a file to say which column is which."""

import csv
import io
from itertools import islice

from apps.tables.reading import Table
from apps.tables.records import Unreadable

LOOKED_AT, SAMPLES = 30, 3  # first rows, and of each column so many cells
SHOWN = 300  # columns that a page can show


class Unmatched(Unreadable):
    """The file has no column for what we cannot do without, or not under a name that we know."""


def samples(table: Table) -> list[list[str]]:
    """Return of each column the first cells that say something, among the first rows, cut short."""
    rows = [row.cells for row in islice(table, LOOKED_AT)]
    columns = [[" ".join(cells[at].split())[:40] for cells in rows] for at in range(len(table.header))]
    return [list(dict.fromkeys(filter(None, cells)))[:SAMPLES] for cells in columns]


def as_text(table: Table, *, most_rows: int) -> str:
    """Return a file as plain CSV, under its own header, without rows that cannot be read; at most so many."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([table.header, *(row.cells for row in islice(table, most_rows) if not row.problem)])
    return text.getvalue()
