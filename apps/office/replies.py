"""The office's page of what gets a reply (R276): the figures of what_works.py in words, and as a file.

A difference is said in words only where the intervals of both shares do not overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.clock.regions import spelled
from apps.interviews.asking import what_works
from apps.interviews.asking.courage import ENOUGH
from apps.interviews.asking.shares import Share
from apps.interviews.asking.what_works import FEWEST, QUESTIONS, Question, Rates

TOO_FEW = "Too few to say"
EVERYTHING = "All requests"
COLUMNS = (
    *("Fact", "Group", "Requests"),
    *("Yes", "Yes (%)", "Yes, from (%)", "Yes, to (%)"),
    *("Replies", "Replies (%)", "Replies, from (%)", "Replies, to (%)"),
)


@dataclass(frozen=True)
class Line:
    """One group as it is read; without figures, where they are too few."""

    name: str
    rates: Rates | None

    @property
    def requests(self) -> str:
        return f"{self.rates.requests:,}" if self.rates else ""

    @property
    def yes(self) -> str:
        return _told(self.rates.yes) if self.rates else ""

    @property
    def replied(self) -> str:
        return _told(self.rates.replied) if self.rates else ""


@dataclass(frozen=True)
class Fact:
    """One fact of a request: both groups, and the difference in words."""

    title: str
    lines: list[Line]
    finding: str


@dataclass(frozen=True)
class RepliesPage:
    """How often requests get a yes and a reply; `everything` is None where they are too few for any figure."""

    everything: Line | None
    facts: list[Fact]
    enough: int = ENOUGH
    fewest: int = FEWEST
    section: str = "office"


def page(now: datetime) -> RepliesPage:
    found = what_works.counted(now)
    whole = what_works.overall(found)
    facts = [_fact(question, what_works.told(found, name)) for name, question in QUESTIONS.items()]
    return RepliesPage(Line(EVERYTHING, whole) if whole else None, facts if whole else [])


def _fact(question: Question, told: what_works.Told) -> Fact:
    lines = [Line(spelled(str(name)), rates) for name, rates in zip(question.names, told, strict=True)]
    return Fact(question.title, lines, spelled(" ".join(_findings(question, told))))


def _findings(question: Question, told: what_works.Told) -> list[str]:
    if None in told:
        return ["Too few to compare."]
    said = []
    for what, shares in {
        "a yes": [rates.yes if rates else None for rates in told],
        "a reply": [rates.replied if rates else None for rates in told],
    }.items():
        if clear := what_works.clearly(*shares):
            side, better, other = clear
            high, low = _percents(better, other)
            said.append(f"Requests {question.phrases[side]} get {what} more often: {high} against {low}.")
    return said or ["No clear difference."]


def _percents(better: Share, other: Share) -> tuple[str, str]:
    """Return both shares, with a decimal where they would read the same without."""
    whole = f"{better.value:.0%}", f"{other.value:.0%}"
    return whole if whole[0] != whole[1] else (f"{better.value:.1%}", f"{other.value:.1%}")


def _told(share: Share) -> str:
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"


def rows(now: datetime) -> Iterator[tuple[object, ...]]:
    """Yield the same figures for a file, in percent with one decimal."""
    read = page(now)
    if read.everything is None:
        return
    yield _cells("", read.everything)
    for fact in read.facts:
        for line in fact.lines:
            yield _cells(fact.title, line)


def _cells(fact: str, line: Line) -> tuple[object, ...]:
    if line.rates is None:
        return (fact, line.name, TOO_FEW, *[""] * (len(COLUMNS) - 3))
    return (fact, line.name, line.rates.requests, *_numbers(line.rates.yes), *_numbers(line.rates.replied))


def _numbers(share: Share) -> tuple[object, ...]:
    return share.part, *(f"{100 * each:.1f}" for each in (share.value, share.low, share.high))
