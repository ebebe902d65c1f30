"""The registrar's file, whichever system it comes from, as rows under our own names. people.py judges them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.clock.regions import spelled_lazily
from apps.tables.cells import first_address
from apps.tables.columns import Unmatched
from apps.tables.headers import with_names
from apps.tables.reading import Row as TableRow
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import STUDENTS
from apps.web.addresses import folded

MOST_BYTES = 2 * 1024 * 1024
LABELS = {
    "student_id": "Student ID",
    "name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "preferred_name": "Preferred name",
    "pronouns": "Pronouns",
    "email": "Email",
    "program": spelled_lazily("Program"),
    "degree": "Degree",
    "expected_term": "Expected term",
    "advisor_email": "The coach’s email",
    "cohort": "Cohort",
}
type Cells = dict[str, str]  # our field -> what stands in the cell, on one line


@dataclass(frozen=True)
class Row:
    """One row of the file; with a problem it cannot be read."""

    number: int
    cells: Cells
    remarks: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True)
class StudentFile:
    """The file as we read it, with remarks on all of it."""

    rows: list[Row]
    remarks: list[str]


def read(
    data: bytes,
    *,
    most_bytes: int = MOST_BYTES,
    most_rows: int | None = None,
    chosen: Mapping[str, str] | None = None,
) -> StudentFile:
    """Read the bytes of a registrar's file. Raises Unreadable with a sentence for the office.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    if len(data) > most_bytes:
        raise Unreadable(f"The file is larger than {most_bytes // 1024**2} MB. Check that it’s the right one.")
    table = read_table(data, with_names(STUDENTS, chosen or {}), most_bytes=most_bytes)
    try:
        match = table.match(STUDENTS, chosen)
    except ValueError as problem:
        raise Unreadable(str(problem)) from problem
    _refuse_without(match.known)
    addresses = [match.known["email"], *match.others.get("email", [])]
    rows = []
    for row in table:
        rows.append(_row(row, match.known, addresses))
        if most_rows is not None and len(rows) > most_rows:
            raise Unreadable(f"The file has more than {most_rows:,} rows. Import {most_rows:,} at a time.")
    if not rows:
        raise Unreadable("The file has a header row but no students.")
    remarks = list(table.remarks)
    read = {*match.known.values(), *addresses}
    if unused := [name for place, name in enumerate(table.header) if name and place not in read]:
        remarks.append(f"We don’t use these columns: {', '.join(unused)}.")
    remarks += [
        f"More than one column could be “{table.header[places[0]]}”. We’ll use the first."
        for places in match.ambiguous.values()
    ]
    return StudentFile(rows, remarks)


def _refuse_without(known: dict[str, int]) -> None:
    missing = [] if known.keys() & {"name", "first_name", "last_name"} else ["first_name, last_name"]
    missing += [] if "email" in known else ["email"]
    if missing:
        raise Unmatched(f"Missing column{'s' if len(missing) > 1 else ''}: {', '.join(missing)}.")


def _row(row: TableRow, known: dict[str, int], addresses: list[int]) -> Row:
    cells = {ours: " ".join(row.cells[place].split()) for ours, place in known.items()}
    cells["email"] = folded(first_address([row.cells[place] for place in addresses]))
    cells = {"first_name": "", "last_name": "", "name": ""} | cells
    return Row(row.number, cells, list(row.remarks), row.problem)
