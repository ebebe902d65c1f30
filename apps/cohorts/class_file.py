"""A class list, whichever system it comes from: which students in reach are in it, and which rows are nobody."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.cohorts.actions import reach
from apps.students.models import StudentProfile
from apps.tables.cells import first_address
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import STUDENTS
from apps.web.addresses import folded

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 3000


@dataclass(frozen=True)
class ClassList:
    students: list[StudentProfile]
    missing: list[str]  # a row each: its number, and what stands in it


def read(data: bytes, *, by: User) -> ClassList:
    """Read the bytes of a class list. Raises Unreadable with a sentence for whoever chose it."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024**2} MB. Check that it’s the right one.")
    table = read_table(data, STUDENTS, most_bytes=MOST_BYTES)
    known = table.match(STUDENTS).known
    if not known.keys() & {"email", "student_id"}:
        raise Unreadable("We need a column of emails or of student IDs. Check the first row of the file.")
    profiles = reach(by).select_related("user", "cohort").order_by("user__sort_key", "pk")
    by_email = {profile.user.email.lower(): profile for profile in profiles}
    by_number = {profile.external_id: profile for profile in profiles if profile.external_id}
    found: dict[int, StudentProfile] = {}
    missing: list[str] = []
    for count, row in enumerate(table, start=1):
        if count > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Import {MOST_ROWS:,} at a time.")
        email = folded(first_address([row.cells[known["email"]]])) if "email" in known and not row.problem else ""
        number = " ".join(row.cells[known["student_id"]].split()) if "student_id" in known and not row.problem else ""
        profile = by_number.get(number) or by_email.get(email.lower())
        if profile:
            found[profile.pk] = profile
        elif row.problem or email or number:
            missing.append(f"Row {row.number}: {row.problem or email or number}")
    if not found and not missing:
        raise Unreadable("The file has a header row but no students.")
    return ClassList(list(found.values()), missing)
