"""One moment on two clocks: what the student reads and what the other person reads."""

from datetime import datetime, tzinfo
from typing import Protocol

from apps.clock import times
from apps.clock.local_times import hours_between


class Span(Protocol):
    """From one moment to another."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


def reads_the_same(moment: datetime, zone: tzinfo | str, other: tzinfo | str) -> bool:
    """Whether the clocks of two zones show the same at a moment."""
    return times.local_time(moment, zone).utcoffset() == times.local_time(moment, other).utcoffset()


def on_both_clocks(moment: datetime, zone: tzinfo | str, own: tzinfo | str) -> str:
    theirs = f"{times.day(moment, zone)}, {times.clock(moment, zone)} {times.zone_name(zone)}"
    if reads_the_same(moment, zone, own):
        return theirs
    is_same_day = times.local_date(moment, zone) == times.local_date(moment, own)
    mine = times.clock(moment, own) if is_same_day else f"{times.weekday(moment, own)}, {times.clock(moment, own)}"
    return f"{theirs} ({mine} for you)"


def theirs(window: Span, zone: tzinfo | str, other: tzinfo | str) -> str:
    """Return the time on the other's clock, or nothing where both clocks show the same."""
    if reads_the_same(window.starts_at, zone, other):
        return ""
    span = times.span(window.starts_at, window.ends_at, other)
    if times.local_date(window.starts_at, zone) != times.local_date(window.starts_at, other):
        return f"{times.weekday(window.starts_at, other)}, {span}"
    return span


def apart(own: times.Zone, other: times.Zone, at: datetime) -> str:
    """You’re on Central Time. Dublin is 6 hours ahead: whose clock is meant, and how far the other’s is from it."""
    hours, here, city = hours_between(own, other, at), f"You’re on {times.zone_name(own)}.", times.city(str(other))
    if not hours:
        return f"{here} It’s the same time in {city}."
    return f"{here} {city} is {spoken_hours(abs(hours))} {'ahead' if hours > 0 else 'behind'}."


def spoken_hours(hours: float) -> str:
    """Six hours; 11 hours and 45 minutes; 30 minutes: in figures where there are minutes."""
    whole, minutes = divmod(round(hours * 60), 60)
    if not minutes:
        return f"{times.number(whole)} hour{'' if whole == 1 else 's'}"
    said = f"{whole} hour{'' if whole == 1 else 's'} and " if whole else ""
    return f"{said}{minutes} minutes"
