"""People: who there is, who may sign in, and students read in from the registrar's file (R242).

The registrar's file is judged row by row before anything is written. What it leaves empty stays as it is here: a coach
whom the office assigned is not lost to an empty column.
"""

from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import Role, User, folded
from apps.students.models import Cohort, StudentProfile
from apps.web import Refused


def found(words, role):
    """Return people by name or address, in one role or all, with what a row of the list shows."""
    people = User.objects.select_related("student_profile__coach", "student_profile__cohort")
    if role in Role.values:
        people = people.filter(roles__contains=[role])
    elif role == "closed":
        people = people.filter(is_active=False)
    if words:
        people = people.filter(
            Q(sort_key__icontains=folded(words))
            | Q(email__icontains=words)
            | Q(
                pk__in=User.objects.annotate(near=TrigramWordSimilarity(folded(words), "sort_key")).filter(near__gt=0.5)
            )
        )
    return people.order_by("sort_key", "pk").fetch_mode(FETCH_RAISE)


def close(someone, *, by):
    """Let a person sign in no more, and end what they are signed in with. Nothing of theirs is deleted."""
    if someone == by:
        raise Refused("You cannot close your own account here. Ask a colleague to do it.")
    User.objects.filter(pk=someone.pk).update(is_active=False)


def reopen(someone):
    User.objects.filter(pk=someone.pk).update(is_active=True)


# --- the registrar's file ---------------------------------------------------------------------------------------------


@dataclass
class Verdict:
    """What one row of the file would do: make somebody new, change something, nothing, or be left out."""

    number: int
    name: str
    email: str
    outcome: str
    why: str = ""
    user: User | None = None
    profile: StudentProfile | None = None
    cohort: str = ""
    changes: list = field(default_factory=list)


OUTCOMES = {"new": "New", "changed": "Brought up to date", "same": "Nothing to change", "left out": "Left out"}


def judge(rows):
    """Say what each row of the registrar's file would do. Reads; writes nothing."""
    rows = [
        {key: " ".join((value or "").split()) for key, value in row.items() if isinstance(key, str)} for row in rows
    ]
    for row in rows:
        row["email"] = row["email"].lower()
    known = {
        user.email: user
        for user in User.objects.filter(email__in=[row["email"] for row in rows]).select_related(
            "student_profile__cohort", "student_profile__coach"
        )
    }
    owners = dict(StudentProfile.objects.exclude(external_id=None).values_list("external_id", "user__email"))
    coaches = {user.email: user for user in User.objects.holding(Role.COACH)}
    seen = set()
    return [_verdict(number, row, known, owners, coaches, seen) for number, row in enumerate(rows, start=2)]


def _verdict(number, row, known, owners, coaches, seen):
    name = f"{row['first_name']} {row['last_name']}".strip()
    problem = _problem(row, owners, seen)
    seen.add(row["email"])
    if problem:
        return Verdict(number, name, row["email"], "left out", problem)
    user = known.get(row["email"]) or User(email=row["email"], name=name[:150])
    verdict = Verdict(number, name, row["email"], "new" if user.pk is None else "same", user=user)
    verdict.profile = _profile_of(user)
    verdict.cohort = row.get("cohort", "")[:80]
    _take(verdict, row, coaches)
    if verdict.outcome == "same" and verdict.changes:
        verdict.outcome = "changed"
    advisor = row.get("advisor_email", "").lower()
    unknown = f"No coach here has the address {advisor}." if advisor and advisor not in coaches else ""
    changed = f"Changes {', '.join(verdict.changes)}." if verdict.outcome == "changed" else ""
    verdict.why = " ".join(part for part in (changed, unknown) if part)
    return verdict


def _problem(row, owners, seen):
    try:
        validate_email(row["email"])
    except ValidationError:
        return "The e-mail address is missing or broken."
    if not row["last_name"]:
        return "The last name is missing."
    if row["email"] in seen:
        return "The same address stands in a row above."
    owner = owners.get(row.get("student_id"))
    if owner and owner != row["email"]:
        return f"This student number belongs to {owner}."
    return ""


def _profile_of(user):
    return (user.pk and getattr(user, "student_profile", None)) or StudentProfile(user=user)


def _take(verdict, row, coaches):
    """Put what the row says onto the person and the profile, and note what it changes."""
    user, profile = verdict.user, verdict.profile
    for attribute, value in (
        ("preferred_name", row.get("preferred_name", "")[:80]),
        ("pronouns", row.get("pronouns", "")[:40]),
    ):
        _put(verdict, user, attribute, value)
    if Role.STUDENT not in user.roles:
        user.roles = sorted({*user.roles, Role.STUDENT})
        verdict.changes.append("roles")
    year = row.get("expected_term", "")[-4:]
    _put(verdict, profile, "external_id", row.get("student_id"))
    _put(verdict, profile, "program", row.get("program", "")[:120])
    _put(verdict, profile, "degree", row.get("degree", "")[:40])
    _put(verdict, profile, "class_year", int(year) if year.isdecimal() else None)
    _put(verdict, profile, "coach", coaches.get(row.get("advisor_email", "").lower()))
    if verdict.cohort and (profile.cohort is None or profile.cohort.name != verdict.cohort):
        verdict.changes.append("cohort")


def _put(verdict, thing, attribute, value):
    if value and getattr(thing, attribute) != value:
        setattr(thing, attribute, value)
        verdict.changes.append(attribute.replace("_", " ").replace("external id", "student number"))


@transaction.atomic
def bring_in(verdicts):
    """Write what the verdicts promise, all of them or none."""
    cohorts = {}
    for verdict in verdicts:
        if verdict.outcome not in ("new", "changed"):
            continue
        if verdict.user.pk is None:
            verdict.user.set_unusable_password()
        verdict.user.save()
        verdict.profile.user = verdict.user
        if verdict.cohort:
            if verdict.cohort not in cohorts:
                cohorts[verdict.cohort] = Cohort.objects.get_or_create(name=verdict.cohort)[0]
            verdict.profile.cohort = cohorts[verdict.cohort]
        verdict.profile.save()


def tally(verdicts):
    """Return (outcome, its words, how many) for each outcome."""
    return [(key, words, sum(1 for verdict in verdicts if verdict.outcome == key)) for key, words in OUTCOMES.items()]
