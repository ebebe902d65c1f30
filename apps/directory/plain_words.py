"""From everyday words to occupations: "help kids who can't speak well" is what speech-language pathologists do.

Each occupation of O*NET is known by the words of its titles (data/occupations.txt, which compile_occupations makes) and
by phrases of our own (data/plain_words.txt). What is typed is weighed against both: rare words count for more, and a
phrase that is met nearly whole counts for most. Pure text: no database. search.py asks where a search finds nobody.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from apps.alumni import families, spoken
from apps.alumni.spelling import words
from apps.alumni.words import phrases, query_words
from apps.wording.person_name import given_names

DATA = Path(__file__).parent / "data"
MEANT = 3  # occupations that a search is widened to, at most
LEAST = 0.25  # of the weight of what was typed must be met, else nothing is meant
NEAR_THE_BEST = 0.2  # of the best score another occupation must have to be meant, too


@dataclass(frozen=True, slots=True)
class Occupation:
    """One occupation: its code, its name, and the titles by which people of it are found, each as words."""

    code: str
    name: str
    titles: tuple[tuple[str, ...], ...]
    stems: dict[str, float]  # how much each word of its titles tells of it, 0 to 1

    @property
    def called(self) -> str:
        """The name as a page says it: without “All Other” and “Except”."""
        return re.sub(r",? (?:All Other|General|Except .*)$", "", self.name)


def meant(text: str, most: int = MEANT) -> list[Occupation]:
    """Return the occupations that a search may mean, the likeliest first; [] where it says too little of work.

    What the office says that its students mean comes before what we weigh.
    """
    text = spoken.of_pictures(text)
    typed = frozenset(_stems(text))
    told = [at for stems, at in OWN.get() if stems <= typed]
    found = list(dict.fromkeys([*told, *_meant(text, most)]))
    return [_index().occupations[at] for at in found[:most]]


type OwnPhrase = tuple[frozenset[str], int]  # its stems, and where its occupation stands in the index
OWN: ContextVar[tuple[OwnPhrase, ...]] = ContextVar("the phrases of the office", default=())  # set by own_words.py


def own_phrase(phrase: str, name: str) -> OwnPhrase | None:
    """Return a phrase of the office's own that means an occupation; None where no occupation has that name."""
    at = _by_name().get(_plain_name(name))
    return None if at is None else (frozenset(_stems(phrase)), at)


def titles_of(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the titles by which people of an occupation are found; none where no occupation has that name."""
    at = _by_name().get(_plain_name(name))
    return () if at is None else _index().occupations[at].titles


def _plain_name(name: str) -> tuple[str, ...]:
    return tuple(_single(word) for word in words(name) if word != "and")


@cache
def _by_name() -> dict[tuple[str, ...], int]:
    """Return where an occupation stands, by its name and by the first of its titles."""
    found: dict[tuple[str, ...], int] = {}
    for at, one in enumerate(_index().occupations):
        found.setdefault(_plain_name(" ".join(one.titles[0])), at)
    return found | {
        _plain_name(name): at for at, one in enumerate(_index().occupations) for name in (one.name, one.called)
    }


def tells(word: str) -> bool:
    """Whether a word says something of what somebody does."""
    return word in silent() or _index().has(stem(word))


def knows(word: str) -> bool:
    """Whether a word stands in our everyday phrases: then it is no slip of the pen."""
    return word in _everyday()


@cache
def vocabulary() -> frozenset[str]:
    """Return the words that say what people do: of our phrases, and of the names of occupations."""
    names = (word for one in _occupations() for word in words(one.name))
    return frozenset({*_everyday(), *names} - silent())


def is_everyday(text: str) -> bool:
    """Whether a search is several words of work and nothing else: no employer, no place, no name, none of our own."""
    if any(map(families.is_own, phrases(query_words(text)))):
        return False
    found = words(text)
    telling = [word for word in found if word not in silent()]
    return len(telling) > 1 and all(word in vocabulary() or _single(word) in vocabulary() for word in telling)


@lru_cache(1024)
def _meant(text: str, most: int) -> tuple[int, ...]:
    typed = dict.fromkeys(_stems(text))
    index = _index()
    known = {word: index.weight(word) for word in typed}
    scores = _scores(index, known)
    whole = sum(known.values())
    if not scores or not whole or _is_a_name(text, index):
        return ()
    best = sorted(scores, key=lambda at: (-scores[at].total, at))
    top = scores[best[0]]
    if top.met < LEAST * whole:
        return ()
    return tuple(at for at in best[:most] if scores[at].total >= NEAR_THE_BEST * top.total)


def _is_a_name(text: str, index: "_Index") -> bool:
    """Whether two or three words are rather somebody's name: "Taylor Cook" looks for no cook."""
    typed = words(text)
    if tuple(typed) in _titles():  # Loan is a given name too
        return False
    telling = [word for word in typed if word not in silent()]
    strange = [word for word in telling if (word in given_names() and not knows(word)) or not index.has(stem(word))]
    is_given = not given_names().isdisjoint(strange)
    is_written_so = all(part[:1].isupper() for part in text.split())
    return len(typed) < 4 and len(telling) - len(strange) < 2 and bool(strange) and (is_given or is_written_so)


@cache
def _titles() -> frozenset[tuple[str, ...]]:
    return frozenset(title for one in _occupations() for title in one.titles if len(title) > 1)


@dataclass(slots=True)
class _Score:
    total: float = 0.0
    met: float = 0.0  # the weight of the typed words that the occupation has


def _scores(index: "_Index", typed: dict[str, float]) -> dict[int, _Score]:
    """Weigh each occupation that has one of the words: the words of its titles, then its phrases."""
    scores: dict[int, _Score] = defaultdict(_Score)
    in_phrase: dict[int, float] = defaultdict(float)
    owned: dict[int, dict[str, float]] = defaultdict(dict)
    for word, weight in typed.items():
        for at, telling in index.by_title.get(word, ()):
            owned[at][word] = max(owned[at].get(word, 0), weight * telling)
        for phrase in index.by_phrase.get(word, ()):
            in_phrase[phrase] += weight
            at = index.phrases[phrase].occupation
            owned[at][word] = max(owned[at].get(word, 0), weight * IN_A_PHRASE)
    best: dict[int, float] = defaultdict(float)
    for phrase, weight in in_phrase.items():
        part = weight / index.phrases[phrase].weight
        at = index.phrases[phrase].occupation
        best[at] = max(best[at], weight * part**WHOLENESS)
    whole = sum(typed.values()) or 1.0
    for at, by_word in owned.items():
        met = sum(typed[word] for word in by_word)
        told = sum(by_word.values()) + WHOLE_PHRASE * best[at]
        scores[at] = _Score(told * index.likely[at] * (met / whole) ** COVERAGE, met)
    return scores


IN_A_PHRASE = 0.9  # what a word of a phrase tells, where 1 is a word that every title has
WHOLE_PHRASE = 1.3
WHOLENESS = 1.0  # how much it counts that a phrase is met whole
COVERAGE = 1.0  # how much it counts that all that was typed is met


@dataclass(frozen=True, slots=True)
class _Phrase:
    occupation: int
    weight: float


class _Index:
    """All occupations, and where each word stands."""

    def __init__(self) -> None:
        self.occupations = _with_general_titles(list(_occupations()))
        at_code = {occupation.code: at for at, occupation in enumerate(self.occupations)}
        self.by_title: dict[str, list[tuple[int, float]]] = defaultdict(list)
        spread: dict[str, set[int]] = defaultdict(set)
        for at, occupation in enumerate(self.occupations):
            for word, telling in occupation.stems.items():
                self.by_title[word].append((at, telling))
                spread[word].add(at)
        phrases = [(at_code[code], frozenset(_stems(text))) for code, text in _phrases() if code in at_code]
        phrases += [(at, frozenset(_stems(one.name))) for at, one in enumerate(self.occupations)]
        for at, stems in phrases:
            for word in stems:
                spread[word].add(at)
        self._spread = {word: len(places) for word, places in spread.items()}
        self.by_phrase: dict[str, list[int]] = defaultdict(list)
        self.phrases = [_Phrase(at, sum(map(self.weight, stems)) or 1.0) for at, stems in phrases]
        for number, (_, stems) in enumerate(phrases):
            for word in stems:
                self.by_phrase[word].append(number)
        in_plain = {at for at, _ in phrases[: -len(self.occupations)]}
        self.likely = [_likely(one.name, at in in_plain) for at, one in enumerate(self.occupations)]

    def has(self, word: str) -> bool:
        return word in self._spread

    def weight(self, word: str) -> float:
        """Return how rare a word is; a word that nobody has weighs as a middling one, for it is left unmet."""
        count = self._spread.get(word, 0)
        return math.log(1 + len(self.occupations) / (count or 40)) * (0.5 if word in _faint() else 1.0)


@cache
def _index() -> _Index:
    return _Index()


@cache
def _everyday() -> frozenset[str]:
    return frozenset(silent() | _faint() | {word for _, text in _phrases() for word in words(text)})


def _occupations() -> Iterator[Occupation]:
    for line in _lines("occupations.txt"):
        code, name, titles, stems = line.split("\t")
        told = (part.split(":") for part in stems.split(" "))
        yield Occupation(
            code,
            name,
            tuple(tuple(title.split(" ")) for title in titles.split("|")),
            {word: int(percent) / 100 for word, percent in told},
        )


def _with_general_titles(occupations: list[Occupation]) -> list[Occupation]:
    """Return them with the title that their whole group shares, as "social worker": what many call themselves.

    It is the first one of what is left over of a group. One word ("engineer") would say too little.
    """
    left_over = [one for one in occupations if "All Other" in one.name and len(one.titles[0]) > 1]
    general = {one.code[:6]: one.titles[0] for one in left_over}
    return [_with_own_name(_with_title(one, general.get(one.code[:6]))) for one in occupations]


def _with_own_name(occupation: Occupation) -> Occupation:
    """Return it with its name in the singular where O*NET adds to that: "Pediatricians, General" are pediatricians."""
    named = re.fullmatch(r"([A-Za-z ]+), (?:General|Except .*)", occupation.name)
    if named is None or " and " in named[1]:
        return occupation
    *before, last = words(named[1])
    title = (*before, _single(last))
    return occupation if title in occupation.titles else replace(occupation, titles=(*occupation.titles, title))


def _with_title(occupation: Occupation, title: tuple[str, ...] | None) -> Occupation:
    own = occupation.titles
    if title is None or title in own or own[0][-len(title) :] != title:
        return occupation
    return replace(occupation, titles=(*own, title))


def _phrases() -> Iterator[tuple[str, str]]:
    for line in _lines("plain_words.txt"):
        code, _, rest = line.partition(" ")
        yield from ((code if "." in code else f"{code}.00", phrase) for phrase in rest.split(";"))


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _likely(name: str, is_plain: bool) -> float:
    """Return how likely somebody looks for an occupation: less for what is left over, for helpers and supervisors."""
    if is_plain:
        return 1.0
    if "All Other" in name or name.startswith(("Helpers", "First-Line")):
        return 0.5
    return 0.6 if "Postsecondary" in name else 0.8


# --- words as they are compared ---------------------------------------------------------------------------------------


@cache
def _stem_lines() -> dict[str, list[list[str]]]:
    """Return the lines of stems.txt, parted into words, by what stands before the colon ("" for a family)."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for line in _lines("stems.txt"):
        kind, _, rest = line.rpartition(":")
        found[kind].append(rest.split())
    return found


@cache
def silent() -> frozenset[str]:
    """Return the words that say nothing of what somebody does."""
    return frozenset(word for line in _stem_lines()["stop"] for word in line)


@cache
def _faint() -> frozenset[str]:
    return frozenset(word for line in _stem_lines()["faint"] for word in line)


@cache
def _same() -> dict[str, str]:
    return {word: family[0] for family in _stem_lines()[""] for word in family}


_ENDINGS = re.compile(r"(?:ations?|ings?|ies|ied|ers?|ors?|ists?|ed|es|s|y|e|ly|al|ic)$")


_LOOK_AFTER = re.compile(r"\blook(?:s|ed|ing)? after\b", re.IGNORECASE)  # which has nothing to do with looks
_MAJOR = re.compile(r"(?<=\w) majors?\s*$", re.IGNORECASE)  # "a psychology major" is no major of the army


def _stems(text: str) -> list[str]:
    found = words(_MAJOR.sub("", _LOOK_AFTER.sub("care", text)))
    return [stem(word) for word in found if word not in silent() and not (len(word) == 1 and word.isalpha())] or [
        stem(word) for word in found
    ]


@lru_cache(20_000)
def stem(word: str) -> str:
    """Return what a word has in common with its kin: "paint" for painter, painting, paints; "child" for kids."""
    if word in _same():
        return _same()[word]
    if len(word) < 4 or word.isdecimal():
        return word
    single = _single(word)
    if single in _same():
        return _same()[single]
    shorter = _ENDINGS.sub("", single)
    if len(shorter) < 3:
        return single
    if len(shorter) > 3 and shorter[-1] == shorter[-2] and shorter[-1] not in "lsz":
        shorter = shorter[:-1]
    return _same().get(shorter, shorter)


def _single(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):  # seamstresses
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s")
