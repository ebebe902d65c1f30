"""Words that people outside a field may not know, in a text that will be said aloud to one of them (R26).

Three signs: a term of the list in data/jargon.txt, which also has plain words for it; an abbreviation; and a word that
is rare in everyday English, by the counts of pyspellchecker (they come from what is said in films). Names are left
alone, and so is what the text explains itself. It blocks nothing: a word that is rare is often the right one.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spellchecker import SpellChecker

from apps.wording.text import folded

RARE = 200  # heard fewer times than this among 1.6 billion words
SHORTEST = 5  # letters of a rare word: below it most are names of something at hand
MOST = 8  # who hears of more than that stops listening
_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[^\W\d_](?:[\w+&/#’'-]*[\w+#])?")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\S+\.(?:com|org|edu|net)\b\S*", re.IGNORECASE)
_EXPLAINED = re.compile(r"\s*(?:\(|[,:]\s*(?:or|a|an|the|which|that|meaning|so|in other words)\b)", re.IGNORECASE)
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "’s", "'s", "s’", "s'")


@dataclass(frozen=True)
class Term:
    """A word, or a few, as the text has them; `plain` are other words for it, or nothing."""

    word: str
    plain: str = ""

    @property
    def key(self) -> str:
        """By what it is remembered that a student keeps it."""
        return folded(self.word)[:60]


def terms(text: str, *, known: Collection[str] = ()) -> list[Term]:
    """Return the words that may lose somebody, in their order, each once. `known` need no remark: folded."""
    text = _ADDRESS.sub(lambda found: " " * len(found[0]), text.replace("‑", "-"))
    found: dict[str, Term] = {}
    listed = list(_listed_in(text))
    inside = [range(*span) for span, _ in listed]
    rare = (word for word in _WORD.finditer(text) if not any(word.start() in span for span in inside))
    every = [
        *((span, term) for span, term in listed),
        *((word.span(), Term(word[0])) for word in rare if _is_odd(word)),
    ]
    for (start, end), term in sorted(every, key=lambda one: one[0]):
        if not _is_known(term.key, known) and not _is_explained(text, start, end):
            found.setdefault(term.key, term)
    return list(found.values())[:MOST]


def _is_known(key: str, known: Collection[str]) -> bool:
    return key in known or any(key.removesuffix(ending) in known for ending in _ENDINGS)


# --- terms of the list ------------------------------------------------------------------------------------------------


@cache
def _plain() -> dict[str, str]:
    lines = (_DATA / "jargon.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {folded(term): plain for term, plain in pairs}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_plain(), key=lambda term: (-len(term), term))
    spaced = (re.sub(r"\\[ -]", r"[\\s-]+", re.escape(term)) for term in longest_first)
    return re.compile(rf"(?<![\w-])({'|'.join(spaced)})(?:[’']?s|es)?(?![\w-])", re.IGNORECASE)


def _listed_in(text: str) -> Iterator[tuple[tuple[int, int], Term]]:
    for found in _pattern().finditer(text):
        key = folded(re.sub(r"[\s-]+", " ", found[1]))
        plain = _plain().get(key) or _plain().get(folded(found[1])) or _plain().get(key.replace(" ", "-"))
        if plain and not _is_everyday(found[0], key):
            yield found.span(), Term(found[0], plain)


def _is_everyday(word: str, key: str) -> bool:
    """Some terms are everyday words when they are written small: a lasso, to react, a docker; SEL but not sel."""
    return key in _ONLY_WITH_CAPITALS and word.islower()


_ONLY_WITH_CAPITALS = {
    *("aws", "cad", "cogs", "dei", "docker", "elisa", "ell", "fea", "git", "lasso", "mems", "pandas", "python"),
    *("react", "sas", "sel", "tableau", "agile", "knockout", "dashboard", "scaffolding", "etl"),
}


# --- abbreviations, and rare words ------------------------------------------------------------------------------------


@cache
def _heard() -> frozenset[str]:
    lines = (_DATA / "heard_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _counts() -> dict[str, int]:
    counts: dict[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return counts


def _is_odd(found: re.Match[str]) -> bool:
    word = found[0]
    if folded(word) in _heard() or _stem(word) in _heard():
        return False
    if _is_abbreviation(word):
        return not found.string.isupper()  # a text in capitals has none to tell apart
    return word.islower() and any(_is_rare(part) for part in re.split(r"[-/+&#’']", word))


def _stem(word: str) -> str:
    return re.sub(r"(?:[’']s|s)$", "", folded(word))


def _is_abbreviation(word: str) -> bool:
    """GLMM, QGIS, mRNA, RNA-seq, LaTeX, R&D; not Amira, McDonald, O’Neill, TAs or a text in capitals."""
    bare = re.sub(r"[’']?s$", "", word)
    capitals = sum(letter.isupper() for letter in bare)
    if capitals < 2 or len(bare) > 12:
        return False
    if re.fullmatch(r"(?:Mc|Mac|De|Le|La|Van|Di|Fitz)[A-Z][a-z]+|[A-Z][’'][A-Z][a-z]+", bare):
        return False
    parts = bare.split("-")
    return not all(re.fullmatch(r"[A-Z][a-z]*", part) and len(part) > 1 for part in parts)  # Garcia-Lopez


def _is_rare(word: str) -> bool:
    return len(word) >= SHORTEST and max(_counts().get(form, 0) for form in _forms(word)) < RARE


def _forms(word: str) -> Iterator[str]:
    """Yield a word, and those it may be a form of: mapped, map; studies, study; in American and in British spelling."""
    word = folded(word)
    yield word
    for ending in ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "ment", "ful"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            yield from (stem, f"{stem}e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]
    if word.endswith(("ies", "ied")):
        yield f"{word[:-3]}y"
    for prefix in ("re", "un", "non", "co", "pre"):
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST:
            yield word[len(prefix) :]
    for british, american in (("our", "or"), ("is", "iz"), ("ys", "yz"), ("mme", "m"), ("ll", "l"), ("tre", "ter")):
        if british in word:
            yield word.replace(british, american)


# --- what a text explains itself --------------------------------------------------------------------------------------


def _is_explained(text: str, start: int, end: int) -> bool:
    """Whether the text says what a word means: QGIS, a free map tool; a geographic information system (GIS)."""
    if _EXPLAINED.match(text, end):
        return True
    before = text[:start].rstrip()
    if not before.endswith("("):
        return False
    initials = [word[0].lower() for word in re.split(r"[\s-]+", before[:-1].strip()) if word]
    letters = [letter.lower() for letter in re.sub(r"s$", "", text[start:end]) if letter.isalpha()]
    return initials[-len(letters) :] == letters
