"""What a coach does with notes: keep, change and take out their own, among coaches or shared with the student.

The two never meet: each act takes rows of one table and writes to the same (R237). Short letters: sending.py.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.coaching.models import CoachNote, Kind, SharedNote
from apps.web.answers import Refused

type TakenOut = dict[str, Any]  # what a session can keep

# --- among coaches ----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(note: CoachNote, *, now: datetime) -> CoachNote:
    """Save a note among coaches, new or changed."""
    before = CoachNote.objects.select_for_update(no_key=True).filter(pk=note.pk).first() if note.pk else None
    if before and before.text == note.text:
        return note
    note.changed_at = now if before else None
    note.save()
    return note


def take_out(note: CoachNote) -> TakenOut:
    """Delete a note among coaches. Returns what `put_back` needs."""
    left = _left(note, "text", "changed_at", "created_at")
    note.delete()
    return left


@transaction.atomic
def put_back(left: TakenOut, *, by: User) -> CoachNote:
    """Undo `take_out`: the note is as it was, among coaches."""
    fields = _fields(left)
    created_at = fields.pop("created_at")
    note = CoachNote.objects.create(author=by, **fields)
    CoachNote.objects.filter(pk=note.pk).update(created_at=created_at)
    return note


# --- shared with the student ------------------------------------------------------------------------------------------


@transaction.atomic
def share(note: SharedNote, *, now: datetime) -> SharedNote:
    """Give the student a note, new or changed: it is news to them until they have read it."""
    if note.is_letter:
        raise Refused("It was emailed, so it can’t be changed. Share another note instead.")
    before = SharedNote.objects.select_for_update(no_key=True).filter(pk=note.pk).first() if note.pk else None
    if before and before.text == note.text:
        return note
    note.changed_at = now if before else None
    note.shared_at = note.shared_at or now
    note.read_at = None
    note.save()
    return note


def unshare(note: SharedNote) -> TakenOut:
    """Delete a shared note. A mail about it that has not left does not leave. Returns what `share_again` needs."""
    if note.is_letter:
        raise Refused("It was emailed, so it can’t be deleted. Share another note instead.")
    left = _left(note, "text", "shared_at", "read_at", "changed_at", "created_at")
    note.delete()
    return left


@transaction.atomic
def share_again(left: TakenOut, *, by: User) -> SharedNote:
    """Undo `unshare`: the student finds the note as it was."""
    fields = _fields(left)
    created_at = fields.pop("created_at")
    note = SharedNote.objects.create(author=by, kind=Kind.NOTE, **fields)
    SharedNote.objects.filter(pk=note.pk).update(created_at=created_at)
    return note


# --- what both keep in a session --------------------------------------------------------------------------------------


def _left(note: CoachNote | SharedNote, *names: str) -> TakenOut:
    left = {name: getattr(note, name) for name in names} | {"student_id": note.student_id}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in left.items()}


def _fields(left: TakenOut) -> TakenOut:
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value for name, value in left.items()
    }
