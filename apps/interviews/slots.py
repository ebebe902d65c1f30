"""The start times that fit into offered windows: the plain list an alum chooses from (R66, R67, R207)."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from apps.accounts import times

STEP = timedelta(minutes=30)
LEAD = timedelta(hours=1)  # nobody is asked to talk sooner than this
MOST = 60  # a page of choices, not a calendar


@dataclass(frozen=True, order=True)
class Slot:
    """One conversation that could be: its two ends."""

    starts_at: datetime
    ends_at: datetime
    clash: str = field(default="", compare=False)  # with whom the reader talks then

    @property
    def value(self):
        """How a form names it."""
        return self.starts_at.strftime("%Y%m%dT%H%MZ")


def cut(windows, *, minutes, now):
    """Return the slots of `minutes` in `windows`, every half hour from the start of each, that still lie ahead."""
    length, found = timedelta(minutes=minutes), set()
    for window in windows:
        start = window.starts_at
        while start + length <= window.ends_at and len(found) < MOST:
            if start >= now + LEAD:
                found.add(Slot(start, start + length))
            start += STEP
    return sorted(found)


def named(slots, value):
    """Return the slot that a form names, or None if it is not offered (any more)."""
    return next((slot for slot in slots if slot.value == value), None)


def beside(slots, person, now, *, but=None):
    """Return the slots with the names of those with whom `person` talks then; shown, and never in the way (R69)."""
    rows = (
        person.taken_times.filter(during__endswith__gt=now).exclude(interview=but).select_related("interview__contact")
    )
    taken = [(row.interview.contact.name, row.during) for row in rows.order_by("pk")]
    return [replace(slot, clash=_clash(slot, taken)) for slot in slots]


def _clash(slot, taken):
    return next((name for name, at in taken if slot.starts_at < at.upper and at.lower < slot.ends_at), "")


def by_day(slots, zone):
    """Group slots by the day of the reader's zone, for the headings of the list."""
    return [
        (day, list(group)) for day, group in groupby(slots, key=lambda slot: times.local_date(slot.starts_at, zone))
    ]


def last_start(windows, *, minutes):
    """Return the last moment at which one of the windows can still be used, or None without windows."""
    return max(window.ends_at for window in windows) - timedelta(minutes=minutes) if windows else None
