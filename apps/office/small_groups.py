"""Figures in which nobody can be picked out (R243): a number is shown only where at least five people stand behind it.

What is shown must not give the rest away by subtraction either. Of steps that follow from each other, a number is left
out where fewer than five people make the difference from the last one that is shown. Of a whole that is cut in levels,
a small level is put together with its neighbor: then every part that is shown is large, and adds up to the whole.
It knows people as sets and as counts, and nothing of requests; what a figure is called is overview.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FEWEST = 5


@dataclass(frozen=True)
class Step:
    """How many came this far. `shown` says whether the number may be read."""

    count: int
    shown: Literal["number", "few", "nearly all"]

    @property
    def number(self) -> int | None:
        return self.count if self.shown == "number" else None


def steps(counts: Sequence[int], people: Sequence[set[int]]) -> list[Step]:
    """Say which counts of one step after the other may be shown; `people` are those whose last step is each.

    Who has come far has taken all steps before. "few": fewer than five people came so far. "nearly all": so many that
    those who did not are fewer than five.
    """
    found: list[Step] = []
    missing: set[int] = set()  # whose last step lies between the last number shown and this one
    for index, count in enumerate(counts):
        here = set[int]().union(*people[index:])
        if index:
            missing |= people[index - 1]
        if len(here) < FEWEST:
            found.append(Step(count, "few"))
        elif 0 < len(missing) < FEWEST:
            found.append(Step(count, "nearly all"))
        else:
            found.append(Step(count, "number"))
            missing = set()
    return found


@dataclass(frozen=True)
class Level:
    """So many people from the level `first` to the level `last`; None: and above."""

    first: int
    last: int | None
    count: int


def levels(counts: Sequence[int]) -> list[Level]:
    """Put the people at each level (0, 1, 2 …) together until at least five stand in each; [] where they are fewer.

    It begins at the top, where they are fewest: those asked most often are the ones that the picture is for.
    """
    found: list[Level] = []
    top, count = len(counts) - 1, 0
    for level in range(len(counts) - 1, -1, -1):
        count += counts[level]
        if count >= FEWEST:
            found.append(Level(level, top if found or top == level else None, count))
            top, count = level - 1, 0
    if count or top >= 0:
        if not found:
            return []
        least = found.pop()
        found.append(Level(0, least.last, least.count + count))
    return found[::-1]
