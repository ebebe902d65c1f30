"""The time zones somebody may choose, by part of the world, each with its city and what its clock says now."""

import zoneinfo
from collections.abc import Callable
from datetime import datetime
from functools import cache

from apps.clock import regions, times, zone_names

type Option = tuple[str, str]
type Options = list[tuple[str, str | list[Option]]]  # of a select: plain, or a group of them

PARTS = {
    "America": "The Americas",
    "Europe": "Europe",
    "Africa": "Africa",
    "Asia": "Asia",
    "Australia": "Australia",
    "Pacific": "The Pacific",
    "Atlantic": "The Atlantic",
    "Indian": "The Indian Ocean",
    "Antarctica": "Antarctica",
}


@cache
def _by_part() -> dict[str, list[str]]:
    """Return the zones that are named after a place: {"America": ["America/Adak", ...], ...}."""
    known = sorted(zone_names.places(), key=lambda name: times.city(name))
    return {part: [name for name in known if name.startswith(f"{part}/")] for part in PARTS}


NEAR = {  # the zones of the office's own region, offered before the long list
    "en-US": "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage "
    "Pacific/Honolulu",
    "en-CA": "America/St_Johns America/Halifax America/Toronto America/Winnipeg America/Edmonton America/Vancouver",
    "en-GB": "Europe/London Europe/Dublin",
}


def choices(own: str, now: datetime) -> Options:
    """The options of a select: first to follow the device, then every place with its time, in groups."""
    follow = f"As my device says (now {_with_clock(own, now)})"
    return [("", follow), *_every(lambda name: _with_clock(name, now), own)]


def choices_of_office(own: str, reader: str, now: datetime) -> Options:
    """The options of a select for the office's zone: first where the reader is, as their browser told."""
    here = [] if own == reader else [(reader, f"Where you are: {_with_clock(reader, now)}")]
    return [*here, *_every(lambda name: _with_clock(name, now), own)]


def every_place() -> Options:
    """The options of a select that offers its own zones before these: every place, by part of the world."""
    return [(PARTS[part], [(name, times.city(name)) for name in names]) for part, names in _by_part().items()]


def places(own: str = "") -> Options:
    """The options of a select for where somebody else lives; an older spelling of `own` stays to be chosen."""
    return _every(times.city, own)


def _every(say: Callable[[str], str], own: str) -> Options:
    """Return the zones near the office by name, then every other in its part of the world, by what `say` makes of it.

    Each stands there once, so that a browser marks one as chosen; `own` is added where it is an older spelling.
    """
    region = regions.current()
    near = NEAR[region.code].split()
    groups: Options = [(region.name, [(name, _named(name, say(name))) for name in near])]
    for part, names in _by_part().items():
        groups.append((PARTS[part], [(name, say(name)) for name in names if name not in near]))
    is_listed = own in near or any(own in names for names in _by_part().values())
    return [*([] if is_listed or not own else [(own, say(own))]), *groups]


def _named(name: str, place: str) -> str:
    """Return “Central Time, Chicago, 10:40 am”; where people name the zone by its place, only that."""
    zone = times.zone_name(name)
    return place if zone.startswith(times.city(name)) else f"{zone}, {place}"


def _with_clock(name: str, now: datetime) -> str:
    return f"{times.city(name)}, {times.clock(now, name)}"


def is_place(name: str) -> bool:
    """Whether people live by a zone: those of a place are, old names too; UTC, GMT+5 or EST5EDT are not."""
    return name in zoneinfo.available_timezones() and zone_names.current(name) in zone_names.places()
