"""What the directory knows a person by: folded words to search in, facets to count; and what was typed, as a query.

Pure text: no database. models.py stores what is composed here; directory/found.py asks with it. How a word is written
is spelling.py's, what means the same families.py's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from apps.alumni import degrees, places, spoken
from apps.alumni import families as known
from apps.alumni.families import Meaning, Phrase
from apps.alumni.spelling import SHORT_FORMS, city_mark, marked, marks_of, plainer, words

if TYPE_CHECKING:  # models.py stores what is composed here
    from apps.alumni.models import AlumniProfile

MOST_WORDS = 8
LONGEST_WORD = 40
GROUPS = ("help", "field", "major", "years", "place", "format", "organization", "degree", "language")
LANGUAGES = {"c", "r"}  # letters that are looked for themselves: nobody's initials


# --- what is stored ---------------------------------------------------------------------------------------------------


def search_text(alum: "AlumniProfile", given: tuple[str, ...] | None) -> str:
    """Compose the four lines the search vector is made of: who and role, work and study, place and year, the rest.

    `given` are the given names among the words of the name; None of a name that is plainly two of them, as most are.
    Behind each line stand its marks (spelling.MARK).
    """
    employer, year = words(alum.employer), str(alum.class_year or "")
    place, marks = _place(alum.city, alum.region, alum.country)
    name = _plain_name(alum) if given is None else _name(alum, given)
    work = [*employer, _said(alum.field, *alum.majors), *marks_of(employer)]
    others = [_said(alum.degrees, alum.happy_to_discuss, alum.quote, *alum.languages)]
    lines = [*name, _said(alum.title)], work, [place, year, marks], others
    return "\n".join([" ".join(filter(None, line)) for line in lines])


@lru_cache(20_000)  # the same roles and subjects come again and again
def _said(*texts: str) -> str:
    return " ".join([word for text in texts for word in words(text)])


@lru_cache(8192)  # many live in few places
def _place(city: str, region: str, country: str) -> tuple[str, str]:
    """Return the words of a place, and its marks."""
    named, written = words(city), words(region)
    full = words(places.region_in_full(country, region)) if written else ()
    also = () if set(written) <= set(full) else written
    marks = (city_mark(city), *marks_of(named)) if named else ()
    return " ".join((*named, *full, *also, *words(places.country_name(country)))), " ".join(filter(None, marks))


def _plain_name(alum: "AlumniProfile") -> Sequence[str]:
    """Return what `_name` does of a name like “Ana Lee”, which is its two words."""
    first, _, last = alum.name.partition(" ")
    if alum.preferred_name or alum.former_name or getattr(alum, "middle_name", ""):
        return _name(alum, (first,))
    names = [first.lower(), last.lower()]
    return [*names, *_marks_of_given((first,), ""), *marks_of(names)]


def _name(alum: "AlumniProfile", given: tuple[str, ...]) -> list[str]:
    """Return the words of a name, and marks: initials, vowels written out, other given names, a former name.

    Initials are no words of their own: who looks for "R" looks for the language.
    """
    preferred, former = alum.preferred_name, words(alum.former_name)
    names = (*words(alum.name), *words(preferred))
    initials = [marked(name) for name in names if len(name) == 1]
    whole = [name for name in names if len(name) > 1] if initials else names
    middle = map(marked, words(getattr(alum, "middle_name", "")))  # which a row of an older migration does not have
    marks = (*initials, *middle, *_marks_of_given(given, preferred), *marks_of(whole))
    return [*whole, *marks, *map(marked, former), *marks_of(former)] if former else [*whole, *marks]


@lru_cache(8192)  # many bear few
def _marks_of_given(given: tuple[str, ...], preferred: str) -> tuple[str, ...]:
    found = {word for name in (*given, preferred) for word in words(name)}
    return tuple(marked(name) for name in sorted(found & known.given_names().keys()))


def facets(alum: "AlumniProfile") -> list[str]:
    """Return what the directory can be narrowed by, as `group:value`."""
    found = [
        *[f"help:{value}" for value in alum.helps],
        *[f"format:{value}" for value in alum.formats],
        *[f"major:{value}" for value in alum.majors],
    ]
    if field := alum.field:
        found.append(f"field:{field}")
    if year := alum.class_year:
        found.append(f"years:{year // 10 * 10}")
    if employer := alum.employer:
        found.append(f"organization:{employer}")
    found += [f"degree:{level}" for level in degrees.levels(alum.degrees)]
    found += [f"language:{language}" for language in alum.languages]
    if city := alum.city:
        found.append(f"place:{places.place_name(city, alum.region, alum.country)}")
    if alum.usual_times.strip():
        found.append("times:usual")
    return found


# --- what was typed ---------------------------------------------------------------------------------------------------


def query_words(query: str) -> list[str]:
    """Return the words of a search that count: at most eight, small words left out unless nothing else stands there."""
    plain = _with_regions(_with_years(spoken.joined(spoken.in_figures(spoken.of_pictures(query[:400])))))
    every = [word[:LONGEST_WORD] for word in words(plain)]
    small = known.SMALL_WORDS | (BESIDE_YEARS if any(map(is_year, every)) else set())
    return ([word for word in every if word not in small] or every)[:MOST_WORDS]


BESIDE_YEARS = {"classes", "grad", "grads", "graduates", "graduated", "graduating", "graduation", "year", "years"}
_YEAR, _ANY_YEAR = r"(?:19|20)\d\d", r"(?:(?:19|20)\d\d|(?<!\d)\d\d)"
_PEOPLE = r"(?! *(?:people|students|kids|children|pupils|persons|seats|percent|years?|yrs|hours?|minutes?|miles?|%))"
_SHORT_YEAR = re.compile(r"(?<!\w)'(\d\d)\b(?!'?s\b)")
_CLASS_OF = re.compile(
    r"\b(?:(?:class(?:es)?|cohorts?|grad(?:s|uat\w+)?|alum\w*) +(?:of|in|from)(?: +the)?(?: +class(?:es)? +of)?"
    r"|c ?/ ?o|c\.o\.) *"
    rf"({_ANY_YEAR})(?!\w){_PEOPLE}(?:( *(?:-|to|through|thru|and|&|or) *)({_ANY_YEAR})(?!\w))?"
)
_SPAN = re.compile(rf"(?<!\d)({_YEAR}) *(?:-|to|through|thru|until) *({_YEAR}|\d\d)(?!\w)")
_BETWEEN = re.compile(rf"\bbetween +({_YEAR}) +and +({_YEAR}|\d\d)(?!\w)")
_EITHER = re.compile(rf"(?<!\d)({_YEAR}) *(?:and|or|&|,|/) *({_YEAR})(?!\w)")
_DECADE = re.compile(
    r"(?<!\w)(?:the )?(?:(early|mid|late)[ -](?:the )?)?(?:((?:19|20)\d)0|'?([4-9])0|(?:(?<=')|(?<=the ))([01])0)'?s\b"
)
_PART_OF_DECADE = {None: (0, 9), "early": (0, 4), "mid": (3, 7), "late": (6, 9)}
_BEFORE_CLASS = re.compile(
    rf"(?<![\w'.-])(\d\d)(?: *(?:-|to|through|and|or) *(\d\d))? +{spoken.CLASSES}(?!\w)(?! +(?:of|in|from) +\d)"
)
_AFTER_CLASS = re.compile(rf"\b{spoken.CLASSES} +(\d\d)(?!\w){_PEOPLE}")
_SINCE = re.compile(rf"\b(since|after|before) +({_YEAR})(?!\w)")


def _with_years(text: str) -> str:
    """Return a search with its class years as words: "class of '10", "c/o 10", "2010 to 2012", "the 90s"."""
    if not any(letter.isdigit() for letter in text):
        return text
    plain = re.sub(r"[–—‒−]", "-", re.sub(r"[’‘ʼ`´]", "'", text.lower()))
    plain = _SHORT_YEAR.sub(lambda found: _full(found[1]), plain)
    plain = _CLASS_OF.sub(_of_class, plain)
    plain = _BEFORE_CLASS.sub(_class_before, plain)
    plain = _AFTER_CLASS.sub(lambda found: f" {_full(found[1])} ", plain)
    plain = _BETWEEN.sub(lambda found: _span(found[1], found[2]), plain)
    plain = _SPAN.sub(lambda found: _span(found[1], found[2]), plain)
    plain = _EITHER.sub(r" y\1o\2 ", plain)
    plain = _DECADE.sub(_decade, plain)
    return _SINCE.sub(_open_span, plain)


def _full(year: str, after: str = "") -> str:
    """Return a year of two digits in full: '10 is 2010, '87 is 1987; the second of a span follows the first."""
    if len(year) == 4:
        return year
    return f"{after[:2]}{year}" if after else f"{19 if int(year) > 40 else 20}{year}"


def _of_class(found: re.Match[str]) -> str:
    first = _full(found[1])
    if not found[3]:
        return f" {first} "
    return f" y{first}o{_full(found[3])} " if found[2].strip() in ("and", "&", "or") else _span(first, _full(found[3]))


def _span(first: str, last: str) -> str:
    return f" y{first}t{_full(last, first)} "


def _decade(found: re.Match[str]) -> str:
    first, last = _PART_OF_DECADE[found[1]]
    start = found[2] or (f"19{found[3]}" if found[3] else f"20{found[4]}")
    return f" y{start}{first}t{start}{last} "


def _class_before(found: re.Match[str]) -> str:
    """98 grads; 95 to 98 grads."""
    return f" y{_full(found[1])}t{_full(found[2])} " if found[2] else f" {_full(found[1])} "


def _open_span(found: re.Match[str]) -> str:
    year = int(found[2])
    first, last = {"since": (year, year + 50), "after": (year + 1, year + 51), "before": (year - 60, year - 1)}[
        found[1]
    ]
    return f" y{first}t{last} "


def is_year(word: str) -> bool:
    """Whether a word of a search stands for a class year, or several."""
    return bool(known.years(word)) or (len(word) == 4 and word.isdecimal() and word[:2] in ("19", "20"))


_REGIONS = {"in": "Indiana", "or": "Oregon", "me": "Maine", "on": "Ontario"}  # whose codes are small words
_AFTER_COMMA = re.compile(r", *(in|or|me|on)\.?(?= *(?:$|,|\d))", re.IGNORECASE)


def _with_regions(text: str) -> str:
    return _AFTER_COMMA.sub(lambda found: f", {_REGIONS[found[1].lower()]}", text)


# --- as a query of the database ---------------------------------------------------------------------------------------


def phrases(wanted: Sequence[str]) -> list[Phrase]:
    """Part the words of a search into phrases we have a family for, the longest first, doubled and single words."""
    parts, at = [], 0
    while at < len(wanted):
        longest = min(known.longest(), len(wanted) - at)
        size = next((n for n in range(longest, 1, -1) if known.is_known(tuple(wanted[at : at + n]))), 0)
        size = size or (2 if _is_doubled(wanted[at : at + 2]) else 1)
        parts.append(tuple(wanted[at : at + size]))
        at += size
    return parts


def _is_doubled(found: Sequence[str]) -> bool:
    """Whether a word stands beside itself, as in Johnson & Johnson: once would not be the same."""
    return len(found) == 2 and found[0] == found[1]


def tsquery(wanted: Sequence[str], weight: str = "", *, names: bool = False) -> str:
    """Return the raw tsquery that holds where every phrase or one of its alternatives stands: only quoted words.

    With a weight (A to D) it must stand in that line of the search text. `names`: short names that are words as well
    (Art, Gene) stand for people, too.
    """
    parts = phrases(wanted)
    between = range(1, len(parts) - 1)
    alternatives = (_alternatives(part, weight, names, at in between) for at, part in enumerate(parts))
    return " & ".join("(" + " | ".join(ways) + ")" for ways in alternatives)


def unweighted(raw: str, weight: str) -> str:
    """Return a raw tsquery for the words of one line alone; "" where it asks for words of others, too."""
    marks = re.findall(r"(?<=')(?::\*?([A-D]*))?(?=[ )&|]|$)", raw)
    return (
        re.sub(rf"(?<='):(\*?){weight}", lambda found: f":{found[1]}" if found[1] else "", raw)
        if set(marks) == {weight}
        else ""
    )


def any_title(titles: Iterable[Phrase]) -> str:
    """Return the raw tsquery that holds where a name or role has one of several titles, whose end may go on."""
    ways = (_lexemes(title, known.NAME, goes_on=len(title[-1]) > 3) for title in titles)
    return " | ".join(ways)


def any_of(wishes: Iterable[Sequence[str]]) -> str:
    """Return the raw tsquery that holds where one of several wishes, each a few words, is met; "" for no wish."""
    return " | ".join(f"({tsquery(wish)})" for wish in wishes if wish)


def other_words(wanted: Sequence[str], *, names: bool = False) -> dict[Phrase, list[str]]:
    """Return {phrase: what else was looked for in its place}, for those of a family: what a page says of a search."""
    found = {}
    for phrase in phrases(wanted):
        meant = {one.label for one in (*known.meanings(phrase), *_namesakes(phrase, names)) if one.label}
        said = [label for label in sorted(meant, key=str.lower) if known.telling(words(label)) != phrase]
        if said:
            found[phrase] = said
    return found


def has_other_names(wanted: Sequence[str]) -> bool:
    """Whether a word is a short name that stands for people only where nobody has the word itself."""
    return any(_namesakes(phrase, True) and not _namesakes(phrase, False) for phrase in phrases(wanted))


def _namesakes(phrase: Phrase, names: bool) -> list[Meaning]:
    if len(phrase) > 1 or (not names and (phrase[0] in known.ALSO_WORDS or known.is_known(phrase))):
        return []
    return known.namesakes(phrase[0])


def _alternatives(phrase: Phrase, weight: str, names: bool, is_between: bool) -> list[str]:
    """Return the tsquery alternatives of one phrase: itself (the last word may go on), its singular, its family."""
    if len(phrase) == 1 and (spans := known.years(phrase[0])):
        return [_lexemes((year,), weight or known.PLACE) for year in spans]
    if len(phrase) == 1 and (apart := spoken.parts(phrase[0])):
        ours = [way for one in known.meanings(phrase) for way in _ways(one, weight)]
        return ours + _either(*apart, weight, names)
    own = {_lexemes(form, weight or line, goes_on=goes_on) for form, line, goes_on in _own(phrase, is_between)}
    others = (*known.meanings(phrase), *known.meanings(_singular(phrase)), *_namesakes(phrase, names))
    return sorted(own | {way for other in others for way in _ways(other, weight)})


def _either(whole: str, letters: list[str], weight: str, names: bool) -> list[str]:
    """Return the alternatives of letters that stand apart: one name, as 3M is, or several words, as C and R are."""
    ways = [_lexemes((whole,), weight), *(way for one in known.meanings((whole,)) for way in _ways(one, weight))]
    told = [letter for letter in letters if letter not in known.SMALL_WORDS]
    if len(told) > 1:
        each = (" | ".join(_alternatives((letter,), weight, names, True)) for letter in told)
        ways.append("(" + " & ".join(f"({alternatives})" for alternatives in each) + ")")
    return ways


def _own(phrase: Phrase, is_between: bool) -> Iterator[tuple[Phrase, str, bool]]:
    """Yield a phrase as it may be written, in which line ("": any), and whether its last word may be only begun:
    in the singular, abbreviated, without its vowels written out, marked."""
    begins = _goes_on(phrase)
    for form in {way for number in (phrase, _singular(phrase)) for way in _abbreviated(number)}:
        yield form, "", begins and _goes_on(form)
    word, plain = phrase[0], plainer(phrase[0])
    if _is_doubled(phrase):
        yield (word, "and", word), "", False
    if len(phrase) > 1 or word.isdecimal():
        return
    if is_between or word not in LANGUAGES:
        yield (marked(word),), "", begins
    if plain:
        yield (plain,), "" if len(plain) > 3 else known.NAME, len(plain) > 4
        yield (marked(plain),), "", len(plain) > 4


def _abbreviated(phrase: Phrase) -> Iterator[Phrase]:
    """Yield a phrase with Saint and St., Mount and Mt. either way."""
    yield from product(*((word, SHORT_FORMS[word]) if word in SHORT_FORMS else (word,) for word in phrase))


def _goes_on(phrase: Phrase) -> bool:
    """Whether the last word may be only begun: no number, and no short name of something ("UK" is not "Ukraine")."""
    last = phrase[-1]
    is_name = len(last) <= 3 and (known.is_known(phrase) or last in SHORT_FORMS)
    return len(last) > 1 and not last.isdecimal() and not is_name


def _ways(meaning: Meaning, weight: str) -> Iterator[str]:
    """Yield a meaning as a tsquery, unless it cannot stand in the line that is asked for."""
    if weight and meaning.line not in weight:
        return
    for phrase in _abbreviated(meaning.phrase):
        way = _lexemes(phrase, meaning.line or weight)
        if meaning.within:
            way = f"({way} & {_lexemes(meaning.within, known.PLACE)})"
        if meaning.outside:
            way = f"({way} & !{_lexemes(meaning.outside, known.PLACE)})"
        yield way


def _singular(phrase: Phrase) -> Phrase:
    last = phrase[-1]
    if last.endswith("ies") and len(last) > 4:
        last = last[:-3] + "y"
    elif last.endswith("s") and not last.endswith("ss") and len(last) > 3:
        last = last[:-1]
    return (*phrase[:-1], last)


def _lexemes(phrase: Phrase, weight: str, *, goes_on: bool = False) -> str:
    marks = [weight] * len(phrase)
    if goes_on:
        marks[-1] = "*" + weight
    quoted = [f"'{word}':{mark}" if mark else f"'{word}'" for word, mark in zip(phrase, marks, strict=True)]
    return "(" + " <-> ".join(quoted) + ")"


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
