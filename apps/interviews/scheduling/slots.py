"""The start times that fit into offered windows: the plain list an alum chooses from (R66, R67, R207)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice

from psycopg.types.range import Range

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle.models import Interview, ParticipantTime, TimeWindow

type Offer = tuple[datetime, datetime, str]  # from, until, and the zone in which it was written

STEP = timedelta(minutes=30)
LEAD = timedelta(hours=1)  # nobody is asked to talk sooner than this
MOST = 60  # in one window: a day of choices, not a calendar


@dataclass(frozen=True, order=True)
class Slot:
    """One conversation that could be: its two ends."""

    starts_at: datetime
    ends_at: datetime
    clash: str = field(default="", compare=False)  # with whom the reader talks then

    @property
    def value(self) -> str:
        """How a form names it."""
        return self.starts_at.strftime("%Y%m%dT%H%MZ")

    def meets(self, during: Range[datetime]) -> bool:
        """Whether it overlaps a range; to begin where that ends is no overlap."""
        begins_before_its_end = during.upper is None or self.starts_at < during.upper
        return begins_before_its_end and (during.lower is None or during.lower < self.ends_at)


def cut(windows: Iterable[TimeWindow], *, minutes: int, now: datetime) -> list[Slot]:
    """Return the slots of `minutes` in `windows`, every half hour from the start of each, that still lie ahead."""
    length = timedelta(minutes=minutes)
    return sorted({slot for window in windows for slot in islice(_within(window, length, now + LEAD), MOST)})


def _within(window: TimeWindow, length: timedelta, earliest: datetime) -> Iterator[Slot]:
    start = window.starts_at
    while start + length <= window.ends_at:
        if start >= earliest:
            yield Slot(start, start + length)
        start += STEP


def named(slots: Iterable[Slot], value: str) -> Slot | None:
    """Return the slot that a form names, or None if it is not offered (any more)."""
    return next((slot for slot in slots if slot.value == value), None)


def free(slots: list[Slot], people: Iterable[int | None], now: datetime, *, but: Interview | None = None) -> list[Slot]:
    """Return the slots in which none of `people` talks with somebody already; `but` is the talk that would move."""
    rows = ParticipantTime.objects.filter(person__in=people, during__endswith__gt=now).exclude(interview=but)
    taken = list(rows.order_by("pk").values_list("during", flat=True)) if slots else []
    return [slot for slot in slots if not any(slot.meets(at) for at in taken)]


def beside(slots: list[Slot], person: User, now: datetime, *, but: Interview | None = None) -> list[Slot]:
    """Return the slots with the names of those with whom `person` talks then; shown, and never in the way (R69)."""
    rows = (
        person.taken_times.filter(during__endswith__gt=now).exclude(interview=but).select_related("interview__contact")
    )
    taken = [(row.interview.contact.name, row.during) for row in rows.order_by("pk")]
    return [replace(slot, clash=_clash(slot, taken)) for slot in slots]


def _clash(slot: Slot, taken: Iterable[tuple[str, Range[datetime]]]) -> str:
    return next((name for name, at in taken if slot.meets(at)), "")


def by_day(slots: Iterable[Slot], zone: times.Zone) -> list[tuple[date, list[Slot]]]:
    """Group slots by the day of the reader's zone, for the headings of the list."""
    return [
        (day, list(group)) for day, group in groupby(slots, key=lambda slot: times.local_date(slot.starts_at, zone))
    ]


def last_start(windows: Sequence[TimeWindow], *, minutes: int) -> datetime | None:
    """Return the last moment at which one of the windows can still be used, or None without windows."""
    return max(window.ends_at for window in windows) - timedelta(minutes=minutes) if windows else None
