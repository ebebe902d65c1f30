"""Sentences that read like asking for a job, found by the rules in data/phrases.toml and the office's own (R59).

It finds and explains; whether anything follows is the writer's choice. The rules are data: word classes, rows of them
(patterns.py says how they are read), and what must not be caught. A sentence is read in four passes: what is always
fine is covered up (“I am not asking for a job”); what is always an ask is looked for; what is fine as a rule is covered
up (“how you got your job”); and in what is left the rules look once more. Last, the words of the whole sentence are
weighed (classifier.py): what weighs next to nothing is let go; what no rule foresaw is caught if it weighs enough.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from apps.clock.regions import spelled
from apps.policy.models import Phrase
from apps.wording import classifier
from apps.wording.patterns import Begins, Classes, Finder, Pattern, Place, Reading, Spelling

RULES = Path(__file__).parent / "data" / "phrases.toml"
LONGEST = 120  # words
OWN = "own"  # what the office added
WEIGHED = "weighed"  # the rule without patterns: what weighs more than HEAVY
LIGHT, HEAVY = 0.1, 0.7  # a rule that fits a sentence lighter than this caught a harmless one
_SENTENCE = re.compile(r"[^.?!\n]+(?:[.?!]+(?=\s|$|[”\"’)])|[.?!]+|\n|$)")


type PhraseRow = tuple[str, str, str, str]  # of the office: kind, pattern, explanation, suggestion


@dataclass(frozen=True)
class Caught:
    """One sentence that a rule caught, with the words that gave it away."""

    rule: str
    sentence: str
    words: str
    explanation: str
    suggestion: str


@dataclass(frozen=True)
class Rule:
    """What reads like asking for a job. `sure` patterns hold whatever else the sentence says."""

    name: str
    explanation: str
    suggestion: str
    patterns: tuple[Pattern, ...] = ()
    sure: tuple[Pattern, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fine:
    """What is no ask: its `patterns` cover their own words, or what follows in the clause too. `first`: always."""

    name: str
    covers: str
    patterns: tuple[Pattern, ...]
    first: bool = False


@dataclass(frozen=True)
class Rulebook:
    """Rules and what is fine, ready to read with. `off`: rules that the office switched off."""

    rules: tuple[Rule, ...]
    fine: tuple[Fine, ...]
    finder: Finder
    begins: Begins
    off: tuple[Rule, ...] = ()

    def caught(self, text: str) -> list[Caught]:
        """Return what reads like asking for a job, one entry for each sentence, in the order of the text."""
        pieces = (piece for sentence in sentences(text) for piece in _pieces(sentence))
        return [found for piece in pieces if (found := self._caught_in(piece))]

    def _caught_in(self, sentence: str) -> Caught | None:
        reading = self.finder.read(sentence, self.begins)
        is_theirs = self._cover(reading, first=True)
        found = self._first(reading, self.rules, "sure")
        if found is None:
            self._cover(reading, first=False)
            found = self._first(reading, self.rules, "patterns")
        weight = classifier.probability(sentence)
        if found and (weight > LIGHT or found[0].name == OWN):
            return _told(sentence, reading, *found)
        return None if is_theirs or weight <= HEAVY else self._weighed(sentence, reading)

    def _cover(self, reading: Reading, *, first: bool) -> bool:
        """Take what is fine out of sight. Returns whether the office said so of some of it."""
        covered = [
            fine.name
            for fine in self.fine
            if fine.first == first
            for pattern in fine.patterns
            if _cover_all(reading, pattern, fine.covers)
        ]
        return OWN in covered

    def _first(
        self, reading: Reading, rules: Iterable[Rule], kind: Literal["sure", "patterns"]
    ) -> tuple[Rule, Place] | None:
        for rule in rules:
            for pattern in getattr(rule, kind):
                if place := reading.find(pattern):
                    return rule, place
        return None

    def _weighed(self, sentence: str, reading: Reading) -> Caught | None:
        rule = next((rule for rule in self.rules if rule.name == WEIGHED), None)
        if rule is None or self._first(reading, self.off, "sure") or self._first(reading, self.off, "patterns"):
            return None
        heaviest = classifier.heaviest(sentence)
        if heaviest is None:
            return None
        first, last = heaviest
        return _caught(rule, sentence, sentence[first.start : last.end])


def _cover_all(reading: Reading, pattern: Pattern, covers: str) -> bool:
    """Return whether the pattern was there."""
    was_there = False
    while place := reading.find(pattern):
        start, end = place
        reading.cover(start, reading.clause_end(end - 1) if covers == "clause" else end)
        was_there = True
    return was_there


def _told(sentence: str, reading: Reading, rule: Rule, place: Place) -> Caught:
    start, end = place
    return _caught(rule, sentence, sentence[reading.words[start].start : reading.words[end - 1].end])


def _caught(rule: Rule, sentence: str, words: str) -> Caught:
    return Caught(rule.name, sentence, words, spelled(rule.explanation), spelled(rule.suggestion))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text as they stand in it."""
    return [sentence for match in _SENTENCE.finditer(text) if (sentence := match.group().strip())]


def _pieces(sentence: str) -> list[str]:
    """Cut a sentence that nobody would read to the end, so that the time to read grows with its length alone."""
    words = list(re.finditer(r"\S+", sentence))
    cuts = [words[at : at + LONGEST] for at in range(0, len(words), LONGEST)]
    return [sentence[cut[0].start() : cut[-1].end()] for cut in cuts]


# --- what ships, and what the office changed --------------------------------------------------------------------------


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(RULES.read_text())


@cache
def classes() -> Classes:
    """Return the word classes that ship, for reading patterns."""
    return Classes.read(_file()["words"])


def listed_classes() -> list[tuple[str, str]]:
    """Return (name, words as they are listed) for each word class, to look up."""
    return [(name, " ".join(words.split())) for name, words in _file()["words"].items()]


@cache
def shipped() -> Rulebook:
    """Return the rulebook as it ships."""
    known, data = classes(), _file()
    rules = tuple(_rule(row, known) for row in data["rule"])
    fine = tuple(
        Fine(row["name"], row["covers"], _read(row["patterns"], known), row.get("first", False)) for row in data["fine"]
    )
    return _bound(rules, fine)


def _rule(row: dict[str, Any], known: Classes) -> Rule:
    return Rule(
        name=row["name"],
        explanation=row["explanation"],
        suggestion=row["suggestion"],
        patterns=_read(row.get("patterns", []), known),
        sure=_read(row.get("sure", []), known),
        examples=tuple(row["examples"]),
        counterexamples=tuple(row["counterexamples"]),
    )


def _read(patterns: Iterable[str], known: Classes) -> tuple[Pattern, ...]:
    return tuple(known.pattern(text) for text in patterns)


def _bound(rules: tuple[Rule, ...], fine: tuple[Fine, ...], off: tuple[Rule, ...] = ()) -> Rulebook:
    data, known = _file(), classes().phrases
    patterns = [pattern for rule in (*rules, *off) for pattern in (*rule.sure, *rule.patterns)]
    patterns += [pattern for one in fine for pattern in one.patterns]
    spelling = Spelling(data["spelling"]["watched"].split(), data["spelling"]["never"].split())
    begins = {kind: frozenset(words.split()) for kind, words in data["clause"].items()}
    return Rulebook(rules, fine, Finder(patterns, stops=known["stop"], spelling=spelling), begins, off)


def current(trying: PhraseRow | None = None) -> Rulebook:
    """Return the rulebook that holds now: what ships, without what the office switched off, with what it added.

    `trying` is one phrase more (kind, pattern, explanation, suggestion), to see what it would do.
    """
    rows = Phrase.objects.filter(is_on=True).order_by("pk")
    held = tuple(rows.values_list("kind", "pattern", "explanation", "suggestion"))
    return _with((*held, trying) if trying else held)


@lru_cache(maxsize=32)
def _with(rows: tuple[PhraseRow, ...]) -> Rulebook:
    if not rows:
        return shipped()
    off = {pattern for kind, pattern, _, _ in rows if kind == Phrase.Kind.OFF}
    asks = tuple(
        Rule(OWN, explanation, suggestion, sure=_read([pattern], classes()))
        for kind, pattern, explanation, suggestion in rows
        if kind == Phrase.Kind.ASKS
    )
    fine = tuple(
        Fine(OWN, "clause", _read([pattern], classes()), True) for kind, pattern, *_ in rows if kind == Phrase.Kind.FINE
    )
    kept = tuple(rule for rule in shipped().rules if rule.name not in off)
    return _bound((*asks, *kept), (*fine, *shipped().fine), tuple(rule for rule in shipped().rules if rule.name in off))


def caught(text: str) -> list[Caught]:
    """Return what reads like asking for a job by the rules that hold now, one entry for each sentence."""
    return current().caught(text)
