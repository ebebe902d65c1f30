"""One reader for every table that comes in: the bytes of a file in, its header and its rows out, as text.

It finds the encoding, the delimiter and the header by itself and says what it found; what a column means is
headers.py's, and what becomes of a row is the caller's. Rows are read as they are asked for, however many there are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from apps.tables import cards, delimited, workbook
from apps.tables.headers import Match, Synonyms, by_hand, matched
from apps.tables.records import Record, Unreadable

HEADER_WITHIN = 20  # lines
MOST_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 1000
LONGEST_CELL = 128 * 1024  # characters; no cell of a person's record is longer, a quotation mark never closed may be


@dataclass(slots=True)  # not frozen, which takes as long as reading it: there are very many
class Row:
    """One row under the header, as wide as the header. With a problem it cannot be used."""

    number: int  # as a spreadsheet counts
    line: int  # of the file, where the row begins
    cells: list[str]
    remarks: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as we read it. Going through it yields its rows, or raises Unreadable where it cannot be read further."""

    header: list[str]
    remarks: list[str]  # on the whole file, in sentences
    starts_at: int  # number of the first row under the header
    records: Callable[[], Iterator[Record]]

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header)
        first = next((at for at, name in enumerate(self.header) if name), 0)
        for record in _mended(self.records(), width):
            if record.number < self.starts_at or not (record.problem or any(map(str.strip, record.cells))):
                continue
            if record.cells[first : first + 1] == self.header[first : first + 1] and _is_alike(record, self.header):
                continue  # the header again, above a further page
            if record.number > self.starts_at or not _is_rule(record):
                yield _row(record, width)

    def match(self, synonyms: Synonyms, chosen: Mapping[str, str] | None = None) -> Match:
        """Find the columns, past those that a person chose: {our field: header}."""
        return by_hand(self.header, chosen, synonyms) if chosen else matched(self.header, synonyms)


MOST_PIECES = 50  # into which one row may be torn


def read(data: bytes, synonyms: Synonyms, *, most_bytes: int = MOST_BYTES) -> Table:
    """Read the bytes of a file. `synonyms` tell which row is the header. Raises Unreadable with a plain sentence."""
    if len(data) > most_bytes:
        size = f"{most_bytes // 1024**2} MB"
        raise Unreadable(f"The file is larger than {size}. Split it in two and import one after the other.")
    if not data.strip():
        raise Unreadable("The file is empty.")
    if workbook.is_one(data):
        return _first_table(list(workbook.sheets(data)), [], synonyms)
    text = delimited.Text(data)
    if cards.is_one(text):
        return Table(list(cards.HEADER), [*text.remarks, cards.REMARK], 1, lambda: cards.records(text))
    return _first_table([text.split_at(delimiter) for delimiter in text.delimiters()], text.remarks, synonyms)


def _first_table(readings: Sequence[Callable[[], Iterator[Record]]], remarks: list[str], synonyms: Synonyms) -> Table:
    """Return the table of the reading that makes most sense: most headers known, then the steadiest width."""
    openings = [_opening(records) for records in readings]
    headers = [_header(opening, synonyms) for opening in openings]
    best = max(range(len(readings)), key=lambda at: headers[at].sense, default=-1)
    if best < 0 or not headers[best].record.cells:
        raise Unreadable("The file is empty.")
    header = headers[best].record
    above = len([record for record in openings[best] if record.number < header.number and any(record.cells)])
    if above:
        lines = "line" if above == 1 else "lines"
        remarks = [*remarks, f"We skipped {above} {lines} above the header row, row {header.number}."]
    cells = [" ".join(cell.split()) for cell in header.cells]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(f"Row {header.number} has more than {MOST_COLUMNS:,} columns. Choose a table with fewer.")
    return Table(cells, remarks, header.number + 1, readings[best])


def _opening(records: Callable[[], Iterator[Record]]) -> list[Record]:
    """Return the first rows; of a file that breaks off among them, those before."""
    opening: list[Record] = []
    try:
        for record in islice(records(), HEADER_WITHIN):
            if len(record.cells) > MOST_COLUMNS:  # of what is beyond, one cell is kept: it shows that there is too much
                record.cells[MOST_COLUMNS:] = filter(str.strip, record.cells[MOST_COLUMNS:])
                del record.cells[MOST_COLUMNS + 1 :]
            opening.append(record)
    except Unreadable:
        if not opening:
            raise
    return opening


@dataclass(frozen=True, slots=True)
class _Header:
    """What looks most like the header of one reading, and how much sense the reading makes with it."""

    record: Record
    sense: tuple[int, int, int]


def _header(opening: list[Record], synonyms: Synonyms) -> _Header:
    filled = [record for record in opening if any(cell.strip() for cell in record.cells)]
    if not filled:
        return _Header(Record(0, 0, []), (-1, 0, 0))
    known = [len(matched(record.cells, synonyms).known) for record in filled]
    most = max(known)
    record = filled[known.index(most)] if most > 1 else _widest(filled)
    width = len(record.cells)
    alike = sum(1 for other in filled if len(other.cells) == width) if width > 1 else 0
    return _Header(record, (len(matched(record.cells, synonyms).known), alike, width))


def _is_alike(record: Record, header: list[str]) -> bool:
    return [" ".join(cell.split()) for cell in record.cells][: len(header)] == header


def _is_rule(record: Record) -> bool:
    """Whether it is a line drawn below the header, as a database prints one."""
    drawn = "".join(record.cells).strip()
    return bool(drawn) and set(drawn) <= set("-=_+ ")


def _widest(filled: list[Record]) -> Record:
    """Return the first row that is as wide as most are: titles above a header are narrower."""
    widths = [sum(1 for cell in record.cells if cell.strip()) for record in filled]
    usual = sorted(widths)[len(widths) // 2]
    return next(record for record, width in zip(filled, widths, strict=True) if width >= usual)


def _row(record: Record, width: int) -> Row:
    cells, remarks, problem = record.cells, [*record.remarks], record.problem
    if len(cells) < width:
        remarks.append(f"It has {_cells(len(cells))} where the header has {width}. The missing ones are left blank.")
    elif len(cells) > width and any(map(str.strip, cells[width:])):
        remarks.append(f"It has {_cells(len(cells))} where the header has {width}. The extra ones are left out.")
    if record.size > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:
        problem = "A cell is longer than 128 KB. Shorten it, or look for a quotation mark that is never closed."
        cells = [cell[:200] for cell in cells]
    if len(cells) != width:
        cells = (cells + [""] * (width - len(cells)))[:width]
    return Row(record.number, record.line, cells, remarks, problem)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _mended(records: Iterator[Record], width: int) -> Iterator[Record]:
    """Put a row together again that a lone carriage return inside a cell has torn: only where the parts fit exactly."""
    held: list[Record] = []
    size = 1
    for record in records:
        if not held and not (record.is_torn and any(record.cells)):
            yield record
            continue
        held.append(record)
        size += (len(record.cells) or 1) - 1
        if size >= width or not record.is_torn or len(held) > MOST_PIECES:
            yield from [_joined(held)] if size == width else held
            held, size = [], 1
    yield from held


def _joined(parts: list[Record]) -> Record:
    cells = list(parts[0].cells)
    for part in parts[1:]:
        first, *others = part.cells or [""]
        cells[-1:] = [f"{cells[-1]} {first}".strip(), *others]
    return Record(parts[0].number, parts[0].line, cells, sum(part.size for part in parts))
