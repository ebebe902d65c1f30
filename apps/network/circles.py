"""The five circles around a student, from the inside out, and the view that draws them: dots and names.

A circle is a few ways of knowing somebody (`Relation`); every way lies in one circle.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from django.utils.safestring import SafeString

from apps.network.models import Relation
from apps.web.markup import fill_row, join_rows


class Circle(NamedTuple):
    """One circle; `key` is its word in an address, and the way that somebody moved into it is known from then on."""

    key: Relation
    label: str
    relations: tuple[Relation, ...]


CIRCLES = (
    Circle(Relation.FRIEND, "Family and friends", (Relation.FAMILY, Relation.FRIEND)),
    Circle(Relation.PROFESSOR, "Professors and staff", (Relation.PROFESSOR, Relation.COACH)),
    Circle(Relation.WORK, "Work and volunteering", (Relation.WORK,)),
    Circle(Relation.ALUM, "Alumni and people someone suggested", (Relation.ALUM, Relation.REFERRED)),
    Circle(Relation.EVENT, "People you only know of", (Relation.EVENT, Relation.LINKEDIN, Relation.WEBSITE)),
)
BY_KEY = {circle.key.value: circle for circle in CIRCLES}
OF_RELATION = {relation: circle for circle in CIRCLES for relation in circle.relations}
DOTS = 40  # of one circle, drawn
CENTRE, INNERMOST, APART = 300, 70, 48


class Named(NamedTuple):
    """Somebody in the list of a circle."""

    pk: int
    name: str


@dataclass(frozen=True)
class Ring:
    """One circle as it is drawn and listed: how many people, with how many the student talked, a few by name."""

    circle: Circle
    count: int
    talked: int
    radius: int
    dots: SafeString
    people: list[Named]
    centre: ClassVar = CENTRE

    @property
    def label_y(self) -> int:
        return CENTRE - self.radius + 5

    @property
    def rest(self) -> int:
        return self.count - len(self.people)


def draw(counts: Mapping[str, int], talked: Mapping[str, int], people: Mapping[str, Iterable[Named]]) -> list[Ring]:
    """Draw the circles; `counts`, `talked` and `people` are by the key of a circle."""
    return [_ring(n, circle, counts, talked, people) for n, circle in enumerate(CIRCLES)]


def _ring(
    n: int,
    circle: Circle,
    counts: Mapping[str, int],
    talked: Mapping[str, int],
    people: Mapping[str, Iterable[Named]],
) -> Ring:
    key, radius = circle.key.value, INNERMOST + n * APART
    count, known = counts.get(key, 0), talked.get(key, 0)
    shown = min(count, DOTS)
    filled = round(known * shown / count) if count else 0
    dots = _dots(radius, shown, min(max(filled, 1 if known else 0), shown))
    return Ring(circle, count, known, radius, dots, list(people.get(key, ())))


@lru_cache(maxsize=500)
def _dots(radius: int, shown: int, filled: int) -> SafeString:
    """Draw a dot for each person, those one talked with first; of very many as many as there is room for."""
    start = 26 / radius  # the number stands at the top
    end = 2 * math.pi - start
    step = (end - start) / max(shown - 1, 1)
    angles = [start + step * n if shown > 1 else math.pi / 2 for n in range(shown)]
    return join_rows(
        fill_row(
            '<circle class="{}" cx="{}" cy="{}" r="5.5"/>',
            "on" if n < filled else "off",
            round(CENTRE + radius * math.sin(a)),
            round(CENTRE - radius * math.cos(a)),
        )
        for n, a in enumerate(angles)
    )
