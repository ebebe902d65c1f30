"""One student who may not ask an alum again, and the way back (R204).

The student is not told: to them the alum looks as one who pauses does (limits.py). It locks the alum’s row, as the act
of asking does while it looks at the limits, so that a request and a block that meet wait for each other.

What a student has already asked belongs to the room that keeps it, and a room tells it here as Rapport starts: `heeds`.
"""

from collections.abc import Callable
from datetime import datetime

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile, BlockedStudent

type Heed = Callable[[AlumniProfile, User, datetime], None]  # the alum, the student, the moment

_heeding: list[Heed] = []


def heeds(room: Heed) -> None:
    """Have a room end what waits between an alum and a student who is blocked. Ending it twice must change nothing."""
    if room not in _heeding:
        _heeding.append(room)


def block(alum: AlumniProfile, student: User, *, now: datetime) -> None:
    """Let `student` ask `alum` no more; once, however often it is said. Call it in a transaction, people locked."""
    AlumniProfile.objects.select_for_update(no_key=True, of=("self",)).get(pk=alum.pk)
    BlockedStudent.objects.get_or_create(alum=alum, student=student, defaults={"at": now})
    for room in _heeding:
        room(alum, student, now)


def unblock(alum: AlumniProfile, student: User) -> None:
    BlockedStudent.objects.filter(alum=alum, student=student).delete()


def is_blocked(alum_id: int | None, student_id: int) -> bool:
    """Whether this alum has blocked this student. Somebody outside the directory blocks nobody."""
    return alum_id is not None and BlockedStudent.objects.filter(alum=alum_id, student=student_id).exists()
