"""What a student's coach wrote for them, on the student's first page until they have read it."""

import textwrap
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.coaching.models import SharedNote
from apps.database.prepared import prepared
from apps.database.promised import promised
from apps.today.page import Source, Task

RANK = 3  # with what a coach said of a draft


@prepared
def _unread(student: int) -> QuerySet[SharedNote]:
    return SharedNote.objects.filter(student=student).unread().select_related("author").order_by("shared_at", "pk")


def _task(note: SharedNote, student: User, now: datetime) -> Task:
    text = textwrap.shorten(note.text, 160, placeholder="…")
    return Task(
        rank=(RANK, note.shared_at),
        title=f"Read what {author_of(note)} wrote to you",
        text=f"“{text}”",
        url=address_of(note.pk),
        action="Read it",
        thing=f"coach-note:{note.pk}",
        since=promised(note.shared_at),
        minutes=5,
    )


def author_of(note: SharedNote) -> str:
    return note.author.first_name if note.author else "your coach"


def address_of(note: int) -> str:
    """Return where a student reads a note."""
    return f"{reverse('coach_said')}#note-{note}"


SOURCE = Source(rows=_unread, task=_task)
