"""The words by which trades are called: a word of a trade is no slip of the pen, whoever is listed.

And the everyday ones among them, which are known however they are misspelled ("docter", "laywer").
Pure text: no database. search.py asks it before it puts a mistyped word right.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from apps.alumni.families import abroad, jobs
from apps.alumni.words import distance
from apps.directory import plain_words

BEGINNING = 4  # letters from which the beginning of a word is no slip either: somebody is still typing
ALIKE = 30  # words that share most with the one that was typed; only of these the letters are compared


@cache
def known() -> list[str]:
    """Return every English word of a trade, and of our own families of words, sorted."""
    return sorted(_listed() | {word for phrase in jobs() if phrase not in abroad() for word in phrase})


@cache
def _foreign() -> frozenset[str]:
    return frozenset(word for phrase in abroad() for word in phrase)


@cache
def _listed() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "trades.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def is_whole(word: str) -> bool:
    """Whether this is a word of a trade, not only how one begins; our families have names of organizations as well."""
    return any(one in _listed() for one in _forms(word))


def is_known(word: str) -> bool:
    """Whether this is a word of a trade, one of them in the plural, or how one begins.

    Of a foreign word the whole: "carpinter" is a slip for a carpenter, not the beginning of a carpintero.
    """
    return word in _foreign() or any(_begins(one) for one in _forms(word))


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


# --- everyday words of work, misspelled -------------------------------------------------------------------------------


def meant(typed: str) -> str:
    """Return the everyday word of work that was misspelled; "" where none is near, or several are.

    Of those as near as each other the one that sounds like it is meant: "docter" is a doctor, and no docker.
    """
    if len(typed) < SHORTEST:
        return ""
    pools = [_everyday(), _singles(), *([_trades()] if len(typed) >= LONG else [])]
    return next((word for pool in pools if (word := _nearest(typed, _everyday_beside(typed, pool)))), "")


def _nearest(typed: str, choices: list[str]) -> str:
    near = [(distance(typed, word), word) for word in choices]
    close = [(reach, _sound(word) != _sound(typed), word) for reach, word in near if reach <= _reach(typed, word)]
    best = min(close, default=None)
    if best is None:
        return ""
    equals = {_single(word) for reach, differs, word in close if (reach, differs) == best[:2]}
    return best[2] if len(equals) == 1 else ""


LONG = 8  # letters: so long a word is put right into any word of a trade
SHORTEST = 5  # letters: of shorter words too many are near each other


def _reach(typed: str, word: str) -> int:
    """Return how many slips may lie between two words: two only in a long one that still sounds alike."""
    is_long = min(len(typed), len(word)) > 6
    return 2 if is_long and distance(_sound(typed), _sound(word)) < 2 else 1


def _single(word: str) -> str:
    return word if word.endswith("ss") else word.removesuffix("s")


_SPELLED_ALIKE = [
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"ph", "f"),
        (r"^ps", "s"),
        (r"[cst]i(?:a|o)n", "xn"),
        (r"c(?=[eiy])", "s"),
        (r"c?k|ch|qu|c", "k"),
        (r"z", "s"),
        (r"(?<=[a-z])h", ""),
        (r"[aeiouyw]+", "a"),
        (r"(.)\1+", r"\1"),
    )
]


@lru_cache(8192)
def _sound(word: str) -> str:
    """Return about how a word sounds: vowels are one, doubled letters too."""
    for rule, sign in _SPELLED_ALIKE:
        word = rule.sub(sign, word)
    return word


def _everyday_beside(typed: str, pool: dict[str, list[str]]) -> list[str]:
    """Return the everyday words that could be meant: of about that length, beginning with one of its first letters."""
    lengths = range(len(typed) - 2, len(typed) + 3)
    firsts = {*typed[:2], *_FOR_EACH_OTHER.get(typed[0], "")}
    return [word for first in sorted(firsts) for word in pool.get(first, ()) if len(word) in lengths]


_FOR_EACH_OTHER = {"f": "p", "s": "pc", "k": "c", "c": "s", "n": "k", "r": "w"}  # pharmacist, psychologist, knitter


@cache
def _everyday() -> dict[str, list[str]]:
    """Return the words of our families, and of the phrases and occupations of plain_words, by their first letter."""
    phrases = {word for phrase in jobs() if phrase not in abroad() for word in phrase} | plain_words.vocabulary()
    return _by_letter(phrases)


@cache
def _singles() -> dict[str, list[str]]:
    """Return the singular of each of them that is a word of a trade: the names of occupations stand in the plural."""
    return _by_letter({_single(word) for words in _everyday().values() for word in words} & _listed())


@cache
def _trades() -> dict[str, list[str]]:
    return _by_letter(_listed())


def _by_letter(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(word for word in words if len(word) >= SHORTEST - 1 and word.isalpha()):
        found.setdefault(word[0], []).append(word)
    return found


# --- words that share most with another -------------------------------------------------------------------------------


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
