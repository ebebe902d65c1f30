"""Moments and numbers in words, no `load` needed: {{ talk.starts_at|day }}. The words are those of times.py."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.clock import regions, times

register = template.Library()

for _words in (
    times.day,
    times.long_day,
    times.full_date,
    times.short_day,
    times.brief_day,
    times.month,
    times.short_date,
    times.weekday,
    times.clock,
    times.hour,
    times.day_name,
    times.on_day,
    times.since,
    times.left,
    times.until,
    times.duration,
    times.many_days,
    times.ago,
    times.city,
    times.zone_name,
    times.zone_short,
    regions.spelled,
):
    register.filter(_words.__name__, _words)


@register.filter
def dated(moment: date) -> str:
    """{{ talked_at|dated }}: November 12; with the year where it is not this one."""
    return times.short_date(moment, timezone.now())


@register.filter
def machine(moment: datetime) -> str:
    """{{ now|machine }}: 2026-11-12T10:40:00-06:00, for a datetime attribute, which takes no more than thousandths."""
    return times.local_time(moment).isoformat(timespec="seconds")


@register.filter
def to(start: datetime, end: datetime) -> str:
    """{{ start|to:end }}: 12:30 to 12:50 pm."""
    return times.span(start, end)


@register.filter
def days_span(first: date, last: date) -> str:
    """{{ first|days_span:last }}: November 29 to December 5."""
    return times.days_span(first, last)


@register.simple_tag
def when(
    start: datetime,
    end: datetime | None = None,
    zone: ZoneInfo | str | None = None,
    now: datetime | None = None,
) -> SafeString:
    """{% when start end zone %}: Friday, November 13, 12:30 to 12:50 pm Central Time, in a <time>."""
    return format_html(
        '<time datetime="{}">{}</time>',
        times.local_time(start, zone).isoformat(timespec="seconds"),
        times.when(start, end, zone, now=now),
    )


@register.simple_tag
def at_place(moment: datetime, zone: ZoneInfo | str) -> str:
    """{% at_place moment zone %}: the clock in another zone: 9:00 am; where it is another day there, 9:00 am Friday."""
    clock = times.clock(moment, zone)
    is_same = times.local_date(moment, zone) == times.local_date(moment)
    return clock if is_same else f"{clock} {times.weekday(moment, zone)}"


@register.simple_tag
def region_code() -> str:
    """{% region_code %}: en-US, for <html lang>."""
    return regions.current().code


@register.simple_tag
def greeting(now: datetime) -> str:
    """{% greeting now %}: Good morning."""
    return times.part_of_day(now)


@register.filter
def in_words(number: int) -> str:
    """A number that begins a sentence: 3; No."""
    return times.number(number).capitalize()
