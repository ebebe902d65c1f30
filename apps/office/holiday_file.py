"""The holidays in a calendar file (.ics), as the office's own calendar or a public one exports it.

A holiday is a whole day: an event of several days is each of them, one that comes back each year is each year's, and
what has an hour is none. What lies in the past, or farther ahead than anybody plans, is left out. It stores nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Event

from apps.policy.models import Holiday
from apps.tables.records import Unreadable
from apps.web.fields import farthest
from apps.wording.text import one_line

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 2000
MOST_DAYS, LONGEST = 400, timedelta(days=62)
A_DAY = timedelta(days=1)
NAME_MAX = Holiday._meta.get_field("name").max_length
REPEATED = ("YEARLY", "MONTHLY")  # a holiday that comes every day is none, and takes long to count
OF_HOURS = {"BYHOUR", "BYMINUTE", "BYSECOND"}  # of a whole day they say nothing, and take as long
NO_CALENDAR = "We can’t read this calendar file. Export it as .ics (iCalendar) and try again."


@dataclass(frozen=True)
class Found:
    """The days of a file, the earliest first, and how many of its events were none."""

    days: list[tuple[date, str]]
    with_hours: int = 0


def read(content: bytes, today: date) -> Found:
    """Return the holidays of a calendar file from `today` on. Raises Unreadable with a sentence for the office."""
    if len(content) > MOST_BYTES:
        raise Unreadable("This file is larger than 1 MB. A calendar of holidays is much smaller.")
    try:
        events = [event for event in _events(content) if str(event.get("STATUS", "")).upper() != "CANCELLED"]
        holidays = [event for event in events if _is_of_days(event)]
        days = dict(reversed([*_days(_repeated(holidays[:MOST_EVENTS], today), today)]))
    except Exception as problem:  # two libraries read what anybody may have written
        raise Unreadable(NO_CALENDAR) from problem
    if len(days) > MOST_DAYS or len(events) > MOST_EVENTS:
        raise Unreadable(f"This file holds more than the holidays of two years: {MOST_DAYS} days are the most.")
    return Found(sorted(days.items()), with_hours=len(events) - len(holidays))


def _events(content: bytes) -> list[Event]:
    """Return every event that the file holds, of one calendar or several. Raises ValueError for what is none."""
    calendars = Calendar.from_ical(content.decode("utf-8-sig"), multiple=True)
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise ValueError(NO_CALENDAR)
    return [event for calendar in calendars for event in calendar.events]


def _is_of_days(event: Event) -> bool:
    return "DTSTART" in event and not isinstance(event.start, datetime)


def _repeated(events: Iterable[Event], today: date) -> Sequence[Event]:
    """Return each event from today on; one that repeats once for each time."""
    calendar = Calendar()
    for event in events:
        rule = event.get("RRULE")
        if rule is None or (rule.get("FREQ", [""])[0] in REPEATED and not OF_HOURS & {*map(str.upper, rule)}):
            calendar.add_component(event)
    return recurring_ical_events.of(calendar).between(today, farthest(today) + A_DAY)


def _days(events: Iterable[Event], today: date) -> Iterator[tuple[date, str]]:
    """Yield each day of each event with its name; the end of one is the day after its last (RFC 5545)."""
    for event in events:
        name = one_line(str(event.get("SUMMARY", "")))[:NAME_MAX] or "Holiday"
        day, end = event.start, max(min(event.end, event.start + LONGEST), event.start + A_DAY)
        while day < end:
            if today <= day <= farthest(today):
                yield day, name
            day += A_DAY
