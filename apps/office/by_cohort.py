"""How far each cohort's requests got this term, beside the funnel of all: asked, talked, thanked within 48 hours.

A number is shown as small_groups.py allows within one cohort. And as the funnel tells the whole, what is hidden of some
cohorts could be worked out from it: so cohorts are hidden at least two at a time, until five students stand behind what
is hidden together. Of thanks within 48 hours no whole is told, so there nothing more needs to be hidden.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from apps.database.prepared import prepared
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.office import small_groups
from apps.office.small_groups import FEWEST, Step

ASKED, TALKED, IN_TIME = range(3)
NO_COHORT = "No cohort"
HIDDEN = "Not shown"


@dataclass(frozen=True)
class Line:
    """One row of the table, as it is read: “214”, “Fewer than 5”, “Not shown”; the share only of two numbers."""

    name: str
    asked: str
    talked: str
    in_time: str
    share: str

    @property
    def is_hidden(self) -> bool:
        return self.asked == HIDDEN


@dataclass
class Group:
    """The requests of one cohort: how many came to each step, and whose they are that ended at each."""

    name: str
    counts: list[int]
    students: list[set[int]]

    @property
    def steps(self) -> list[Step]:
        return small_groups.steps(self.counts, self.students)

    def came_to(self, step: int) -> set[int]:
        return set[int]().union(*self.students[step:])


type Ended = tuple[str | None, int, int, list[int]]  # of which cohort, the last step, how many, and whose they are


@prepared
def ended(since: datetime) -> "QuerySet[InterviewRequest, Ended]":
    talked = Q(interview__status=InterviewStatus.COMPLETED)
    by = F("interview__talked_until") + timedelta(hours=THANK_YOU_HOURS)
    last = Case(
        When(talked & Q(interview__thank_you__sent_at__lte=by), then=Value(IN_TIME)),
        When(talked, then=Value(TALKED)),
        default=Value(ASKED),
        output_field=IntegerField(),
    )
    requests = InterviewRequest.objects.filter(sent_at__gte=since).annotate(last=last).order_by()
    each = requests.values_list("student__student_profile__cohort__name", "last")
    return each.annotate(count=Count("pk"), students=ArrayAgg("student", distinct=True))


def lines(found: list[Ended]) -> list[Line]:
    """Return the table, those who asked most first; nothing where there is one cohort, or no number to be shown."""
    groups = sorted(_groups(found), key=lambda group: (-group.counts[ASKED], group.name))
    asked, talked = _hidden(groups)
    made = [_line(group, group.name in asked, group.name in talked) for group in groups]
    return made if len(made) > 1 and not all(line.is_hidden for line in made) else []


def _groups(found: list[Ended]) -> list[Group]:
    groups: dict[str, Group] = {}
    for cohort, last, count, students in found:
        name = cohort or NO_COHORT
        group = groups.setdefault(name, Group(name, [0] * 3, [set(), set(), set()]))
        for step in range(last + 1):
            group.counts[step] += count
        group.students[last] |= set(students)
    return list(groups.values())


def _hidden(groups: list[Group]) -> tuple[set[str], set[str]]:
    """Return of which cohorts it is not said how many asked, and of which not how many talked."""
    asked = {group.name for group in groups if group.steps[ASKED].number is None}
    talked = asked | {group.name for group in groups if group.steps[TALKED].number is None}
    smallest_first = sorted(groups, key=lambda group: (len(group.came_to(ASKED)), group.name))
    for _ in groups:
        more_asked = [group for group in smallest_first if group.name not in asked]
        more_talked = [group for group in smallest_first if group.name not in talked]
        if more_asked and (_tells(groups, asked, ASKED) or (asked == talked and _tells_between(groups, asked))):
            asked.add(more_asked[0].name)
            talked.add(more_asked[0].name)
        elif more_talked and _tells(groups, talked, TALKED):
            talked.add(more_talked[0].name)
    return asked, talked


def _tells(groups: list[Group], hidden: set[str], step: int) -> bool:
    """Whether the whole tells of a single cohort, or of fewer than five students, what is hidden of these."""
    theirs = set[int]().union(*(group.came_to(step) for group in groups if group.name in hidden))
    return bool(hidden) and (len(hidden) == 1 or len(theirs) < FEWEST)


def _tells_between(groups: list[Group], hidden: set[str]) -> bool:
    """Whether both wholes together tell of fewer than five students that they asked and did not talk."""
    between = set[int]().union(*(group.students[ASKED] for group in groups if group.name in hidden))
    return 0 < len(between) < FEWEST


def _line(group: Group, hides_asked: bool, hides_talked: bool) -> Line:
    asked, talked, in_time = group.steps
    share = ""
    if not hides_talked and talked.number and in_time.number is not None:
        share = f"{in_time.number / talked.number:.0%}"
    return Line(
        group.name,
        HIDDEN if hides_asked else _says(asked),
        HIDDEN if hides_talked and (hides_asked or talked.number is not None) else _says(talked),
        HIDDEN if hides_asked else _says(in_time),
        share,
    )


def _says(step: Step) -> str:
    if step.shown == "few":
        return f"Fewer than {FEWEST}"
    return "Nearly all" if step.shown == "nearly all" else f"{step.count:,}"
