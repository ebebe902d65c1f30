"""Who reads for a coach who is away, by the day at the office. What is moved then: apps.interviews.asking.away."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.sharing.models import Away
from apps.policy.models import Policy

A_DAY = timedelta(days=1)


def today(now: datetime) -> date:
    """Return the day at the office."""
    return times.local_date(now, Policy.now().time_zone)


@dataclass(frozen=True)
class Reader:
    """Who reads a request now. `away`: the days on which their own coach does not."""

    coach: User | None
    away: Away | None
    days: Away | None = None  # on which their own coach reads nothing, although nobody could be found instead

    @property
    def is_released(self) -> bool:
        return self.away is not None and self.away.is_released


def reader_of(student: User, now: datetime) -> Reader:
    """Return who reads a student's requests now: their coach, or who stands in and is there."""
    coach = student.student_profile.coach
    away = away_now(coach, now)
    if coach is None or away is None:
        return Reader(coach, None)
    if away.is_released:
        return Reader(coach, away)
    stand_in = away.stand_in
    if stand_in is None or not can_read(stand_in, now):
        return Reader(coach, None, away)
    return Reader(stand_in, away)


def stand_in_of(coach: User | None, reader: Reader) -> User | None:
    """Return who reads instead of this coach now; nobody where the coach is there, or nobody reads."""
    other = reader.coach
    return other if coach is not None and other is not None and other.pk != coach.pk else None


def away_now(coach: User | None, now: datetime) -> Away | None:
    """Return the absence of a coach today; the office's zone is asked only where one is near."""
    if coach is None:
        return None
    near = Away.objects.filter(
        coach=coach, ended_at=None, from_on__lte=(now + A_DAY).date(), until_on__gte=(now - A_DAY).date()
    )
    rows = list(near.select_related("coach", "stand_in").order_by("from_on"))
    return next((row for row in rows if row.from_on <= today(now) <= row.until_on), None)


def can_read(stand_in: User, now: datetime) -> bool:
    """Whether somebody coaches, and is not away themselves."""
    return stand_in.is_active and stand_in.is_coach and not Away.objects.on(today(now)).filter(coach=stand_in).exists()
