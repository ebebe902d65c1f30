"""How far students are with an assignment: one definition, for them, their coach and the office.

A conversation counts that was held between the first day and the last, long enough, with somebody who is not private.
What is private is not counted, and of a student who does not share their network nothing is: nobody reads a number
from which a private conversation could be told. The student's page says so.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.clock import times
from apps.cohorts.models import Assignment, Excuse, Reflection
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.students.models import StudentProfile

type State = Literal["done", "on track", "behind", "not started", "excused", "not shared"]
STATES: dict[State, str] = {
    "behind": "Behind",
    "not started": "Not started",
    "on track": "On track",
    "done": "Done",
    "excused": "Excused",
    "not shared": "Not shared",
}


def long_enough(minutes: Combinable | int) -> Q:
    """It lasted as long as it should, as far as anybody said; else as long as was agreed."""
    ends = ExpressionWrapper(F("starts_at") + Value(timedelta(minutes=1)) * minutes, output_field=DateTimeField())
    return Q(talked_until__gte=ends)


def shared_talks() -> InterviewQuerySet:
    return Interview.objects.filter(contact__is_private=False, student__student_profile__shares_network=True)


def counting(assignment: Assignment) -> InterviewQuerySet:
    """Return the conversations that count for an assignment, whosever they are."""
    span = (assignment.from_at, assignment.due_at)
    return shared_talks().filter(
        long_enough(assignment.minutes), status=InterviewStatus.COMPLETED, starts_at__range=span
    )


def coming(assignment: Assignment, now: datetime) -> InterviewQuerySet:
    """Return those that will count once they are held."""
    return shared_talks().filter(
        status=InterviewStatus.SCHEDULED, starts_at__range=(assignment.from_at, assignment.due_at), ends_at__gt=now
    )


@dataclass(frozen=True)
class Progress:
    """How far one student is."""

    profile: StudentProfile
    held: int
    booked: int
    wanted: int
    reflection: Reflection | None  # of a draft only that there is one
    state: State
    latest: str

    @property
    def is_handed_in(self) -> bool:
        return bool(self.reflection and self.reflection.handed_in_at)

    @property
    def in_words(self) -> str:
        held = (
            f"{self.held} {'conversation' if self.held == 1 else 'conversations'}" if self.held else "No conversations"
        )
        return f"{held}, {self.booked} scheduled" if self.booked else held

    @property
    def name(self) -> str:
        return STATES[self.state]


def of(assignment: Assignment, profiles: Iterable[StudentProfile], now: datetime) -> list[Progress]:
    """Return how far each of these students is, in their order; seven statements for any number of them."""
    profiles = list(profiles)
    ids = [profile.user_id for profile in profiles]
    held = _counts(counting(assignment), ids, Max("starts_at"))
    booked = _counts(coming(assignment, now), ids, Min("starts_at"))
    notes = {row.student_id: row for row in Reflection.objects.filter(assignment=assignment, student__in=ids)}
    excused = set(Excuse.objects.filter(assignment=assignment, student__in=ids).values_list("student", flat=True))
    sent = InterviewRequest.objects.filter(
        student__in=ids, sent_at__range=(assignment.from_at, now), contact__is_private=False
    )
    asked = {row["student"]: row["at"] for row in sent.order_by().values("student").annotate(at=Max("sent_at"))}
    found = []
    for profile in profiles:
        pk = profile.user_id
        (count, last), (ahead, next_at) = held.get(pk, (0, None)), booked.get(pk, (0, None))
        note, asked_at = notes.get(pk), asked.get(pk) if profile.shares_network else None
        state = _state(assignment, profile, count, ahead, note, now, is_begun=bool(asked_at), is_excused=pk in excused)
        latest = _latest(profile.user, note, next_at, last, asked_at)
        found.append(Progress(profile, count, ahead, assignment.conversations, note, state, latest))
    return found


def _counts(
    talks: InterviewQuerySet, students: Collection[int], at: Max | Min
) -> dict[int, tuple[int, datetime | None]]:
    rows = talks.filter(student__in=students).order_by().values("student").annotate(count=Count("pk"), at=at)
    return {row["student"]: (row["count"], row["at"]) for row in rows}


def _state(
    assignment: Assignment,
    profile: StudentProfile,
    held: int,
    booked: int,
    note: Reflection | None,
    now: datetime,
    *,
    is_begun: bool,
    is_excused: bool,
) -> State:
    if is_excused:
        return "excused"
    if not profile.shares_network:
        return "not shared"
    is_written = bool(note and note.handed_in_at) or not assignment.asks_reflection
    if held >= assignment.conversations and is_written:
        return "done"
    if now >= assignment.due_at:
        return "behind" if held or is_begun else "not started"
    if held + booked >= expected(assignment, now) and (held or booked):
        return "on track"
    return "behind" if held or booked or is_begun else "not started"


def expected(assignment: Assignment, now: datetime) -> int:
    """Return how many conversations one would have had or booked by now, who spreads them evenly."""
    share = (now - assignment.from_at) / (assignment.due_at - assignment.from_at)
    return min(assignment.conversations, max(1, int(assignment.conversations * share)))


def _latest(
    student: User, note: Reflection | None, next_at: datetime | None, last: datetime | None, asked: datetime | None
) -> str:
    zone = student.zone
    if note and note.handed_in_at:
        return f"Reflection, {times.short_day(note.handed_in_at, zone)}"
    if next_at:
        return f"Talks {times.short_day(next_at, zone)}"
    if last:
        return f"Talked {times.short_day(last, zone)}"
    return f"Asked {times.short_day(asked, zone)}" if asked else ""


# --- for the reminders: whose assignment is not done, asked of the database -------------------------------------------


def unfinished() -> QuerySet[Any]:
    """Return students with an assignment of their cohort that they have not done: a row for each of the two."""
    names = ("conversations", "minutes", "from_at", "due_at", "due_on", "asks_reflection")
    asked = {f"asked_{name}": F(f"cohort__assignments__{name}") for name in names}
    rows: QuerySet[Any] = StudentProfile.objects.annotate(assignment=F("cohort__assignments__pk"), **asked)
    talks = shared_talks().filter(
        long_enough(OuterRef("asked_minutes")),
        student=OuterRef("user"),
        status=InterviewStatus.COMPLETED,
        starts_at__gte=OuterRef("asked_from_at"),
        starts_at__lte=OuterRef("asked_due_at"),
    )
    of_both = {"assignment": OuterRef("assignment"), "student": OuterRef("user")}
    rows = rows.filter(assignment__isnull=False, shares_network=True).annotate(
        held=Coalesce(Subquery(talks.order_by().values("student").annotate(count=Count("pk")).values("count")), 0),
        is_handed_in=Exists(Reflection.objects.filter(handed_in_at__isnull=False, **of_both)),
        is_excused=Exists(Excuse.objects.filter(**of_both)),
    )
    unwritten = Q(asked_asks_reflection=True, is_handed_in=False)
    lacking = Q(held__lt=F("asked_conversations")) | unwritten
    return rows.filter(lacking, is_excused=False).select_related("user")
