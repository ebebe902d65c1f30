"""Which students of a caseload a coach sees, in which order, and how many there are of each kind (R231).

One statement for two or two thousand students: what is known of each is asked as in `visible_to` (nothing that a
student keeps to themselves is counted), put side by side, sorted and cut into pages by the database. Of everybody it
knows moments and numbers only; what is said of the few of one page, caseload.py asks. `tests/coaching/plain.py` says
the same once more, student by student, and a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from apps.coaching.filters import REASONS, Wanted
from apps.database.prepared import BoundQuery, prepared
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import (
    THANK_YOU_HOURS,
    Interview,
    InterviewRequest,
    ended_between,
    thanks_awaited,
)
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.network.models import Contact, Touch
from apps.students.models import StudentProfile

A_PAGE = 50
WELL = 5
QUIET = timedelta(weeks=3)
STALE_DRAFT = timedelta(days=10)
SOON = timedelta(hours=36)
LATEST_THANKS = timedelta(days=30)
JUST = timedelta(days=7)  # a thank-you of these days is worth a word


@dataclass(frozen=True)
class Clock:
    """The moments that decide who needs a coach: now, and since when the term runs (`Policy.term_since`)."""

    now: datetime
    term: datetime


class Standing(NamedTuple):
    """How one student stands: the reason that comes first, the moment since which it holds, and what was held."""

    student: int
    reason: str  # a key of REASONS, or nothing
    since: datetime | None
    ever: int  # conversations that were held
    held: int  # of these, this term
    thanked: datetime | None  # when they last thanked somebody


@dataclass(frozen=True)
class Totals:
    """A coach's figures of the term: conversations held, thanked within 48 hours (per cent; None of none)."""

    held: int
    in_time: int | None


@dataclass(frozen=True)
class Found:
    """The students of one page in their order, a few who do well, and the figures of all."""

    students: list[Standing]
    well: list[Standing]
    figures: Mapping[str, int]  # {view: how many}
    count: int  # in this view
    everybody: int  # in the whole caseload
    programs: list[str]
    cohorts: list[int]
    totals: Totals

    @property
    def keys(self) -> list[int]:
        return [standing.student for standing in self.students]


def find(coach: int, wanted: Wanted, clock: Clock, *, offset: int = 0, most: int | None = A_PAGE) -> Found:
    """Return whom a coach wants to see, the most urgent first; `most`: None for all of them."""
    parts = _parts(coach, clock)
    values = [value for part in parts for value in part[1]]
    chosen = _CHOSEN if wanted.is_narrowed else _EVERYBODY
    sql = _SQL.format(parts=",\n".join(sql for sql, _ in parts), chosen=chosen, in_view=_IN_VIEW[wanted.view])
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [*values, *_moments(clock), *(_narrowing(wanted) if wanted.is_narrowed else ()), most, offset]
        )
        (row,) = cursor.fetchall()
    *columns, shown, counted, everybody, programs, cohorts, held, in_time = row
    standings = list(starmap(_standing, zip(*columns, strict=True)))
    figures = dict(zip(_COUNTED, counted, strict=True))
    return Found(
        students=standings[:shown],
        well=standings[shown:],
        figures=figures,
        count=figures[wanted.view],
        everybody=everybody,
        programs=programs,
        cohorts=cohorts,
        totals=Totals(held=held, in_time=round(100 * in_time / held) if held else None),
    )


def _standing(student: int, rank: int, *known: Any) -> Standing:
    return Standing(student, _BY_RANK[rank], *known)


def _parts(coach: int, clock: Clock) -> list[tuple[str, tuple[Any, ...]]]:
    """Return (sql, values) of what is known of the students, each query under the name of its table."""
    now = clock.now
    late = (now - timedelta(hours=THANK_YOU_HOURS), now - LATEST_THANKS)
    queries: dict[str, BoundQuery[Any]] = {
        "sharing (student) AS MATERIALIZED": _sharing.bind(coach),
        "students (student, sort_key, called, joined, cohort, program, search, goal, shares) AS": _students.bind(coach),
        "reviews (student, since) AS": _reviews.bind(coach, now),
        "talks (student, thanked, ever, held, in_time, owed, next, late) AS MATERIALIZED": _talks.bind(
            now, clock.term, *late
        ),
        "touches (student, last) AS": _touches.bind(),
        "requests (student, sent, draft_since) AS": _requests.bind(),
    }
    written = [(name, *query.written()) for name, query in queries.items()]
    return [(f"{name} ({sql})", values) for name, sql, values in written]


def _moments(clock: Clock) -> list[datetime]:
    """Return the moments of `known`, in their order."""
    now = clock.now
    return [now + SOON, now - STALE_DRAFT, now - QUIET, now - JUST]


def _narrowing(wanted: Wanted) -> list[Any]:
    """Return the values of `_CHOSEN`, in their order."""
    words = [f"%{word}%" for word in wanted.words]
    return [*([wanted.cohort] * 2), *([wanted.program] * 2), *([wanted.stage] * 3), not words, words]


@prepared
def _sharing(coach: int) -> QuerySet[StudentProfile, tuple[int]]:
    """Return who of a coach's students shares their network, `sharing` in the statement."""
    return StudentProfile.objects.filter(coach=coach, shares_network=True).order_by().values_list("user")


# As sharing.shared_with, within the statement: who shares is asked once for all its parts, and of the people only the
# few that are kept private are looked at (private_contacts, an index of these alone).
_SHARED = Q(student__in=RawSQL("SELECT student FROM sharing", ())) & ~Exists(
    Contact.objects.filter(pk=OuterRef("contact"), is_private=True)
)


@prepared
def _students(coach: int) -> QuerySet[StudentProfile, tuple[Any, ...]]:
    profiles = StudentProfile.objects.filter(coach=coach, user__is_active=True)
    person = ("user", "user__sort_key", "user__preferred_name", "user__joined_at")
    return profiles.order_by().values_list(
        *person, "cohort", "program", "stage", "goal_conversations", "shares_network"
    )


@prepared
def _reviews(coach: int, now: datetime) -> QuerySet[Review, tuple[Any, ...]]:
    reviews = Review.objects.of_coach(coach).waiting(now).annotate(whose=Coalesce("request__student", "text__student"))
    return reviews.order_by().values_list("whose").annotate(since=Min("asked_at"))


@prepared
def _talks(now: datetime, term: datetime, until: datetime, since: datetime) -> QuerySet[Interview, tuple[Any, ...]]:
    held = Q(status=InterviewStatus.COMPLETED)
    this_term = held & Q(starts_at__gte=term)
    in_time = Q(thank_you__sent_at__lte=F("talked_until") + timedelta(hours=THANK_YOU_HOURS))
    return (
        Interview.objects.filter(_SHARED)
        .order_by()
        .values_list("student")
        .annotate(
            thanked=Max("thank_you__sent_at"),
            ever=Count("pk", filter=held),
            held=Count("pk", filter=this_term),
            in_time=Count("pk", filter=this_term & in_time),
            owed=Count("pk", filter=held & Q(thank_you__sent_at=None)),
            next=Min("starts_at", filter=Q(status=InterviewStatus.SCHEDULED, ends_at__gt=now)),
            late=Min("ends_at", filter=thanks_awaited(now) & ended_between(since, until)),
        )
    )


@prepared
def _touches() -> QuerySet[Touch, tuple[Any, ...]]:
    return Touch.objects.real().filter(_SHARED).order_by().values_list("student").annotate(last=Max("at"))


@prepared
def _requests() -> QuerySet[InterviewRequest, tuple[Any, ...]]:
    sent, draft = Q(sent_at__isnull=False), Q(status=RequestStatus.DRAFT)
    requests = InterviewRequest.objects.filter(_SHARED).order_by().values_list("student")
    return requests.annotate(sent=Count("pk", filter=sent), draft_since=Min("created_at", filter=draft))


# Each reason is a column of its name: the moment since which it holds, or nothing. The first of REASONS is named.
_BY_RANK = [*REASONS, ""]
_SINCE = f"coalesce({', '.join(REASONS)})"
_RANK = " ".join(f"WHEN {key} IS NOT NULL THEN {rank}" for rank, key in enumerate(REASONS))
_IN_VIEW = {"today": f"{_SINCE} IS NOT NULL", "all": "TRUE"} | {key: f"{key} IS NOT NULL" for key in REASONS}
_ONLY_UNSTARTED = " AND ".join(f"{key} IS NULL" for key in REASONS if key != "unstarted")
_COUNTED = _IN_VIEW | {"only_unstarted": f"unstarted IS NOT NULL AND {_ONLY_UNSTARTED}"}
_FIGURES = ", ".join(f"count(*) FILTER (WHERE {rows})" for rows in _COUNTED.values())
# A preferred name is compared without its marks; the sort key has none.
_MARKED, _PLAIN = "áàâäãåāéèêëēíìîïīóòôöõōøúùûüūñçýšžćčł", "aaaaaaaeeeeeiiiiiooooooouuuuuncyszccl"
_CHOSEN = f"""chosen AS MATERIALIZED (
    SELECT * FROM known
    WHERE (%s::bigint IS NULL OR cohort = %s) AND (%s = '' OR program = %s)
        AND (%s = '' OR stage = %s OR search = %s)
        AND (%s OR sort_key || ' ' || translate(lower(called), '{_MARKED}', '{_PLAIN}') LIKE ALL (%s::text[]))
)"""  # noqa: S608 - our own words: what a coach typed is a parameter
_EVERYBODY = "chosen AS NOT MATERIALIZED (SELECT * FROM known)"
# Our own words alone stand in it; what somebody types is a value. `known` is put together before it is chosen from: of
# a statement that is planned once, PostgreSQL takes it that the choice leaves one student, and joins in loops.
_SQL = f"""
WITH {{parts}},
known AS MATERIALIZED (
    SELECT student, sort_key, called, cohort, program, search, talks.thanked, coalesce(ever, 0) AS ever,
        coalesce(talks.held, 0) AS held,
        reviews.since AS review,
        talks.late AS thanks,
        CASE WHEN coalesce(ever, 0) = 0 AND next <= %s THEN next END AS first,
        CASE WHEN coalesce(sent, 0) = 0 AND draft_since <= %s THEN draft_since END AS unsent,
        CASE WHEN last <= %s AND coalesce(talks.held, 0) < goal THEN last END AS quiet,
        CASE WHEN shares AND coalesce(reviews.student, requests.student, touches.student, talks.student) IS NULL
            THEN joined END
            AS unstarted,
        coalesce(talks.held >= goal AND talks.held > 0, FALSE) OR coalesce(talks.thanked > %s, FALSE) AS is_well,
        CASE WHEN NOT shares THEN NULL WHEN next IS NOT NULL THEN 'prepare' WHEN owed > 0 THEN 'thank'
            WHEN ever > 0 THEN 'stay_in_touch' WHEN sent > 0 THEN 'ask' ELSE 'find' END AS stage
    FROM students
    LEFT JOIN reviews USING (student) LEFT JOIN talks USING (student)
    LEFT JOIN touches USING (student) LEFT JOIN requests USING (student)
),
{{chosen}},
shown AS (
    SELECT student, CASE {_RANK} ELSE {len(REASONS)} END AS rank, {_SINCE} AS since, ever, held, thanked, sort_key
    FROM chosen WHERE {{in_view}}
    ORDER BY rank, since, sort_key, student LIMIT %s OFFSET %s
),
well AS (
    SELECT student, {len(REASONS)} AS rank, NULL::timestamptz AS since, ever, held, thanked, sort_key
    FROM chosen WHERE is_well AND {_SINCE} IS NULL ORDER BY sort_key, student LIMIT {WELL}
),
page AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY is_well, rank, since, sort_key, student) AS place, *
    FROM (SELECT FALSE AS is_well, * FROM shown UNION ALL SELECT TRUE, * FROM well) AS named
)
SELECT
    ARRAY(SELECT student FROM page ORDER BY place), ARRAY(SELECT rank FROM page ORDER BY place),
    ARRAY(SELECT since FROM page ORDER BY place), ARRAY(SELECT ever FROM page ORDER BY place),
    ARRAY(SELECT held FROM page ORDER BY place), ARRAY(SELECT thanked FROM page ORDER BY place),
    (SELECT count(*) FROM page WHERE NOT is_well),
    (SELECT ARRAY[{_FIGURES}] FROM chosen),
    (SELECT count(*) FROM known),
    ARRAY(SELECT DISTINCT program FROM known WHERE program <> '' ORDER BY program),
    ARRAY(SELECT DISTINCT cohort FROM known WHERE cohort IS NOT NULL),
    (SELECT coalesce(sum(held), 0)::bigint FROM talks), (SELECT coalesce(sum(in_time), 0)::bigint FROM talks)
"""  # noqa: S608 - our own SQL and numbers: what a coach typed is a parameter
