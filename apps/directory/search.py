"""Finding people in the directory (R201, R42): one query in, one page of people out, and what to say of it.

Words are matched by full text over a stored, folded text: as beginnings, with synonyms, and, where nobody fits, with
what else may be meant (wanted.py), or with something left out (widening.py). Who fits and in which order is found.py's;
who is introduced to the reader is known in apps/network.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.alumni.listed import Listed, listed
from apps.database.prepared import BoundQuery, fetch_together
from apps.directory import own_words, widening
from apps.directory.found import TOTAL, Counts, Found, rows_of
from apps.directory.queries import CAP, PAGE, DirectoryQuery, Reader
from apps.directory.wanted import Wanted, second_tries
from apps.directory.widening import Widening
from apps.policy.models import Policy

FEW = 3  # people: where no more have the words, and only by chance, others who do that kind of work are shown, too


@dataclass(frozen=True)
class Answer:
    """Who was found: one page of them, how many there are, and what narrows the list."""

    query: DirectoryQuery
    rows: list[Listed]
    total: int
    counts: Counts
    words: list[str]  # the words that were looked for
    corrected: dict[str, str] = field(default_factory=dict)  # typed word -> the word we looked for instead
    widened: dict[str, list[str]] = field(default_factory=dict)  # typed words -> what else we looked for
    occupations: list[str] = field(default_factory=list)  # what people do who were found by everyday words
    has_words: bool = False  # besides, some have the words
    wider: list[Widening] = field(default_factory=list)  # where nobody fits, what finds somebody
    beside: list[Listed] = field(default_factory=list)  # what was asked for beside the page

    @property
    def is_capped(self) -> bool:
        return self.total > CAP

    @property
    def counted(self) -> str:
        """How many people were found, in words."""
        return f"{_number(self.total)} {'person' if self.total == 1 else 'people'}" if self.total else "No one"

    @property
    def span(self) -> str:
        """Which of them stand on the page."""
        return f"{self.first:,} to {self.last:,} of {_number(self.total)}"

    @property
    def shown(self) -> int:
        return min(self.total, CAP)

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.shown // PAGE))


def _number(total: int) -> str:
    return f"{CAP:,}+" if total > CAP else f"{total:,}"


def find(
    query: DirectoryQuery,
    reader: Reader,
    *,
    now: datetime,
    policy: Policy,
    beside: BoundQuery[tuple[Any, ...]] | None = None,
) -> Answer:
    """Answer a query for a reader: one statement that counts and sorts, one for the rows of the page.

    `beside`: a prepared query to run together with the directory as it opens.
    """
    own_words.hold(policy)
    is_opening = query.is_plain and query.order != "closest"
    found, counts, ids = _as_meant(query, reader, now, policy, is_opening=is_opening)
    total = counts.pop(TOTAL)
    for group in query.chosen:
        counts.pop(f"but:{group}")
    wider = [] if total or query.is_plain else _wider(query, reader, now, policy)
    if beside and is_opening:
        rows, also = map(listed, fetch_together(found.opening(), beside))
    else:
        rows = found.by_name() if ids is None else rows_of(ids)
        also = listed(beside.fetch()) if beside else []
    wanted = found.wanted
    if wanted.occupations and query.order == "closest" and query.page == 1:
        known = [alum for alum in rows if alum.pk in reader.introduced]  # whoever was introduced comes first
        rows = [*known, *wanted.varied([alum for alum in rows if alum not in known])]
    said = query.said(wanted.other_words()) if total else {}
    names = [occupation.called for occupation in wanted.occupations]
    return Answer(
        query, rows, total, counts, wanted.words, wanted.corrected, said, names, wanted.has_words, wider, also
    )


def ids(query: DirectoryQuery, reader: Reader, *, now: datetime, policy: Policy, most: int) -> list[int]:
    """Return the ids of all whom a query finds for a reader, as it is meant, up to so many."""
    own_words.hold(policy)
    found, _, _ = _as_meant(query, reader, now, policy, is_opening=False)
    return found.ids(most)


def _as_meant(
    query: DirectoryQuery, reader: Reader, now: datetime, policy: Policy, *, is_opening: bool
) -> tuple[Found, Counts, list[int] | None]:
    """Return who is found, with their counts and the ids of the page: by the words as typed, or as they may be meant.

    The second are tried where nobody has the words, and beside them where the few who have them do so by chance.
    """
    found = Found(query, reader, Wanted(query.words), now, policy)
    counts, ids = found.whole_directory() if is_opening else found.counted()
    if is_opening:
        counts |= found.of_the_reader()
    if query.words and not counts[TOTAL] and not found.without_filters():
        for wanted in second_tries(query):
            other = Found(query, reader, wanted, now, policy)
            again, its_ids = other.counted()
            if again[TOTAL]:
                return other, again, its_ids
    elif query.words and 0 < counts[TOTAL] <= FEW and (others := found.beside_chance()):
        found = Found(query, reader, others, now, policy)
        return found, *found.counted()
    return found, counts, ids


def _wider(query: DirectoryQuery, reader: Reader, now: datetime, policy: Policy) -> list[Widening]:
    def total(other: DirectoryQuery) -> int:
        return find(other, reader, now=now, policy=policy).total

    return widening.ways(query, reader, now, policy, total=total)
