"""Which students of a caseload a coach sees, in which order, and how many there are of each kind (R231).

One statement for two or two thousand students: what is known of each is asked as in `visible_to` (nothing that a
student keeps to themselves is counted), put side by side, sorted and cut into pages by the database. What is shown of
the few of one page, caseload.py says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.coaching.filters import REASONS, Wanted
from apps.coaching.sharing import interviews, shared_with
from apps.database.prepared import BoundQuery, prepared
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.network.models import Touch
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


@dataclass(frozen=True)
class Found:
    """The students of one page in their order, each with the reason that comes first, and the figures of all."""

    students: Mapping[int, str]  # {student: a key of REASONS, or nothing}
    well: list[int]
    count: int  # in this view
    everybody: int  # in the whole caseload
    figures: Mapping[str, int]  # {view: how many}
    programs: list[str]


def find(coach: int, wanted: Wanted, clock: Clock, *, offset: int = 0, most: int | None = A_PAGE) -> Found:
    """Return whom a coach wants to see, the most urgent first; `most`: None for all of them."""
    parts = _parts(coach, clock)
    values = [value for part in parts for value in part[1]]
    sql = _SQL.format(parts=",\n".join(sql for sql, _ in parts), in_view=_IN_VIEW[wanted.view])
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *_values(wanted, clock), most, offset])
        (row,) = cursor.fetchall()
    students, reasons, well, count, everybody, figures, programs = row
    return Found(
        students=dict(zip(students, (reason or "" for reason in reasons), strict=True)),
        well=well,
        count=count,
        everybody=everybody,
        figures=dict(zip(_COUNTED, figures, strict=True)),
        programs=programs,
    )


def _parts(coach: int, clock: Clock) -> list[tuple[str, tuple[Any, ...]]]:
    """Return (sql, values) of what is known of the students, each query under the name of its table."""
    now = clock.now
    late = (now, now - timedelta(hours=THANK_YOU_HOURS), now - LATEST_THANKS)
    queries: dict[str, BoundQuery[Any]] = {
        "students (student, sort_key, called, joined, cohort, program, search, goal, shares)": _students.bind(coach),
        "reviews (student, since)": _reviews.bind(coach, now),
        "thanks_due (student, since)": _thanks_due.bind(coach, *late),
        "talks (student, thanked, ever, held, owed, next)": _talks.bind(coach, now, clock.term),
        "touches (student, last)": _touches.bind(coach),
        "requests (student, sent, draft_since)": _requests.bind(coach),
    }
    written = [(name, *query.written()) for name, query in queries.items()]
    return [(f"{name} AS MATERIALIZED ({sql})", values) for name, sql, values in written]


def _values(wanted: Wanted, clock: Clock) -> list[Any]:
    """Return the values of the rest of the statement, in their order."""
    now = clock.now
    moments = [now + SOON, now - STALE_DRAFT, now - QUIET, now - JUST]
    words = [f"%{word}%" for word in wanted.words]
    return [*moments, *([wanted.cohort] * 2), *([wanted.program] * 2), *([wanted.stage] * 3), not words, words]


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
def _thanks_due(coach: int, now: datetime, until: datetime, since: datetime) -> QuerySet[Interview, tuple[Any, ...]]:
    late = interviews(coach).awaiting_thanks(now).ended_between(since, until)
    return late.order_by().values_list("student").annotate(since=Min("ends_at"))


@prepared
def _talks(coach: int, now: datetime, term: datetime) -> QuerySet[Interview, tuple[Any, ...]]:
    held = Q(status=InterviewStatus.COMPLETED)
    return (
        interviews(coach)
        .order_by()
        .values_list("student")
        .annotate(
            thanked=Max("thank_you__sent_at"),
            ever=Count("pk", filter=held),
            held=Count("pk", filter=held & Q(starts_at__gte=term)),
            owed=Count("pk", filter=held & Q(thank_you__sent_at=None)),
            next=Min("starts_at", filter=Q(status=InterviewStatus.SCHEDULED, ends_at__gt=now)),
        )
    )


@prepared
def _touches(coach: int) -> QuerySet[Touch, tuple[Any, ...]]:
    touches = Touch.objects.real().filter(shared_with(coach))
    return touches.order_by().values_list("student").annotate(last=Max("at"))


@prepared
def _requests(coach: int) -> QuerySet[InterviewRequest, tuple[Any, ...]]:
    requests = InterviewRequest.objects.filter(shared_with(coach))
    sent, draft = Q(sent_at__isnull=False), Q(status=RequestStatus.DRAFT)
    return (
        requests.order_by()
        .values_list("student")
        .annotate(sent=Count("pk", filter=sent), draft_since=Min("created_at", filter=draft))
    )


# Each reason is a column of its name: the moment since which it holds, or nothing. The first of REASONS is named.
_REASON = " ".join(f"WHEN {key} IS NOT NULL THEN '{key}'" for key in REASONS)
_RANK = " ".join(f"WHEN {key} IS NOT NULL THEN {rank}" for rank, key in enumerate(REASONS))
_IN_VIEW = {"today": "reason IS NOT NULL", "all": "TRUE"} | {key: f"{key} IS NOT NULL" for key in REASONS}
_COUNTED = _IN_VIEW | {"only_unstarted": "reason = 'unstarted'"}
_FIGURES = ", ".join(f"count(*) FILTER (WHERE {rows})" for rows in _COUNTED.values())
# A preferred name is compared without its marks; the sort key has none.
_MARKED, _PLAIN = "áàâäãåāéèêëēíìîïīóòôöõōøúùûüūñçýšžćčł", "aaaaaaaeeeeeiiiiiooooooouuuuuncyszccl"
# Our own words alone stand in it; what somebody types is a value. `known` is put together before it is chosen from: of
# a statement that is planned once, PostgreSQL takes it that the choice leaves one student, and joins in loops.
_SQL = f"""
WITH {{parts}},
known AS MATERIALIZED (
    SELECT students.*, talks.thanked, coalesce(talks.held, 0) AS held,
        reviews.since AS review,
        thanks_due.since AS thanks,
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
    LEFT JOIN reviews USING (student) LEFT JOIN thanks_due USING (student) LEFT JOIN talks USING (student)
    LEFT JOIN touches USING (student) LEFT JOIN requests USING (student)
),
cases AS (
    SELECT *, CASE {_REASON} END AS reason, CASE {_RANK} END AS rank, coalesce({", ".join(REASONS)}) AS since FROM known
),
chosen AS MATERIALIZED (
    SELECT * FROM cases
    WHERE (%s::bigint IS NULL OR cohort = %s) AND (%s = '' OR program = %s)
        AND (%s = '' OR stage = %s OR search = %s)
        AND (%s OR sort_key || ' ' || translate(lower(called), '{_MARKED}', '{_PLAIN}') LIKE ALL (%s::text[]))
),
shown AS (
    SELECT student, reason, row_number() OVER (ORDER BY rank NULLS LAST, since, sort_key, student) AS place
    FROM chosen WHERE {{in_view}}
),
page AS (SELECT * FROM shown ORDER BY place LIMIT %s OFFSET %s)
SELECT
    (SELECT coalesce(array_agg(student ORDER BY place), '{{{{}}}}') FROM page),
    (SELECT coalesce(array_agg(reason ORDER BY place), '{{{{}}}}') FROM page),
    ARRAY(SELECT student FROM chosen WHERE is_well AND reason IS NULL ORDER BY sort_key, student LIMIT {WELL}),
    (SELECT count(*) FROM shown),
    (SELECT count(*) FROM students),
    (SELECT ARRAY[{_FIGURES}] FROM chosen),
    ARRAY(SELECT DISTINCT program FROM students WHERE program <> '' ORDER BY program)
"""  # noqa: S608 - our own SQL and numbers: what a coach typed is a parameter
