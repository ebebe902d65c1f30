"""Patterns of words and word classes, and where a sentence holds them: the small language of data/phrases.toml.

A pattern is a row of steps with blanks between. `pass on` are the words themselves, `a/an/the` any of these, `[job]` a
class, `[Name]` a word with a capital, `my?` may be left out, `!your` must not come next, `..` lets up to three words
pass, `...` up to ten, and `^` is the beginning of a clause. `take_on/hire` writes two words as one choice. It decides
how such a row is read and found; it knows nothing about jobs.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from apps.wording.text import folded

type Phrase = tuple[str, ...]  # words in a row, as they are compared
type Phrases = frozenset[Phrase]  # any of these
type Spell = Callable[[str], str]
type Begins = Mapping[str, Collection[str]]  # words that begin a clause: "always", or after a "comma"
type Place = tuple[int, int]  # first word, word after the last
type States = dict[int, int]  # where we are: where we began

GAPS = {"..": 3, "...": 10}
NAME: Phrase = ("[Name]",)
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[,;:–—]")
SHORT = {
    "'m": "am",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
    "'d": "would",
    "n't": "not",
}
WHOLE: dict[str, Phrase] = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "let's": ("let", "us"),
    "im": ("i", "am"),
    "id": ("i", "would"),
    "dont": ("do", "not"),
    "gonna": ("going", "to"),
    "u": ("you",),
    "ur": ("your",),
    "wanna": ("want", "to"),
    "it's": ("it", "is"),
    "that's": ("that", "is"),
    "there's": ("there", "is"),
    "what's": ("what", "is"),
    "who's": ("who", "is"),
}


class BadPattern(Exception):
    """A pattern that cannot be read. Holds a sentence fit for the page."""


@dataclass(frozen=True)
class Word:
    """One word as it is compared (plain, lower case), and where it stands in the sentence."""

    plain: str
    start: int
    end: int
    after_comma: bool = False
    is_name: bool = False


def words_of(sentence: str) -> list[Word]:
    """Return the words of a sentence, short forms written out: “I’d” is two words in one place."""
    found: list[Word] = []
    after_comma = False
    for match in TOKEN.finditer(sentence):
        text = folded(match.group()).replace("’", "'")
        if text == ",":
            after_comma = True
            continue
        is_name = bool(found) and match.group()[0].isupper() and not text.startswith("i'") and text != "i"
        for plain in _written_out(";" if text in ";:–—" else text):
            found.append(Word(plain, match.start(), match.end(), after_comma, is_name))
            after_comma = False
    return found


def _written_out(text: str) -> Phrase:
    if text in WHOLE:
        return WHOLE[text]
    for ending, full in SHORT.items():
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending), full
    return (text.removesuffix("'s"),)


# --- reading a pattern ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step: some of `phrases` (each a row of words), or a gap of up to `gap` words."""

    phrases: Phrases = frozenset()
    gap: int = 0
    is_optional: bool = False
    is_forbidden: bool = False
    is_start: bool = False


@dataclass(frozen=True)
class Pattern:
    text: str
    steps: tuple[Step, ...]
    needed: frozenset[Phrases]  # the phrases without which it cannot be there


def _needed(steps: Iterable[Step]) -> frozenset[Phrases]:
    return frozenset(step.phrases for step in steps if step.phrases and not (step.is_optional or step.is_forbidden))


@dataclass(frozen=True)
class Classes:
    """The named word classes: {name: phrases}."""

    phrases: Mapping[str, Phrases]

    @classmethod
    def read(cls, rows: Mapping[str, str]) -> Self:
        """Read {name: "word, word, [other class]"}; a class may name one that stands above it."""
        known: dict[str, Phrases] = {"Name": frozenset([NAME])}
        for name, listed in rows.items():
            known[name] = frozenset(phrase for item in listed.split(",") for phrase in _phrases(item.strip(), known))
        return cls(known)

    def pattern(self, text: str) -> Pattern:
        """Read one pattern. Raises BadPattern with a sentence that says what is wrong."""
        steps = tuple(self._step(item) for item in text.split())
        pattern = Pattern(" ".join(text.split()), steps, _needed(steps))
        if not pattern.needed:
            raise BadPattern("Write at least one word that isn’t optional.")
        if steps[-1].gap or next(step for step in steps if not step.is_start).gap:
            raise BadPattern("Start and end with a word, not with dots.")
        return pattern

    def _step(self, item: str) -> Step:
        if item == "^":
            return Step(is_start=True)
        if item in GAPS:
            return Step(gap=GAPS[item])
        forbidden, optional = item.startswith("!"), item.endswith("?")
        choices = item.removeprefix("!").removesuffix("?").split("/")
        phrases = frozenset(phrase for choice in choices for phrase in _phrases(choice, self.phrases))
        return Step(_same(phrases), is_optional=optional, is_forbidden=forbidden)


@lru_cache(maxsize=4096)
def _same(phrases: Phrases) -> Phrases:
    """Return one object for equal phrases, so that they are found by identity."""
    return phrases


def _phrases(item: str, known: Mapping[str, Iterable[Phrase]]) -> Iterable[Phrase]:
    """Return the rows of words that one item of a list stands for."""
    if item.startswith("["):
        name = item.strip("[]")
        if name not in known:
            raise BadPattern(f"There is no word class “{name}”.")
        return known[name]
    plain = tuple(word.plain for word in words_of(item))
    if not plain:
        raise BadPattern(f"“{item}” is not a word.")
    return [plain]


# --- finding patterns -------------------------------------------------------------------------------------------------


class Finder:
    """All the phrases of many patterns, so that one pass over a sentence finds where each of them stands."""

    def __init__(
        self, patterns: Iterable[Pattern], *, stops: Phrases = frozenset(), spelling: Spell | None = None
    ) -> None:
        self.stops, self._spelling = {phrase[0] for phrase in stops}, spelling or (lambda word: word)
        self.by_first: defaultdict[str, list[tuple[Phrase, Phrases]]] = defaultdict(list)
        for phrases in {step.phrases for pattern in patterns for step in pattern.steps if step.phrases}:
            for phrase in phrases:
                self.by_first[phrase[0]].append((phrase, phrases))
        self.known = {word for found in self.by_first.values() for phrase, _ in found for word in phrase}

    def spelling(self, word: str) -> str:
        return word if word in self.known else self._spelling(word)

    def read(self, sentence: str, begins: Begins) -> "Reading":
        return Reading(self, words_of(sentence), begins)


class Reading:
    """One sentence, read once. Words can be covered up: no pattern and no gap crosses them."""

    def __init__(self, finder: Finder, words: list[Word], begins: Begins) -> None:
        self.words = words
        self.plain = [finder.spelling(word.plain) for word in words]
        self.stops = [plain in finder.stops or plain == ";" for plain in self.plain]
        self.starts = [at for at in range(len(words)) if self._begins_clause(at, begins)]
        self.ends: defaultdict[Phrases, defaultdict[int, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )  # {phrases: {where: where it ends}}
        self._find(finder)

    def _begins_clause(self, at: int, begins: Begins) -> bool:
        if at == 0 or self.plain[at - 1] == ";":
            return True
        return self.plain[at] in begins["always"] or (self.words[at].after_comma and self.plain[at] in begins["comma"])

    def _find(self, finder: Finder) -> None:
        for at, plain in enumerate(self.plain):
            for phrase, phrases in finder.by_first.get(plain, ()):
                if len(phrase) == 1 or tuple(self.plain[at : at + len(phrase)]) == phrase:
                    self.ends[phrases][at].append(at + len(phrase))
            for _, phrases in finder.by_first.get(NAME[0], ()) if self.words[at].is_name else ():
                self.ends[phrases][at].append(at + 1)

    def find(self, pattern: Pattern) -> Place | None:
        """Return (first word, word after the last) of the pattern's first place in the sentence, or None."""
        if not pattern.needed <= self.ends.keys():
            return None
        states = {at: at for at in range(len(self.words))}
        for step in pattern.steps:
            states = self._after(step, states)
            if not states:
                return None
        end, start = min(states.items(), key=lambda state: (state[1], state[0]))
        return start, end

    def _after(self, step: Step, states: States) -> States:
        if step.is_start:
            return {at: at for at in self.starts}
        if step.gap:
            return self._gap(states, step.gap)
        if step.is_forbidden:
            return {at: start for at, start in states.items() if not self._ends(step, at)}
        return self._taken(step, states)

    def _ends(self, step: Step, at: int) -> Sequence[int]:
        found = self.ends.get(step.phrases)
        return found.get(at, ()) if found else ()

    def _taken(self, step: Step, states: States) -> States:
        after = dict(states) if step.is_optional else {}
        for at, start in states.items():
            for end in self._ends(step, at):
                after[end] = max(start, after.get(end, -1))
        return after

    def _gap(self, states: States, most: int) -> States:
        """Let up to `most` words pass, but no covered one, no stop. The nearest beginning wins."""
        after = {}
        reach: dict[int, tuple[int, int]] = {}  # where: (words left, began)
        for at in range(min(states, default=0), len(self.words) + 1):
            options = [(most, states[at])] if at in states else []
            left, start = reach.get(at - 1, (0, -1))
            if left > 0 and self.plain[at - 1] and not self.stops[at - 1]:
                options.append((left - 1, start))
            if options:
                reach[at] = max(options)
                after[at] = max(start for _, start in options)
        return after

    def cover(self, start: int, end: int) -> None:
        """Take words out of sight."""
        for at in range(start, end):
            self.plain[at] = ""
        for found in self.ends.values():
            for at in [at for at in found if at < end and any(stop > start for stop in found[at])]:
                del found[at]

    def clause_end(self, at: int) -> int:
        """Return where the clause of the word at `at` ends."""
        return next((start for start in self.starts if start > at), len(self.words))


# --- spelling ---------------------------------------------------------------------------------------------------------


class Spelling:
    """Read a word of some length as one of `watched` when one letter is wrong, left out, doubled or swapped."""

    def __init__(self, watched: Collection[str], never: Collection[str] = ()) -> None:
        self.watched, self.never = set(watched), set(never)
        self.cut = {short: word for word in sorted(watched) for short in _one_less(word)} | {w: w for w in watched}
        self.read = lru_cache(maxsize=4096)(self._read)

    def __call__(self, word: str) -> str:
        return word if len(word) < 6 else self.read(word)

    def _read(self, word: str) -> str:
        if word in self.watched or word in self.never or len(word) > 20:
            return word
        near = (self.cut.get(short) for short in [word, *_one_less(word)])
        return next((right for right in near if right and right[:2] == word[:2]), word)


def _one_less(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]
