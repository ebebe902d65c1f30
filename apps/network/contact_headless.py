"""A file of people without a header row: which column is which, by what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.tables.cells import linkedin
from apps.tables.columns import samples
from apps.tables.headers import matched
from apps.tables.reading import Table
from apps.tables.synonyms import CONTACTS
from apps.wording import person_name
from apps.wording.name_words import given_names, words_of
from apps.wording.text import folded

REMARK = "The file has no header row, so we read each column by what is in it. Check the first few people."
_PHONE = re.compile(r"\+?[\d .()/-]{6,}")


def with_header(table: Table) -> Table:
    """Return a table whose first row is a person under a header of our own; any other table as it is."""
    if matched(table.header, CONTACTS).known:
        return table
    columns = [[first, *cells] for first, cells in zip(table.header, samples(table), strict=True)]
    if not _is_somebody(columns):
        return table
    remarks = [*table.remarks, REMARK]
    return replace(table, header=_header(columns), starts_at=table.starts_at - 1, remarks=remarks)


_HEADING = words_of("list names name people contacts contact friends students team class group person")


def _is_somebody(columns: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a person: it has an email, or names one as the rows below do, of whom we know a first
    name."""
    row = [cells[0] for cells in columns]
    names = next((cells for cells in columns if cells[0] and not _told(cells[0])), [""])
    words = [*map(folded, names[0].split())]
    if not words or person_name.is_organization(names[0]) or not _HEADING.isdisjoint(words):
        return False
    is_named = words[0] in given_names() or (len(words) > 1 and all(word[0].isupper() for word in names[0].split()))
    is_known = any(folded(word) in given_names() for name in names for word in person_name.read(name).given)
    return (is_named and is_known) or any(_told(cell) == "Email" for cell in row)


def _told(cell: str) -> str:
    """Return the header of a cell that tells by itself what it is; "" for words."""
    if linkedin(cell):
        return "LinkedIn"
    if "@" in cell:
        return "Email"
    return "Phone" if _PHONE.fullmatch(cell) else ""


def _header(columns: Sequence[Sequence[str]]) -> list[str]:
    """Name each column; the first one or two of words are the name."""
    header = [next(filter(None, map(_told, cells)), "") for cells in columns]
    words = [at for at, name in enumerate(header) if not name]
    for at, name in zip(words, _names(columns, words), strict=False):
        header[at] = name
    return [name or f"Column {at}" for at, name in enumerate(header, start=1)]


def _names(columns: Sequence[Sequence[str]], words: Sequence[int]) -> tuple[str, ...]:
    """Return which headers the columns of words begin with: first and last name may stand apart, in either order."""
    pair = [[cell for cell in columns[at] if cell] for at in words[:2]]
    if len(pair) < 2 or any(" " in cell for cells in pair for cell in cells):
        return ("Name",)
    first, second = (any(folded(cell) in given_names() for cell in cells) for cells in pair)
    return ("First name", "Last name") if first else ("Last name", "First name") if second else ("Name",)
