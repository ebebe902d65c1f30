"""Where nobody fits: the same query with something left out, and how many that finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from apps.alumni import words
from apps.directory.found import Found, totals
from apps.directory.queries import FLAGS, DirectoryQuery, Reader
from apps.directory.wanted import Wanted
from apps.policy.models import Policy


@dataclass(frozen=True)
class Widening:
    """The same query with something left out, and how many that finds."""

    query: DirectoryQuery
    left_out: str  # a group, a flag, FILTERS, WORDS; WORD: one word or more of several
    finds: int


FILTERS, WORDS, WORD = "filters", "words", "word"
MOST_WORDS = 6  # of a search whose words are left out one by one


def ways(
    query: DirectoryQuery,
    reader: Reader,
    now: datetime,
    policy: Policy,
    *,
    total: Callable[[DirectoryQuery], int],
) -> list[Widening]:
    """Return what finds somebody where this query finds nobody: every way of leaving one thing out.

    First what leaves out the least; among equals what finds the most. One statement counts them all. `total`: how many
    a whole search finds, for words that are put right, or mean an occupation.
    """
    fewer = [*_fewer_filters(query), *_fewer_words(query)]
    founds = [Found(other, reader, Wanted(other.words), now, policy) for _, other in fewer]
    counts = totals(founds)
    found = [Widening(other, name, count) for (name, other), count in zip(fewer, counts, strict=True) if count]
    alone = replace(query, chosen={}, flags=frozenset(), page=1)
    if query.words and alone != replace(query, page=1) and all(other.query != alone for other in found):
        count = total(alone)
        found += [Widening(alone, FILTERS, count)] if count else []
    return sorted(found, key=lambda widening: (_left_out(query, widening.query), -widening.finds))


def _fewer_filters(query: DirectoryQuery) -> Iterator[tuple[str, DirectoryQuery]]:
    for group in query.chosen:
        yield group, replace(query, chosen={name: kept for name, kept in query.chosen.items() if name != group}, page=1)
    for flag in FLAGS:
        if flag in query.flags:
            yield flag, replace(query, flags=query.flags - {flag}, page=1)
    if len(query.chosen) + len(query.flags) > 1 and query.words:
        yield FILTERS, replace(query, chosen={}, flags=frozenset(), page=1)
    if query.words and (query.chosen or query.flags):
        yield WORDS, replace(query, text="", page=1)


def _fewer_words(query: DirectoryQuery) -> Iterator[tuple[str, DirectoryQuery]]:
    """Yield the query with one word less, then with each word alone."""
    parts = [part for part in query.text.split() if words.query_words(part)]
    if not 1 < len(parts) <= MOST_WORDS:
        return
    rests = [" ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
    for rest in dict.fromkeys([*rests, *parts]):
        yield WORD, replace(query, text=rest, page=1)


def _left_out(query: DirectoryQuery, other: DirectoryQuery) -> int:
    """Return how much of a query another one leaves out: a filter or a word each."""

    def things(asked: DirectoryQuery) -> int:
        return len(asked.chosen) + len(asked.flags) + len(asked.text.split())

    return things(query) - things(other)
