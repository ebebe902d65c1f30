"""When the office is at work: its opening hours of each weekday in its own zone, but for its holidays.

It decides what "one working day" means, everywhere, and how long something has waited in hours at work; who has to do
what in it, the rooms above say.
"""

import zoneinfo
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from apps.clock.regions import spelled
from apps.policy.models import Holiday, Policy

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
LONGEST = timedelta(days=60)  # beyond it nobody counts hours
type Hours = Sequence[tuple[time, time] | None]


def one_working_day(now: datetime) -> datetime:
    """Return the same hour of the office's next working day, after the office can first have seen it.

    Where the office is not open at that hour of that day, it is when it opens, or closes.
    """
    return office_hours(now).one_working_day(now)


def days_off(first: date) -> frozenset[date]:
    """Return the office's holidays from a day on."""
    return frozenset(Holiday.objects.filter(on__gte=first).values_list("on", flat=True))


@dataclass(frozen=True)
class OfficeHours:
    """The opening hours and holidays of the office, asked once for all that is reckoned with them."""

    zone: tzinfo
    hours: Hours
    holidays: Container[date]

    def one_working_day(self, now: datetime) -> datetime:
        """See `one_working_day`."""
        seen = self._at_work(now.astimezone(self.zone))
        day, (opens, closes) = next(self._days(seen.date() + A_DAY))
        return datetime.combine(day, min(max(seen.time(), opens), closes), tzinfo=self.zone)

    def _at_work(self, moment: datetime) -> datetime:
        """Return the first moment from this one on at which the office is open."""
        for day, (opens, closes) in self._days(moment.date()):
            if day > moment.date():
                return datetime.combine(day, opens, tzinfo=self.zone)
            if moment.time() < closes:
                return datetime.combine(day, max(moment.time(), opens), tzinfo=self.zone)
        raise ValueError("An office opens again.")

    def _days(self, first: date) -> Iterator[tuple[date, tuple[time, time]]]:
        """Yield the days on which the office opens, with its hours."""
        while True:
            hours = self.hours[first.weekday()]
            if hours is not None and first not in self.holidays:
                yield first, hours
            first += A_DAY

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Return how long the office was open between two moments; of the last 60 days at most."""
        since = max(since, until - LONGEST)
        open_for = timedelta()
        for day, (opens, closes) in self._days(since.astimezone(self.zone).date()):
            begin, end = (datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC) for at in (opens, closes))
            if begin >= until:
                return open_for
            open_for += max(min(end, until) - max(begin, since), timedelta())
        return open_for

    def age(self, since: datetime, now: datetime) -> str:
        """Say how long something has waited while the office was open: 5 business hours, less than a business hour."""
        hours = self.between(since, now) // AN_HOUR
        if hours < 1:
            return spelled("less than one business hour")
        return spelled("1 business hour") if hours == 1 else f"{hours} {spelled('business hours')}"


def office_hours(since: datetime) -> OfficeHours:
    """Return the office's hours, with the holidays from the day of a moment on."""
    policy = Policy.now()
    zone = zoneinfo.ZoneInfo(policy.time_zone)
    hours = policy.hours if any(policy.hours) else Policy().hours  # an office that never opens would never answer
    return OfficeHours(zone, hours, days_off(since.astimezone(zone).date()))
