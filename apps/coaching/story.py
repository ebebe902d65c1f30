"""What happened with one student, all of it, page by page, and how much in each week: as far as they share it (R232).

It begins with `visible_to(coach)`: nobody private is named or counted, and never how often somebody opened a page.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import TruncDate

from apps.accounts.models import User
from apps.clock import times
from apps.coaching.models import Kind, SharedNote
from apps.network.models import Contact, Touch
from apps.web import charts

A_PAGE = 15
WEEKS = 13
A_WEEK = timedelta(weeks=1)

HAPPENED = {
    Touch.Kind.MET: "Met {}",
    Touch.Kind.ASKED: "Asked {} for a conversation",
    Touch.Kind.ANSWERED: "{} replied",
    Touch.Kind.TALKED: "Talked with {}",
    Touch.Kind.THANKED: "Thanked {}",
    Touch.Kind.WROTE: "Wrote to {}",
    Touch.Kind.HEARD: "Heard from {}",
    Touch.Kind.UPDATED: "Told {} how it went",
    Touch.Kind.CALLED: "Called {}",
    Touch.Kind.INTRO: "Asked {} for an introduction",
    Touch.Kind.GAVE: "Gave something back to {}",
}
WRITTEN = {
    Kind.NOTE: "{} shared a note",
    Kind.OFFER: "{} offered a review",
    Kind.WISH: "{} sent good wishes",
    Kind.HELLO: "{} checked in",
    Kind.START: "{} sent a nudge",
    Kind.THANK: "{} sent a nudge about a thank-you",
    Kind.GROUP: "{} wrote to the cohort",
}


class Happened(NamedTuple):
    at: datetime
    what: str


# --- all of it --------------------------------------------------------------------------------------------------------


def story(student: User, coach: User, page: str | None, *, shares: bool) -> Page[Any]:
    """Return a page of what happened, the newest first; of a network that is not shared, what coaches wrote."""
    touches = Touch.objects.real().visible_to(coach).filter(student=student)
    added = Contact.objects.visible_to(coach).filter(student=student)
    written = SharedNote.objects.visible_to(coach).filter(student=student)
    arms = [_arm(written, "written", "created_at")]
    if shares:
        arms += [_arm(touches, "touch", "at"), _arm(added, "added", "created_at")]
    places = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]
    found = Paginator(places.order_by("-place_at", "place_sort", "-place_pk"), A_PAGE).get_page(page)
    found.object_list = _said(list(found.object_list))
    return found


def _arm(rows: QuerySet[Any], sort: str, at: str) -> QuerySet[Any]:
    named = rows.order_by().annotate(place_at=F(at), place_sort=Value(sort, output_field=CharField()), place_pk=F("pk"))
    return named.values_list("place_at", "place_sort", "place_pk")


def _said(places: list[tuple[datetime, str, int]]) -> list[Happened]:
    """Put the places of one page in words: a query for each sort, whatever their number."""
    sorts = ("touch", "added", "written")
    keys = {sort: [0, *(pk for _, one, pk in places if one == sort)] for sort in sorts}  # 0: asked also where none is
    touches = Touch.objects.filter(pk__in=keys["touch"]).select_related("contact").fetch_mode(FETCH_RAISE)
    notes = SharedNote.objects.filter(pk__in=keys["written"]).select_related("author").fetch_mode(FETCH_RAISE)
    added = Contact.objects.filter(pk__in=keys["added"]).values_list("pk", "name")
    words = {("touch", one.pk): HAPPENED[Touch.Kind(one.kind)].format(one.contact.name) for one in touches}
    words |= {("added", pk): f"Added {name}" for pk, name in added}
    words |= {
        ("written", one.pk): WRITTEN[Kind(one.kind)].format(one.author.called if one.author else "A coach")
        for one in notes
    }
    return [Happened(at, words[sort, pk]) for at, sort, pk in places if (sort, pk) in words]


# --- in each week -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trend:
    """How often the student was in touch with somebody, week by week, as a picture and as a table."""

    finding: str
    says: str
    lines: list[tuple[date, int]]
    chart: charts.Columns


def trend(student: User, coach: User, now: datetime) -> Trend:
    """Count what happened in each of the last 13 weeks, by the student's own days."""
    first = _week_of(times.local_date(now, student.zone)) - (WEEKS - 1) * A_WEEK
    touches = Touch.objects.real().visible_to(coach).filter(student=student)
    days = touches.order_by().annotate(day=TruncDate("at", tzinfo=student.zone)).filter(day__gte=first)
    counts = dict.fromkeys((first + number * A_WEEK for number in range(WEEKS)), 0)
    for day, count in days.values_list("day").annotate(count=Count("pk")):
        week = _week_of(day)
        if week in counts:
            counts[week] += count
    lines = list(counts.items())
    most = max(counts.values()) or 1
    parts = [
        charts.Part(times.brief_day(week), str(count), count / most, is_marked=count == most) for week, count in lines
    ]
    says = ", ".join(f"week of {times.short_day(week)}: {count}" for week, count in lines)
    return Trend(_finding(student, lines), says, lines, charts.columns(parts))


def _week_of(day: date) -> date:
    """Return the day on which the week of a day begins where the office is."""
    return day - timedelta(days=(day.weekday() - times.first_weekday()) % 7)


def _finding(student: User, lines: list[tuple[date, int]]) -> str:
    """Say in one sentence what the picture shows."""
    counts = [count for _, count in lines]
    if not any(counts):
        return f"Nothing yet in the last {WEEKS} weeks"
    quiet = next(n for n, count in enumerate(reversed(counts)) if count)
    if quiet > 1:
        return f"Nothing for the last {quiet} weeks"
    recent, before = sum(counts[-4:]), sum(counts[-8:-4])
    if recent > before:
        return f"{student.first_name} is doing more than a month ago"
    return f"{student.first_name} is doing less than a month ago" if recent < before else "As much as a month ago"
