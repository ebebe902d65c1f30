"""Eight in the morning, all over the world: when a day begins for a reminder, and when digests gather.

PostgreSQL never reckons in local time (reliability.md 5): which mornings have begun is worked out here, for every zone
there is, and handed to a query as a few groups of zones.
"""

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache, reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, TextField, Value

EIGHT = time(8)


def morning(day, zone):
    """Return eight o'clock of `day` in `zone`, as a UTC instant."""
    return datetime.combine(day, EIGHT, tzinfo=zone).astimezone(UTC)


def begun_day(now, zone):
    """Return the last day whose morning has begun in `zone` at `now`."""
    local = now.astimezone(zone)
    return local.date() if local.time() >= EIGHT else local.date() - timedelta(days=1)


def last_morning(now, zone, *, weekday=None):
    """Return the last eight o'clock in `zone` up to `now`; with a weekday (0 is Monday), of that weekday."""
    day = begun_day(now, zone)
    back = 0 if weekday is None else (day.weekday() - weekday) % 7
    return morning(day - timedelta(days=back), zone)


def next_morning(after, zone, *, weekday=None):
    """Return the first eight o'clock in `zone` after an instant; with a weekday, of that weekday."""
    day = begun_day(after, zone) + timedelta(days=1)
    ahead = 0 if weekday is None else (weekday - day.weekday()) % 7
    return morning(day + timedelta(days=ahead), zone)


def days_begun(now, date, zone, *, not_before):
    """Return the condition that a row's day has begun where its person is, `not_before` (a length) ago at most."""
    groups = _days(now)
    return _any(_lies_in(zone, names) & Q(**{f"{date}__range": (day - not_before, day)}) for day, names in groups)


def since_morning(now, moment, zone, *, weekday=None):
    """Return the condition that an eight o'clock has passed since a row's moment, where its person is."""
    groups = _mornings(now, weekday)
    return _any(_lies_in(zone, names) & Q(**{f"{moment}__lte": at}) for at, names in groups)


def in_hours(now, start, end, zone):
    """Return the condition that it is between two times of day of a row (over midnight, too) where its person is."""
    return _any(_lies_in(zone, names) & _between(start, end, local) for local, names in _clocks(now))


def _between(start, end, local):
    begun, not_over = Q(**{f"{start}__lte": local}), Q(**{f"{end}__gt": local})
    return Q(**{f"{start}__lt": F(end)}) & begun & not_over | Q(**{f"{start}__gt": F(end)}) & (begun | not_over)


@lru_cache(maxsize=4)
def _clocks(now):
    return _grouped(lambda one: now.astimezone(one).time())


@lru_cache(maxsize=4)  # a sweep asks several times about one moment
def _days(now):
    return _grouped(lambda one: begun_day(now, one))


@lru_cache(maxsize=4)
def _mornings(now, weekday):
    return _grouped(lambda one: last_morning(now, one, weekday=weekday))


def _grouped(answer):
    """Return (answer, names of the zones with this answer) for every answer there is."""
    groups = {}
    for name, zone in _zones():
        groups.setdefault(answer(zone), []).append(name)
    return groups.items()


def _lies_in(zone, names):
    """The zone is one of `names`: one array, for the names are many and the sweep asks every half minute."""
    array = Value(names, output_field=ArrayField(TextField()))
    is_one = Func(F(zone), array, arg_joiner=" = ANY(", template="(%(expressions)s))", output_field=BooleanField())
    return Q(is_one)


def _any(conditions):
    return reduce(or_, conditions)


@cache
def _zones():
    return [(name, zoneinfo.ZoneInfo(name)) for name in sorted(zoneinfo.available_timezones())]
