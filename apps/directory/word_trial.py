"""A search as it is answered without and with some of the office's own words: what `find_people` would say of both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from apps.alumni.listed import Entry
from apps.directory import cards, own_words, search
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy

FIRST = 5  # people


@dataclass(frozen=True)
class Tried:
    """What one search finds: how many, the first of them, and what else was looked for."""

    count: str
    people: list[str]
    said: list[str]


@dataclass(frozen=True)
class Trial:
    """One search, answered twice."""

    text: str
    before: Tried
    after: Tried

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def trial(
    text: str, before: Iterable[own_words.Row], after: Iterable[own_words.Row], now: datetime, policy: Policy
) -> Trial:
    """Answer a search as for somebody who shares nothing with the alumni, with these words and with those."""
    return Trial(text, *(_tried(text, rows, now, policy) for rows in (before, after)))


def _tried(text: str, rows: Iterable[own_words.Row], now: datetime, policy: Policy) -> Tried:
    get = QueryDict(mutable=True)
    get["q"] = text
    with own_words.trying(rows):
        answer = search.find(DirectoryQuery.of(get), Reader(), now=now, policy=policy)
    return Tried(answer.counted, [", ".join(told(alum)) for alum in answer.rows[:FIRST]], _said(answer))


def _said(answer: search.Answer) -> list[str]:
    said = [f"“{typed}” was read as “{meant}”" for typed, meant in answer.corrected.items()]
    said += [f"“{typed}” also means {'; '.join(others)}" for typed, others in answer.widened.items()]
    return said + ([f"Read as an occupation: {'; '.join(answer.occupations)}"] if answer.occupations else [])


def told(alum: Entry) -> list[str]:
    """Return the few things that say who somebody is."""
    name = f"{alum.called} {alum.class_mark}".strip()
    return [part for part in (name, alum.title, alum.employer, cards.home(alum) if alum.city else "") if part]
