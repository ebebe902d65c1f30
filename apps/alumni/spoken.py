"""A search as people say it, in the figures and signs of what is stored: “ninety-eight grads”, “at and t”, “3 M”.

Only what is typed goes through here, never what is stored. Letters that may be one name or several words become one
word that stands for both (`JOINED`); words.py asks for either. Pure text.
"""

import re
import unicodedata

UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
DECADES = ("forties", "fifties", "sixties", "seventies", "eighties", "nineties")
FIGURES = {word: number for number, word in enumerate((*UNITS, *TEENS), 1)}
CLASSES = r"(?:class(?:es)?|cohorts?|grad(?:s|uat\w+)?|alum\w*)"


def in_figures(text: str) -> str:
    """Return a search with its spoken years in figures: "nineteen ninety eight", "nineties", "ninety-eight grads"."""
    if not _SPOKEN.search(text):
        return text
    plain = re.sub(r"[–—‒−]", "-", text.lower())
    plain = _DECADE.sub(lambda found: f"{found[1] or ''}{1940 + 10 * DECADES.index(found[2])}s", plain)
    plain = _HUNDREDS.sub(lambda found: f"{found[1] or ''}{_hundreds(found[2])}s", plain)
    plain = _THOUSAND.sub(lambda found: str(2000 + _two(found[1])), plain)
    plain = _CENTURY.sub(lambda found: f"{19 if found[1] == 'nineteen' else 20}{_two(found[2]):02}", plain)
    plain = _AFTER_CLASS.sub(lambda found: f"{found[1]} {_two(found[2]):02}", plain)
    return _BEFORE_CLASS.sub(lambda found: f"{_two(found[1]):02} {found[2]}", plain)


def _any(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(words)})"


_SPOKEN = re.compile(rf"{_any((*TENS, *TEENS[2:], *DECADES))}|thousand|noughties|aughts|\boh\b|hundreds", re.IGNORECASE)
_TWO = rf"{_any(TENS)}(?:[ -]{_any(UNITS)})?|{_any(TEENS)}|oh[ -]{_any(UNITS)}"
_PART = r"((?:early|mid|late)[ -](?:the )?)?"
_NOT_AN_AGE = r"(?<!their )(?<!her )(?<!his )(?<!my )(?<!our )(?<!your )"
_DECADE = re.compile(rf"{_NOT_AN_AGE}\b{_PART}(?:nineteen[ -])?{_any(DECADES)[:-1].replace('(?:', '(')})\b")
_HUNDREDS = re.compile(rf"\b{_PART}(two thousands|noughties|aughts|twenty[ -]tens|twenty[ -]twenties)\b")
_THOUSAND = re.compile(rf"\btwo thousand(?: and)?[ -]({_TWO}|{_any(UNITS)})\b")
_CENTURY = re.compile(rf"\b(nineteen|twenty)[ -]({_TWO})\b")
_AFTER_CLASS = re.compile(rf"\b({CLASSES}(?: +(?:of|in|from))?) +({_TWO})\b")
_BEFORE_CLASS = re.compile(rf"\b({_TWO}) +({CLASSES})\b")


def _hundreds(said: str) -> int:
    return 2010 if said.endswith("tens") else 2020 if said.endswith("twenties") else 2000


def _two(said: str) -> int:
    """Return the number that one or two words say: "ninety-eight", "twelve", "oh five"."""
    first, _, second = re.sub(r"[ -]+", " ", said).partition(" ")
    tens = 20 + 10 * TENS.index(first) if first in TENS else FIGURES.get(first, 0)
    return tens + (FIGURES[second] if second else 0)


# --- letters that stand apart -----------------------------------------------------------------------------------------

JOINED = re.compile(r"xxj(\d)j([a-z0-9]+)")  # how many letters stand before its “and”, 0 without one; the whole
_UNIT_AND_LETTER = re.compile(rf"(?<!\w)({_any(UNITS)}) ([b-hj-z])(?!\w)", re.IGNORECASE)
_AMPERSAND = re.compile(r"(?<=\w) ?\bampersand\b ?(?=\w)", re.IGNORECASE)
_AND = r" ?(?: and | & ?|& | n | \+ )"
_ENDS = r"(?![\w&'.+#]| sharp| plus| [a-z](?!\w))"  # no “C++”, and nothing that goes on in single letters
_WITH_AND = re.compile(rf"(?<![\w&'])((?:[a-z] )+[a-z]|[a-z]{{1,3}}){_AND}([a-z]){_ENDS}", re.IGNORECASE)
_NO_ARTICLE = r"(?!(?:a|i) [a-z](?!\w)(?! \w(?!\w)))"  # “a C programmer”
_APART = re.compile(rf"(?<![\w&']){_NO_ARTICLE}((?:[a-z0-9] )+[a-z0-9]){_ENDS}", re.IGNORECASE)


def joined(text: str) -> str:
    """Return a search in which letters that stand apart are one word: "at and t", "H & M", "3 M", "three m"."""
    plain = _AMPERSAND.sub(" & ", text)
    plain = _UNIT_AND_LETTER.sub(lambda found: f"{FIGURES[found[1].lower()]} {found[2]}", plain)
    plain = _WITH_AND.sub(_one_with_and, plain)
    return _APART.sub(_one, plain)


def _one_with_and(found: re.Match[str]) -> str:
    first = found[1].replace(" ", "").lower()
    return f" xxj{len(first)}j{first}and{found[2].lower()} " if len(first) < 10 else found[0]


def _one(found: re.Match[str]) -> str:
    letters = found[1].replace(" ", "").lower()
    return found[0] if letters.isdecimal() else f" xxj0j{letters} "


def parts(word: str) -> tuple[str, list[str]] | None:
    """Return a joined word as one, and as the words it may be instead; None for any other word."""
    found = JOINED.fullmatch(word)
    if not found:
        return None
    size, whole = int(found[1]), found[2]
    return whole, [whole[:size], whole[size + 3 :]] if size else list(whole)


# --- pictures ---------------------------------------------------------------------------------------------------------

# What the objects of the professions are called that Unicode joins to a person (CLDR's short names for them).
PROFESSIONS = {
    "⚕": "health worker",
    "⚖": "judge",
    "✈": "pilot",
    "🌾": "farmer",
    "🍳": "cook",
    "🎓": "student",
    "🎤": "singer",
    "🎨": "artist",
    "🏫": "teacher",
    "🏭": "factory worker",
    "💻": "technologist",
    "💼": "office worker",
    "🔧": "mechanic",
    "🔬": "scientist",
    "🚀": "astronaut",
    "🚒": "firefighter",
}
_SAYS_NOTHING = {"man", "woman", "person", "adult", "face", "black", "white", "heavy", "sign", "symbol", "and", "with"}


def of_pictures(text: str) -> str:
    """Return a search of pictures alone as what they are called in Unicode; beside words they are decoration."""
    if text.isascii() or any(letter.isalnum() for letter in text):
        return text
    return " ".join(filter(None, map(_called, text))) or text


def _called(sign: str) -> str:
    name = unicodedata.name(sign, "").lower()
    if unicodedata.category(sign) != "So" or "face" in name.split():
        return ""
    return PROFESSIONS.get(sign) or " ".join(word for word in name.split() if word not in _SAYS_NOTHING)
