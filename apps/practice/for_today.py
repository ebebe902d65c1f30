"""The next practice, and what a coach noticed in the last one, on the student's first page."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Now
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import prepared
from apps.practice.models import Practice, Status
from apps.today.agenda import PREPARE, Source, Task
from apps.wording.named import name_columns

SOON = timedelta(days=2)
RANK = 3  # with what a coach said of a draft


@prepared
def _rows(student: int) -> QuerySet[Practice]:
    coming = Q(starts_at__lt=Now() + SOON, ends_at__gt=Now())
    unread = Q(feedback__shared_at__isnull=False, feedback__read_at=None)
    rows = Practice.objects.filter(coming | unread, student=student, status=Status.BOOKED)
    rows = rows.select_related("coach", "slot", "feedback")
    shown = ("starts_at", "ends_at", "meets", "booked_at", "slot__place", "feedback__shared_at", *name_columns("coach"))
    return rows.only(*shown).fetch_mode(FETCH_RAISE).order_by("starts_at", "pk")


def _task(practice: Practice, student: User, now: datetime) -> Task:
    return _unread(practice) if practice.is_over(now) or _is_shared(practice) else _coming(practice, student, now)


def _is_shared(practice: Practice) -> bool:
    feedback = getattr(practice, "feedback", None)
    return bool(feedback and feedback.shared_at)


def _coming(practice: Practice, student: User, now: datetime) -> Task:
    day = times.day_name(practice.starts_at, now, student.zone)
    return Task(
        rank=(PREPARE, practice.starts_at),
        title=f"Practice with {practice.coach.first_name}",
        text=f"{day[:1].upper()}{day[1:]}, {times.span(practice.starts_at, practice.ends_at, student.zone)}. "
        f"{practice.place}. Read your questions once more.",
        url=reverse("practice_book"),
        action="See your practice",
        thing=f"practice:{practice.pk}",
        since=practice.booked_at,
    )


def _unread(practice: Practice) -> Task:
    return Task(
        rank=(RANK, practice.starts_at),
        title=f"Read what {practice.coach.first_name} noticed in your practice",
        text="One thing to keep, and one thing to try.",
        url=reverse("practice_held", args=[practice.pk]),
        action="Read it",
        thing=f"practice-feedback:{practice.pk}",
        since=practice.feedback.shared_at or practice.ends_at,
        minutes=5,
    )


SOURCE = Source(rows=_rows, task=_task)
