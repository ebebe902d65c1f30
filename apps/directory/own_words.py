"""The office's own words in a search: what students here call a job, a field, a place or an organization (R274).

Every search holds them, as one version that comes with the policy: a search asks the database only after a change.
A word that is not saved yet can be tried: `trying`. What a search makes of them is alumni/words.py's and wanted.py's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

from apps.alumni import families, words
from apps.alumni.families import NAME, Meaning, Phrase
from apps.alumni.spelling import words as words_of
from apps.directory import plain_words
from apps.policy.models import Policy, SearchWord

MOST = 500  # of an office
WORK = "B"  # the line of the search text in which employer and study stand
type Row = tuple[str, str, str]  # kind, phrase, means

Kind = SearchWord.Kind


class Held(NamedTuple):
    """The words as a search uses them."""

    families: families.Families
    phrases: tuple[plain_words.OwnPhrase, ...]


_kept: dict[str, Held] = {}  # the newest version, in this process
_tried: ContextVar[bool] = ContextVar("a word is being tried", default=False)


def hold(policy: Policy) -> None:
    """Let what is searched from here on in this thread know the words of the office."""
    if not _tried.get():
        _use(_of_version(policy.words_version))


@contextmanager
def trying(rows: Iterable[Row]) -> Iterator[None]:
    """Let searches know these words and no others."""
    token = _tried.set(True)
    try:
        _use(_read(tuple(rows)))
        yield
    finally:
        _tried.reset(token)
        _use(_NOTHING)


def rows() -> list[Row]:
    """Return what the office has saved."""
    return list(SearchWord.objects.order_by("pk").values_list("kind", "phrase", "means")[:MOST])


def key(phrase: str) -> Phrase:
    """Return a phrase as a search has it: () where it cannot stand for anything, as a class year does already."""
    found = words.query_words(phrase)
    is_years = any(families.years(word) for word in found) or (len(found) == 1 and words.is_year(found[0]))
    return () if is_years else tuple(found)


def _of_version(version: str) -> Held:
    if not version:
        return _NOTHING
    held = _kept.get(version)
    if held is None:
        held = _read(tuple(rows()))
        _kept.clear()
        _kept[version] = held
    return held


def _use(held: Held) -> None:
    families.OWN.set(held.families)
    plain_words.OWN.set(held.phrases)


@lru_cache(8)
def _read(rows_: tuple[Row, ...]) -> Held:
    found: dict[Phrase, set[Meaning]] = defaultdict(set)
    phrases = []
    for kind, phrase, means in rows_:
        names = [line for line in means.splitlines() if line.strip()]
        if key(phrase):
            found[key(phrase)] |= {meaning for name in names for meaning in _meanings(kind, name)}
        if kind == Kind.OCCUPATION:
            phrases += [one for name in names if (one := plain_words.own_phrase(phrase, name))]
    return Held({phrase: frozenset(meant) for phrase, meant in found.items()}, tuple(phrases))


_NOTHING = _read(())


def _meanings(kind: str, name: str) -> Iterator[Meaning]:
    """Yield what a search asks for instead of a phrase that means this name."""
    if kind == Kind.PLACE:
        yield from families.place(name)
    elif kind == Kind.OCCUPATION:
        yield from _of_work(name)
    else:
        yield Meaning(words_of(name), WORK, label=name)
        yield from families.jobs().get(families.telling(words_of(name)), ())  # NIH is the National Institutes of Health


def _of_work(name: str) -> Iterator[Meaning]:
    """Yield a name of an occupation, in the singular too, and by what else people of it are called."""
    said = words_of(name)
    single = (*said[:-1], said[-1].removesuffix("s")) if said and not said[-1].endswith("ss") else said
    yield Meaning(said, NAME, label=name)
    yield Meaning(single, NAME)
    yield from families.jobs().get(families.telling(said), ())
    yield from families.jobs().get(families.telling(single), ())
    yield from (Meaning(title, NAME) for title in plain_words.titles_of(name))


def is_sayable(name: str) -> bool:
    """Whether a name has a word that a search could look for."""
    return any(word not in families.SMALL_WORDS for word in words_of(name))
