"""When the office is at work: Monday to Friday from nine to five in its own zone, but for its holidays.

It decides what "one working day" means, everywhere; who has to do what in it, the rooms above say.
"""

import zoneinfo
from collections.abc import Container
from datetime import date, datetime, time, timedelta

from apps.policy.models import Holiday, Policy

OPENS, CLOSES = time(9), time(17)
A_DAY = timedelta(days=1)


def one_working_day(now: datetime) -> datetime:
    """Return the same hour of the office's next working day, after the office can first have seen it."""
    here = now.astimezone(zoneinfo.ZoneInfo(Policy.now().time_zone))
    holidays = days_off(here.date())
    seen = _at_work(here, holidays)
    return datetime.combine(_open_day(seen.date() + A_DAY, holidays), seen.time(), tzinfo=seen.tzinfo)


def days_off(first: date) -> frozenset[date]:
    """Return the office's holidays from a day on."""
    return frozenset(Holiday.objects.filter(on__gte=first).values_list("on", flat=True))


def _at_work(moment: datetime, holidays: Container[date]) -> datetime:
    """Return the first moment from this one on at which the office is open."""
    today, hour = moment.date(), moment.time()
    first = _open_day(today if hour < CLOSES else today + A_DAY, holidays)
    return datetime.combine(first, max(hour, OPENS) if first == today else OPENS, tzinfo=moment.tzinfo)


def _open_day(day: date, holidays: Container[date]) -> date:
    """Return the first day from this one on that is neither a weekend's nor a holiday."""
    while day.weekday() >= 5 or day in holidays:
        day += A_DAY
    return day
