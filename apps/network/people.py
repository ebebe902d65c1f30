"""The network as a list: a search, filters with their counts, an order, and what can be done with those chosen."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import BoundQuery, among, fetch_together, prepared
from apps.network import figures, search
from apps.network.circles import CIRCLES
from apps.network.figures import Figures
from apps.network.models import Contact, Organization
from apps.network.overview import Step, next_step, people_of
from apps.network.relationship import COLD, LABELS, Label, Person, phase_of, standing, with_phase
from apps.network.search import PeopleQuery
from apps.network.undo import Offer
from apps.web.gate import whole_number

A_PAGE, MOST_PAGES = 20, 100_000
SUGGESTED = 30  # organizations and tags, offered where one types


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes."""

    key: str
    label: str
    choices: list[Choice]
    is_open: bool


class Chip(NamedTuple):
    """One filter that is chosen, and the address without it."""

    words: str
    address: str


class TagLink(NamedTuple):
    """A tag of a person, and its key in an address."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the list says of one person."""

    contact: Person
    label: Label
    last: str
    step: Step
    tags: list[TagLink]


@dataclass(frozen=True)
class PeoplePage:
    """The list, or what to do where it is empty."""

    view: str
    count: int
    figures: Figures
    query: PeopleQuery
    typed: str  # where no one has it and another word was looked for
    facets: list[Facet]
    chips: list[Chip]
    sorts: dict[str, str]
    rows: list[Row]
    part: Page[int]
    found: int
    organizations: list[str]
    tags: list[str]
    circles: list[tuple[str, str]]
    phases: list[tuple[str, str]]
    twice: list[Contact]
    undo: Offer | None


def people_page(student: User, data: QueryDict, now: datetime, undo: Offer | None = None) -> PeoplePage:
    """Say who of a student's people fits an address, a page of them."""
    query, typed = search.read(data), ""
    counted, (places, linked, first) = figures.read(
        student.pk,
        now,
        _places.bind(student.pk),
        _linked.bind(student.pk),
        _first(query, student.pk, now),
    )
    part = _part(query, student.pk, now, data.get("page"), first)
    if not part.paginator.count and query.text and (other := search.corrected(query, student.pk)):
        others = _part(other, student.pk, now, data.get("page"), _first(other, student.pk, now).fetch())
        if others.paginator.count:
            part, query, typed = others, other, query.text
    return PeoplePage(
        view="list",
        count=counted.count,
        figures=counted,
        query=query,
        typed=typed,
        facets=_facets(counted, query),
        chips=_chips(counted, query),
        sorts=search.SORTS,
        rows=_rows(list(part.object_list), student, now),
        part=part,
        found=part.paginator.count,
        organizations=places,
        tags=[name for _, name, _ in counted.tags[:SUGGESTED]],
        circles=[(circle.key.value, circle.label) for circle in CIRCLES],
        phases=[(phase, label.text) for phase, label in LABELS.items()],
        twice=_twice(linked, student) if linked else [],
        undo=undo,
    )


def _everybody(student: int) -> QuerySet[Contact]:
    return Contact.objects.filter(student=student, archived_at=None)


type Found = tuple[int, int]  # somebody who was found, and how many were


def _first(query: PeopleQuery, student: int, now: datetime) -> BoundQuery[Found]:
    """Return the question for the first page where no filter was chosen, which is written once."""
    words = search.words_of(query.text)
    if words:
        return _first_saying.bind(student, now, now - COLD, search.patterns(words))
    return _first_of_all.bind(student, now, now - COLD)


@prepared
def _first_of_all(student: int, now: datetime, cold_since: datetime) -> "QuerySet[Contact, Found]":
    people = with_phase(_everybody(student), student, now, cold_since)
    return _counted(search.by_next(people))[:A_PAGE]


@prepared
def _first_saying(student: int, now: datetime, cold_since: datetime, words: list[str]) -> "QuerySet[Contact, Found]":
    saying = _everybody(student).filter(pk__in=search.Saying(student, words))
    return _counted(search.by_next(with_phase(saying, student, now, cold_since)))[:A_PAGE]


def _counted(people: QuerySet[Contact]) -> "QuerySet[Contact, Found]":
    return people.annotate(found=Window(Count("pk"))).values_list("pk", "found")


def _part(query: PeopleQuery, student: int, now: datetime, page: str | None, first: list[Found]) -> Page[int]:
    """Return a page of who was found. `first`: the answer of `_first`, where no filter and no order was chosen."""
    number = min(max(whole_number(page) or 1, 1), MOST_PAGES)
    if number == 1 and query == replace(PLAIN, text=query.text):
        return _page(first, 1)
    people = search.find(_everybody(student), query, student=student, now=now)
    rows = list(_counted(people)[(number - 1) * A_PAGE : number * A_PAGE])
    if number > 1 and not rows:  # past the last
        last = max(-(-people.count() // A_PAGE), 1)
        rows, number = list(_counted(people)[(last - 1) * A_PAGE : last * A_PAGE]), last
    return _page(rows, number)


PLAIN = search.read(QueryDict())


def _page(rows: list[Found], number: int) -> Page[int]:
    keys: list[int] = []
    paginator = Paginator(keys, A_PAGE)
    vars(paginator)["count"] = rows[0][1] if rows else 0  # a cached property
    return Page([key for key, _ in rows], number, paginator)


@prepared
def _places(student: int) -> QuerySet[Organization, str]:
    used = Organization.objects.filter(student=student, contacts__archived_at=None, contacts__isnull=False)
    return used.order_by("name").distinct().values_list("name", flat=True)[:SUGGESTED]


@prepared
def _linked(student: int) -> "QuerySet[Contact, tuple[str, int]]":
    asked = Contact.objects.filter(student=student, archived_at=None, alum__isnull=False)
    return asked.order_by("-pk").values_list("name_key", "alum")[:200]


def _twice(linked: Iterable[tuple[str, int]], student: User) -> list[Contact]:
    """Return those added by hand who have the name of an alum whom the student asked, and are not told apart: a few."""
    entries = dict(linked)
    by_hand = Contact.objects.filter(student=student, archived_at=None, alum=None, name_key__in=entries)
    rows = by_hand.order_by("sort_key", "pk").only("name", "name_key", "told_apart")[:20]
    return [person for person in rows if entries[person.name_key] not in person.told_apart][:5]


# --- around the list --------------------------------------------------------------------------------------------------

LABEL = {
    "circle": "How you know them",
    "phase": "Phase",
    "warmth": "First contact",
    "touch": "Keeping in touch",
    "tag": "Tags",
}
OPEN_AT_FIRST = {"circle", "phase"}
WORDS: dict[str, dict[str, str]] = {
    "circle": {circle.key.value: circle.label for circle in CIRCLES},
    "phase": {phase: label.text for phase, label in LABELS.items()},
    "warmth": search.WARMTH,
    "touch": search.TOUCH,
}


def _facets(counted: Figures, query: PeopleQuery) -> list[Facet]:
    shown = [_facet(group, counted, query) for group in search.GROUPS]
    return [facet for facet in shown if facet.choices]


def _facet(group: str, counted: Figures, query: PeopleQuery) -> Facet:
    chosen, counts = query.chosen[group], counted.groups[group]
    words = WORDS.get(group) or _tag_words(counted, chosen)
    choices = [
        Choice(value, label, counts.get(value, 0), value in chosen)
        for value, label in words.items()
        if counts.get(value) or value in chosen
    ]
    return Facet(group, LABEL[group], choices, bool(chosen) or group in OPEN_AT_FIRST)


def _tag_words(counted: Figures, chosen: Iterable[str]) -> dict[str, str]:
    names = {key: name for key, name, _ in counted.tags}
    shown = {key: names[key] for key in list(names)[:12]}
    return shown | {key: names.get(key, key) for key in chosen}


def _chips(counted: Figures, query: PeopleQuery) -> list[Chip]:
    words = WORDS | {"tag": _tag_words(counted, query.chosen["tag"])}
    chips = [
        Chip(words[group].get(value, value), query.without(group, value).address)
        for group, values in query.chosen.items()
        for value in values
    ]
    return chips + ([Chip(query.organization, query.without("org", "").address)] if query.organization else [])


# --- the rows ---------------------------------------------------------------------------------------------------------


def _rows(keys: list[int], student: User, now: datetime) -> list[Row]:
    people, tagged = fetch_together(people_of.bind(student.pk, keys, now), _tags_of.bind(keys))
    tags = defaultdict[int, list[TagLink]](list)
    for contact, name, key in tagged:
        tags[contact].append(TagLink(name, key))
    rows = {person.pk: _row(person, tags[person.pk], student, now) for person in people}
    return [rows[key] for key in keys if key in rows]


@prepared
def _tags_of(keys: list[int]) -> "QuerySet[Any, tuple[int, str, str]]":
    rows = Contact.tags.through._base_manager.filter(among(keys, "contact_id"))
    return rows.order_by("tag__key").values_list("contact_id", "tag__name", "tag__key")


def _row(person: Person, tags: list[TagLink], student: User, now: datetime) -> Row:
    phase, state = phase_of(person, now), standing(person, now)
    rests = phase == "not_now" and state not in ("asked", "booked")
    return Row(
        contact=person,
        label=LABELS[phase],
        last=times.ago(person.last_touch_at, now) if person.last_touch_at else "Not yet",
        step=next_step(person, "not_now" if rests else state, student, now),
        tags=tags,
    )
