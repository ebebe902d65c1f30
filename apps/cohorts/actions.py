"""Acts on cohorts and assignments: enrol and undo it, assign, excuse, write and hand in a reflection."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.clock.local_times import Ambiguous, resolve
from apps.cohorts.models import Assignment, Excuse, Reflection
from apps.cohorts.progress import counting
from apps.database.prepared import among
from apps.policy.models import Policy
from apps.students.models import Cohort, StudentProfile, StudentQuerySet
from apps.web.answers import Refused
from apps.web.autosave import save_version

type Before = dict[str, int | None]  # the profile: the cohort it was in


def reach(by: User) -> StudentQuerySet:
    """Return the students whom somebody may put into cohorts: a coach their own, the office everybody."""
    rows = StudentProfile.objects.filter(user__is_active=True)
    return rows if by.is_office else rows.filter(coach=by)


@transaction.atomic
def enrol(name: str, students: Collection[int], *, by: User) -> tuple[Cohort, Before]:
    """Put students into the cohort of that name, which is made if there is none. Returns what `put_back` needs.

    Whoever is out of reach is left out. Raises Refused where nobody is left.
    """
    rows = reach(by).select_for_update(no_key=True, of=("self",)).filter(among(sorted(students))).order_by("pk")
    profiles = list(rows)
    if not profiles:
        raise Refused("Choose at least one student.")
    cohort = Cohort.objects.get_or_create(name=name)[0]
    moved = [profile for profile in profiles if profile.cohort_id != cohort.pk]
    before: Before = {str(profile.pk): profile.cohort_id for profile in moved}
    for profile in moved:
        profile.cohort = cohort
    StudentProfile.objects.bulk_update(moved, ["cohort"], batch_size=500)
    return cohort, before


@transaction.atomic
def leave(cohort: Cohort, students: Collection[int], *, by: User) -> Before:
    """Take students out of a cohort. What they wrote stays, and counts again if they come back."""
    rows = reach(by).select_for_update(no_key=True, of=("self",)).filter(among(sorted(students)), cohort=cohort)
    profiles = list(rows.order_by("pk"))
    StudentProfile.objects.filter(among([profile.pk for profile in profiles])).update(cohort=None)
    return {str(profile.pk): cohort.pk for profile in profiles}


@transaction.atomic
def put_back(before: Before, *, by: User) -> int:
    """Undo `enrol` or `leave`: everybody is where they were, if that cohort is still there. Returns how many."""
    there = set(Cohort.objects.values_list("pk", flat=True))
    rows = reach(by).select_for_update(no_key=True, of=("self",)).filter(among([int(pk) for pk in before]))
    profiles = list(rows.order_by("pk"))
    for profile in profiles:
        was = before[str(profile.pk)]
        profile.cohort_id = was if was in there else None
    StudentProfile.objects.bulk_update(profiles, ["cohort"], batch_size=500)
    return len(profiles)


# --- assignments ------------------------------------------------------------------------------------------------------


def assign(assignment: Assignment) -> Assignment:
    """Save an assignment, new or changed, with its two days as the clocks of the office have them."""
    zone = Policy.now().time_zone
    assignment.from_at = _begin(assignment.from_on, zone)
    assignment.due_at = _begin(assignment.due_on + timedelta(days=1), zone)
    assignment.save()
    return assignment


def _begin(day: date, zone: str) -> datetime:
    try:
        return resolve(day, time(0), zone)
    except Ambiguous as question:
        return question.choices[0].at


@transaction.atomic
def excuse(assignment: Assignment, students: Collection[int], *, by: User, now: datetime) -> list[int]:
    """Ask it of these students no longer. Returns who was not excused before."""
    rows = reach(by).filter(cohort=assignment.cohort_id, user__in=students)
    known = set(Excuse.objects.filter(assignment=assignment).values_list("student", flat=True))
    fresh = [pk for pk in rows.order_by("user").values_list("user", flat=True) if pk not in known]
    Excuse.objects.bulk_create(
        [Excuse(assignment=assignment, student_id=pk, at=now) for pk in fresh], ignore_conflicts=True
    )
    return fresh


def ask_again(assignment: Assignment, students: Collection[int], *, by: User) -> None:
    """Undo `excuse`."""
    mine = reach(by).filter(user__in=students).values("user")
    Excuse.objects.filter(assignment=assignment, student__in=mine).delete()


# --- the student ------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(assignment: Assignment, student: User, *, version: int, text: str) -> Reflection:
    """Save a draft. Raises Conflict where another window saved a newer one, Refused where it is handed in."""
    reflection = _locked(assignment, student)
    if reflection.handed_in_at:
        raise Refused("You’ve handed this in. Press “Change it” first.")
    save_version(reflection, version, {"text": text}, noun="This reflection")
    return reflection


def _locked(assignment: Assignment, student: User) -> Reflection:
    reflection, _ = Reflection.objects.get_or_create(assignment=assignment, student=student)
    return Reflection.objects.select_for_update(no_key=True, of=("self",)).get(pk=reflection.pk)


@transaction.atomic
def hand_in(assignment: Assignment, student: User, *, now: datetime) -> Reflection:
    """Let the coach read it. Raises Refused as long as conversations are missing, or words."""
    reflection = _locked(assignment, student)
    missing = assignment.conversations - counting(assignment).filter(student=student).count()
    if missing > 0:
        more = "1 more conversation" if missing == 1 else f"{missing} more conversations"
        raise Refused(f"You can hand this in after {more}. Your draft is saved.")
    if reflection.words < assignment.fewest_words:
        raise Refused(f"Write at least {assignment.fewest_words} words. You have {reflection.words}.")
    reflection.handed_in_at = reflection.handed_in_at or now
    reflection.save(update_fields=["handed_in_at"])
    return reflection


@transaction.atomic
def reopen(assignment: Assignment, student: User, *, now: datetime) -> None:
    """Take a reflection back, to go on with it, until the day it is due."""
    reflection = _locked(assignment, student)
    if now >= assignment.due_at:
        raise Refused(
            "The day it was due has passed, so it can’t be changed. If something is wrong, write to your coach."
        )
    reflection.handed_in_at = None
    reflection.save(update_fields=["handed_in_at"])
