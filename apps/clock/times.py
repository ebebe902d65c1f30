"""Say a moment as people do: "Thursday, November 12", "12:30 to 12:50 pm", "29 hours left. Due Friday at 3:52 pm".

It decides every word about time that a person reads, as the region of the office writes it (regions.py): the examples
here are those of en-US. An hour and its half hold together by a no-break space wherever they are shown; what leaves as
plain text (a mail, a calendar, a letter to copy) says them through `plain`. It stores nothing and asks no clock: `now`
is passed in. A `zone` is a ZoneInfo, a name like "America/Chicago", or None for the zone of the reader that the request
is in. Naive datetimes are refused with ValueError.
"""

import datetime as dt
import re
import zoneinfo

from django.utils import timezone

from apps.clock import regions
from apps.clock.zone_names import current

type Zone = dt.tzinfo | str | None

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800
MONTH, YEAR = 2_629_800, 31_557_600

_HELD = re.compile(rf"(?<=\d){regions.NO_BREAK}(?=[ap]\.?m\b)")

_TWICE = re.compile(r"(?<=[\s\u00a0])([ap]\.m\.)\.(?!\.)")

# Names that the last part of the zone does not tell.
CITIES = {
    "America/St_Johns": "St. John’s",
    "America/Port-au-Prince": "Port-au-Prince",
    "America/Sao_Paulo": "São Paulo",
    "America/Bogota": "Bogotá",
    "America/Cancun": "Cancún",
    "America/Asuncion": "Asunción",
    "Europe/Zurich": "Zürich",
    "UTC": "Universal",
    "Etc/UTC": "Universal",
}


def zone_of(zone: Zone) -> dt.tzinfo:
    """Return a ZoneInfo for a zone, its name, or None (the reader's)."""
    if zone is None or zone == "":
        return timezone.get_current_timezone()
    return zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone


def local_time(moment: dt.datetime, zone: Zone = None) -> dt.datetime:
    """Return an aware moment on the wall clock of `zone`. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a zone cannot be shown.")
    return moment.astimezone(zone_of(zone))


def local_date(moment: dt.date, zone: Zone = None) -> dt.date:
    """Return the day of a moment in `zone`; a plain date stays what it is."""
    return local_time(moment, zone).date() if isinstance(moment, dt.datetime) else moment


def day(moment: dt.date, zone: Zone = None) -> str:
    """Thursday, November 12."""
    date = local_date(moment, zone)
    comma = "," if regions.current().month_first else ""
    return f"{DAYS[date.weekday()]}{comma} {short_day(date)}"


def long_day(moment: dt.date, zone: Zone = None) -> str:
    """Thursday, November 12, 2026, for what may lie in another year."""
    return _with_year(day(moment, zone), local_date(moment, zone).year)


def full_date(moment: dt.date, zone: Zone = None) -> str:
    """November 12, 2026."""
    return _with_year(short_day(moment, zone), local_date(moment, zone).year)


def _with_year(text: str, year: int) -> str:
    return f"{text}, {year}" if regions.current().month_first else f"{text} {year}"


def short_day(moment: dt.date, zone: Zone = None) -> str:
    """November 12."""
    date = local_date(moment, zone)
    return _month_and_day(MONTHS[date.month - 1], date.day)


def brief_day(moment: dt.date, zone: Zone = None) -> str:
    """Nov 12, where there is little room."""
    date = local_date(moment, zone)
    return _month_and_day(MONTHS[date.month - 1][:3], date.day)


def _month_and_day(month: str, number: int) -> str:
    return f"{month} {number}" if regions.current().month_first else f"{number} {month}"


def month(moment: dt.date, zone: Zone = None) -> str:
    """November."""
    return MONTHS[local_date(moment, zone).month - 1]


def short_date(moment: dt.date, now: dt.datetime, zone: Zone = None) -> str:
    """November 12; with the year where it is not the year of now."""
    year = local_date(moment, zone).year
    return short_day(moment, zone) if year == local_date(now, zone).year else full_date(moment, zone)


def weekday(moment: dt.date, zone: Zone = None) -> str:
    """Thursday."""
    return DAYS[local_date(moment, zone).weekday()]


def first_weekday() -> int:
    """Return the day on which a week begins where the office is: 0 is Monday, 6 is Sunday."""
    return 6 if regions.current().sunday_first else 0


def days_span(first: dt.date, last: dt.date) -> str:
    """November 29 to December 5; within one month: December 6 to 12."""
    if (first.year, first.month) != (last.year, last.month):
        return f"{short_day(first)} to {short_day(last)}"
    if regions.current().month_first:
        return f"{short_day(first)} to {last.day}"
    return f"{first.day} to {short_day(last)}"


def day_name(moment: dt.date, now: dt.datetime, zone: Zone = None) -> str:
    """Say today, tomorrow, yesterday, or the day in full, with its year if that is another one; lower case."""
    date, today = local_date(moment, zone), local_date(now, zone)
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((date - today).days)
    return near or (day(date) if date.year == today.year else long_day(date))


def on_day(moment: dt.date, now: dt.datetime, zone: Zone = None) -> str:
    """Today, tomorrow, yesterday, or "on Thursday, November 12": for the middle of a sentence."""
    name = day_name(moment, now, zone)
    return name if name in ("today", "tomorrow", "yesterday") else f"on {name}"


def clock(moment: dt.datetime, zone: Zone = None) -> str:
    """3:52 pm; noon and midnight by their names."""
    time = local_time(moment, zone)
    return _named(time) or f"{_reading(time)}{_half(time)}"


def hour(written: str) -> str:
    """8:00 am, of "08:00": for an hour that is the same every day."""
    time = dt.datetime.combine(dt.date.min, dt.time.fromisoformat(written))
    return _named(time) or f"{_reading(time)}{_half(time)}"


def brief_clock(moment: dt.datetime, zone: Zone = None) -> str:
    """7 am; 7:30 am; noon: for the edge of a table, where there is little room."""
    return clock(moment, zone).replace(":00", "")


def reading(moment: dt.datetime, zone: Zone = None) -> str:
    """7 or 7:30, where the half of the day stands beside it."""
    return _reading(local_time(moment, zone)).removesuffix(":00")


def plain(text: str) -> str:
    """Return words with the blanks that a keyboard makes between hours and their halves, for where text is text."""
    return _HELD.sub(" ", text)


def one_stop(text: str) -> str:
    """Return words in which a sentence that ends with an hour ends once: "at 10:40 a.m.", as Canada writes it."""
    return _TWICE.sub(r"\1", text) if ".m.." in text else text


def _named(time: dt.datetime) -> str:
    """Return noon or midnight, of which nobody is sure whether they are am or pm."""
    return {(0, 0): "midnight", (12, 0): "noon"}.get((time.hour, time.minute), "")


def _reading(time: dt.datetime) -> str:
    return f"{time.hour % 12 or 12}:{time.minute:02}"


def _half(time: dt.datetime) -> str:
    return regions.current().halves[time.hour >= 12]


def span(start: dt.datetime, end: dt.datetime, zone: Zone = None) -> str:
    """12:30 to 12:50 pm; the half of the day is said once when it is the same."""
    first, last = local_time(start, zone), local_time(end, zone)
    if first.utcoffset() != last.utcoffset():  # the clocks change in between, so the second reading alone would mislead
        return f"{clock(start, zone)} to {clock(end, zone)}, after the clocks change"
    is_one_half = _half(first) == _half(last) and first.date() == last.date()
    if is_one_half and not _named(first) and not _named(last):
        return f"{_reading(first)} to {clock(end, zone)}"
    return f"{clock(start, zone)} to {clock(end, zone)}"


def when(
    start: dt.datetime, end: dt.datetime | None = None, zone: Zone = None, *, now: dt.datetime | None = None
) -> str:
    """Friday, November 13, 12:30 to 12:50 pm; with a zone, its name behind it; with `now`, "tomorrow" where it is."""
    name = day_name(start, now, zone) if now else day(start, zone)
    text = f"{name}, {span(start, end, zone) if end else clock(start, zone)}"
    return f"{text} {zone_name(zone)}" if zone else text


def city(zone: Zone) -> str:
    """Chicago, of America/Chicago; Kyiv, of Europe/Kiev: a city has its name of today."""
    key = current(getattr(zone, "key", None) or str(zone))
    if key in CITIES:
        return CITIES[key]
    parts = key.replace("_", " ").split("/")
    return f"{parts[-1]}, {parts[1]}" if len(parts) == 3 and parts[1] != "Argentina" else parts[-1]


def zone_name(zone: Zone) -> str:
    """Central Time, as people name the zone; else by its city: Dublin time."""
    return _zone_names(zone)[0]


def zone_short(zone: Zone) -> str:
    """CT, once the zone was spelled out; else by its city: Dublin time."""
    return _zone_names(zone)[1]


def _zone_names(zone: Zone) -> tuple[str, str]:
    key = current(getattr(zone, "key", None) or str(zone))
    by_city = f"{city(zone)} time"
    return regions.current().zones.get(key, (by_city, by_city))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def duration(length: dt.timedelta) -> str:
    """A length in one unit, whatever its sign: 40 minutes, 19 hours (to the nearest), 6 days, 11 weeks, 2 years."""
    s = abs(length.total_seconds())
    if s < MINUTE:
        return "less than a minute"
    if s < HOUR:
        return _count(int(s // MINUTE), "minute")
    if s < 2 * DAY:
        return _count(round(s / HOUR), "hour")
    if s < 2 * WEEK:
        return _count(int(s // DAY), "day")
    if s < 26 * WEEK:
        return _count(int(s // WEEK), "week")
    if s < 2 * YEAR:
        return _count(int(s // MONTH), "month")
    return _count(int(s // YEAR), "year")


def since(moment: dt.date, now: dt.datetime) -> str:
    """How long ago: 11 weeks. A plain date counts in whole days: today, 1 day, 6 days."""
    if isinstance(moment, dt.datetime):
        return duration(now - moment)
    days = (local_date(now) - moment).days
    return duration(dt.timedelta(days=days)) if abs(days) > 1 else {0: "today"}.get(days, "1 day")


def left(deadline: dt.datetime, now: dt.datetime, zone: Zone = None) -> str:
    """29 hours left. Due Friday at 3:52 pm; past it: 6 hours late."""
    if now >= deadline:
        return f"{duration(now - deadline)} late"
    return f"{duration(deadline - now)} left. Due {until(deadline, now, zone)}"


def until(moment: dt.datetime, now: dt.datetime, zone: Zone = None) -> str:
    """Today at 3:52 pm, tomorrow at 3:52 pm, Friday at 3:52 pm within six days; else November 27 at 3:52 pm.

    In lower case but for names.
    """
    days = (local_date(moment, zone) - local_date(now, zone)).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    name = near or (weekday(moment, zone) if abs(days) < 7 else short_date(moment, now, zone))
    return f"{name} at {clock(moment, zone)}"


def many_days(count: int) -> str:
    """A length that somebody set in days, as people say it: 30 days, 2 years."""
    years, rest = divmod(count, 365)
    return _count(years, "year") if years and not rest else f"{count:,} day{'' if count == 1 else 's'}"


def minutes(start: dt.datetime, end: dt.datetime) -> int:
    """Whole minutes between two moments, as a number."""
    return int((end - start).total_seconds() // MINUTE)


def hours(start: dt.datetime, end: dt.datetime) -> int:
    """Hours gone, to the nearest, as `duration` says them; none in the first, of which it tells the minutes."""
    s = (end - start).total_seconds()
    return round(s / HOUR) if s >= HOUR else 0


def ago(moment: dt.date, now: dt.datetime) -> str:
    """3 hours ago; yesterday; 6 days ago; within a minute: just now; from 14 days on the date: on November 3."""
    days = (local_date(now) - local_date(moment)).days
    if days >= 14:
        return f"on {short_date(moment, now)}"
    length = since(moment, now)
    if days == 1 and not length.endswith(("minute", "minutes", "hour")):
        return "yesterday"
    return {"less than a minute": "just now", "today": "today"}.get(length, f"{length} ago")


def midnight(date: dt.date, zone: Zone = None) -> dt.datetime:
    """The instant at which a date begins in `zone`, for comparing days with moments."""
    return dt.datetime.combine(date, dt.time.min, tzinfo=zone_of(zone))


def part_of_day(now: dt.datetime, zone: Zone = None) -> str:
    """Good morning, until noon; good afternoon, until six; good evening."""
    hour = local_time(now, zone).hour
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 18 else "Good evening"


def number(count: int) -> str:
    """A number inside a sentence, in figures, which are read faster; no for none."""
    return str(count) if count else "no"
