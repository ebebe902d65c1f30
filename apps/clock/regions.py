"""How a region writes dates, hours, zones and some words: en-US, en-GB, en-CA (words.md 2, R241).

The office chooses one for the whole site. It knows no office: the middleware and the worker say where to ask.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache

from django.utils.functional import lazy

NO_BREAK = "\N{NO-BREAK SPACE}"  # between an hour and its half: "3:00 / pm" is two lines of one thing

_AMERICAN = {
    "Eastern": ("ET", "New_York Detroit Toronto Nassau Iqaluit Port-au-Prince"),
    "Central": ("CT", "Chicago Menominee Winnipeg Matamoros Rankin_Inlet Resolute"),
    "Mountain": ("MT", "Denver Boise Edmonton Cambridge_Bay Inuvik Ciudad_Juarez"),
    "Pacific": ("PT", "Los_Angeles Vancouver Tijuana"),
    "Alaska": ("AKT", "Anchorage Juneau Sitka Nome Yakutat Metlakatla"),
}
_PARTS = {  # of states whose clocks differ by county
    "Eastern": "Indiana/Indianapolis Indiana/Marengo Indiana/Petersburg Indiana/Vevay Indiana/Vincennes "
    "Indiana/Winamac Kentucky/Louisville Kentucky/Monticello",
    "Central": "Indiana/Knox Indiana/Tell_City North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem",
}
_CANADIAN = {
    "Atlantic": ("AT", "Halifax Glace_Bay Moncton Goose_Bay"),
    "Newfoundland": ("NT", "St_Johns"),
}
_BRITISH_WORDS = {
    "color": "colour",
    "favor": "favour",
    "honor": "honour",
    "neighbor": "neighbour",
    "canceled": "cancelled",
    "labeled": "labelled",
}


def _zones(groups: dict[str, tuple[str, str]], parts: dict[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """Return {zone: (its long name, its short name)}."""
    found: dict[str, tuple[str, str]] = {}
    for name, (short, cities) in groups.items():
        inside = cities.split() + (parts or {}).get(name, "").split()
        found |= {f"America/{city}": (f"{name} Time", short) for city in inside}
    return found


_OF_AMERICA = (
    _zones(_AMERICAN, _PARTS)
    | dict.fromkeys(("Pacific/Honolulu",), ("Hawaii Time", "HT"))
    | dict.fromkeys(("America/Adak",), ("Hawaii-Aleutian Time", "HAT"))
    | dict.fromkeys(("America/Phoenix",), ("Arizona time", "Arizona time"))
)


@dataclass(frozen=True)
class Region:
    """The habits of one region."""

    code: str  # as in <html lang>
    name: str
    month_first: bool  # December 3, not 3 December
    halves: tuple[str, str]  # with the blank before them, if there is one: no line breaks there
    sunday_first: bool
    typed: str  # what a date looks like that is typed
    zones: dict[str, tuple[str, str]] = field(default_factory=dict)  # zone -> (long, short); others by their city
    spelling: dict[str, str] = field(default_factory=dict)  # American word -> the one here


EN_US = Region("en-US", "United States", True, (f"{NO_BREAK}am", f"{NO_BREAK}pm"), True, "MM/DD/YYYY", _OF_AMERICA)
EN_GB = Region(
    "en-GB",
    "United Kingdom and Ireland",
    False,
    ("am", "pm"),
    False,
    "DD/MM/YYYY",
    spelling=_BRITISH_WORDS
    | {
        "organization": "organisation",
        "organize": "organise",
        "recognize": "recognise",
        "apologize": "apologise",
        "program": "programme",
        "résumé": "CV",
        "advisor": "adviser",
        "check": "tick",
        "fall term": "autumn term",
        "business day": "working day",  # words: ok, of another region
        "business hour": "working hour",  # words: ok, of another region
        "break": "vacation",
        "afterward": "afterwards",
    },
)
EN_CA = Region(
    "en-CA",
    "Canada",
    True,
    (f"{NO_BREAK}a.m.", f"{NO_BREAK}p.m."),
    True,
    "YYYY-MM-DD",
    _OF_AMERICA | _zones(_CANADIAN),
    _BRITISH_WORDS,
)
REGIONS = {region.code.lower(): region for region in (EN_US, EN_GB, EN_CA)}


type Code = str | Callable[[], str]

_active: ContextVar[Code] = ContextVar("region", default="en-US")


def current() -> Region:
    """Return the region that is active in this request or task; that of the United States where none was said."""
    code = _active.get()
    if callable(code):
        code = code()
        _active.set(code)
    return REGIONS.get(code.lower(), EN_US)


@contextmanager
def using(code: Code) -> Iterator[None]:
    """Say everything as a region does; of what returns its code, only once something is said of which it matters."""
    before = _active.set(code)
    try:
        yield
    finally:
        _active.reset(before)


# Within a sentence these may mean something else ("check your draft", "a lucky break"), so they are said alone.
_ALONE = {"check", "break", "program"}


def spelled(words: str) -> str:
    """Return American words as the region spells them, in singular, plural and capital: Canceled -> Cancelled.

    One word, or a whole sentence with such words in it: "They asked for your résumé" -> "They asked for your CV".
    """
    region, words = current(), str(words)  # a label may be spelled lazily already
    found = _one(words, region.spelling)
    if found is not None or not region.spelling:
        return words if found is None else found
    return _known(region.code).sub(lambda match: _one(match[0], region.spelling) or match[0], words)


def _one(word: str, spelling: dict[str, str]) -> str | None:
    lower = word.lower()
    singular = lower[:-1] if lower.endswith("s") and lower not in spelling else lower
    other = spelling.get(singular)
    if other is None:
        return None
    plural = other + lower[len(singular) :]
    return plural[0].upper() + plural[1:] if word[:1].isupper() else plural


@cache
def _known(code: str) -> re.Pattern[str]:
    """Whatever a region spells in its own way, wherever it stands in a sentence."""
    words = sorted(REGIONS[code.lower()].spelling.keys() - _ALONE, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})s?\b", re.IGNORECASE)


spelled_lazily = lazy(spelled, str)  # for what is said once and read in every region: labels of choices
