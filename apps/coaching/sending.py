"""A coach's short letters leave: to one student or to many, in the coach's name, with five minutes to undo (R231).

A student gets one nudge a week at most, whoever sends it, and none where they muted nudges; of the other kinds, one of
each. The database holds that (`one_letter_a_week`), so that two presses, or two coaches, cannot both pass.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.coaching import mails
from apps.coaching.letters import LETTERS, ONCE_IN, guard_of, sent_lately, sent_to, whole
from apps.coaching.models import NUDGES, Kind, MutedNudges, SharedNote
from apps.database.prepared import prepared
from apps.mail import outbox
from apps.web.answers import Refused
from apps.wording import person_name

UNDO = timedelta(minutes=5)
GONE = "You already undid this."


@dataclass(frozen=True)
class Waiting:
    """One press whose letters have not left yet."""

    batch: uuid.UUID
    leaves_at: datetime
    count: int
    name: str  # of the first of them


@dataclass(frozen=True)
class Sent:
    """What one press sent: its number, by which it is undone, to how many, and who was left out and why."""

    batch: uuid.UUID
    to: list[User]
    left_out: list[tuple[User, str]]


def send(student: User, kind: Kind, *, text: str, by: User, now: datetime) -> SharedNote:
    """Mail a student a short letter in the coach's name, and keep it where they read their coach's notes."""
    if why := why_not(student, kind, by=by, now=now):
        raise Refused(why)
    try:
        with transaction.atomic():
            return _write(student, kind, text=text, by=by, now=now, batch=uuid.uuid4())
    except IntegrityError as error:
        raise _in_the_way(student, kind, by, now) from error


def send_many(students: Sequence[User], kind: Kind, *, body: str, by: User, now: datetime, subject: str = "") -> Sent:
    """Mail several students the same words, each with their own name; who may get none is left out, and told."""
    subject = subject or LETTERS[kind].subject
    sent = Sent(batch=uuid.uuid4(), to=[], left_out=[])
    refused = refusals(students, kind, by=by, now=now)
    for student in students:
        if why := refused.get(student.pk):
            sent.left_out.append((student, why))
            continue
        try:
            with transaction.atomic():
                _write(student, kind, text=whole(body, student, by), by=by, now=now, batch=sent.batch, subject=subject)
            sent.to.append(student)
        except IntegrityError:
            sent.left_out.append((student, why_not(student, kind, by=by, now=now)))
    return sent


def _write(
    student: User, kind: Kind, *, text: str, by: User, now: datetime, batch: uuid.UUID, subject: str = ""
) -> SharedNote:
    note = SharedNote.objects.create(
        student=student,
        author=by,
        text=text,
        kind=kind,
        shared_at=now,
        leaves_at=now + UNDO,
        batch=batch,
        guard=guard_of(kind),
        week=(now, now + ONCE_IN),
    )
    mails.letter(note, subject=subject or LETTERS[kind].subject)
    return note


def why_not(student: User, kind: str, *, by: User, now: datetime) -> str:
    """Say why this student cannot get a letter of this kind now; nothing where they can."""
    if kind in NUDGES and MutedNudges.objects.filter(student=student).exists():
        return f"{student.first_name} has muted nudges. You can still share a note."
    earlier = sent_lately(student, kind, now)
    return already(earlier, by) if earlier else ""


def refusals(students: Sequence[User], kind: str, *, by: User, now: datetime) -> dict[int, str]:
    """Say of many students who cannot get a letter of this kind now, and why, as `why_not` does, in two statements."""
    keys = [student.pk for student in students]
    muted = (
        set(MutedNudges.objects.filter(student__in=keys).values_list("student", flat=True)) if kind in NUDGES else ()
    )
    earlier = {note.student_id: already(note, by) for note in sent_to(keys, kind, now)}
    return earlier | {
        student.pk: f"{student.first_name} has muted nudges. You can still share a note."
        for student in students
        if student.pk in muted
    }


def _in_the_way(student: User, kind: Kind, by: User, now: datetime) -> Refused:
    return Refused(why_not(student, kind, by=by, now=now) or "It was just sent. Once a week is enough.")


def already(earlier: SharedNote, reader: User) -> str:
    """Say that a letter of the kind went out within the week."""
    day, author = times.day(earlier.created_at, reader.zone), earlier.author
    who = "You" if author == reader else author.called if author else "Another coach"
    what = "a nudge" if earlier.kind in NUDGES else "this"
    return f"{who} sent {what} on {day}. Once a week is enough."


def waiting(by: User, now: datetime) -> list[Waiting]:
    """Return what somebody sent and can still undo, the next to leave first."""
    presses: dict[uuid.UUID, list[tuple[Any, ...]]] = {}
    for batch, *letter in _waiting(by.pk, now):
        presses.setdefault(batch, []).append(tuple(letter))
    return [
        Waiting(batch, letters[0][0], len(letters), person_name.read(*letters[0][1:]).called)
        for batch, letters in presses.items()
    ]


@prepared
def _waiting(by: int, now: datetime) -> QuerySet[SharedNote, tuple[Any, ...]]:
    letters = SharedNote.objects.letters().filter(author=by, leaves_at__gt=now).order_by("leaves_at", "pk")
    return letters.values_list("batch", "leaves_at", "student__name", "student__preferred_name", "student__sort_key")


@transaction.atomic
def take_back(batch: uuid.UUID, *, by: User, now: datetime) -> int:
    """Undo one press: no letter of it leaves, and none was ever written. Returns how many. Raises Refused too late.

    Where some have left already, the others are still taken back.
    """
    notes = list(SharedNote.objects.letters().filter(batch=batch, author=by).order_by("pk"))
    if not notes:
        raise Refused(GONE)
    waiting = [note for note in notes if note.leaves_at and note.leaves_at > now]
    held = [note.pk for note in waiting if outbox.cancel(mails.occasion_of(note))]
    if not held:
        raise Refused("It has already been sent, so it can’t be undone. You can write again.")
    SharedNote.objects.filter(pk__in=held).delete()
    return len(held)
