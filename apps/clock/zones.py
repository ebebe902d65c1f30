"""The time zones somebody may choose, by part of the world, each with its city and what its clock says now."""

import zoneinfo
from datetime import datetime
from functools import cache

from apps.clock import times, zone_names

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


def choices(own: str, now: datetime) -> Options:
    """The options of a select: first to follow the device, then every place with its time, in groups."""
    follow = f"As my device says (now {_with_clock(own, now)})"
    groups = [(PARTS[part], [(name, _with_clock(name, now)) for name in names]) for part, names in _by_part().items()]
    is_listed = any(own == name for _, names in groups for name, _ in names)
    return [("", follow), *([] if is_listed else [(own, _with_clock(own, now))]), *groups]


def places(own: str = "") -> Options:
    """The options of a select for where somebody else lives; an older spelling of `own` stays to be chosen."""
    groups = [(PARTS[part], [(name, times.city(name)) for name in names]) for part, names in _by_part().items()]
    is_listed = any(own == name for _, names in groups for name, _ in names)
    return [*([] if is_listed or not own else [(own, times.city(own))]), *groups]


def _with_clock(name: str, now: datetime) -> str:
    return f"{times.city(name)}, {times.clock(now, name)}"


def is_known(name: str) -> bool:
    return name in zoneinfo.available_timezones()
