"""What the pages of practice interviews show: the coach's week, one practice, the student's choice of times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Min, Q
from django.db.models.fetch_modes import FETCH_RAISE
from django.forms.boundfield import BoundField

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.models import PlannedQuestion
from apps.interviews.sharing.away import away_now
from apps.interviews.sharing.models import Away
from apps.practice import progress
from apps.practice.actions import AHEAD
from apps.practice.forms import BookForm, CancelForm, FeedbackForm, OfferForm
from apps.practice.models import RUBRIC, Feedback, Practice, PracticeQuerySet, Series, Slot, Status, Wish
from apps.practice.progress import Row, Rung
from apps.web.gate import whole_number

MOST_SHOWN = 60  # free times on a student's page
WORKDAYS = 5
WAITING = 10


# --- the coach's week -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One time of a day: free, or somebody's. `is_away`: the coach is, so nobody can take it."""

    slot: Slot
    practice: Practice | None
    is_past: bool
    is_away: bool


@dataclass(frozen=True)
class Day:
    on: date
    lines: list[Line]


@dataclass(frozen=True)
class Repeating:
    """Times that repeat, how many are to come, and how many of them are taken."""

    series: Series
    days: str
    left: int
    taken: int


@dataclass(frozen=True)
class TimesPage:
    """The coach's practice times: a week of them, what repeats, and what is still to write."""

    now: datetime
    days: list[Day]
    is_this_week: bool
    monday: date
    before: date
    after: date
    next: Practice | None
    form: OfferForm
    repeating: list[Repeating]
    unwritten: Sequence[Practice]
    ahead: timedelta


def with_people(practices: PracticeQuerySet) -> PracticeQuerySet:
    return practices.select_related(
        "student__student_profile", "coach", "slot", "interview__contact", "feedback"
    ).fetch_mode(FETCH_RAISE)


def times_page(coach: User, now: datetime, *, week: date | None, form: OfferForm) -> TimesPage:
    today = times.local_date(now, coach.zone)
    day = week or today
    monday = day - timedelta(days=day.weekday())
    begin, end = (times.midnight(monday + timedelta(days=days), coach.zone) for days in (0, 7))
    booked = with_people(Practice.objects.filter(coach=coach).exclude(status=Status.CANCELLED))
    rows = Slot.objects.filter(coach=coach, starts_at__gte=begin, starts_at__lt=end).order_by("starts_at", "pk")
    taken = {one.slot_id: one for one in booked.filter(starts_at__gte=begin, starts_at__lt=end)}
    shown = [slot for slot in rows if slot.removed_at is None or slot.pk in taken]
    away = set(rows.while_away().values_list("pk", flat=True)) if shown else set()
    return TimesPage(
        now=now,
        days=_days(shown, taken, away, monday, coach, now),
        is_this_week=monday <= today < monday + timedelta(days=7),
        monday=monday,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        next=booked.coming(now).order_by("starts_at", "pk").first(),
        form=form,
        repeating=_repeating(coach, now),
        unwritten=list(booked.without_feedback(now).order_by("-starts_at", "pk")[:WAITING]),
        ahead=AHEAD,
    )


def _days(
    slots: Iterable[Slot], taken: dict[int, Practice], away: set[int], monday: date, coach: User, now: datetime
) -> list[Day]:
    """Return the days from Monday to Friday, and those of the weekend on which there is something."""
    of_day = {
        day: [Line(slot, taken.get(slot.pk), slot.starts_at <= now, slot.pk in away) for slot in rows]
        for day, rows in groupby(slots, lambda slot: times.local_date(slot.starts_at, coach.zone))
    }
    days = [monday + timedelta(days=n) for n in range(7)]
    return [Day(day, of_day.get(day, [])) for day in days if day.weekday() < WORKDAYS or day in of_day]


def _repeating(coach: User, now: datetime) -> list[Repeating]:
    to_come = Q(slots__starts_at__gt=now, slots__removed_at=None)
    rows = Series._base_manager.filter(coach=coach, stopped_at=None).annotate(
        left=Count("slots", filter=to_come, distinct=True),
        taken=Count("slots", filter=to_come & Q(slots__practices__status=Status.BOOKED), distinct=True),
        next_at=Min("slots__starts_at", filter=to_come),
    )
    rows = rows.exclude(next_at=None).order_by("next_at", "pk")
    return [Repeating(row, _named(row.weekdays), row.left, row.taken) for row in rows]


def _named(weekdays: Iterable[int]) -> str:
    """Tuesday, Wednesday and Thursday."""
    names = [times.DAYS[day] for day in sorted(weekdays)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- one practice -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One part of the rubric on the form."""

    name: str
    means: str
    level: BoundField
    said: BoundField


@dataclass(frozen=True)
class GivenPage:
    """One practice to its coach: who, for what, the questions where the student shows them, and the feedback."""

    practice: Practice
    now: datetime
    has_begun: bool
    wishes: list[str]
    questions: Sequence[str]
    last: Practice | None
    feedback: Feedback
    form: FeedbackForm
    parts: list[Part]
    cancel: CancelForm
    section: str = "practice_times"


def given_page(practice: Practice, now: datetime, *, form: FeedbackForm, cancel: CancelForm | None = None) -> GivenPage:
    return GivenPage(
        practice=practice,
        now=now,
        has_begun=practice.starts_at <= now,
        wishes=wishes_of(practice),
        questions=_questions(practice),
        last=_before(practice),
        feedback=form.instance,
        form=form,
        parts=[Part(name, means, form[key], form[f"{key}_said"]) for key, (name, means) in RUBRIC.items()],
        cancel=cancel or CancelForm(),
    )


def wishes_of(practice: Practice) -> list[str]:
    return [str(Wish(wish).label) for wish in practice.wishes if wish in Wish.values]


def _questions(practice: Practice) -> Sequence[str]:
    """Return the questions of the talk, where the student lets the coach read them."""
    talk = practice.for_talk
    if talk is None or not practice.shows_plan:
        return []
    planned = PlannedQuestion.objects.filter(plan__interview=talk).order_by("position")
    return list(planned.values_list("text", flat=True))


def _before(practice: Practice) -> Practice | None:
    """Return the practice before this one whose feedback was shared."""
    earlier = Practice.objects.filter(student=practice.student_id, starts_at__lt=practice.starts_at)
    shared = earlier.filter(feedback__shared_at__isnull=False).select_related("feedback", "coach")
    return shared.order_by("-starts_at", "-pk").first()


# --- the student ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FreeDay:
    on: date
    slots: list[Slot]


@dataclass(frozen=True)
class BookPage:
    """The student's practice, if there is one, and the times they can take."""

    now: datetime
    coach: User | None
    away: Away | None  # the days on which the coach is, today among them
    booked: Practice | None
    days: list[FreeDay]
    form: BookForm
    missed: Practice | None
    last: Practice | None
    chosen: int | None
    ladder: list[Rung]
    over_time: list[Row]


def free_slots(student: User, now: datetime) -> list[Slot]:
    """Return the times that this student can take, the earliest first."""
    coach = student.student_profile.coach_id
    if coach is None:
        return []
    rows = Slot.objects.free().filter(coach=coach, coach__is_active=True, starts_at__gte=now + AHEAD)
    rows = rows.exclude(pk__in=rows.while_away().values("pk"))
    return list(rows.order_by("starts_at", "pk")[:MOST_SHOWN])


def talks_to_play(student: User, now: datetime) -> list[Interview]:
    """Return the conversations to come that the coach may know of."""
    if not student.student_profile.shares_network:
        return []
    talks = Interview.objects.coming(now).filter(student=student, contact__is_private=False)
    return list(talks.select_related("contact").order_by("starts_at", "pk")[:10])


def book_page(student: User, now: datetime, *, form: BookForm, booked: Practice | None) -> BookPage:
    coach = student.student_profile.coach
    slots = [slot for slot in form.slots.values() if booked is None or slot.pk != booked.slot_id]
    days = groupby(slots, lambda slot: times.local_date(slot.starts_at, student.zone))
    mine = Practice.objects.filter(student=student).select_related("coach", "feedback")
    newest = mine.filter(ends_at__lte=now).exclude(status=Status.CANCELLED).order_by("-starts_at", "-pk").first()
    chosen = form["slot"].value()
    return BookPage(
        now=now,
        coach=coach,
        away=away_now(coach, now),
        booked=booked,
        days=[FreeDay(day, list(rows)) for day, rows in days],
        form=form,
        missed=newest if newest and newest.status == Status.MISSED else None,
        last=mine.filter(feedback__shared_at__isnull=False).order_by("-starts_at", "-pk").first(),
        chosen=whole_number(str(chosen or "")),
        ladder=progress.ladder(student, now),
        over_time=progress.over_time(student),
    )


@dataclass(frozen=True)
class HeldPage:
    """What the coach noticed, to the student or to whoever coaches them now."""

    practice: Practice
    feedback: Feedback
    wishes: list[str]
    last: Practice | None
    is_own: bool


def held_page(practice: Practice, reader: User) -> HeldPage:
    return HeldPage(
        practice=practice,
        feedback=practice.feedback,
        wishes=wishes_of(practice),
        last=_before(practice),
        is_own=practice.student_id == reader.pk,
    )
