"""Eight in the morning, all over the world: when a day begins for a reminder, and when digests gather.

PostgreSQL never reckons in local time (reliability.md 5): which mornings have begun is worked out here, for every zone
there is, and handed to a query as a few groups of zones.
"""

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from functools import cache

from django.db.models import Q

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
    groups = _grouped(lambda one: begun_day(now, one))
    return _any({f"{zone}__in": names, f"{date}__range": (day - not_before, day)} for day, names in groups.items())


def since_morning(now, moment, zone, *, weekday=None):
    """Return the condition that an eight o'clock has passed since a row's moment, where its person is."""
    groups = _grouped(lambda one: last_morning(now, one, weekday=weekday))
    return _any({f"{zone}__in": names, f"{moment}__lte": at} for at, names in groups.items())


def _grouped(answer):
    """Return answer -> names of the zones with this answer."""
    groups = {}
    for name, zone in _zones():
        groups.setdefault(answer(zone), []).append(name)
    return groups


def _any(conditions):
    found = Q(pk=None)
    for one in conditions:
        found |= Q(**one)
    return found


@cache
def _zones():
    return [(name, zoneinfo.ZoneInfo(name)) for name in sorted(zoneinfo.available_timezones())]
