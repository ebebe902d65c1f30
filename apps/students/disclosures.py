"""The disclosure log: every view of staff that shows a student's record or words leaves a line (R244, K1)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from apps.accounts.models import User

# One statement for a list of any length; each line is a row of its own.
_INSERT = """
INSERT INTO students_disclosure (student_id, viewer_id, viewer_name, what, at)
SELECT student, %s, %s, %s, %s FROM unnest(%s::bigint[]) AS student
"""


def disclose(student: int, *, viewer: User, what: str, now: datetime) -> None:
    """Write down that `viewer` was shown something of a student’s; `what` is said to the student, as “Your goal”."""
    disclose_each([student], viewer=viewer, what=what, now=now)


def disclose_each(students: Iterable[int], *, viewer: User, what: str, now: datetime) -> None:
    """Write a line for each student of a list that shows more than names. Nobody is told of their own look."""
    shown = sorted({*students} - {viewer.pk})
    if shown:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [viewer.pk, viewer.called, what, now, shown])
