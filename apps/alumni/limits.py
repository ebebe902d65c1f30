"""The limits that spare an alum: how often an alum may be asked, and by whom again (R204).

It decides who can be asked at `now` and says why not. It locks nothing: the act of asking holds the alum's row locked
while it calls `refusal`. Requests and warm introductions live in apps above this one, so they are counted through
`alum.requests` and `alum.warm_introductions`.
"""

import zoneinfo
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.alumni.blocking import is_blocked
from apps.alumni.listed import Entry
from apps.alumni.models import AlumniProfile, Listing
from apps.clock import times
from apps.policy.models import Policy

PENDING = ("sent", "countered")  # the statuses of interviews.lifecycle.OPEN; a test keeps them the same
COUNTED = (*PENDING, "accepted")  # what the monthly cap counts
HELD = ("asked", "introduced")  # of a warm introduction, which takes a place as well; those of suggestions.models
ASKED = (*COUNTED, "declined", "expired", "withdrawn")  # what reached the alum, for the cooling-off


class Letter(Protocol):
    """What is asked here of a request to an alum, which is a row of an app above."""

    @property
    def pk(self) -> int: ...

    @property
    def sent_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an alum can be asked now, in words."""

    can_be_asked: bool
    text: str
    left: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """How an alum was asked so far: this month, ever, and how they answer."""

    this_month: int = 0
    times_asked: int = 0
    answered: int = 0
    accepted: int = 0
    answers_after: timedelta | None = None
    is_blocked: bool = False  # the student who looks may not ask again

    @property
    def habit(self) -> str:
        """How soon they reply, in words."""
        if not self.times_asked:
            return "New here, hasn’t been asked yet"
        if self.answers_after is None:
            return "Asked before, hasn’t replied yet"
        days = round(self.answers_after / timedelta(days=1))
        return "Replies the same day" if days < 1 else f"Replies in about {_counted(days, 'day')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# --- the month, in the office's zone ----------------------------------------------------------------------------------


def month_of(now: datetime, policy: Policy) -> tuple[datetime, datetime]:
    """Return the start and the end of the calendar month of `now` in the office's zone, as instants."""
    return _month(now, policy.time_zone)


@lru_cache(maxsize=8)  # a page asks it for every person it shows
def _month(now: datetime, zone_name: str) -> tuple[datetime, datetime]:
    zone = zoneinfo.ZoneInfo(zone_name)
    here = now.astimezone(zone)
    start = datetime(here.year, here.month, 1, tzinfo=zone)
    end = datetime(here.year + here.month // 12, here.month % 12 + 1, 1, tzinfo=zone)
    return start, end


def today(now: datetime, policy: Policy) -> date:
    return _day_of(now, policy.time_zone)


@lru_cache(maxsize=8)
def _day_of(now: datetime, zone_name: str) -> date:
    return now.astimezone(zoneinfo.ZoneInfo(zone_name)).date()


def _in_month(now: datetime, policy: Policy, prefix: str = "") -> Q:
    start, end = month_of(now, policy)
    return Q(
        **{f"{prefix}status__in": COUNTED, f"{prefix}sent_at__gte": start, f"{prefix}sent_at__lt": end},
    )


# --- how much room there is -------------------------------------------------------------------------------------------


def cap(alum: Entry, policy: Policy) -> int:
    """Return how many requests a month this alum takes: their own number, never above the office's."""
    return policy.alum_monthly_cap if alum.monthly_cap is None else min(alum.monthly_cap, policy.alum_monthly_cap)


def records(alumni: Iterable[Entry], now: datetime, policy: Policy, *, student: int = 0) -> dict[int, Record]:
    """Return {alum id: Record} for the alumni of one page, in one statement. `student`: the id of who would ask."""
    ids = [alum.pk for alum in alumni]
    if not ids:
        return {}
    start, end = month_of(now, policy)
    with connection.cursor() as cursor:
        cursor.execute(
            _filled_in(_RECORDS),
            [list(COUNTED), start, end, ids, list(ASKED), *_held(start, end), ids, student, ids],
        )
        return {pk: Record(*counts) for pk, *counts in cursor.fetchall()}


# Requests and introductions are rows of apps above, and an introduction that its student has followed by a request of
# the same month takes no second place.
_INTRODUCED = """
    SELECT i.alum_id FROM {introductions} i
    WHERE i.state = ANY(%s) AND i.asked_at >= %s AND i.asked_at < %s AND NOT EXISTS (
        SELECT FROM {requests} r WHERE r.alum_id = i.alum_id AND r.student_id = i.student_id
        AND r.status = ANY(%s) AND r.sent_at >= %s AND r.sent_at < %s)
"""
_RECORDS = """
    SELECT alum_id, sum(this_month)::int, sum(asked)::int, sum(answered)::int, sum(accepted)::int, max(after),
           bool_or(is_blocked)
    FROM (
        SELECT alum_id,
               count(*) FILTER (WHERE status = ANY(%s) AND sent_at >= %s AND sent_at < %s) AS this_month,
               count(*) AS asked,
               count(*) FILTER (WHERE status IN ('accepted', 'declined')) AS answered,
               count(*) FILTER (WHERE status = 'accepted') AS accepted,
               avg(answered_at - sent_at) AS after,
               false AS is_blocked
        FROM {requests} WHERE alum_id = ANY(%s) AND status = ANY(%s) GROUP BY alum_id
        UNION ALL
        SELECT alum_id, count(*), 0, 0, 0, NULL, false FROM ({introduced}) held WHERE alum_id = ANY(%s) GROUP BY alum_id
        UNION ALL
        SELECT alum_id, 0, 0, 0, 0, NULL, true FROM alumni_blockedstudent WHERE student_id = %s AND alum_id = ANY(%s)
    ) counted GROUP BY alum_id
"""
_FULL = """
    SELECT alum.id FROM alumni_alumniprofile alum JOIN (
        SELECT alum_id FROM {requests} WHERE status = ANY(%s) AND sent_at >= %s AND sent_at < %s
        UNION ALL {introduced}
    ) taken ON taken.alum_id = alum.id
    WHERE alum.listing = %s
    GROUP BY alum.id HAVING count(*) >= least(coalesce(alum.monthly_cap, %s), %s) ORDER BY alum.id
"""


def _held(start: datetime, end: datetime) -> list[Any]:
    return [list(HELD), start, end, list(COUNTED), start, end]


def _above(name: str) -> Any:
    """Return the model of an app above whose rows belong to an alum."""
    return AlumniProfile._meta.get_field(name).related_model


def _filled_in(statement: str) -> str:
    tables = {name: _above(of)._meta.db_table for name, of in _ABOVE.items()}
    return statement.format(introduced=_INTRODUCED.format(**tables), **tables)


_ABOVE = {"requests": "requests", "introductions": "warm_introductions"}


def places_left(
    alum: AlumniProfile,
    now: datetime,
    policy: Policy | None = None,
    *,
    apart_from: Letter | None = None,
    only_before: bool = False,
    student: User | None = None,
) -> int:
    """Return how many more requests this alum takes in the month of `now`; 0 while they pause.

    `apart_from`: a request that is not counted. `only_before`: those that leave after it are not counted either.
    `student`: whose own introduction to the alum takes no place from them.
    """
    policy = policy or Policy.now()
    if alum.pauses_on(today(now, policy)):
        return 0
    taken = _apart(alum.requests.filter(_in_month(now, policy)), apart_from)
    if apart_from and only_before:
        is_before = Q(sent_at__lt=apart_from.sent_at) | Q(sent_at=apart_from.sent_at, pk__lt=apart_from.pk)
        taken = taken.filter(is_before)
    places = taken.order_by().values("pk").union(_introduced(alum, now, policy, student), all=True)
    return max(cap(alum, policy) - places.count(), 0)


def _introduced(alum: AlumniProfile, now: datetime, policy: Policy, student: User | None) -> QuerySet[Any]:
    """Return the introductions that take a place of the alum’s month, but for those of this student."""
    start, end = month_of(now, policy)
    followed = alum.requests.filter(_in_month(now, policy), student=OuterRef("student"))
    held = _above("warm_introductions").objects.filter(alum=alum, state__in=HELD, asked_at__gte=start, asked_at__lt=end)
    held = held.exclude(Exists(followed)).order_by()
    return (held.exclude(student=student) if student else held).values("pk")


def _apart[Rows: QuerySet[Any]](requests: Rows, letter: Letter | None) -> Rows:
    """Return the requests without this one."""
    return requests.exclude(pk=letter.pk) if letter else requests


def places_left_of(alumni: Collection[AlumniProfile], now: datetime, policy: Policy | None = None) -> dict[int, int]:
    """Return {alum id: places left} for a whole page of alumni, in one query beside the policy."""
    policy = policy or Policy.now()
    found, day = records(alumni, now, policy), today(now, policy)
    return {
        alum.pk: 0 if alum.pauses_on(day) else max(cap(alum, policy) - found.get(alum.pk, Record()).this_month, 0)
        for alum in alumni
    }


def availability(alum: Entry, record: Record, now: datetime, policy: Policy) -> Availability:
    """Return whether `alum`, asked so far as `record` says, can be asked now, with the words for a page."""
    if alum.is_paused or record.is_blocked:  # a student who is blocked reads what everybody reads during a pause
        return Availability(False, "Paused for now. You can save this profile for later")
    if until := _pause_ends(alum, now, policy):
        return Availability(False, f"Paused until {times.short_day(until)}. You can save this profile for later")
    left = max(cap(alum, policy) - record.this_month, 0)
    month, again = (moment.date() for moment in month_of(now, policy))  # of the office, wherever the reader is
    if not left:
        return Availability(False, f"Fully booked for {times.month(month)}. Available again {times.short_day(again)}")
    return Availability(True, f"Open to {_counted(left, 'more conversation')} in {times.month(month)}", left)


def _pause_ends(alum: Entry, now: datetime, policy: Policy) -> date | None:
    """Return the day up to which the alum pauses, or None where no such day is ahead."""
    until = alum.paused_until
    return until if until is not None and today(now, policy) < until else None


def unavailable_ids(now: datetime, policy: Policy) -> list[int]:
    """Return the ids of listed alumni whose month is full; those who pause are found by their own columns."""
    (start, end), most = month_of(now, policy), policy.alum_monthly_cap
    with connection.cursor() as cursor:
        cursor.execute(
            _filled_in(_FULL), [list(COUNTED), start, end, *_held(start, end), str(Listing.LISTED), most, most]
        )
        return [pk for (pk,) in cursor.fetchall()]


# --- may this student ask? --------------------------------------------------------------------------------------------


def refusal(
    alum: AlumniProfile,
    student: User,
    now: datetime,
    policy: Policy | None = None,
    *,
    apart_from: Letter | None = None,
    only_before: bool = False,
) -> str | None:
    """Return the sentence that says why `student` cannot ask `alum` now, or None if nothing is in the way.

    Call it inside the transaction of the act, with the alum's row locked: it counts what is committed and one's own.
    `apart_from`: the request asked about, which is not counted itself. `only_before`: of the alum's month only what
    leaves before it is counted, so that of too many letters the last ones stay.
    """
    policy = policy or Policy.now()
    return (
        _not_listed(alum, student)
        or _pauses(alum, student, now, policy)
        or _full(alum, student, now, policy, apart_from, only_before)
        or _cools_off(alum, student, now, policy, apart_from)
        or _asks_enough(student, policy, apart_from)
    )


def is_listed(alum: AlumniProfile) -> bool:
    """Whether students find an alum, and the university lets them."""
    return alum.listing == Listing.LISTED and not alum.is_do_not_contact and not alum.is_deceased


def _not_listed(alum: AlumniProfile, student: User) -> str | None:
    if not is_listed(alum):
        return f"{alum.called} is no longer in the directory, so you can’t send a request."
    if alum.user_id is not None and alum.user_id == student.pk:
        return "This is your own profile."
    return None


def _pauses(alum: AlumniProfile, student: User, now: datetime, policy: Policy) -> str | None:
    if alum.is_paused or is_blocked(alum.pk, student.pk):
        return not_now(alum)
    if until := _pause_ends(alum, now, policy):
        return (
            f"{alum.first_name} isn’t taking requests until {times.short_day(until)}. Save this profile and check back."
        )
    return None


def not_now(alum: AlumniProfile) -> str:
    """Return what a student reads of an alum who pauses, and of one who has blocked them: it tells neither."""
    return f"{alum.first_name} isn’t taking requests right now. Save this profile and check back."


def _full(
    alum: AlumniProfile, student: User, now: datetime, policy: Policy, apart_from: Letter | None, only_before: bool
) -> str | None:
    if places_left(alum, now, policy, apart_from=apart_from, only_before=only_before, student=student):
        return None
    _, end = month_of(now, policy)
    again = times.short_day(end.date())
    return f"{alum.first_name} has reached this month’s limit. You can ask starting {again}."


def _cools_off(
    alum: AlumniProfile, student: User, now: datetime, policy: Policy, apart_from: Letter | None
) -> str | None:
    requests = _apart(alum.requests.filter(student=student, status__in=ASKED, sent_at__isnull=False), apart_from)
    last = requests.order_by("-sent_at", "-pk").values_list("status", "sent_at").first()
    status, sent_at = last or ("", None)
    if sent_at is None:
        return None
    if status in PENDING:
        return f"You’ve already asked {alum.first_name}. Wait for a reply."
    until = sent_at + timedelta(days=policy.cooling_off_days)
    if now >= until:
        return None
    before, again = today(sent_at, policy), today(until, policy)
    return (
        f"You asked {alum.first_name} on {times.short_day(before)}. To keep requests manageable, "
        f"you can ask again starting {times.full_date(again)}."
    )


def _asks_enough(student: User, policy: Policy, apart_from: Letter | None) -> str | None:
    if _apart(student.requests.filter(status__in=PENDING), apart_from).count() < policy.student_open_cap:
        return None
    return (
        f"You have {_counted(policy.student_open_cap, 'open request')}, the most you can have at once. "
        "Wait for a reply, or withdraw one."
    )
