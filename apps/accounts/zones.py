"""The time zones somebody may choose, by part of the world, each with its city and what its clock says now."""

import zoneinfo
from functools import cache

from apps.accounts import times

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
def _by_part():
    """Return the zones that are named after a place: {"America": ["America/Adak", ...], ...}."""
    known = sorted(zoneinfo.available_timezones(), key=lambda name: times.city(name))
    return {part: [name for name in known if name.startswith(f"{part}/")] for part in PARTS}


def choices(person, now):
    """The options of a select: first to follow the device, then every place with its time, in groups."""
    follow = f"As my device says (now {_said(person.time_zone, now)})"
    groups = [(PARTS[part], [(name, _said(name, now)) for name in names]) for part, names in _by_part().items()]
    listed = {name for _, names in groups for name, _ in names}
    own = [] if person.time_zone in listed else [(person.time_zone, _said(person.time_zone, now))]
    return [("", follow), *own, *groups]


def _said(name, now):
    return f"{times.city(name)}, {times.clock(now, name)}"


def is_known(name):
    return name in zoneinfo.available_timezones()
