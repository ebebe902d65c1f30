"""What is due about assignments: a week before the day, and two days before, to those who have not done them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from apps.clock import times
from apps.cohorts.progress import unfinished
from apps.reminders.rule import CANNOT_WAIT, DAY, WEEK, NoticeText, Rule, page_at


def _due_in(before: timedelta, until: timedelta) -> Callable[[datetime], QuerySet[Any]]:
    """Not done, and due within `before`, asked only until `until` before."""

    def due(now: datetime) -> QuerySet[Any]:
        rows = unfinished().annotate(student=F("user"))  # whose it is, as the other rules name it
        return rows.filter(asked_due_at__lte=now + before, asked_due_at__gt=now + until)

    return due


def _says(row: Any) -> NoticeText:
    """Speak of an annotated row of `unfinished`."""
    student, left = row.user, max(0, row.asked_conversations - row.held)
    day = times.day(row.asked_due_at - timedelta(minutes=1), student.zone)
    more = f"{left} more {'conversation' if left == 1 else 'conversations'}" if left else "Your reflection"
    text = "to go" if left else "is still to hand in"
    return NoticeText(
        person=student,
        title=f"Your assignment is due {day}",
        text=f"{more} {text}. If you need more time, tell your coach.",
        url=page_at("my_assignments"),
    )


def _rule(name: str, label: str, before: timedelta, until: timedelta) -> Rule:
    return Rule(
        name=name,
        group="Assignments",
        label=label,
        why="Only if it isn’t done yet.",
        due=_due_in(before, until),
        key=("pk", "assignment", "asked_due_at"),
        due_at=lambda row: row.asked_due_at - before,
        says=_says,
        lasts=min(WEEK, before - until),
        action="See your assignment",
        thing="assignment-of",
        offers=CANNOT_WAIT,
    )


COHORTS = [
    _rule("assignment-week", "A week before an assignment is due", 7 * DAY, 2 * DAY),
    _rule("assignment-soon", "2 days before an assignment is due", 2 * DAY, 0 * DAY),
]
