"""People: who there is, who may sign in, and students read in from the registrar's file (R242).

The registrar's file is judged row by row before anything is written. What it leaves empty stays as it is here: a coach
whom the office assigned is not lost to an empty column.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import Role, User
from apps.students.models import Cohort, StudentProfile
from apps.web import addresses
from apps.web.answers import Refused
from apps.wording.text import folded


def found(words: str, role: str) -> QuerySet[User]:
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


def close(someone: User, *, by: User) -> None:
    """Let a person sign in no more, and end what they are signed in with. Nothing of theirs is deleted."""
    if someone == by:
        raise Refused("You cannot close your own account here. Ask a colleague to do it.")
    User.objects.filter(pk=someone.pk).update(is_active=False)


def reopen(someone: User) -> None:
    User.objects.filter(pk=someone.pk).update(is_active=True)


# --- the registrar's file ---------------------------------------------------------------------------------------------


type Outcome = Literal["new", "changed", "same", "left out"]
type Row = dict[str, str]

OUTCOMES: dict[Outcome, str] = {
    "new": "New",
    "changed": "Brought up to date",
    "same": "Nothing to change",
    "left out": "Left out",
}


@dataclass(frozen=True)
class Student:
    """Whom a row is about, with what it says put onto them; nothing is saved yet."""

    user: User
    profile: StudentProfile
    cohort: str


@dataclass(frozen=True)
class Verdict:
    """What one row of the file would do: make somebody new, change something, nothing, or be left out."""

    number: int
    name: str
    email: str
    outcome: Outcome
    why: str = ""
    student: Student | None = None


@dataclass(frozen=True)
class Known:
    """Who is here already, to judge the rows by."""

    people: dict[str, User]  # address ->
    owners: dict[str, str]  # student number -> address
    coaches: dict[str, User]  # address ->


def judge(rows: Iterable[Mapping[str | Any, str | Any]]) -> list[Verdict]:
    """Say what each row of the registrar's file would do. Reads; writes nothing."""
    cleaned = [_cleaned(row) for row in rows]
    known, seen = _known(cleaned), set[str]()
    return [_verdict(number, row, known, seen) for number, row in enumerate(cleaned, start=2)]


def _cleaned(row: Mapping[str | Any, str | Any]) -> Row:
    """Return a row without stray spaces; cells under no header are left out."""
    cleaned = {key: " ".join((value or "").split()) for key, value in row.items() if isinstance(key, str)}
    return cleaned | {"email": addresses.folded(cleaned["email"])}


def _known(rows: list[Row]) -> Known:
    people = User.objects.filter(email__in=[row["email"] for row in rows])
    people = people.select_related("student_profile__cohort", "student_profile__coach")
    numbered = StudentProfile.objects.exclude(external_id=None)
    return Known(
        people={user.email: user for user in people},
        owners={number: email for number, email in numbered.values_list("external_id", "user__email") if number},
        coaches={user.email: user for user in User.objects.holding(Role.COACH)},
    )


def _verdict(number: int, row: Row, known: Known, seen: set[str]) -> Verdict:
    name, email = f"{row['first_name']} {row['last_name']}".strip(), row["email"]
    problem = _problem(row, known.owners, seen)
    seen.add(email)
    if problem:
        return Verdict(number, name, email, "left out", problem)
    user = known.people.get(email) or User(email=email, name=name[:150])
    student = Student(user, _profile_of(user), row.get("cohort", "")[:80])
    changes = _take(student, row, known.coaches)
    outcome: Outcome = "new" if user.pk is None else "changed" if changes else "same"
    advisor = addresses.folded(row.get("advisor_email", ""))
    unknown = f"No coach here has the address {advisor}." if advisor and advisor not in known.coaches else ""
    changed = f"Changes {', '.join(changes)}." if outcome == "changed" else ""
    return Verdict(number, name, email, outcome, " ".join(part for part in (changed, unknown) if part), student)


def _problem(row: Row, owners: dict[str, str], seen: set[str]) -> str:
    try:
        addresses.sendable(row["email"])
    except ValidationError as error:
        known = error.code in ("not_ascii", "too_long")
        return " ".join(error.messages) if known else "The e-mail address is missing or broken."
    if not row["last_name"]:
        return "The last name is missing."
    if row["email"] in seen:
        return "The same address stands in a row above."
    owner = owners.get(row.get("student_id", ""))
    if owner and owner != row["email"]:
        return f"This student number belongs to {owner}."
    return ""


def _profile_of(user: User) -> StudentProfile:
    return (user.pk and getattr(user, "student_profile", None)) or StudentProfile(user=user)


def _take(student: Student, row: Row, coaches: dict[str, User]) -> list[str]:
    """Put what the row says onto the person and the profile. Return what it changes, in words."""
    user, profile = student.user, student.profile
    names = {"preferred_name": row.get("preferred_name", "")[:80], "pronouns": row.get("pronouns", "")[:40]}
    changes = _put(user, names)
    if Role.STUDENT not in user.roles:
        user.roles = sorted({*user.roles, Role.STUDENT})
        changes.append("roles")
    year = row.get("expected_term", "")[-4:]
    studies = {
        "external_id": row.get("student_id"),
        "program": row.get("program", "")[:120],
        "degree": row.get("degree", "")[:40],
        "class_year": int(year) if year.isdecimal() else None,
        "coach": coaches.get(addresses.folded(row.get("advisor_email", ""))),
    }
    changes += _put(profile, studies)
    if student.cohort and (profile.cohort is None or profile.cohort.name != student.cohort):
        changes.append("cohort")
    return changes


def _put(to: Model, values: Mapping[str, object]) -> list[str]:
    """Set what the row says and is not so yet; what it leaves empty stays. Return the names, in words."""
    changed = [name for name, value in values.items() if value and getattr(to, name) != value]
    for name in changed:
        setattr(to, name, values[name])
    return [name.replace("_", " ").replace("external id", "student number") for name in changed]


@transaction.atomic
def bring_in(verdicts: Iterable[Verdict]) -> None:
    """Write what the verdicts promise, all of them or none."""
    cohorts: dict[str, Cohort] = {}
    for verdict in verdicts:
        if verdict.student is None or verdict.outcome == "same":
            continue
        user, profile, cohort = verdict.student.user, verdict.student.profile, verdict.student.cohort
        if user.pk is None:
            user.set_unusable_password()
        user.save()
        profile.user = user
        if cohort:
            if cohort not in cohorts:
                cohorts[cohort] = Cohort.objects.get_or_create(name=cohort)[0]
            profile.cohort = cohorts[cohort]
        profile.save()


def tally(verdicts: Iterable[Verdict]) -> list[tuple[Outcome, str, int]]:
    """Return (outcome, its words, how many) for each outcome."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return [(outcome, words, counts[outcome]) for outcome, words in OUTCOMES.items()]
