"""What the directory knows a person by: folded words to search in, facets to count, words that mean the same.

Pure text: no database. models.py stores what is composed here; directory/search.py asks with it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from apps.alumni import places
from apps.wording.text import folded

if TYPE_CHECKING:  # models.py stores what is composed here
    from apps.alumni.models import AlumniProfile

type Phrase = tuple[str, ...]

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8
LONGEST_WORD = 40
SMALL_WORDS = {
    *("a", "an", "and", "as", "at", "for", "from", "i", "in", "is", "me", "of", "on", "or", "that", "the", "to"),
    *("who", "whom", "with", "work", "working", "works", "somebody", "someone"),
    *("class", "alum", "alumni", "alumna", "alumnus", "graduate"),
}
SHORT_YEAR = re.compile(r"['’‘](\d\d)\b")
GROUPS = ("help", "field", "major", "years", "place", "format")


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order: "Ana María Núñez-Ruiz" -> ["ana", "maria", "nunez", "ruiz"]."""
    return WORD.findall(folded(text))


def query_words(query: str) -> list[str]:
    """Return the words of a search that count: at most eight, small words left out unless nothing else stands there."""
    full_years = SHORT_YEAR.sub(lambda found: str(_full_year(int(found[1]))), query[:400])
    every = [word[:LONGEST_WORD] for word in words(full_years)]
    telling = [word for word in every if word not in SMALL_WORDS]
    return (telling or every)[:MOST_WORDS]


def _full_year(two_digits: int) -> int:
    return 2000 + two_digits if two_digits < 50 else 1900 + two_digits


def search_text(alum: "AlumniProfile") -> str:
    """Compose the four lines the search vector is made of: who and role, work and study, place and year, the rest."""
    lines = (
        (alum.name, alum.preferred_name, alum.title),
        (alum.employer, alum.field, *alum.majors),
        (
            alum.city,
            alum.region,
            places.region_name(alum.country, alum.region),
            places.country_name(alum.country),
            str(alum.class_year or ""),
        ),
        (alum.degrees, alum.happy_to_discuss, alum.quote, *alum.languages),
    )
    return "\n".join(map(_folded_line, lines))


@lru_cache(16384)  # many live, work and studied where others do
def _folded_line(parts: Sequence[str]) -> str:
    return " ".join(words(" ".join(filter(None, parts))))


def facets(alum: "AlumniProfile") -> list[str]:
    """Return what the directory can be narrowed by, as `group:value`."""
    found = [f"help:{value}" for value in alum.helps] + [f"format:{value}" for value in alum.formats]
    found += [f"major:{value}" for value in alum.majors]
    if alum.field:
        found.append(f"field:{alum.field}")
    if alum.class_year:
        found.append(f"years:{alum.class_year // 10 * 10}")
    if alum.city:
        found.append(f"place:{alum.place}")
    return found


# --- words that mean the same -----------------------------------------------------------------------------------------


@cache
def families() -> dict[Phrase, set[Phrase]]:
    """Return {phrase: all phrases of its families}; a phrase is a tuple of words."""
    text = (Path(__file__).parent / "data" / "synonyms.txt").read_text(encoding="utf-8")
    found: dict[Phrase, set[Phrase]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            family = {tuple(words(phrase)) for phrase in line.split(",")}
            for phrase in family:
                found.setdefault(phrase, set()).update(family)
    return found


@cache
def _longest_phrase() -> int:
    return max(len(phrase) for phrase in families())


def phrases(wanted: Sequence[str]) -> list[Phrase]:
    """Part the words of a search into phrases we have a family for, the longest first, and single words."""
    parts, at = [], 0
    while at < len(wanted):
        longest = min(_longest_phrase(), len(wanted) - at)
        size = next((n for n in range(longest, 1, -1) if tuple(wanted[at : at + n]) in families()), 1)
        parts.append(tuple(wanted[at : at + size]))
        at += size
    return parts


def alternatives(phrase: Phrase, weight: str = "") -> list[str]:
    """Return the tsquery alternatives of one phrase: itself (the last word may go on), its singular, its family."""
    family = families().get(phrase, set()) | families().get(_singular(phrase), set())
    own = {_lexemes(phrase, weight, goes_on=True), _lexemes(_singular(phrase), weight, goes_on=True)}
    return sorted(own | {_lexemes(other, weight) for other in family})


def _singular(phrase: Phrase) -> Phrase:
    last = phrase[-1]
    if last.endswith("ies") and len(last) > 4:
        last = last[:-3] + "y"
    elif last.endswith("s") and not last.endswith("ss") and len(last) > 3:
        last = last[:-1]
    return (*phrase[:-1], last)


def _lexemes(phrase: Phrase, weight: str, *, goes_on: bool = False) -> str:
    marks = [weight] * len(phrase)
    if goes_on and len(phrase[-1]) > 1:
        marks[-1] = "*" + weight
    quoted = [f"'{word}':{mark}" if mark else f"'{word}'" for word, mark in zip(phrase, marks, strict=True)]
    return "(" + " <-> ".join(quoted) + ")"


def tsquery(wanted: Sequence[str], weight: str = "") -> str:
    """Return the raw tsquery that holds where every phrase or one of its alternatives stands: only quoted words.

    With a weight (A to D) it must stand in that line of the search text.
    """
    return " & ".join("(" + " | ".join(alternatives(phrase, weight)) + ")" for phrase in phrases(wanted))


def any_of(wishes: Iterable[Sequence[str]]) -> str:
    """Return the raw tsquery that holds where one of several wishes, each a few words, is met; "" for no wish."""
    return " | ".join(f"({tsquery(wish)})" for wish in wishes if wish)


def distance(word: str, other: str) -> int:
    """Return how many letters must be changed, added, dropped or swapped with their neighbour between two words."""
    before, last = None, list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if before and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
