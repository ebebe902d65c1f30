"""An advancement office's export as we read it (R205): its columns, its rows, which of two rows of one person is used.

A file is gone through and never held: once to know its Constituent IDs, then row by row. How a cell is read is
export_rows.py's, and what becomes of a row import_verdicts.py's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.alumni.export_rows import (
    LETTER,
    Cells,
    Row,
    external_id,
    filled,
    has_name,
    read_row,
    says_died,
    says_no,
    turn_round,
)
from apps.policy.models import Policy
from apps.tables import workbook
from apps.tables.cells import first_address
from apps.tables.columns import Unmatched, samples
from apps.tables.headers import Match, by_hand, fingerprint, with_names
from apps.tables.reading import Row as TableRow
from apps.tables.reading import Table
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import ALUMNI

# Columns we read; of the watched ones every column of that meaning, since any of them may say it.
USED = ALUMNI.keys() - {"suffix"}
WATCHED = {"do_not_contact", "deceased"}
SEVERAL = WATCHED | {"email", "status"}
# ... of these, where the first is empty, another of their meaning: a degree's year where there is no class year.
INSTEAD = {"class_year", "degrees", "majors", "employer", "title", "field", "phone", "linkedin", "former_name"}
MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 250_000
_SILENT = dict.fromkeys(ALUMNI, "")
PROGRESS_EVERY = 500
type Progress = Callable[[int, int], None]  # rows done, of how many; 0 done: so many were counted so far


@dataclass(slots=True)
class Reading:
    """A file as we read it. With a problem nothing can be imported; each is a sentence for the office."""

    now: datetime
    default_zone: str
    table: Table | None = None
    places: dict[str, list[int]] = field(default_factory=dict)  # our column -> where it stands
    several: list[str] = field(default_factory=list)  # our columns that stand at more than one place
    holds: list[str] = field(default_factory=list)  # of each column of the file the one of ours that is read from it
    total: int = 0  # rows
    ids: set[str] = field(default_factory=set)  # of the rows that can be used
    dropped: dict[int, str] = field(default_factory=dict)  # row -> why another with its Constituent ID is used
    problems: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # our column -> their header
    unused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on the whole file
    header: list[str] = field(default_factory=list)  # as the file has it, also where we cannot match it
    is_unmatched: bool = False  # it can be read, and somebody has to say which column is which
    samples: list[list[str]] = field(default_factory=list)  # of each column the first cells that say something

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self.table or ())

    @property
    def rows(self) -> list[Row]:
        """Every row, read: of a small file."""
        return [self.row(source) for source in self]

    def cells(self, source: TableRow) -> Cells:
        """Return what stands in the cells of a row that can be used: of several of one meaning, in the first."""
        cells = _SILENT.copy()  # which is faster than to make one
        cells.update(zip(self.holds, source.cells, strict=True))
        return cells

    def row(self, source: TableRow) -> Row:
        """Read one row, and leave it out where another with its Constituent ID is used."""
        row = _row(source, self)
        row.skipped = row.skipped or self.dropped.get(source.number, "")
        return row

    def id_of(self, source: TableRow) -> str:
        """Return the Constituent ID of a row, or "" where it cannot be used."""
        if source.problem or source.number in self.dropped:
            return ""
        return external_id(source.cells[self.places["external_id"][0]])


def read(
    data: bytes,
    *,
    now: datetime,
    default_zone: str | None = None,
    chosen: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read the bytes of an export. A file that cannot be one comes back with the problem in a plain sentence.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    reading = Reading(now, default_zone or Policy.now().time_zone)
    try:
        table = read_table(data, with_names(ALUMNI, chosen or {}), most_bytes=MOST_BYTES)
        reading.header, reading.remarks, reading.samples = table.header, table.remarks, samples(table)
        _place(reading, table, table.match(ALUMNI, chosen))
        _count(reading, progress)
    except (Unreadable, ValueError) as problem:
        reading.table, reading.problems = None, [str(problem)]
        reading.is_unmatched = isinstance(problem, Unmatched) and any(reading.samples)
    return reading


def refusal(data: bytes) -> str:
    """Return why a file is none at all, as its first rows tell, or "": to be said while it is chosen.

    A spreadsheet has to be opened as a whole, and is left to the worker.
    """
    try:
        if workbook.is_one(data):
            return ""
        read_table(data, ALUMNI, most_bytes=MOST_BYTES)
    except Unreadable as problem:
        return str(problem)
    return ""


def problem_of(header: Sequence[str], chosen: Mapping[str, str]) -> str:
    """Return why columns, as a person matched them, do not suffice, or ""."""
    try:
        _refuse_without(by_hand(header, chosen, ALUMNI))
    except (Unmatched, ValueError) as problem:
        return str(problem)
    return ""


def shape(data: bytes) -> str:
    """Return what a file of this shape is remembered by, or "" where it cannot be read."""
    try:
        return fingerprint(read_table(data, ALUMNI, most_bytes=MOST_BYTES).header)
    except Unreadable:
        return ""


def _place(reading: Reading, table: Table, match: Match) -> None:
    _refuse_without(match)
    places = {ours: [place, *_further(match, ours)] for ours, place in match.known.items() if ours in USED}
    reading.table, reading.places = table, places
    reading.columns = {ours: table.header[at[0]] for ours, at in places.items()}
    reading.several = [ours for ours, at in places.items() if len(at) > 1]
    first = {at[0]: ours for ours, at in places.items()}
    reading.holds = [first.get(place, "") for place in range(len(table.header))]
    used = {place for at in places.values() for place in at}
    reading.unused = [name for place, name in enumerate(table.header) if place not in used and name]


def _count(reading: Reading, progress: Progress | None) -> None:
    """Go through the whole file once: how many rows it has, of whom, and which of two rows of one person is used."""
    again: set[str] = set()
    named = [at[0] for ours, at in reading.places.items() if ours in ("name", "first_name", "last_name")]
    for source in reading:
        reading.total += 1
        if reading.total > MOST_ROWS:
            raise Unreadable(
                f"The file has more than {MOST_ROWS:,} rows. Split it in two and import one after the other."
            )
        if progress and reading.total % PROGRESS_EVERY == 0:
            progress(0, reading.total)
        key = reading.id_of(source)
        if key and (LETTER.search("".join([source.cells[at] for at in named])) or has_name(reading.cells(source))):
            (again if key in reading.ids else reading.ids).add(key)
    if again:
        reading.dropped = _settled([_light(source, reading) for source in reading if reading.id_of(source) in again])


def _light(source: TableRow, reading: Reading) -> Row:
    row = _row(source, reading)
    row.values.clear()
    return row


def _refuse_without(match: Match) -> None:
    missing = [] if "external_id" in match.known else ["Constituent ID"]
    missing += [] if "name" in match.known or "last_name" in match.known else ["Full Name"]
    if missing:
        raise Unmatched(
            f"The first row has no column “{'” and no column “'.join(missing)}”. "
            "Use the file with its header row, as the advancement office exports it."
        )


def _further(match: Match, ours: str) -> list[int]:
    """Return further columns of what must not be missed: Deceased, and beside it the date of death; a work address."""
    return match.others.get(ours, []) if ours in SEVERAL | INSTEAD else []


def _row(source: TableRow, reading: Reading) -> Row:
    if source.problem:
        return Row(source.number, "", ", ".join(source.cells[:2])[:80], skipped=source.problem)
    places, of_row, cells = reading.places, source.cells, reading.cells(source)
    for ours in reading.several:
        among_them = [of_row[place] for place in places[ours]]
        cells[ours] = _one_of(ours, among_them)
    if "status" in places and says_no(cells["deceased"]):
        cells["deceased"] = next((of_row[place] for place in places["status"] if says_died(of_row[place])), "")
    if cells["living"] or cells["may_contact"] or cells["opt_out"]:
        turn_round(cells)
    found = read_row(source.number, cells, now=reading.now, default_zone=reading.default_zone)
    found.notes[:0] = source.remarks
    return found


def _one_of(ours: str, cells: Sequence[str]) -> str:
    """Return what is used of several cells of one meaning."""
    if ours == "email":
        return first_address(cells)
    return next(filter(filled, cells), cells[0]) if ours in INSTEAD else _first_said(cells)


def _first_said(cells: Sequence[str]) -> str:
    """Return of several cells the first that says anything but No, else the first."""
    return next((cell for cell in cells if not says_no(cell)), cells[0])


def _settled(rows: Sequence[Row]) -> dict[int, str]:
    """Keep one row per Constituent ID: the one updated last, else the first. Returns {number of another: why not}."""
    kept: dict[str, Row] = {}
    dropped: dict[int, str] = {}
    for row in rows:
        if row.skipped:
            continue
        other = kept.setdefault(row.external_id, row)
        if other is row:
            continue
        newer = row.updated_at is not None and (other.updated_at is None or row.updated_at > other.updated_at)
        keep, drop = (row, other) if newer else (other, row)
        kept[row.external_id] = keep
        dropped[drop.number] = f"Row {keep.number} has the same Constituent ID and is {'newer' if newer else 'used'}."
    return dropped
