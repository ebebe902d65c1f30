"""Which moments a time that repeats stands for: by the coach's own clock, day by day (reliability.md 5).

An hour that the clocks leave out that day is no time; one that comes twice is its first. Holidays of the office and
what lies behind are skipped. It writes nothing.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.clock import times
from apps.clock.local_times import Ambiguous, resolve
from apps.practice.models import Series

MOST = 200  # in one offer
type Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Spans:
    """The times of an offer, in order, and the days on which there are none because the office is closed."""

    spans: list[Span]
    closed: list[date]


def spans_of(series: Series, *, now: datetime, closed: Container[date]) -> Spans:
    """Return the times that a series stands for from `now` on."""
    days = list(_days(series))
    shut = [day for day in days if day in closed]
    found = [span for day in days if day not in closed for span in _of_day(series, day) if span[0] > now]
    return Spans(found, shut)


def _days(series: Series) -> Iterator[date]:
    day = series.from_on
    while day <= series.until_on:
        if day.weekday() in series.weekdays:
            yield day
        day += timedelta(days=1)


def _of_day(series: Series, day: date) -> Iterator[Span]:
    """Yield the times of one day: as many as fit between the two readings of the clock."""
    length = timedelta(minutes=series.minutes)
    reading, last = datetime.combine(day, series.begins), datetime.combine(day, series.ends)
    while reading + length <= last:
        if moment := _moment(day, reading.time(), series.zone):
            yield moment, moment + length
        reading += length


def _moment(day: date, reading: time, zone: str) -> datetime | None:
    try:
        return resolve(day, reading, zone)
    except Ambiguous as question:
        shown = [choice.at for choice in question.choices if times.local_time(choice.at, zone).time() == reading]
        return shown[0] if shown else None
