"""Words that mean the same when somebody looks for a person: jobs and fields, places, given names, years.

A phrase is what was typed, a tuple of words; a `Meaning` is something else that a person may have written instead, and
in which line of the search text it must stand. Pure text: no database. words.py makes the query.
"""

import re
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from apps.alumni import places
from apps.alumni.spelling import city_mark, marked, words

DATA = Path(__file__).parent / "data"
NAME, PLACE = "A", "C"  # the lines of the search text (words.search_text) in which names and places stand
SMALL_WORDS = {
    *("a", "an", "and", "as", "at", "for", "from", "i", "in", "is", "me", "of", "on", "or", "that", "the", "to"),
    *("who", "whom", "with", "work", "working", "works", "somebody", "someone", "based", "located"),
    *("class", "alum", "alumni", "alumna", "alumnus", "graduate"),
}

type Phrase = tuple[str, ...]


def _set(words_: str) -> frozenset[str]:
    return frozenset(words_.split())


class Meaning(NamedTuple):
    """Another way to say a phrase: its words, its line of the search text ("": any), where it holds, how to say it.

    The label is empty for a mere spelling, which nobody needs to be told.
    """

    phrase: Phrase
    line: str = ""
    within: Phrase = ()  # it must stand in the same place, too: a state, a country
    outside: Phrase = ()  # it must not
    label: str = ""


type Families = dict[Phrase, frozenset[Meaning]]
_NONE: Families = {}
OWN: ContextVar[Families] = ContextVar("the words of the office", default=_NONE)  # set by directory.own_words


def telling(found: Sequence[str]) -> Phrase:
    """Return a phrase as a search has it: without small words, unless it has no others."""
    return tuple(word for word in found if word not in SMALL_WORDS) or tuple(found)


def meanings(phrase: Phrase) -> frozenset[Meaning]:
    """Return what else a phrase may be called; nothing for a phrase of no family."""
    return jobs().get(phrase, frozenset()) | of_places().get(phrase, frozenset()) | OWN.get().get(phrase, frozenset())


def is_known(phrase: Phrase) -> bool:
    """Whether a phrase is the name of something."""
    return phrase in jobs() or phrase in of_places() or is_own(phrase)


def is_own(phrase: Phrase) -> bool:
    """Whether a phrase is one of the office's own words."""
    return phrase in OWN.get()


def longest() -> int:
    """Return how many words the longest phrase of a family has."""
    return max(_longest_shipped(), max(map(len, OWN.get()), default=0))


@cache
def _longest_shipped() -> int:
    return max(len(phrase) for family in (jobs(), of_places()) for phrase in family)


def _lines(name: str) -> Iterator[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    yield from (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _frozen(found: dict[Phrase, set[Meaning]]) -> Families:
    return {phrase: frozenset(others) for phrase, others in found.items() if phrase}


# --- jobs and fields --------------------------------------------------------------------------------------------------


@cache
def jobs() -> Families:
    """Return {phrase: what else it is called} of synonyms.txt and abroad.txt."""
    found: dict[Phrase, set[Meaning]] = {}
    for line in _lines("synonyms.txt"):
        same, _, narrower = line.partition(">")
        family = {Meaning(tuple(words(name)), label=name) for name in _names(same)}
        inside = {Meaning(tuple(words(name)), label=name) for name in _names(narrower)}
        for other in family:
            found.setdefault(telling(list(other.phrase)), set()).update(family | inside)
    for phrase, english in abroad().items():
        found.setdefault(phrase, set()).update(english)
    return _frozen(found)


@cache
def abroad() -> Families:
    """Return {a phrase in Spanish or French: what is looked for in its place} of abroad.txt."""
    found: dict[Phrase, set[Meaning]] = {}
    for line in _lines("abroad.txt"):
        typed, _, english = line.partition(">")
        meant = {Meaning(tuple(words(name)), label=name) for name in _names(english)}
        for name in _names(typed):
            found.setdefault(telling(words(name)), set()).update(meant)
    return _frozen(found)


# --- places -----------------------------------------------------------------------------------------------------------

# Short names that are more often something else are no places: "can", "it", "Ken" (Kentucky), "Dubai" (a city).
CODES = _set(
    "us usa gb gbr fr fra jp jpn cn chn nz nzl sg sgp hk hkg kr kor es esp ie irl br bra mx mex za zaf ng nga nl nld "
    "au aus ru rus ua ukr pl pol dk dnk eg egy tw twn vn vnm th tha deu ita prt che aut bel isr tur phl idn mys sau "
    "qat uk uae ksa rok dprk prc roc drc nwt pei usvi bvi rsa ger nsw qld"
)
SHORT_REGIONS = _set("calif minn mich wisc wis mass penn penna tenn conn okla ariz nebr colo kans fla tex alta sask")
NO_COUNTRIES = {"england", "scotland", "wales", "cymru", "northern ireland", "dubai", "abu dhabi", "gaza", "west bank"}


@cache
def of_places() -> Families:
    """Return {phrase: what else a place is called}: countries, regions, and the cities of places.txt."""
    found: dict[Phrase, set[Meaning]] = {}
    for name, code in places.country_names().items():
        if (len(name) > 3 or name in CODES) and not name.isdecimal() and name not in NO_COUNTRIES:
            found.setdefault(telling(words(name)), set()).add(_land(places.country_name(code)))
    for country, name, region in places.region_names():
        is_code = " " not in name and len(name) <= 5
        if not is_code or name in SHORT_REGIONS or (country in ("US", "CA") and len(name) == 2) or name in CODES:
            found.setdefault(telling(words(name)), set()).add(_land(region))
    for line in _lines("places.txt"):
        _add(found, line)
    return _frozen(found)


def place(name: str) -> frozenset[Meaning]:
    """Return a place that somebody names, as a search asks for it: "Portland, ME", "Michigan", "the Bronx"."""
    known = of_places().get(telling(words(name)))
    if known:
        return known
    city, _, region = (part.strip() for part in name.partition(","))
    where = [one for one in of_places().get(telling(words(region)), ()) if one.line == PLACE] if region else []
    named = tuple(words(where[0].label if where else region))
    return frozenset([Meaning((city_mark(city),), PLACE, named, label=name)])


def _land(name: str) -> Meaning:
    return Meaning(tuple(words(name)), PLACE, label=name)


def _add(found: dict[Phrase, set[Meaning]], line: str) -> None:
    """Add one line of places.txt."""
    where, _, rest = line[1:].partition(": ") if line.startswith("@") else ("", "", line)
    same, _, inside = rest.partition(">")
    names = _names(same)
    family = {_place(name, where) for name in names}
    within = {_place(name, where) for name in _names(inside)}
    for name in names:
        found.setdefault(telling(words(name.lstrip("="))), set()).update(family | within)


def _place(name: str, where: str) -> Meaning:
    area = tuple(words(where))
    within, outside = (area, ()) if area and not where.startswith("!") else ((), area)
    if name.startswith("="):
        return Meaning(tuple(words(name)), PLACE, within, outside, _title(name[1:]))
    return Meaning((city_mark(name),), PLACE, within, outside, _title(name))


def _title(name: str) -> str:
    """Return a place as a page says it; "" for a mere spelling of one ("l a", "the bronx")."""
    parts = name.split()
    if any(len(part) == 1 for part in parts) or parts[0] in ("the", "greater", "city") or parts[-1] in ("ny", "df"):
        return ""
    return name.upper() if len(name) < 4 or name == "cdmx" else name.title()


# --- given names ------------------------------------------------------------------------------------------------------

# Short names that are words as well: they mean a person only where nobody has the word itself.
ALSO_WORDS = _set(
    "al art ash asia august bud buck candy char chip clay con cliff dale dean del den di dot dom early ed fern gay gen "
    "gene ginger hal hope joy key lane lily luck mac man manda mar mark marge mat may mercy mi mo nan net pen penny "
    "pip ray reg rich rod rose rue rusty set sky sly sol stew star sunny sun tad temple tam trip troy van vet vi vin "
    "will win woody zo bran hub jules ever elle tavi cal cat page grace faith melody miles set rock"
)


@cache
def given_names() -> dict[str, frozenset[str]]:
    """Return {given name: what people of that name are called, or the names that a short one stands for}."""
    found: dict[str, set[str]] = {}
    for line in _lines("short_names.txt"):
        name, _, short = line.partition(": ")
        if " " in name:
            continue
        for other in words(short):
            found.setdefault(name, set()).add(other)
            found.setdefault(other, set()).add(name)
    return {name: frozenset(others - {name}) for name, others in found.items()}


def namesakes(word: str) -> list[Meaning]:
    """Return by what other given names a person may be listed who is called by this one."""
    return [Meaning((marked(name),), NAME, label=name.title()) for name in sorted(given_names().get(word, ()))]


# --- years ------------------------------------------------------------------------------------------------------------

SPAN = re.compile(r"y(\d{4})([to])(\d{4})")  # as words.query_words writes "2010 to 2012" and "2010 or 2012"
LONGEST_SPAN = 61


@lru_cache(256)
def years(word: str) -> list[str]:
    """Return the years that a word of a search stands for, in figures; [] for a word that is none."""
    span = SPAN.fullmatch(word)
    if not span:
        return []
    first, last = sorted((int(span[1]), int(span[3])))
    return [str(year) for year in (range(first, last + 1)[:LONGEST_SPAN] if span[2] == "t" else (first, last))]
