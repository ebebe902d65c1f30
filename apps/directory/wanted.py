"""What is looked for: the words that were typed, or, where nobody has them, what else may be meant by them.

It decides what to try and in which order; found.py asks the database who that finds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from apps.alumni import families, spelling, words
from apps.alumni.listed import Listed
from apps.directory import mistyped, organizations, plain_words
from apps.directory.plain_words import Occupation
from apps.directory.queries import DirectoryQuery


@dataclass(frozen=True)
class Wanted:
    """What is looked for: the words that were typed, or, where nobody has them, the nearest that somebody has."""

    words: list[str]
    corrected: dict[str, str] = field(default_factory=dict)
    names: bool = False  # short names that are words as well stand for people, too
    occupations: tuple[Occupation, ...] = ()  # instead of the words, or beside them
    has_words: bool = False  # beside them
    place: tuple[str, ...] = ()  # of the occupations

    @cached_property
    def anywhere(self) -> str:
        """It as a raw tsquery."""
        return self._tsquery()

    def _tsquery(self, weight: str = "") -> str:
        """Return it as a raw tsquery; with a weight only where it stands in that line of the search text."""
        if not self.occupations:
            return words.tsquery(self.words, weight, names=self.names)
        of_these = words.any_title(title for one in self.occupations for title in one.titles)
        if self.place:
            of_these = f"({of_these}) & {words.tsquery(self.place)}"
        return f"({words.tsquery(self.words)}) | ({of_these})" if self.has_words else of_these

    @cached_property
    def scores(self) -> list[tuple[str, int]]:
        """Return what brings somebody nearer to the top: the words in name or role, or the likelier occupation."""
        if not self.occupations:
            return [(self._tsquery("A"), 4)] if self.words else []
        own = [(words.tsquery(self.words), 6)] if self.has_words else []
        return own + [(words.any_title(one.titles), 5 - at) for at, one in enumerate(self.occupations)]

    def varied(self, alumni: Sequence[Listed]) -> list[Listed]:
        """Return a page with one person of each occupation before the second of any, the likeliest occupation first,
        and of each whoever is called most as it is.

        "Work with sick children" means nurses and pediatricians: a page of nurses alone would hide the others.
        """
        best: dict[str, tuple[int, Listed]] = {}
        for alum in alumni:
            if found := self._occupation_of(alum):
                code, place = found
                best[code] = min(best.get(code, (place, alum)), (place, alum), key=itemgetter(0))
        firsts = [alum for _, alum in best.values()]
        shown = {alum.pk for alum in firsts}
        return [*firsts, *(alum for alum in alumni if alum.pk not in shown)]

    def _occupation_of(self, alum: Listed) -> tuple[str, int] | None:
        """Return the code of what somebody does, and how far their title is from its name.

        A "jockey" may drive a truck, but plays records where there is a truck driver.
        """
        has = set(spelling.words(alum.title))
        fits = ((one.code, at) for one in self.occupations for at, title in enumerate(one.titles) if has >= {*title})
        return next(fits, None)

    def other_words(self) -> dict[tuple[str, ...], list[str]]:
        return {} if self.occupations else words.other_words(self.words, names=self.names)


def second_tries(query: DirectoryQuery) -> Iterator[Wanted]:
    """Yield what else may be meant where nobody listed has the words: a person by a short name, an organization or
    a word put right, what people do in everyday words."""
    if words.has_other_names(query.words):
        yield Wanted(query.words, names=True)
    bare = [word for word in query.words if word not in SIGNS]
    if bare and bare != query.words:
        yield Wanted(bare)
    for name in organizations.likely(query.words):
        yield Wanted(name.words, corrected=name.corrected)
    once = list(dict.fromkeys(query.words))
    if once != query.words:
        yield Wanted(once)
    choices = list(mistyped.choices(query.words))
    for choice in choices:
        yield Wanted([choice.get(word, word) for word in query.words], corrected=choice)
    for choice in _in_order(choices[:1]):
        for text, place in _parted(_with(choice, query.text)):
            if occupations := plain_words.meant(text) or _by_meaning(text):
                place_words = tuple(words.query_words(place))
                yield Wanted(query.words, corrected=choice, occupations=tuple(occupations), place=place_words)


def _in_order(choices: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the words as typed and those put right: the latter first where what was typed tells of no work."""
    put_right = [choice for choice in choices if _tells_more(choice)]
    return [*put_right, {}, *(choice for choice in choices if choice not in put_right)]


def _tells_more(choice: dict[str, str]) -> bool:
    return all(plain_words.tells(other) and not plain_words.tells(word) for word, other in choice.items())


def _by_meaning(text: str) -> list[Occupation]:
    """Return the occupations of what a short or foreign name stands for: a "CFO" is a chief financial officer."""
    typed = words.query_words(text)
    labels = sorted(one.label for one in families.jobs().get(tuple(typed), ()) if one.label)
    return next((found for label in labels if (found := plain_words.meant(label))), [])


SIGNS = {"dot", "dash", "hyphen", "slash", "plus", "period", "point"}  # as people say what is written as a sign


def _with(choice: dict[str, str], text: str) -> str:
    """Return a text with its mistyped words put right."""
    return " ".join(choice.get(word, word) for word in text.lower().split()) if choice else text


_WITH_PLACE = re.compile(r"(.{4,})[ ,](?:in|near|around) (?:the )?([^,]{2,40}(?:, ?[^,]{2,20})?)", re.IGNORECASE)


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is said of work and, apart, the place at its end ("doctor for animals in Duluth"); then all of it."""
    parted = _WITH_PLACE.fullmatch(text)
    if parted and (_is_place(parted[2]) or not all(plain_words.knows(word) for word in words.words(parted[2]))):
        yield parted[1], parted[2]
    yield text, ""


def _is_place(text: str) -> bool:
    return families.telling(words.words(text)) in families.of_places()
