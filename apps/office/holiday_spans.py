"""Holidays in a row as one: a winter break from December 20 to January 3 is added, shown and taken out at once.

Kept are its days, one by one, each with its name: what a business day is asks for nothing else. It decides no dates.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.clock import times
from apps.policy.models import Holiday

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days in a row under one name; `pk` is the first one's."""

    pk: int
    first: date
    last: date
    name: str

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        return said(self.first, self.last)


def each(first: date, last: date) -> list[date]:
    """Return every day from the first to the last."""
    return [first + n * A_DAY for n in range((last - first).days + 1)]


def said(first: date, last: date) -> str:
    """Thursday, November 26, 2026; of several: Sunday, December 20, 2026 to Sunday, January 3, 2027."""
    return times.long_day(first) if first == last else f"{times.long_day(first)} to {times.long_day(last)}"


def spans(holidays: Iterable[Holiday]) -> list[Span]:
    """Return holidays, which come in their order, with those in a row under one name as one."""
    found: list[Span] = []
    for holiday in holidays:
        before = found[-1] if found else None
        if before and before.name == holiday.name and before.last + A_DAY == holiday.on:
            found[-1] = Span(before.pk, before.first, holiday.on, before.name)
        else:
            found.append(Span(holiday.pk, holiday.on, holiday.on, holiday.name))
    return found
