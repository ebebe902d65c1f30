"""Text as words to search by: folded, with the signs that tell one thing from another ("C++", "R&D") kept as letters.

What is stored and what is typed go through the same rules, so whatever a rule makes of "AT&T", both sides have it.
Pure text: it knows no family of words and no database.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from apps.wording.text import folded

WORD = re.compile(r"[^\W_]+")
MARK = "0"  # begins what was written for the search alone: another spelling, a short or former name, a whole city
CITY_MARK = "00"

_RULES = [
    (re.compile(pattern), spelled)
    for pattern, spelled in (
        (r"♯", "#"),
        (r"[’‘ʼ`´]", "'"),
        # names of languages and tools
        (r"(?<!\w)c ?(?:\+ ?\+|plus plus)(?:\d\d(?!\d))?", " cplusplus "),
        (r"(?<!\w)([a-z]\w*)\+\+", r"\1plusplus "),
        (r"(?<!\w)([a-z])(?:#| sharp(?!\w))", r"\1sharp "),
        (r"(?<!\w)([a-z])\+(?![\w+])", r"\1plus "),
        (r"(?:(?<=\basp)|(?<=\bado)|(?<=\bvb)|(?<!\w))\.net\b", " dotnet"),
        (r"\b(node|vue|react|next|nuxt|express|angular|three|d3|ember|backbone|nest)[ -]js\b", r"\1js"),
        (r"\b(\w+)\.(?:js|jsx)\b", r"\1js"),
        (r"\b(objective)[ -](c)\b|\b(c)-(suite|level)\b", r"\1\2\3\4"),
        (r"\ba/b\b", "ab"),
        (r"\bi/o\b", "io"),
        # letters that a sign joins: AT&T, R&D, FP&A
        (r"(?<![\w&])([a-z]{1,3})&(?:amp;)?([a-z]{1,3})(?:&([a-z]{1,3}))?(?![\w&])", r"\1and\2\3"),
        (r"(?<![\w&])([a-z]) & ([a-z])(?![\w&])", r"\1and\2"),
        # letters with dots: U.K., D. C., Ph.D.
        (r"(?<![\w.])(ph|ed|psy|pharm)\. ?d\b", r"\1d"),
        (r"(?<![\w.])(d)\. (c)\b|(?<![\w.])(u)\. (k|s)\b(?:\. (a)\b)?", r"\1\2\3\4\5"),
        (r"(?<![\w.])((?:[a-z]\.){2,}[a-z]?)(?!\w)", lambda found: found[1].replace(".", "")),
        (r"(?<![\w.])([a-z]\.[a-z])(?![\w.])", lambda found: found[1].replace(".", "")),
        # O'Brien, Women's
        (r"(?<=\w)'(?=\w)", ""),
        (r"(?<!\w)(o|mc)'? (?=[a-z]{3})", r"\1"),
        # K-12, 3-D, e-commerce
        (r"(?<!\w)([a-z])-(\d{1,3})(?!\w)", r"\1\2"),
        (r"(?<!\w)(\d)-([a-z])(?!\w)", r"\1\2"),
        (r"\b(?:(e|x)-(?=[a-z]{3})|(co)-(?=op\b))", r"\1\2"),
    )
]
_UNSIGNED = re.compile(r"[a-z0-9 ,]*")
_TOLD_BY_NEIGHBORS = {"o", "mc", "sharp", "plus", "js", "objective"}  # words that a rule may join to another


@lru_cache(20_000)  # employers, roles and cities come again and again
def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, in order: "Ana María Núñez-Ruiz" -> ("ana", "maria", "nunez", "ruiz")."""
    plain = folded(text)
    if _UNSIGNED.fullmatch(plain):  # as most are, and quickly told
        found = plain.replace(",", " ").split()
        if _TOLD_BY_NEIGHBORS.isdisjoint(found):
            return tuple(found)
    for rule, spelled in _RULES:
        plain = rule.sub(spelled, plain)
    return tuple(WORD.findall(plain))


# --- vowels -----------------------------------------------------------------------------------------------------------

_WRITTEN_OUT = re.compile(r"(?:([ao]|(?<![gq])u)e|(a)a)(?=[bcdfghjklmnpqrstvwxz])")  # Mueller, Aase; not Rodriguez
_NOT_A_VOWEL = re.compile(r"[auo]el(?:a|e|la|le|s)?$|[ao]ez$")  # Michael, Joel, Noelle, Páez


def plainer(word: str) -> str:
    """Return a word as it reads where ä, ö, ü and å lose their signs, "mueller" -> "muller", or "" for no other."""
    if len(word) < 4 or not _WRITTEN_OUT.search(word) or _NOT_A_VOWEL.search(word):
        return ""
    return _WRITTEN_OUT.sub(r"\1\2", word)


# --- what is written for the search alone -----------------------------------------------------------------------------

_ABBREVIATED = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SHORT_FORMS = _ABBREVIATED | {word: str(number) for number, word in enumerate(_UNITS, 1)}
SHORT_FORMS |= {short: long for long, short in SHORT_FORMS.items()}


def marked(word: str) -> str:
    """Return the mark of a word that nobody reads: how else a name is written, or was."""
    return f"{MARK}{word}"


@lru_cache(20_000)
def city_mark(city: str) -> str:
    """Return one word for a whole city, so that York is not New York: "St. Paul, MN" -> "00saintpaul"; "" for none."""
    parts = [_LONG.get(word, word) for word in words(city.split(",")[0])]
    return f"{CITY_MARK}{''.join(parts)}" if parts else ""


_LONG = {short: long for long, short in _ABBREVIATED.items()}


def marks_of(found: Sequence[str]) -> list[str]:
    """Return the marks of those words that are written with a vowel written out."""
    text = " ".join(found)
    if not ("ue" in text or "ae" in text or "oe" in text or "aa" in text):  # as in most, and quickly told
        return []
    return [marked(plain) for word in found if (plain := plainer(word))]
