"""What a wall-clock reading means: an instant, or a question, where the clocks jump or run twice (reliability.md 5).

It decides what an input like "Sunday 8 March, 2:30 am, in Chicago" stands for, and what to offer where it stands for no
instant or for two. It says nothing about windows or requests.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from apps.clock import times


@dataclass(frozen=True)
class Choice:
    """One instant that an unclear reading may have meant, with the words to choose it by."""

    at: datetime
    label: str


class Ambiguous(Exception):
    """A reading that no clock shows that day, or that it shows twice. Holds the sentence and the two choices."""

    def __init__(self, sentence: str, choices: list[Choice]) -> None:
        super().__init__(sentence)
        self.choices = choices


def resolve(day: date, time: time, zone: times.Zone, chosen: datetime | None = None) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show `time` on `day`.

    Raises Ambiguous in a gap or a fold, unless `chosen` (an aware datetime) is one of the two instants it would offer.
    """
    choices = _choices(day, time, zone)
    if not choices:
        return _at(day, time, zone).astimezone(UTC)
    picked = [choice.at for choice in choices if choice.at == chosen]
    if picked:
        return picked[0]
    raise Ambiguous(_sentence(day, time, zone, choices), choices)


def _at(day: date, time: time, zone: times.Zone, fold: int = 0) -> datetime:
    return datetime.combine(day, time, tzinfo=times.zone_of(zone)).replace(fold=fold)


def _choices(day: date, time: time, zone: times.Zone) -> list[Choice]:
    """Return the two choices of an unclear reading, earlier first; nothing for a plain one."""
    first, second = _at(day, time, zone), _at(day, time, zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return []
    earlier, later = sorted(moment.astimezone(UTC) for moment in (first, second))
    if _is_gap(first):
        return [Choice(moment, times.clock(moment, zone)) for moment in (earlier, later)]
    words = ("before the clocks go back", "after the clocks went back")
    return [
        Choice(moment, f"{times.clock(moment, zone)}, {when}")
        for moment, when in zip((earlier, later), words, strict=True)
    ]


def _is_gap(moment: datetime) -> bool:
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None, fold=0) != moment.replace(tzinfo=None, fold=0)


def _sentence(day: date, time: time, zone: times.Zone, choices: list[Choice]) -> str:
    read = times.hour(f"{time:%H:%M}")
    where = times.city(zone)
    if _is_gap(_at(day, time, zone)):
        return f"There is no {read} on {times.day(day)} in {where}: the clocks go forward. Choose which you mean."
    return f"{read} comes twice on {times.day(day)} in {where}: the clocks go back. Choose which you mean."


def hours_between(zone: times.Zone, other: times.Zone, at: datetime) -> float:
    """Return by how many hours `other` is ahead of `zone` at an instant (negative: behind); halves are kept."""
    here, there = (at.astimezone(times.zone_of(name)).replace(tzinfo=None) for name in (zone, other))
    return (there - here) / timedelta(hours=1)


def wall_clock_of(moment: datetime, zone: times.Zone) -> str:
    """Return what a clock of `zone` shows at `moment`, as it is kept with an agreed time: 2026-11-30T15:00."""
    return f"{times.local_time(moment, zone):%Y-%m-%dT%H:%M}"
