"""In which fields students talked this term: how many students, in how many conversations.

It counts what the funnel counts (overview.py): requests of the term whose conversation took place. A field is shown
where at least five students stand behind it. As the funnel tells the whole, the smaller fields stand together in one
line, two at least and five students at least, so that none of them can be worked out.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.office.small_groups import FEWEST
from apps.policy.models import Policy
from apps.web import charts
from apps.web.charts import Part, Rows

UNKNOWN, OTHERS = "Field not known", "Other fields"
COLUMNS = ("Field", "Students who talked", "Conversations")
DRAWN, NAME_WIDTH, NAME_LENGTH = 12, 160.0, 20  # bars; units and characters for the name before each


@dataclass
class Field:
    """One field: whose requests led to a conversation with somebody of it, and how many."""

    name: str
    talks: int = 0
    people: set[int] = field(default_factory=set)

    @property
    def students(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class FieldsPage:
    """The figure: a picture, and the same as a table; without lines where too few students have talked."""

    lines: list[Field]
    chart: Rows
    says: str  # the picture in a sentence, for who does not see it
    period: str
    fewest: int = FEWEST
    section: str = "office"


def page() -> FieldsPage:
    policy = Policy.now()
    lines = shown(counted(policy.term_since(policy.time_zone)))
    most = max((line.students for line in lines), default=1)
    parts = [
        Part(textwrap.shorten(line.name, NAME_LENGTH, placeholder="…"), str(line.students), line.students / most)
        for line in lines[:DRAWN]
    ]
    says = ", ".join(f"{line.name}: {line.students}" for line in lines[:DRAWN])
    return FieldsPage(lines, charts.rows(parts, left=NAME_WIDTH), f"Students who talked. {says}.", policy.term_in_words)


def counted(since: datetime) -> list[Field]:
    """Return every field in which somebody talked, in one statement. Who is outside the directory has no field here."""
    talked = InterviewRequest.objects.filter(sent_at__gte=since, interview__status=InterviewStatus.COMPLETED)
    rows = talked.order_by().values_list("alum__field")
    found: dict[str, Field] = {}
    for name, talks, people in rows.annotate(talks=Count("pk"), people=ArrayAgg("student", distinct=True)):
        one = found.setdefault(name or UNKNOWN, Field(name or UNKNOWN))
        one.talks += talks
        one.people |= set(people)
    return list(found.values())


def shown(found: list[Field]) -> list[Field]:
    """Return the lines that may be read, those with most students first; the small fields are the last, together."""
    large = sorted(found, key=lambda one: (-one.students, one.name))
    small = [one for one in large if one.students < FEWEST]
    large = large[: len(large) - len(small)]
    while small and large and (len(small) == 1 or _together(small).students < FEWEST):
        small.append(large.pop())
    if not small:
        return large
    others = _together(small)
    return [*large, others] if others.students >= FEWEST else []


def _together(some: list[Field]) -> Field:
    people = set[int]().union(*(one.people for one in some))
    return Field(OTHERS, sum(one.talks for one in some), people)


def rows() -> Iterator[tuple[object, ...]]:
    """Yield the same figures for a file."""
    for line in page().lines:
        yield (line.name, line.students, line.talks)
