"""When a student is busy every week (R68): drawn as one week on a clock that never jumps, laid on every real one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle.acts import act
from apps.interviews.scheduling import week
from apps.interviews.scheduling.models import BusyWeek
from apps.interviews.scheduling.slots import STEP
from apps.interviews.scheduling.week import A_WEEK, Pattern, Sides, Span, Week
from apps.web import autosave

MONDAY = date(2001, 1, 1)  # of the week that stands for every week, in UTC: long past, so that nothing of it is real
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
SIDES = Sides(zone="UTC", other_zone="UTC")
NAMES = {  # of every half hour; Sunday lies before Monday or after Saturday, as the region has it
    week.name_of(datetime(2000, 12, 31, tzinfo=UTC) + STEP * number): (number - 48) % A_WEEK
    for number in range(48 + A_WEEK)
}


@dataclass(frozen=True)
class BusyTime:
    """A span of every week in which a student is busy."""

    span: Span
    day: str
    hours: str


def of(student: User) -> BusyWeek:
    """Return a student's pattern; an empty one where none was set."""
    return BusyWeek.objects.filter(student=student).first() or BusyWeek(student=student)


def pattern(student: User, says: str, named: str) -> Pattern:
    """Return what a week shows of it."""
    return Pattern(frozenset(of(student).half_hours), student.time_zone, says, named)


@act
def save(student: User, *, version: int, half_hours: Iterable[int] | None, shows_free: bool | None) -> BusyWeek:
    """Keep a pattern and the choice who sees it, of which None is left as it was. Raises Conflict as autosave does."""
    BusyWeek.objects.get_or_create(student=student)
    row = BusyWeek.objects.select_for_update(no_key=True, of=("self",)).get(student=student)
    typed = {"half_hours": None if half_hours is None else sorted(set(half_hours)), "shows_free": shows_free}
    values = {name: value for name, value in typed.items() if value is not None}
    autosave.save_version(row, version, values, noun="Your busy times")
    return row


# --- as a week to draw on ---------------------------------------------------------------------------------------------


def first() -> date:
    """Return the day on which that week begins in this region."""
    return week.first_day(MONDAY + timedelta(days=2))


def spans_of(half_hours: Iterable[int]) -> list[Span]:
    """Return the spans of a pattern in that week."""
    begin = datetime.combine(first(), time(0), tzinfo=UTC)
    ahead = (MONDAY - first()).days * 48
    starts = (begin + STEP * ((number + ahead) % A_WEEK) for number in half_hours if number in range(A_WEEK))
    return week.joined(Span(start, start + STEP) for start in starts)


def half_hours_of(names: Iterable[str]) -> list[int]:
    """Read the boxes of a form; what names no half hour of that week is left out."""
    return sorted({NAMES[name] for name in names if name in NAMES})


def drawn(half_hours: Sequence[int], *, is_whole: bool, day: int | None) -> Week:
    """Return that week, to draw a pattern on; a phone shows the Monday first."""
    shown = day or (MONDAY - first()).days + 1
    chosen = spans_of(half_hours)
    return week.week_of(first(), SIDES, chosen=chosen, now=BEFORE, is_whole=is_whole, shown_day=shown)


def in_words(half_hours: Iterable[int]) -> list[BusyTime]:
    """Return each span as a person reads it, for the list beside the week."""
    return [
        BusyTime(span, times.weekday(span.starts_at, UTC), times.span(span.starts_at, span.ends_at, UTC))
        for span in spans_of(half_hours)
    ]
