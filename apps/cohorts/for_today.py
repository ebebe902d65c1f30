"""What a student's cohort is asked to do, on their first page: two weeks before it is due, until it is done."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Now
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.cohorts.progress import unfinished
from apps.database.prepared import prepared
from apps.today.agenda import PREPARE, Source, Task

SOON = timedelta(days=14)
RANK = PREPARE + 0.3


@prepared
def _rows(student: int) -> QuerySet[Any]:
    rows = unfinished().filter(user=student, asked_due_at__gt=Now(), asked_due_at__lt=Now() + SOON)
    return rows.select_related(None).only("pk").fetch_mode(FETCH_RAISE)


def _task(row: Any, student: User, now: datetime) -> Task:
    """Speak of an annotated row of `unfinished`."""
    wanted, left = row.asked_conversations, row.asked_conversations - row.held
    count = f"{wanted} {'conversation' if wanted == 1 else 'conversations'}"
    day = times.short_day(row.asked_due_at - timedelta(minutes=1), student.zone)
    to_go = f"{row.held} of {wanted} done. {left} to go."
    text = to_go if left > 0 else "Your conversations are done. Hand in your reflection."
    return Task(
        rank=(RANK, row.asked_due_at),
        title=f"{count} by {day}",
        text=text,
        url=reverse("my_assignments"),
        action="See your assignment",
        thing=f"assignment:{row.assignment}",
        minutes=15,
    )


SOURCE = Source(rows=_rows, task=_task)
