"""How many people a student has of each kind: counted by the database for every view of the network at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from apps.database.prepared import fetch_together, prepared
from apps.network.circles import OF_RELATION
from apps.network.models import WARM, Contact, Relation
from apps.network.relationship import COLD, with_phase


class _Lot(NamedTuple):
    """So many people who are alike in all that is counted."""

    relation: str
    where: str
    is_due: bool
    is_free: bool
    people: int


@dataclass(frozen=True)
class Figures:
    """How many people there are, by each group of filters, by way of knowing them; and how many were removed."""

    count: int
    groups: Mapping[str, Mapping[str, int]]
    relations: Mapping[str, int]
    tags: list[tuple[str, str, int]]  # key, name, people: those of most people first
    removed: int

    @property
    def quiet(self) -> int:
        return self.groups["touch"].get("quiet", 0)


def read(student: int, now: datetime, *more: Any) -> tuple[Figures, list[list[Any]]]:
    """Return the figures, and the rows of the queries `more`, in one round trip."""
    lots, tags, removed, *others = fetch_together(
        _lots.bind(student, now, now - COLD, now.date()), _tags.bind(student), _removed.bind(student), *more
    )
    return _figures([_Lot(*lot) for lot in lots], tags, removed[0] if removed else 0), others


def _figures(lots: list[_Lot], tags: list[tuple[str, str, int]], removed: int) -> Figures:
    groups: dict[str, Counter[str]] = {group: Counter() for group in ("circle", "phase", "warmth", "touch")}
    relations = Counter[str]()
    for lot in lots:
        relations[lot.relation] += lot.people
        groups["circle"][OF_RELATION[Relation(lot.relation)].key] += lot.people
        groups["phase"][lot.where] += lot.people
        groups["warmth"]["warm" if lot.relation in WARM else "cold"] += lot.people
        groups["touch"]["quiet"] += lot.people * (lot.where == "cold")
        groups["touch"]["due"] += lot.people * lot.is_due
        groups["touch"]["none"] += lot.people * lot.is_free
    by_tag = {key: count for key, _, count in tags}
    return Figures(relations.total(), {**groups, "tag": by_tag}, relations, tags, removed)


@prepared
def _lots(student: int, now: datetime, cold_since: datetime, today: date) -> "QuerySet[Contact, Any]":
    people = with_phase(Contact.objects.filter(student=student, archived_at=None), student, now, cold_since)
    people = people.annotate(
        is_due=_whether(Q(cadence__due_on__isnull=False, cadence__due_on__lte=today)),
        is_free=_whether(Q(cadence__pk__isnull=True)),
    )
    names = ("relation", "where", "is_due", "is_free")
    return people.values(*names).annotate(count=Count("pk")).values_list(*names, "count").order_by()


def _whether(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


@prepared
def _tags(student: int) -> "QuerySet[Contact, tuple[str, str, int]]":
    tagged = Contact.objects.filter(student=student, archived_at=None, tags__isnull=False)
    counted = tagged.values("tags__key", "tags__name").annotate(count=Count("pk")).order_by("-count", "tags__key")
    return counted.values_list("tags__key", "tags__name", "count")[:60]


@prepared
def _removed(student: int) -> "QuerySet[Contact, int]":
    rows = Contact.objects.filter(student=student, archived_at__isnull=False)
    return rows.values(of=F("student")).annotate(count=Count("pk")).values_list("count", flat=True)
