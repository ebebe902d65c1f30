"""What a coach does with notes: keep, change and take out their own, and send a student a short letter."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.clock import times
from apps.coaching import mails
from apps.coaching.letters import LETTERS, sent_lately
from apps.coaching.models import CoachNote, Kind
from apps.web.answers import Refused


@transaction.atomic
def keep(note: CoachNote, *, now: datetime) -> CoachNote:
    """Save a note, new or changed. One that is shared is unread again; one that no longer is, was never there."""
    if note.is_letter:
        raise Refused("It was emailed, so it can’t be changed.")
    before = CoachNote.objects.select_for_update(no_key=True).filter(pk=note.pk).first() if note.pk else None
    if before and (before.text, before.is_shared) == (note.text, note.is_shared):
        return note
    note.changed_at = now if before else None
    note.shared_at = (note.shared_at or now) if note.is_shared else None
    note.read_at = None
    note.save()
    return note


KEPT = ("text", "is_shared", "shared_at", "read_at", "changed_at", "created_at")
type TakenOut = dict[str, Any]  # what a session can keep


def take_out(note: CoachNote) -> TakenOut:
    """Delete a note. A mail about it that has not left does not leave. Returns what `put_back` needs."""
    if note.is_letter:
        raise Refused("It was emailed, so it can’t be deleted.")
    left = {name: getattr(note, name) for name in KEPT} | {"student": note.student_id}
    note.delete()
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in left.items()}


@transaction.atomic
def put_back(left: TakenOut, *, by: User) -> CoachNote:
    """Undo `take_out`: the note is as it was."""
    fields = {
        name: datetime.fromisoformat(left[name]) if name.endswith("_at") and left[name] else left[name] for name in KEPT
    }
    created_at = fields.pop("created_at")
    note = CoachNote.objects.create(student_id=left["student"], author=by, **fields)
    CoachNote.objects.filter(pk=note.pk).update(created_at=created_at)
    return note


@transaction.atomic
def send(student: User, kind: Kind, *, text: str, by: User, now: datetime) -> CoachNote:
    """Mail a student a short letter in the coach's name, and keep it where they read their coach's notes.

    One of a kind in a week, whoever writes: the student is locked, so that two presses cannot both pass.
    """
    User.objects.select_for_update(no_key=True).get(pk=student.pk)
    if earlier := sent_lately(student, kind, now):
        raise Refused(already(earlier, by))
    note = CoachNote.objects.create(student=student, author=by, text=text, kind=kind, is_shared=True, shared_at=now)
    mails.letter(note, subject=LETTERS[kind].subject)
    return note


def already(earlier: CoachNote, reader: User) -> str:
    """Say that a letter of the kind went out within the week."""
    day, author = times.day(earlier.created_at, reader.zone), earlier.author
    who = "You" if author == reader else author.called if author else "Another coach"
    return f"{who} sent this on {day}. Once a week is enough."
