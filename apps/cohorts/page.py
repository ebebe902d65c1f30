"""What the pages of cohorts and assignments show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.cohorts import progress
from apps.cohorts.actions import reach
from apps.cohorts.forms import AssignmentForm, EnrolForm, ReflectionForm, RuleForm
from apps.cohorts.models import Assignment, Reflection
from apps.cohorts.progress import STATES, Progress, State
from apps.growth.models import SKILLS, SelfRating
from apps.interviews.lifecycle.models import Interview
from apps.students.models import Cohort, StudentProfile, StudentQuerySet

A_PAGE = 50
FEWEST = 5  # people behind a figure of ratings
MOST_SHOWN = 12


# --- cohorts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """Whom a rule or a class list found, before anybody is enrolled."""

    name: str
    students: Sequence[StudentProfile]
    moving: int  # how many of them leave another cohort for it
    missing: Sequence[str]


@dataclass(frozen=True)
class CohortsPage:
    cohorts: Sequence[tuple[Cohort, int, Sequence[Assignment]]]
    form: EnrolForm
    found: Found | None
    can_undo: bool


def cohorts_page(reader: User, *, form: EnrolForm, found: Found | None, can_undo: bool) -> CohortsPage:
    mine = Q(students__in=reach(reader))
    rows = Cohort.objects.visible_to(reader).annotate(size=Count("students", filter=mine)).order_by("name", "pk")
    assigned: dict[int, list[Assignment]] = {}
    for one in Assignment.objects.filter(cohort__in=rows).order_by("due_at", "pk"):
        assigned.setdefault(one.cohort_id, []).append(one)
    return CohortsPage([(row, row.size, assigned.get(row.pk, [])) for row in rows], form, found, can_undo)


def choices(reader: User) -> tuple[list[str], list[int]]:
    """Return the programs and class years of the students in reach."""
    rows = reach(reader).order_by()
    programs = rows.exclude(program="").values_list("program", flat=True).distinct()
    years = rows.exclude(class_year=None).values_list("class_year", flat=True).distinct()
    return sorted(programs), sorted(year for year in years if year)


def by_rule(reader: User, *, program: str, class_year: int | None) -> StudentQuerySet:
    rows = reach(reader)
    if program:
        rows = rows.filter(program=program)
    if class_year:
        rows = rows.filter(class_year=class_year)
    return rows.select_related("user", "cohort").order_by("user__sort_key", "pk")


def found_of(name: str, students: Sequence[StudentProfile], missing: Sequence[str] = ()) -> Found:
    moving = sum(1 for one in students if one.cohort and one.cohort.name != name)
    return Found(name, students, moving, missing)


@dataclass(frozen=True)
class Trend:
    """How one skill is rated by the whole cohort, at first and last."""

    name: str
    first: float
    last: float


@dataclass(frozen=True)
class CohortPage:
    cohort: Cohort
    size: int
    page: Page[StudentProfile]
    assignments: Sequence[Assignment]
    rule: RuleForm
    trend: Sequence[Trend]
    raters: int
    fewest: int
    now: datetime


def cohort_page(cohort: Cohort, reader: User, now: datetime, *, rule: RuleForm, number: str | None) -> CohortPage:
    students = reach(reader).filter(cohort=cohort).select_related("user").order_by("user__sort_key", "pk")
    page = Paginator(students.fetch_mode(FETCH_RAISE), A_PAGE).get_page(number)
    ratings = _first_and_last(students)
    return CohortPage(
        cohort=cohort,
        size=page.paginator.count,
        page=page,
        assignments=list(cohort.assignments.order_by("-due_at", "pk")),
        rule=rule,
        trend=_trend(ratings),
        raters=len(ratings) if len(ratings) >= FEWEST else 0,
        fewest=FEWEST,
        now=now,
    )


def _first_and_last(students: StudentQuerySet) -> list[tuple[SelfRating, SelfRating]]:
    """Return the first and the last rating of each student who rated twice."""
    rated: dict[int, list[SelfRating]] = {}
    for row in SelfRating.objects.filter(student__in=students.order_by().values("user")).order_by("rated_on", "pk"):
        rated.setdefault(row.student_id, []).append(row)
    return [(rows[0], rows[-1]) for rows in rated.values() if len(rows) > 1]


def _trend(pairs: Sequence[tuple[SelfRating, SelfRating]]) -> list[Trend]:
    """Return the averages of the five skills; of fewer than five people none."""
    if len(pairs) < FEWEST:
        return []

    def average(skill: str, at: int) -> float:
        return round(sum(getattr(pair[at], skill) for pair in pairs) / len(pairs), 1)

    return [Trend(name, average(skill, 0), average(skill, 1)) for skill, name in SKILLS.items()]


# --- an assignment, to the coach --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AssignmentFormPage:
    cohort: Cohort
    form: AssignmentForm
    is_new: bool


@dataclass(frozen=True)
class GridPage:
    assignment: Assignment
    counts: Sequence[tuple[State, str, int]]
    bars: Sequence[tuple[str, int, int]]
    total: int
    group: str
    lines: Page[Progress]
    shown: int
    days_left: int
    can_change: bool
    now: datetime


def _bars(counts: Sequence[tuple[State, str, int]]) -> list[tuple[str, int, int]]:
    """Return the parts of the picture: the class of each, where it begins and how wide it is, in 400ths."""
    looks: dict[State, str] = {"done": "w-d", "on track": "w-o", "behind": "w-b", "not started": "w-n"}
    numbers = {state: count for state, _, count in counts if state in looks}
    total, at, found = sum(numbers.values()), 0, []
    for state, look in looks.items():
        width = round(400 * numbers[state] / total) if total else 0
        found.append((look, at, max(0, width - 1)))
        at += width
    return found


def everybody(assignment: Assignment, reader: User, now: datetime) -> list[Progress]:
    rows = reach(reader).filter(cohort=assignment.cohort_id).select_related("user")
    return progress.of(assignment, rows.order_by("user__sort_key", "pk"), now)


def grid_page(
    assignment: Assignment, reader: User, now: datetime, *, group: str, number: str | None, can_change: bool
) -> GridPage:
    lines = everybody(assignment, reader, now)
    counts = [(state, name, sum(1 for line in lines if line.state == state)) for state, name in STATES.items()]
    chosen = group if group in STATES else ""
    shown = [line for line in lines if not chosen or line.state == chosen]
    today = times.local_date(now, reader.zone)
    return GridPage(
        assignment=assignment,
        counts=counts,
        bars=_bars(counts),
        total=len(lines),
        group=chosen,
        lines=Paginator(shown, A_PAGE).get_page(number),
        shown=len(shown),
        days_left=(assignment.due_on - today).days,
        can_change=can_change,
        now=now,
    )


@dataclass(frozen=True)
class ReflectionPage:
    reflection: Reflection
    assignment: Assignment


# --- the student ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """One assignment to its student."""

    assignment: Assignment
    progress: Progress
    talks: Sequence[tuple[Interview, str]]  # with whether it counts, in words; empty: it does
    reflection: Reflection
    form: ReflectionForm
    is_over: bool
    days_left: int
    lacking: int  # words


@dataclass(frozen=True)
class MinePage:
    assignments: Sequence[Mine]
    coach: User | None
    shares: bool
    now: datetime


def mine_page(student: User, now: datetime) -> MinePage:
    profile = student.student_profile
    rows = Assignment.objects.filter(cohort=profile.cohort_id) if profile.cohort_id else Assignment.objects.none()
    fresh = rows.filter(due_at__gt=now - timedelta(days=60)).order_by("due_at", "pk")
    return MinePage(
        [_mine(one, profile, student, now) for one in fresh[:5]], profile.coach, profile.shares_network, now
    )


def _mine(assignment: Assignment, profile: StudentProfile, student: User, now: datetime) -> Mine:
    [how_far] = progress.of(assignment, [profile], now)
    reflection = how_far.reflection or Reflection(assignment=assignment, student=student)
    return Mine(
        assignment=assignment,
        progress=how_far,
        talks=_talks(assignment, student, now),
        reflection=reflection,
        form=ReflectionForm(instance=reflection, auto_id=f"reflection_{assignment.pk}_%s"),
        is_over=now >= assignment.due_at,
        days_left=(assignment.due_on - times.local_date(now, student.zone)).days,
        lacking=max(0, assignment.fewest_words - reflection.words),
    )


def _talks(assignment: Assignment, student: User, now: datetime) -> list[tuple[Interview, str]]:
    """Return the conversations of those days, and why one does not count, or not yet."""
    rows = Interview.objects.filter(student=student, starts_at__range=(assignment.from_at, assignment.due_at))
    rows = rows.exclude(status__in=["cancelled", "no_show"]).select_related("contact").order_by("starts_at", "pk")
    held = set(progress.counting(assignment).filter(student=student).values_list("pk", flat=True))
    return [(row, "" if row.pk in held else _why_not(row, now, assignment)) for row in rows[:MOST_SHOWN]]


def _why_not(talk: Interview, now: datetime, assignment: Assignment) -> str:
    if talk.contact.is_private:
        return "Doesn’t count here, because you keep this person private."
    if talk.status == "scheduled":
        return "Counts once you’ve talked." if talk.ends_at > now else "Counts once you’ve saved your reflection on it."
    return f"Doesn’t count: it took less than {assignment.minutes} minutes."
