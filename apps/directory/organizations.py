"""An organization of several words, a slip or two off: "proctor and gamble", "goldman sacks", "barnes n noble".

Each word may be one that somebody else has, or that a trade is called by. What tells is that together they are nearly
the name of one place where somebody listed works. It never makes another trade of a trade, nor another organization of
one that is there, and asks for more where a word is a usual one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from apps.alumni import families, words
from apps.directory import plain_words, trades

JOINERS = {"n", "und", "et", "plus", "ampersand", "amp"}  # as people write "&"; "and" is a small word of every search
GENERIC = {
    *("bank", "center", "centre", "church", "city", "clinic", "co", "college", "company", "corp", "corporation"),
    *("county", "department", "firm", "first", "foundation", "general", "group", "health", "hospital", "inc"),
    *("institute", "international", "law", "llc", "llp", "ltd", "medical", "national", "office", "partners", "plc"),
    *("school", "service", "services", "state", "system", "systems", "university"),
}
LEGAL = {"co", "company", "corp", "corporation", "group", "inc", "incorporated", "limited", "llc", "llp", "ltd", "plc"}
LONGEST = 4  # words of a name that are compared
SHORTEST = 4  # letters: of a shorter word nothing is a slip
MOST_ROWS = 2000
_JOINED = re.compile(r"\w\s*[&+]\s*\w|\b(?:and|n|und|et)\b", re.IGNORECASE)


class Likely(NamedTuple):
    """The words of a search with the name of an organization put right, and which words those were."""

    words: list[str]
    corrected: dict[str, str]


class _Window(NamedTuple):
    """Some words of a search that stand side by side, without what joins them: where each stands, and the word."""

    places: tuple[int, ...]
    words: tuple[str, ...]


class _Fit(NamedTuple):
    slips: int
    people: int
    name: tuple[str, ...]


def likely(typed: Sequence[str]) -> Iterator[Likely]:
    """Yield what may be meant by words that nobody has together: the longest name first, of each the nearest."""
    windows = list(_windows(typed))
    if not windows:
        return
    beside = _beside({word for window in windows for word in window.words})
    employers = _employers(windows, beside)
    for window in windows:
        fits = [fit for employer, people in employers if (fit := _fit(window, employer, people, beside))]
        best = min(fits, key=lambda fit: (fit.slips, -fit.people, fit.name), default=None)
        if best is not None and (best.slips or _skips(window)):
            yield _put_right(typed, window, best.name)


def _windows(typed: Sequence[str]) -> Iterator[_Window]:
    told = [(at, word) for at, word in enumerate(typed) if word not in JOINERS]
    for size in range(min(LONGEST, len(told)), 1, -1):
        for start in range(len(told) - size + 1):
            places, found = zip(*told[start : start + size], strict=True)
            if all(word.isalpha() for word in found):
                yield _Window(places, found)


def _skips(window: _Window) -> bool:
    """Whether something that joins stands between its words."""
    return window.places[-1] - window.places[0] >= len(window.places)


def _put_right(typed: Sequence[str], window: _Window, name: tuple[str, ...]) -> Likely:
    right = dict(zip(window.places, name, strict=True))
    between = range(window.places[0], window.places[-1] + 1)
    found = [right.get(at, word) for at, word in enumerate(typed) if at in right or at not in between]
    return Likely(found, {word: other for word, other in zip(window.words, name, strict=True) if word != other})


# --- what is near -----------------------------------------------------------------------------------------------------


def _fit(window: _Window, employer: str, people: int, beside: dict[str, set[str]]) -> _Fit | None:
    """Return how well a window is the name of an employer, or how it begins; None where it is not meant."""
    whole = families.telling(words.words(employer))
    name = whole[: len(window.words)]
    pairs = list(zip(window.words, name, strict=False))
    if len(name) < len(window.words) or not all(slipped(word, other) for word, other in pairs):
        return None
    slips = sum(words.distance(word, other) for word, other in pairs)
    wrong = [word for word, other in pairs if word != other]
    is_whole = _JOINED.search(employer) is not None and set(whole[len(name) :]) <= LEGAL
    has_anchor = any(word == other and word not in GENERIC for word, other in pairs)
    if slips > len(pairs) + is_whole:
        return None
    if any(map(_is_usual, wrong)) and not is_whole:
        return None
    is_told = is_whole or has_anchor or any(word not in beside[word] for word in wrong)
    return _Fit(slips, people, name) if is_told else None


def slipped(typed: str, other: str) -> bool:
    """Whether a word is another one, or a slip of it that makes no other trade of a trade."""
    if typed == other:
        return True
    if min(len(typed), len(other)) < SHORTEST or typed[0] != other[0]:
        return False
    reach = 2 if min(len(typed), len(other)) > 6 else 1
    return words.distance(typed, other) <= reach and not (trades.is_known(typed) and trades.is_whole(other))


def _is_usual(word: str) -> bool:
    """Whether a word says something by itself: work in everyday words, a field, a place."""
    return plain_words.knows(word) or word in plain_words.vocabulary() or families.is_known((word,))


def _beside(typed: set[str]) -> dict[str, set[str]]:
    """Return {typed word: those of listed people that may be meant by it, itself among them if somebody has it}."""
    found: dict[str, set[str]] = {word: set() for word in typed}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [sorted(typed)])
        for word, other in cursor.fetchall():
            if slipped(word, other):
                found[word].add(other)
    return found


_NEAR = """
    SELECT asked, near.word FROM unnest(%s::text[]) asked, LATERAL (
        SELECT word FROM alumni_word WHERE word %% asked ORDER BY similarity(word, asked) DESC, word LIMIT 60
    ) near
"""


def _employers(windows: list[_Window], beside: dict[str, set[str]]) -> list[tuple[str, int]]:
    """Return the employers of listed people that have a word near each word of a window, and how many people each."""
    ways = []
    for window in windows:
        if all(beside[word] for word in window.words):
            each = (" | ".join(f"'{other}':B" for other in sorted(beside[word])) for word in window.words)
            ways.append("(" + " & ".join(f"({others})" for others in each) + ")")
    if not ways:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, [" | ".join(ways), MOST_ROWS])
        return cursor.fetchall()


_EMPLOYERS = """
    SELECT organization, count(*) FROM (
        SELECT organization FROM alumni_findable WHERE words @@ to_tsquery('simple', %s) LIMIT %s
    ) found GROUP BY organization
"""
