"""A cohort for the next term: its rule and its assignments, moved to other days; its students stay where they are."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.cohorts.actions import assign
from apps.cohorts.models import Assignment
from apps.students.models import Cohort
from apps.web.answers import Refused


def moved(assignments: Iterable[Assignment], from_on: date) -> list[Assignment]:
    """Return unsaved copies, as far apart as they were, of which the first begins on a day."""
    rows = list(assignments)
    by = from_on - min((one.from_on for one in rows), default=from_on)
    return [_moved(one, by) for one in sorted(rows, key=lambda one: (one.due_on, one.pk))]


def _moved(one: Assignment, by: timedelta) -> Assignment:
    return Assignment(
        conversations=one.conversations,
        minutes=one.minutes,
        from_on=one.from_on + by,
        due_on=one.due_on + by,
        asks_reflection=one.asks_reflection,
        question=one.question,
        fewest_words=one.fewest_words,
    )


@transaction.atomic
def copy(cohort: Cohort, *, name: str, from_on: date, by: User, now: datetime) -> Cohort:
    """Make a cohort of another name with the same rule and assignments. Raises Refused where there is one already."""
    try:
        with transaction.atomic():
            fresh = Cohort.objects.create(name=name, review_rule=cohort.review_rule, review_first=cohort.review_first)
    except IntegrityError as error:
        raise Refused(f"There’s already a cohort called {name}. Choose another name.") from error
    for one in moved(cohort.assignments.all(), from_on):
        one.cohort, one.made_by, one.made_at = fresh, by, now
        assign(one)
    return fresh


@transaction.atomic
def take_back(pk: int) -> None:
    """Undo `copy`, as long as nobody was put into it."""
    fresh = Cohort.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if fresh is None:
        raise Refused("There’s nothing left to undo.")
    if fresh.students.exists():
        raise Refused(f"{fresh.name} has students already, so the copy can’t be undone. Move the students first.")
    fresh.delete()
