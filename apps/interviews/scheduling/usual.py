"""When somebody mostly has time, read from their own words: "weekday afternoons, Tuesday and Thursday evenings".

It reads only what it is sure of: one word that it does not know, and nothing is known. A wrong tint would send a
student to hours that were never meant, while the words themselves always stand beside the week.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from apps.clock import times

WEEKDAYS = frozenset(range(5))
DAYS = {
    **{name.lower(): frozenset({number}) for number, name in enumerate(times.DAYS)},
    **{name.lower()[:3]: frozenset({number}) for number, name in enumerate(times.DAYS)},
    "tues": frozenset({1}),
    "thur": frozenset({3}),
    "thurs": frozenset({3}),
    "weekday": WEEKDAYS,
    "workday": WEEKDAYS,
    "weekend": frozenset({5, 6}),
    "day": frozenset(range(7)),
    "daily": frozenset(range(7)),
}
PARTS = {
    "morning": (time(8), time(12)),
    "lunch": (time(12), time(13, 30)),
    "lunchtime": (time(12), time(13, 30)),
    "noon": (time(12), time(13, 30)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(21)),
}
FILLERS = {
    *("a", "all", "also", "and", "any", "are", "at", "best", "better", "during", "easiest", "every", "for", "free"),
    *("generally", "good", "i", "in", "is", "me", "most", "mostly", "my", "normally", "of", "often", "on", "or", "our"),
    *("suit", "suits", "the", "time", "times", "typically", "usually", "with", "work", "works"),
}
RANGES = ("to", "until", "through")

type Hours = tuple[frozenset[int], time, time]


@dataclass
class _Group:
    days: set[int] = field(default_factory=set)
    parts: list[tuple[time, time]] = field(default_factory=list)


def hours_of(text: str) -> list[Hours]:
    """Return (days of the week, from, to) of what was written; nothing where a word of it is not understood."""
    words = [word.removesuffix("'s") for word in re.findall(r"[^\W_]+(?:'s)?|[;.:,\-–&/]", text.lower())]
    groups = _groups(words)
    if groups is None or any(not group.parts for group in groups):
        return []
    return [(frozenset(group.days or WEEKDAYS), *part) for group in groups for part in group.parts]


def _groups(words: list[str]) -> list[_Group] | None:
    """Gather days and parts of the day that belong together; None where a word is not known."""
    groups = [_Group()]
    for number, word in enumerate(words):
        days, part = _known(word, DAYS), _known(word, PARTS)
        if days is not None:
            if groups[-1].days and groups[-1].parts:
                groups.append(_Group())
            groups[-1].days |= days | _between(words, number, days)
        elif part is not None:
            groups[-1].parts.append(part)
        elif word in ("-", "–", *RANGES):
            if not _is_between_days(words, number):
                return None
        elif word not in FILLERS and word not in ";.:,&/":
            return None
    return groups if groups[0].days or groups[0].parts else []


def _known[T](word: str, among: Mapping[str, T]) -> T | None:
    return among.get(word, among.get(word.removesuffix("s")))


def _is_between_days(words: list[str], number: int) -> bool:
    beside = words[max(number - 1, 0) : number] + words[number + 1 : number + 2]
    return len(beside) == 2 and all(len(_known(word, DAYS) or frozenset()) == 1 for word in beside)


def _between(words: list[str], number: int, days: frozenset[int]) -> frozenset[int]:
    """Return the days within "Monday to Thursday" that end here."""
    if number < 2 or words[number - 1] not in ("-", "–", *RANGES) or not _is_between_days(words, number - 1):
        return frozenset()
    (first,), (last,) = DAYS[words[number - 2].removesuffix("s")], days
    return frozenset(_around(first, last))


def _around(first: int, last: int) -> Iterator[int]:
    while first != last:
        yield first
        first = (first + 1) % 7


def covers(hours: list[Hours], moment: datetime, zone: times.Zone) -> bool:
    """Whether somebody in `zone` mostly has time at a moment."""
    local = times.local_time(moment, zone)
    return any(local.weekday() in days and first <= local.time() < last for days, first, last in hours)
