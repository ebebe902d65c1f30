"""Somebody listed as a list of people shows them: the few columns of their entry that stand there.

A page shows two dozen. A model of fifty columns for each takes ten times as long as a tuple of fifteen.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from apps.alumni.models import AlumniProfile, AlumniQuerySet
from apps.wording import person_name
from apps.wording.named import Named


class Shown(NamedTuple):
    """What a list shows of an entry, and whether they can be asked."""

    pk: int
    name: str
    preferred_name: str
    sort_key: str
    class_year: int | None
    title: str
    employer: str
    field: str
    majors: Sequence[str]
    city: str
    country: str
    helps: Sequence[str]
    monthly_cap: int | None
    paused_until: date | None
    is_paused: bool


class Listed(Named, Shown):
    """One line of a list."""

    __slots__ = ()

    def get_absolute_url(self) -> str:
        return f"/people/{self.pk}/"

    @property
    def class_mark(self) -> str:
        return person_name.class_mark(self.class_year)


type Entry = AlumniProfile | Listed
type Columns = QuerySet[AlumniProfile, tuple[Any, ...]]


def columns(alumni: AlumniQuerySet) -> Columns:
    """Return a query for what `listed` makes Listed of."""
    return alumni.values_list(*Listed._fields)


def listed(rows: Iterable[tuple[Any, ...]]) -> list[Listed]:
    return [Listed(*row) for row in rows]
