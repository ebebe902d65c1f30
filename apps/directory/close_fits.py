"""Where nobody fits: a few who come close, so that a search never ends on an empty page.

First whoever a widened search finds, the one that leaves out least before others; where none finds anybody, those who
are suggested to the reader anyway. How a search is widened is widening.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.alumni.listed import Listed
from apps.directory import search
from apps.directory.found import rows_of
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy

SHOWN = 3
SPARE = 3  # for those who take no requests now
WIDENED = 2  # searches that are asked for people


@dataclass(frozen=True)
class Close:
    """Who comes close, and whether it is to the search or only to the reader."""

    people: list[Listed]
    to_reader: bool = False


NOBODY = Close([])


def close(answer: search.Answer, reader: Reader, fitting: Sequence[int], *, now: datetime, policy: Policy) -> Close:
    """Return who comes close to a search that finds nobody; `fitting` are the ids of who is suggested to the reader."""
    found: dict[int, Listed] = {}
    for query in [*[way.query for way in answer.wider[:WIDENED]], *_of_a_word(answer.query)]:
        if len(found) < SHOWN:
            wider = search.find(query, reader, now=now, policy=policy)
            is_meant = query.text == answer.query.text or not (wider.corrected or wider.occupations)
            found |= {alum.pk: alum for alum in wider.rows if is_meant}
    if found:
        return Close(list(found.values())[: SHOWN + SPARE])
    return Close(rows_of(fitting[: SHOWN + SPARE]), to_reader=True)


def _of_a_word(query: DirectoryQuery) -> list[DirectoryQuery]:
    """Return searches for a word alone, of those of several that say the most: the longest."""
    telling = sorted(query.words, key=len, reverse=True) if len(query.words) > 1 else []
    return [DirectoryQuery(text=word) for word in telling[:WIDENED]]
