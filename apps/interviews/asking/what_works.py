"""Which requests get a yes, or a reply at all: by facts of the request that were known when it was sent (R276).

It counts requests to alumni of the directory, sent in the last 24 months, whose reply is due and known, as courage.py
does: one that was withdrawn says nothing. What a student keeps private, the person asked or who suggested them, is not
counted at all. Figures are a day old at most.

No one can be picked out. A figure is given only of at least ENOUGH requests of FEWEST students to FEWEST alumni. And as
the whole is told, what is left out could be worked out from it: so the groups of a fact are given all, or none of them.
Studies are compared as they stand today. Times that were offered anew took the place of the first ones: of such a
request the last offer counts, from the day on which it was made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.utils.functional import Promise
from django.utils.text import format_lazy

from apps.clock.regions import spelled, spelled_lazily
from apps.interviews.asking.courage import ENOUGH, KNOWN
from apps.interviews.asking.shares import Share
from apps.policy.working_days import office_hours
from apps.students.models import StudentProfile
from apps.wording.text import folded

MONTHS_24 = timedelta(days=730)
AHEAD = timedelta(days=400)  # further ahead no time is offered
KEPT_S = 24 * 60 * 60
FEWEST = 5  # students, and alumni, behind any figure
SHORT_WORDS, SOON_DAYS, FEW_TIMES = 120, 4, 3
ALL = "all"
_DAYS = format_lazy("{number} {days}", number=SOON_DAYS, days=spelled_lazily("business days"))


@dataclass(frozen=True)
class Question:
    """A fact of a request: what those of which it holds and the others are called, in a table and in a sentence.

    `is_advice`: whether a student who reads that they do better could act on it.
    """

    title: str
    names: tuple[str | Promise, str | Promise]
    phrases: tuple[str | Promise, str | Promise]
    is_advice: tuple[bool, bool] = (True, True)


QUESTIONS = {
    "named": Question(
        "Who suggested the alum",
        ("Names who suggested the alum", "Doesn’t name anyone"),
        ("that name who suggested the alum", "that name no one who suggested the alum"),
        is_advice=(True, False),
    ),
    "shared": Question(
        "Field of study",
        ("Same as the alum’s", "Another field"),
        ("to an alum with the same field of study", "to an alum with another field of study"),
        is_advice=(True, False),
    ),
    "short": Question(
        "Length",
        (f"Under {SHORT_WORDS} words", f"{SHORT_WORDS} words or more"),
        (f"under {SHORT_WORDS} words", f"of {SHORT_WORDS} words or more"),
    ),
    "soon": Question(
        "First time offered",
        (format_lazy("Within {days}", days=_DAYS), "Later"),
        (
            format_lazy("that offer a first time within {days}", days=_DAYS),
            format_lazy("that offer a first time more than {days} ahead", days=_DAYS),
        ),
    ),
    "few": Question(
        "Times offered",
        (f"{FEW_TIMES} or fewer", f"More than {FEW_TIMES}"),
        (f"that offer {FEW_TIMES} times or fewer", f"that offer more than {FEW_TIMES} times"),
    ),
}


@dataclass(frozen=True)
class Group:
    """So many requests, and of how many people; `holds` says whether the fact does, None that it is not known."""

    holds: bool | None
    requests: int
    yes: int
    replied: int
    students: int
    alumni: int

    @property
    def is_enough(self) -> bool:
        return self.requests >= ENOUGH and self.students >= FEWEST and self.alumni >= FEWEST


@dataclass(frozen=True)
class Rates:
    """What may be told of one group: how many requests, how many got a yes, and how many any reply."""

    requests: int
    yes: Share
    replied: Share


type Told = tuple[Rates | None, Rates | None]  # where the fact holds, and where it does not
type Counted = dict[str, list[Group]]


def counted(now: datetime) -> Counted:
    """Return the counts by fact, with those of all requests under ALL. Not for anybody's eyes: see `told`.

    Of tens of thousands of requests it takes a second or two, once a day in each process: on the office's page, and
    beside what a student types, where nobody waits for it.
    """
    near = caches["near"]
    kept: Counted | None = near.get("what_works")
    if kept is None:
        kept = _count(now)
        near.set("what_works", kept, KEPT_S)
    return kept


def overall(found: Counted) -> Rates | None:
    """Return what may be told of all requests."""
    return _rates(next(iter(found.get(ALL, ())), None))


def told(found: Counted, fact: str) -> Told:
    """Return what may be told of a fact: nothing, where the whole would then tell of a group that is too small."""
    groups = {group.holds: group for group in found.get(fact, ())}
    if not all(group.is_enough for group in groups.values()):
        return None, None
    return _rates(groups.get(True)), _rates(groups.get(False))


def _rates(group: Group | None) -> Rates | None:
    if group is None or not group.is_enough:
        return None
    return Rates(group.requests, Share(group.yes, group.requests), Share(group.replied, group.requests))


# --- one sentence to students -----------------------------------------------------------------------------------------


def sentence() -> str:
    """Return the one thing worth telling who writes a request: the greatest difference that is clear, or nothing.

    It asks the database nothing: where nothing was counted today (see `counted`) it is silent.
    """
    found: Counted = caches["near"].get("what_works") or {}
    best: tuple[str | Promise, Share, Share] | None = None
    for fact, question in QUESTIONS.items():
        clear = clearly(*(rates.yes if rates else None for rates in told(found, fact)))
        if clear and question.is_advice[clear[0]]:
            side, better, other = clear
            if best is None or better.value - other.value > best[1].value - best[2].value:
                best = question.phrases[side], better, other
    if best is None:
        return ""
    phrase, better, other = best
    share, rest, of = _in_ten(better, other)
    return spelled(f"Requests here {phrase} get a yes {share} times in {of}. The others get one {rest} times in {of}.")


def clearly(first: Share | None, second: Share | None) -> tuple[int, Share, Share] | None:
    """Return which of two is clearly higher (0 or 1), that share, and the other; None where neither is."""
    if first is None or second is None or not first.is_apart(second):
        return None
    return (0, first, second) if first.value > second.value else (1, second, first)


def _in_ten(better: Share, other: Share) -> tuple[int, int, int]:
    """Return both shares of ten, or of a hundred where of ten they are the same."""
    of = 10 if round(better.value * 10) > round(other.value * 10) else 100
    return round(better.value * of), round(other.value * of), of


# --- what the database counts -----------------------------------------------------------------------------------------


def _count(now: datetime) -> Counted:
    since = now - MONTHS_24
    values: dict[str, Any] = {
        "since": since,
        "now": now,
        "known": list(map(str, KNOWN)),
        "short": SHORT_WORDS,
        "soon": SOON_DAYS,
        "few": FEW_TIMES,
        **_calendar(since, now),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STUDIED.replace("{due}", _DUE), values)
        programs, minors, majors = _shared_studies(cursor.fetchall())
        values |= {"programs": programs, "minors": minors, "majors": majors}
        cursor.execute(_COUNTED.replace("{due}", _DUE), values)
        rows = cursor.fetchall()
    found: Counted = {}
    for fact, *group in rows:
        found.setdefault(fact, []).append(Group(*group))
    return found


def _calendar(since: datetime, now: datetime) -> dict[str, Any]:
    """Return every day on which a request was sent or a time offered, and how many business days lie up to it."""
    hours = office_hours(since)
    first, last = since.astimezone(hours.zone).date(), (now + AHEAD).astimezone(hours.zone).date()
    days, numbers, number = list[date](), list[int](), 0
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        number += hours.hours[day.weekday()] is not None and day not in hours.holidays
        days.append(day)
        numbers.append(number)
    return {"days": days, "numbers": numbers, "zone": str(hours.zone)}


def _shared_studies(rows: Iterable[tuple[str, str, list[str]]]) -> tuple[list[str], list[str], list[str]]:
    """Return (program, minor, major) in three lists: the majors that who studies these has in common with an alum."""
    shared: list[tuple[str, str, str]] = []
    for program, minor, majors in rows:
        own = set(map(folded, StudentProfile(program=program, minor=minor).studies))
        shared += [(program, minor, major) for major in majors if folded(major) in own]
    programs, minors, found = map(list, zip(*shared, strict=True)) if shared else ([], [], [])
    return programs, minors, found


_DUE = """
    FROM interviews_interviewrequest request
    JOIN alumni_alumniprofile alum ON alum.id = request.alum_id
    JOIN network_contact person ON person.id = request.contact_id
    LEFT JOIN network_referral referral ON referral.id = request.referral_id
    LEFT JOIN network_contact referrer ON referrer.id = referral.referrer_id
    LEFT JOIN students_studentprofile student ON student.user_id = request.student_id
    WHERE request.sent_at > %(since)s AND request.deadline_at <= %(now)s AND request.status = ANY(%(known)s)
      AND NOT person.is_private AND (referrer.id IS NULL OR NOT referrer.is_private)
"""
_STUDIED = """
    SELECT program, minor, array_agg(DISTINCT major)
    FROM (SELECT student.program, student.minor, unnest(alum.majors) AS major {due}) studied
    WHERE program IS NOT NULL GROUP BY program, minor
"""
# A name is looked for as it is written, and with a capital: “will” and “may” are words of many requests.
_COUNTED = """
    WITH calendar (day, number) AS (SELECT * FROM unnest(%(days)s::date[], %(numbers)s::int[])),
    own (program, minor, majors) AS (
        SELECT program, minor, array_agg(major)
        FROM unnest(%(programs)s::text[], %(minors)s::text[], %(majors)s::text[]) AS each (program, minor, major)
        GROUP BY program, minor
    ),
    due AS MATERIALIZED (
        SELECT request.id, request.student_id, request.alum_id, alum.majors, referrer.name AS referrer,
               student.program, student.minor, request.sent_at, request.status = 'accepted' AS is_yes,
               request.status IN ('accepted', 'declined') OR request.answered_at IS NOT NULL AS is_replied,
               nullif(btrim(concat_ws(' ', part_who, part_connection, part_why, part_ask), E' \\n\\r\\t'), '') AS words
        {due}
    ),
    offered AS (
        SELECT request_id, min(starts_at) AS first, count(*) AS often
        FROM interviews_timewindow JOIN due ON due.id = request_id
        WHERE offered_by = 'student' GROUP BY request_id
    ),
    anew AS (
        SELECT request_id, max(at) AS at
        FROM interviews_lifecycleevent JOIN due ON due.id = request_id
        WHERE event = 'offer_again' GROUP BY request_id
    ),
    known AS (
        SELECT due.student_id, due.alum_id, is_yes, is_replied,
               referrer IS NOT NULL AND regexp_split_to_array(words, '[^[:alpha:]]+') && (
                   SELECT coalesce(array_agg(part) || array_agg(initcap(part)), ARRAY[]::text[])
                   FROM regexp_split_to_table(referrer, '[^[:alpha:]]+') AS part
                   WHERE length(part) > 1 AND lower(part) NOT IN ('dr', 'mr', 'mrs', 'ms', 'prof', 'professor')
               ) AS named,
               coalesce(due.majors::text[] && own.majors, false) AS shared,
               cardinality(regexp_split_to_array(words, '\\s+')) < %(short)s AS short,
               until.number - since.number <= %(soon)s AS soon,
               offered.often <= %(few)s AS few
        FROM due
        LEFT JOIN own ON own.program = due.program AND own.minor = due.minor
        LEFT JOIN offered ON offered.request_id = due.id
        LEFT JOIN anew ON anew.request_id = due.id
        LEFT JOIN calendar since ON since.day = (coalesce(anew.at, due.sent_at) AT TIME ZONE %(zone)s)::date
        LEFT JOIN calendar until ON until.day = (offered.first AT TIME ZONE %(zone)s)::date
    )
    SELECT fact, holds, count(*), count(*) FILTER (WHERE is_yes), count(*) FILTER (WHERE is_replied),
           count(DISTINCT student_id), count(DISTINCT alum_id)
    FROM known CROSS JOIN LATERAL (VALUES
        ('all', true), ('named', named), ('shared', shared), ('short', short), ('soon', soon), ('few', few)
    ) AS facts (fact, holds)
    GROUP BY fact, holds
"""
