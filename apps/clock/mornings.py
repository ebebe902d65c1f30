"""Eight in the morning, all over the world: when a day begins for a reminder, and when digests gather.

PostgreSQL never reckons in local time (reliability.md 5): which mornings have begun is worked out here, for every zone
there is, and handed to a query as a few groups of zones.
"""

import zoneinfo
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache, reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, TextField, Value

EIGHT = time(8)

type Groups[T] = Iterable[tuple[T, list[str]]]  # an answer, and the names of the zones that give it


def morning(day: date, zone: tzinfo) -> datetime:
    """Return eight o'clock of `day` in `zone`, as a UTC instant."""
    return datetime.combine(day, EIGHT, tzinfo=zone).astimezone(UTC)


def begun_day(now: datetime, zone: tzinfo) -> date:
    """Return the last day whose morning has begun in `zone` at `now`."""
    local = now.astimezone(zone)
    return local.date() if local.time() >= EIGHT else local.date() - timedelta(days=1)


def last_morning(now: datetime, zone: tzinfo, *, weekday: int | None = None) -> datetime:
    """Return the last eight o'clock in `zone` up to `now`; with a weekday (0 is Monday), of that weekday."""
    day = begun_day(now, zone)
    back = 0 if weekday is None else (day.weekday() - weekday) % 7
    return morning(day - timedelta(days=back), zone)


def next_morning(after: datetime, zone: tzinfo, *, weekday: int | None = None) -> datetime:
    """Return the first eight o'clock in `zone` after an instant; with a weekday, of that weekday."""
    day = begun_day(after, zone) + timedelta(days=1)
    ahead = 0 if weekday is None else (weekday - day.weekday()) % 7
    return morning(day + timedelta(days=ahead), zone)


def days_begun(now: datetime, date: str, zone: str, *, not_before: timedelta) -> Q:
    """Return the condition that a row's day has begun where its person is, `not_before` (a length) ago at most."""
    groups = _days(now)
    return _any(_lies_in(zone, names) & Q(**{f"{date}__range": (day - not_before, day)}) for day, names in groups)


def since_morning(now: datetime, moment: str, zone: str, *, weekday: int | None = None) -> Q:
    """Return the condition that an eight o'clock has passed since a row's moment, where its person is."""
    groups = _mornings(now, weekday)
    return _any(_lies_in(zone, names) & Q(**{f"{moment}__lte": at}) for at, names in groups)


def in_hours(now: datetime, start: str, end: str, zone: str) -> Q:
    """Return the condition that it is between two times of day of a row (over midnight, too) where its person is."""
    return _any(_lies_in(zone, names) & _between(start, end, local) for local, names in _clocks(now))


def _between(start: str, end: str, local: time) -> Q:
    begun, not_over = Q(**{f"{start}__lte": local}), Q(**{f"{end}__gt": local})
    return Q(**{f"{start}__lt": F(end)}) & begun & not_over | Q(**{f"{start}__gt": F(end)}) & (begun | not_over)


@lru_cache(maxsize=4)
def _clocks(now: datetime) -> Groups[time]:
    return _grouped(lambda zone: now.astimezone(zone).time())


@lru_cache(maxsize=4)  # a sweep asks several times about one moment
def _days(now: datetime) -> Groups[date]:
    return _grouped(lambda zone: begun_day(now, zone))


@lru_cache(maxsize=4)
def _mornings(now: datetime, weekday: int | None) -> Groups[datetime]:
    return _grouped(lambda zone: last_morning(now, zone, weekday=weekday))


def _grouped[T](answer: Callable[[tzinfo], T]) -> Groups[T]:
    """Return (answer, names of the zones with this answer) for every answer there is."""
    groups: dict[T, list[str]] = {}
    for name, zone in _zones():
        groups.setdefault(answer(zone), []).append(name)
    return groups.items()


def _lies_in(zone: str, names: list[str]) -> Q:
    """The zone is one of `names`: one array, for the names are many and the sweep asks every half minute."""
    array = Value(names, output_field=ArrayField(TextField()))
    is_one = Func(F(zone), array, arg_joiner=" = ANY(", template="(%(expressions)s))", output_field=BooleanField())
    return Q(is_one)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


@cache
def _zones() -> list[tuple[str, zoneinfo.ZoneInfo]]:
    return [(name, zoneinfo.ZoneInfo(name)) for name in sorted(zoneinfo.available_timezones())]
