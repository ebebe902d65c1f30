"""How one alum reads in a list: the lines of the card, composed once so that the template only prints them.

It decides wording only; who is in the list is search.py's, whether they can be asked alumni/limits.py's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from apps.alumni import limits, places, words
from apps.alumni.listed import Entry
from apps.alumni.models import Help
from apps.clock import regions
from apps.clock.regions import spelled_lazily
from apps.directory import plain_words
from apps.directory.queries import Reader
from apps.policy.models import Policy

SHORT = {
    Help.TALK: "20-minute conversation",
    Help.RESUME: spelled_lazily("résumé review"),
    Help.SHADOW: "a day at work",
    Help.MOCK: "practice interview",
    Help.PANEL: "career panel",
    Help.REFERRAL: "introductions",
}


class Card(NamedTuple):
    """The lines of one person in a list."""

    url: str
    name: str
    class_mark: str
    initials: str
    work: str
    study: str
    why: str
    offers: str
    habit: str
    availability: str
    can_be_asked: bool


def cards(
    alumni: Sequence[Entry],
    reader: Reader,
    records: Mapping[int, limits.Record],
    now: datetime,
    policy: Policy,
    *,
    asked: str = "",
    is_suggested: bool = False,
) -> list[Card]:
    """Return a Card for each alum; `records` are limits.records of the same alumni, `asked` is what was searched."""
    stems = _stems_of(asked)
    found = [card(alum, reader, records.get(alum.pk, limits.Record()), now, policy, stems) for alum in alumni]
    if not is_suggested:
        return found
    return [card._replace(why=". ".join(facts_of_fit(alum, reader))) for alum, card in zip(alumni, found, strict=True)]


def card(
    alum: Entry,
    reader: Reader,
    record: limits.Record,
    now: datetime,
    policy: Policy,
    asked: frozenset[str] = frozenset(),
) -> Card:
    free = limits.availability(alum, record, now, policy)
    return Card(
        url=alum.get_absolute_url(),
        name=alum.called,
        class_mark=alum.class_mark,
        initials=alum.initials,
        work=", ".join(part for part in (alum.title, alum.employer) if part),
        study=study_line(alum),
        why=why(alum, reader) or (studied_only(alum, asked) if asked else ""),
        offers=offers(alum),
        habit=record.habit,
        availability=free.text,
        can_be_asked=free.can_be_asked,
    )


def study_line(alum: Entry) -> str:
    """“Studied Biology and Physics, lives in Dublin, Ireland”."""
    parts = [f"studied {listed(alum.majors)}"] if alum.majors else []
    parts += [f"lives in {home(alum)}"] if alum.city else []
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def home(alum: Entry) -> str:
    """The city; with the country abroad."""
    abroad = alum.country not in ("", "US")
    return f"{alum.city}, {places.country_name(alum.country)}" if abroad else alum.city


def listed(names: Sequence[str]) -> str:
    """“Biology”, “Biology and Physics”, “Biology, Physics and Music”."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def offers(alum: Entry) -> str:
    """What they offer in a few words, to begin a line."""
    return _offers(tuple(alum.helps), regions.current().code)


@lru_cache(maxsize=1000)
def _offers(helps: tuple[str, ...], region: str) -> str:
    """Say it as the region does, which is the one that is active."""
    line = ", ".join(str(SHORT[help_]) for help_ in Help if help_ in helps)
    return line[:1].upper() + line[1:] if line else "Open to requests"


def offers_in_full(alum: Entry) -> str:
    """What they offer, for their own page: “A 20-minute conversation, a résumé review”."""
    line = ", ".join(help_.label[:1].lower() + help_.label[1:] for help_ in Help if help_ in alum.helps)
    return line[:1].upper() + line[1:]


def why(alum: Entry, reader: Reader) -> str:
    """Say in words what joins the reader and the alum: who introduced them first, then study, then what was wished."""
    introduced = reader.introduced.get(alum.pk, "")
    if introduced:
        return introduced
    shared = [major for major in alum.majors if major in reader.majors]
    reasons = [f"You both studied {listed(shared)}"] if shared else []
    return ". ".join(reasons + _wishes_met(alum, reader)[:1])


def facts_of_fit(alum: Entry, reader: Reader) -> list[str]:
    """Return two or three facts why somebody is suggested (R273): what you share and wish, then what they offer."""
    introduced = reader.introduced.get(alum.pk, "")
    shared = [major for major in alum.majors if major in reader.majors]
    facts = [introduced] if introduced else []
    facts += [f"You both studied {listed(shared)}"] if shared else []
    facts += _wishes_met(alum, reader)
    facts = list(dict.fromkeys(facts))[:3]
    if len(facts) > 1:
        return facts
    offered = [str(help_.label) for help_ in Help if help_ in alum.helps][:1]
    others = [f"Happy to offer {label[:1].lower()}{label[1:]}" for label in offered]
    others += [f"Works in {alum.field}"] if alum.field and not any(alum.field in fact for fact in facts) else []
    return [*facts, *others, "Open to requests from students"][:2]


def studied_only(alum: Entry, asked: frozenset[str]) -> str:
    """Say of whom a search finds by what they studied, and not by what they do, that it is so; else nothing."""
    fit = [major for major in alum.majors if asked & _stems_of(major)]
    work = _stems_of(f"{alum.field} {alum.title} {alum.employer}")
    return f"Found by what they studied: {listed(fit)}" if fit and not asked & work else ""


@lru_cache(maxsize=10_000)
def _stems_of(text: str) -> frozenset[str]:
    """Return what the words of a text have in common with their kin, but for those that say nothing."""
    return frozenset(plain_words.stem(word) for word in words.words(text) if word not in plain_words.silent())


def _wishes_met(alum: Entry, reader: Reader) -> list[str]:
    work, place = _words_of(f"{alum.field} {alum.title} {alum.employer}"), _words_of(alum.city)
    met = [f"Works in {alum.field}, a field you chose" for wish in reader.wishes if alum.field and work >= set(wish)]
    return met + [f"Lives in {alum.city}, where you are looking" for wish in reader.wishes if place >= set(wish)]


@lru_cache(maxsize=10_000)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(words.words(text))


def closeness(alum: Entry, reader: Reader) -> int:
    """How much joins them, as a number to sort suggestions by."""
    shared = sum(major in reader.majors for major in alum.majors)
    return 4 * bool(reader.introduced.get(alum.pk)) + 2 * min(shared, 2) + len(_wishes_met(alum, reader))
