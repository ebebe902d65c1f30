"""A word mistyped: what somebody listed has that is most like it. A trade is never put right into another one."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from apps.alumni import families, words
from apps.alumni.models import Findable
from apps.directory import plain_words, trades


def choices(wanted: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield {mistyped word: another}: the nearest; then, if they find nobody, the nearest that a listed person has.

    A word may have been the word of somebody who has left the directory.
    """
    if near := _near(wanted):
        yield (nearest := {word: others[0] for word, others in near.items()})
        listed = {word: next(filter(_is_listed, others), others[0]) for word, others in near.items()}
        if listed != nearest:
            yield listed


def _is_listed(word: str) -> bool:
    return Findable.objects.filter(words=SearchQuery(f"'{word}'", config="simple", search_type="raw")).exists()


def _near(wanted: Sequence[str]) -> dict[str, list[str]]:
    """Return {mistyped word: the words most like it, the nearest first}, for words that nobody listed has.

    The word of a trade is not mistyped: nobody who looks for a doctor is shown who makes doors.
    """
    single = [phrase[0] for phrase in words.phrases(wanted) if len(phrase) == 1 and len(phrase[0]) > 2]
    loose = [word for word in single if not (_is_said(word) or _is_figure(word))][:4]
    found: dict[str, list[str]] = {word: [] for word in loose}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [loose])
        for word, other in cursor.fetchall():
            if words.distance(word, other) <= _slips(word) and not trades.is_another(word, other):
                found[word].append(other)
    near = {word: _nearest(word, others) for word, others in found.items()}
    return {word: others for word, others in near.items() if others}


def _nearest(word: str, others: list[str]) -> list[str]:
    """Return the words that may be meant, the nearest first.

    An everyday word of work that was misspelled is meant also where nobody has it, for its family may be listed; what
    is no nearer than it would be another trade.
    """
    near, meant = sorted(others, key=partial(words.distance, word))[:3], trades.meant(word)
    if not meant:
        return near
    return [*(other for other in near if words.distance(word, other) < words.distance(word, meant)), meant]


def _is_said(word: str) -> bool:
    """Whether people say a word as it stands: of a trade, of what somebody does, of the office's own."""
    return trades.is_known(word) or plain_words.knows(word) or families.is_own((word,))


def _is_figure(word: str) -> bool:
    return any(letter.isdecimal() for letter in word)


_NEAR = """
    SELECT asked, near.word FROM unnest(%s::text[]) asked, LATERAL (
        SELECT word FROM alumni_word WHERE word %% asked ORDER BY similarity(word, asked) DESC, word LIMIT 20
    ) near
    WHERE NOT EXISTS (SELECT FROM alumni_word WHERE word LIKE asked || '%%')
    ORDER BY asked, similarity(near.word, asked) DESC, near.word
"""


def _slips(word: str) -> int:
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3
