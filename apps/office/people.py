"""People: who there is, and students read in from the registrar's file (R242)."""

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Role, User, folded
from apps.students.models import Cohort, StudentProfile


def found(words, role):
    """Return people by name or address, in one role or all, with what a row of the list shows."""
    people = User.objects.select_related("student_profile__coach", "student_profile__cohort")
    if role in Role.values:
        people = people.filter(roles__contains=[role])
    if words:
        people = people.filter(
            Q(sort_key__icontains=folded(words))
            | Q(email__icontains=words)
            | Q(
                pk__in=User.objects.annotate(near=TrigramWordSimilarity(folded(words), "sort_key")).filter(near__gt=0.5)
            )
        )
    return people.order_by("sort_key", "pk")


def read_students(rows):
    """Create or update students from the registrar's rows. Returns counts and one sentence per row left out.

    People are matched by address. Coaches are matched by `advisor_email`; an unknown coach leaves the student without.
    """
    counts, problems = {"new": 0, "updated": 0}, []
    coaches = {user.email: user for user in User.objects.holding(Role.COACH)}
    cohorts = {}
    for number, row in enumerate(rows, start=2):
        problem = _problem(row)
        if problem:
            problems.append(f"Row {number}: {problem}")
            continue
        with transaction.atomic():
            counts["new" if _read_student(row, coaches, cohorts) else "updated"] += 1
    return counts, problems


def _problem(row):
    if (row.get("email") or "").count("@") != 1:
        return "the e-mail address is missing or broken."
    if not (row.get("last_name") or "").strip():
        return "the name is missing."
    return ""


def _read_student(row, coaches, cohorts):
    text = {key: " ".join((value or "").split()) for key, value in row.items() if isinstance(value, str)}
    user, created = User.objects.get_or_create(
        email=text["email"].lower(), defaults={"name": f"{text['first_name']} {text['last_name']}".strip()[:150]}
    )
    user.preferred_name = text.get("preferred_name", "")[:80] or user.preferred_name
    user.pronouns = text.get("pronouns", "")[:40] or user.pronouns
    user.roles = sorted({*user.roles, Role.STUDENT})
    user.save()
    StudentProfile.objects.update_or_create(user=user, defaults=_profile(text, coaches, cohorts))
    return created


def _profile(text, coaches, cohorts):
    name = text.get("cohort", "")[:80]
    if name and name not in cohorts:
        cohorts[name] = Cohort.objects.get_or_create(name=name)[0]
    year = text.get("expected_term", "")[-4:]
    return {
        "external_id": text.get("student_id") or None,
        "program": text.get("program", "")[:120],
        "degree": text.get("degree", "")[:40],
        "class_year": int(year) if year.isdigit() else None,
        "coach": coaches.get(text.get("advisor_email", "").lower()),
        "cohort": cohorts.get(name),
    }
