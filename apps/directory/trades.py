"""The words by which trades are called: a word of a trade is no slip of the pen, whoever is listed.

Pure text: no database. search.py asks it before it puts a mistyped word right.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from apps.alumni.families import jobs
from apps.alumni.words import distance

BEGINNING = 4  # letters from which the beginning of a word is no slip either: somebody is still typing
ALIKE = 30  # words that share most with the one that was typed; only of these the letters are compared


@cache
def known() -> list[str]:
    """Return every word of a trade, and of our own families of words, sorted."""
    text = (Path(__file__).parent / "data" / "trades.txt").read_text(encoding="utf-8")
    listed = {line for line in text.splitlines() if not line.startswith("#")}
    return sorted(listed | {word for phrase in jobs() for word in phrase})


def is_known(word: str) -> bool:
    """Whether this is a word of a trade, one of them in the plural, or how one begins."""
    return any(_begins(one) for one in _forms(word))


def _forms(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]


def _begins(word: str) -> bool:
    words = known()
    at = bisect_left(words, word)
    if at == len(words):
        return False
    return words[at] == word or (len(word) >= BEGINNING and words[at].startswith(word))


def is_another(typed: str, other: str) -> bool:
    """Whether a word that was mistyped is nearer to some trade than to `other`, which would be another one."""
    reach = distance(typed, other)
    return any(distance(typed, word) < reach for word in _alike(typed) if word != other)


def _alike(word: str) -> list[str]:
    shared = Counter(other for part in _parts(word) for other in _by_part().get(part, ()))
    return [other for other, _ in shared.most_common(ALIKE)]


@cache
def _by_part() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in known():
        for part in _parts(word):
            found.setdefault(part, []).append(word)
    return found


def _parts(word: str) -> set[str]:
    """Return the three-letter pieces of a word, its two ends marked."""
    marked = f" {word} "
    return {marked[at : at + 3] for at in range(len(marked) - 2)}
