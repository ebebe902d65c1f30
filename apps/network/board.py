"""The network by phase and by circle: a few people of each, and how many there are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import prepared
from apps.network import circles, figures
from apps.network.circles import CIRCLES, Circle, Named, Ring
from apps.network.figures import Figures
from apps.network.models import Contact
from apps.network.relationship import COLD, LABELS, Label, Standing, with_phase
from apps.network.undo import Offer
from apps.wording import person_name

IN_A_COLUMN = 5
IN_A_CIRCLE = 4
COLUMNS: tuple[Standing, ...] = ("known", "new", "asked", "booked", "talked", "cold")


class Card(NamedTuple):
    """Somebody on the board: `is_chosen` where the student put them there."""

    pk: int
    name: str
    line: str
    is_chosen: bool


@dataclass(frozen=True)
class Column:
    """One phase: the first few people in it."""

    phase: Standing
    label: Label
    count: int
    cards: list[Card]


@dataclass(frozen=True)
class PhasesPage:
    """The board. `resting` is the phase beside it: those who said not now."""

    view: str
    count: int
    figures: Figures
    columns: list[Column]
    resting: Column
    phases: list[tuple[str, str]]
    undo: Offer | None


def phases_page(student: User, now: datetime, undo: Offer | None = None) -> PhasesPage:
    """Say who is in which phase."""
    counted, (rows,) = figures.read(student.pk, now, _few_of_each_phase.bind(student.pk, now, now - COLD))
    cards = defaultdict[str, list[Card]](list)
    for pk, name, class_year, place, last, chosen, where in rows:
        line = f"No contact in {times.since(last, now)}" if where == "cold" and last else place or ""
        cards[where].append(Card(pk, _called(name, class_year), line, bool(chosen)))
    columns = [
        Column(phase, label, counted.groups["phase"].get(phase, 0), cards[phase]) for phase, label in LABELS.items()
    ]
    by_phase = {column.phase: column for column in columns}
    return PhasesPage(
        view="phases",
        count=counted.count,
        figures=counted,
        columns=[by_phase[phase] for phase in COLUMNS],
        resting=by_phase["not_now"],
        phases=[(column.phase, column.label.text) for column in [*(by_phase[p] for p in COLUMNS), by_phase["not_now"]]],
        undo=undo,
    )


_LATELY = (F("last_touch_at").desc(nulls_last=True), F("sort_key"), F("pk"))  # heard of last first


def _called(name: str, class_year: int | None) -> str:
    return f"{name} {person_name.class_mark(class_year)}".strip()


@prepared
def _few_of_each_phase(student: int, now: datetime, cold_since: datetime) -> "QuerySet[Contact, Any]":
    """Of each phase those who were heard of last, and of those who were not the first by name."""
    people = with_phase(Contact.objects.filter(student=student, archived_at=None), student, now, cold_since)
    placed: QuerySet[Any] = people.annotate(place=Window(RowNumber(), partition_by=F("where"), order_by=_LATELY))
    few = placed.filter(place__lte=IN_A_COLUMN).order_by("where", "place")
    return few.values_list("pk", "name", "class_year", "organization__name", "last_touch_at", "phase", "where")


# --- by circle --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CirclesPage:
    """Five circles around the student."""

    view: str
    count: int
    figures: Figures
    rings: list[Ring]
    thinnest: Ring
    undo: Offer | None


def circles_page(student: User, now: datetime, undo: Offer | None = None) -> CirclesPage:
    """Say who is in which circle, and with how many of each the student talked."""
    counted, (talked, few) = figures.read(
        student.pk, now, _talked_of_each.bind(student.pk), _few_of_each_circle.bind(student.pk)
    )
    people = defaultdict[str, list[Named]](list)
    for pk, name, class_year, circle, *_ in few:
        people[circle].append(Named(pk, _called(name, class_year)))
    rings = circles.draw(counted.groups["circle"], dict(talked), people)
    thinnest = min(rings, key=lambda ring: ring.count)
    return CirclesPage("circles", counted.count, counted, rings, thinnest, undo)


def _with_circle(student: int) -> QuerySet[Any]:
    kinds = (When(relation__in=circle.relations, then=Value(circle.key.value)) for circle in CIRCLES)
    people = Contact.objects.filter(student=student, archived_at=None)
    return people.annotate(circle=Case(*kinds, default=Value(""), output_field=CharField()))


@prepared
def _talked_of_each(student: int) -> "QuerySet[Contact, tuple[str, int]]":
    talked = _with_circle(student).filter(interviews__status="completed").values("circle")
    return talked.annotate(count=Count("pk", distinct=True)).values_list("circle", "count").order_by()


@prepared
def _few_of_each_circle(student: int) -> "QuerySet[Contact, Any]":
    """A few of each are quickly found; to sort all people and number them took twice as long."""
    first, *others = [_few_of(circle, student) for circle in CIRCLES]
    return first.union(*others, all=True).order_by("circle", *_LATELY)


def _few_of(circle: Circle, student: int) -> QuerySet[Any]:
    people = Contact.objects.filter(student=student, archived_at=None, relation__in=circle.relations)
    named: QuerySet[Any] = people.annotate(circle=Value(circle.key.value, output_field=CharField()))
    few = named.order_by(*_LATELY)[:IN_A_CIRCLE]
    return few.values_list("pk", "name", "class_year", "circle", "last_touch_at", "sort_key")
