"""People: who there is, who may sign in, and students read in from the registrar's file (R242).

The registrar's file is judged row by row before anything is written. What it leaves empty stays as it is here: a coach
whom the office assigned is not lost to an empty column.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.urls import reverse

from apps.accounts import address, closing, erased, roles
from apps.accounts.models import AccountEvent, Role, User
from apps.alumni.export_rows import filled
from apps.alumni.models import AlumniProfile
from apps.database.prepared import among, prepared
from apps.interviews.lifecycle.acts import act
from apps.office import student_file
from apps.office.forms import PersonForm, StudentForm
from apps.office.student_file import Cells
from apps.policy.models import Policy
from apps.privacy import erasing
from apps.students.models import Cohort, StudentProfile
from apps.tables.cells import years
from apps.web import addresses
from apps.web.answers import Refused
from apps.wording import person_name
from apps.wording.person_name import PersonName
from apps.wording.text import folded

UNCOACHED = "uncoached"  # students without a coach


def found(words: str, role: str) -> QuerySet[User]:
    """Return people by name or address, in one role or all, with what a row of the list shows."""
    people = User.objects.select_related("student_profile__coach", "student_profile__cohort")
    people = people.exclude(email__endswith=erasing.HOST)  # only what an alum's history hangs on
    if role in Role.values:
        people = people.filter(roles__contains=[role])
    elif role == UNCOACHED:
        people = people.filter(roles__contains=[Role.STUDENT], is_active=True, student_profile__coach=None)
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


@prepared
def begun() -> QuerySet[Policy, tuple[bool, bool]]:
    """Return one row: whether there are alumni, and whether there are students."""
    alumni, students = Exists(AlumniProfile.objects.all()), Exists(StudentProfile.objects.all())
    return Policy.objects.order_by("pk").annotate(alumni=alumni, students=students).values_list("alumni", "students")


@prepared
def any_coach() -> QuerySet[User, int]:
    return User.objects.holding(Role.COACH).order_by("pk").values_list("pk", flat=True)[:1]


type Step = tuple[str, str, str]  # what to do, why, where


def steps_left(policy: Policy, found: list[tuple[bool, bool]], *, has_coach: bool) -> list[Step]:
    """Return what a new installation still needs, in the order in which to do it; `found` is what `begun` returns."""
    has_alumni, has_students = found[0] if found else (False, False)
    steps = [
        (
            policy.is_unnamed,
            "Name your university",
            "It appears on every page and in every email. Until then they say “Our University”.",
            "office_policy",
        ),
        (
            not has_alumni,
            "Import alumni",
            "Use the advancement office’s file. You’ll preview every row before anything is saved.",
            "office_import",
        ),
        (
            not has_coach,
            "Add a coach",
            "A coach reviews first requests and sees which students need help. Students can start without one.",
            "office_person_add",
        ),
        (
            not has_students,
            "Import students",
            "Use the registrar’s file for a whole cohort. Students sign in with a code.",
            "office_students_import",
        ),
    ]
    return [(title, why, reverse(name)) for is_open, title, why, name in steps if is_open]


@transaction.atomic
def add(form: PersonForm) -> User:
    """Make the person of a valid form, with the roles that are ticked. They sign in by codes."""
    person: User = form.save(commit=False)
    person.time_zone = Policy.zone_now()  # until a device or a choice tells another
    person.set_unusable_password()
    person.save()
    erased.come_back("address", person.email)
    roles.hold(person, form.cleaned_data["roles"])
    return person


@transaction.atomic
def save(form: PersonForm, student: StudentForm | None, *, by: User, now: datetime) -> list[str]:
    """Keep what two valid forms say of a person. Returns what else changed, in sentences."""
    person: User = form.save(commit=False)
    person.save(update_fields=["name", "preferred_name", "pronouns", "sort_key"])
    address.change(person, form.cleaned_data["email"], way=address.Way.OFFICE, by=by, now=now)
    if student is not None:
        student.save()
    return roles.hold(person, form.cleaned_data["roles"])


def events_of(someone: User) -> list[AccountEvent]:
    """Return what happened to an account, the newest first."""
    return list(AccountEvent.objects.filter(person=someone).select_related("by").order_by("-at", "-pk")[:50])


@act
def close(someone: User, *, by: User, now: datetime) -> None:
    """Close an account; where the database was only busy, all of it again."""
    closing.close(someone, by=by, now=now)


@act
def reopen(someone: User, *, by: User, now: datetime) -> None:
    closing.reopen(someone, by=by, now=now)


# --- the registrar's file ---------------------------------------------------------------------------------------------


type Outcome = Literal["new", "changed", "same", "left out"]
OUTCOMES: dict[Outcome, str] = {
    "new": "New",
    "changed": "Updated",
    "same": "No change",
    "left out": "Skipped",
}
LONGEST_EMAIL, LONGEST_NUMBER = 254, 40
LONGEST = {"preferred_name": 80, "pronouns": 40, "program": 120, "degree": 40, "cohort": 80}
EARLIEST_YEAR, YEARS_AHEAD = 1990, 10


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
    reason: str = ""  # why it is left out
    remarks: list[str] = field(default_factory=list)
    student: Student | None = None
    moves_to: str = ""  # the new address of somebody who is known by their student ID and their name

    @property
    def why(self) -> str:
        return " ".join([self.reason, *self.remarks]).strip()

    @property
    def studies(self) -> str:
        """Public Health, BA, 2027: as it will stand once the row is imported, like the coach and the cohort."""
        profile = self.student and self.student.profile
        parts = (profile.program, profile.degree, profile.class_year) if profile else ()
        return ", ".join(str(part) for part in parts if part)

    @property
    def coach(self) -> str:
        coach = self.student and self.student.profile.coach
        return coach.called if coach else ""

    @property
    def cohort(self) -> str:
        if self.student is None:
            return ""
        kept = self.student.profile.cohort
        return self.student.cohort or (kept.name if kept else "")


@dataclass(frozen=True)
class Known:
    """Who is here already, to judge the rows by."""

    people: dict[str, User]  # address ->
    owners: dict[str, User]  # student number ->
    coaches: dict[str, User]  # address, and name where only one has it ->
    erased: erased.Erased  # those whose data was deleted on request


@dataclass(frozen=True)
class Seen:
    """What rows above have said already."""

    emails: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)  # student number -> row


def judge(rows: Iterable[student_file.Row], *, now: datetime) -> list[Verdict]:
    """Say what each row of the registrar's file would do. Reads; writes nothing."""
    rows = list(rows)
    known, seen = _known([row.cells for row in rows]), Seen()
    return [_verdict(row, known, seen, now) for row in rows]


def _known(rows: list[Cells]) -> Known:
    emails = [row["email"] for row in rows if len(row["email"]) <= LONGEST_EMAIL]
    people = User.objects.filter(among(emails, "email"))
    people = people.select_related("student_profile__cohort", "student_profile__coach")
    return Known(
        people={user.email: user for user in people},
        owners=_owners(rows),
        coaches=_coaches(),
        erased=erased.Erased.now(),
    )


def _coaches() -> dict[str, User]:
    """Return the coaches by address, and by name where only one has it: registrars know advisors by either."""
    coaches = list(User.objects.holding(Role.COACH))
    names = Counter(_named(coach.name) for coach in coaches)
    by_name = {_named(coach.name): coach for coach in coaches if names[_named(coach.name)] == 1}
    return by_name | {coach.email: coach for coach in coaches}


def _named(name: str) -> str:
    return " ".join(person_name.read(name).words)


def _coach(row: Cells, coaches: dict[str, User]) -> User | None:
    written = filled(row.get("advisor_email", ""))
    return coaches.get(addresses.folded(written) if "@" in written else _named(written)) if written else None


def _owners(rows: list[Cells]) -> dict[str, User]:
    """Return who has the student numbers of the file."""
    numbers = {row.get("student_id", "")[:LONGEST_NUMBER] for row in rows} - {""}
    profiles = StudentProfile.objects.filter(among(sorted(numbers), "external_id"))
    profiles = profiles.select_related("user__student_profile__cohort", "user__student_profile__coach")
    return {profile.external_id or "": profile.user for profile in profiles}


def _verdict(read: student_file.Row, known: Known, seen: Seen, now: datetime) -> Verdict:
    row = read.cells
    first, last, email = row["first_name"], row["last_name"], row["email"]
    parted = person_name.of_parts(first, last) if first or last else person_name.read(row["name"])
    name = parted.full
    moved = _moved(row, parted, known)
    problem = read.problem or _problem(row, known.owners, seen, moved) or _erased(row, known)
    seen.emails.add(email)
    if problem:
        return Verdict(read.number, name[:150], email[:LONGEST_EMAIL], "left out", problem)
    if row.get("student_id"):
        seen.numbers[row["student_id"]] = read.number
    remarks = [*read.remarks, *_too_long(row, name)]
    year = _class_year(row, now, remarks)
    user = moved or known.people.get(email) or _newcomer(email, parted)
    student = Student(user, _profile_of(user), row.get("cohort", "")[:80])
    changes = _take(student, row, parted, year, known.coaches)
    if moved:
        changes.insert(0, f"the email address from {moved.email}")
    outcome: Outcome = "new" if user.pk is None else "changed" if changes else "same"
    advisor = filled(row.get("advisor_email", ""))
    if outcome == "changed":
        remarks.insert(0, f"Changes {', '.join(changes)}.")
    if advisor and not _coach(row, known.coaches):
        known_by = f"has the email {advisor[:LONGEST_EMAIL]}" if "@" in advisor else f"is called “{advisor[:80]}”"
        remarks.append(f"No coach here {known_by}.")
    return Verdict(
        read.number, name[:150], email, outcome, remarks=remarks, student=student, moves_to=email if moved else ""
    )


def _newcomer(email: str, parted: PersonName) -> User:
    """Return somebody who has no account yet; they live by the office's clock until a device tells another."""
    name, sort_key = parted.full[:150], parted.sort_key[:150]
    return User(email=email, name=name, sort_key=sort_key, time_zone=Policy.zone_now())


def _moved(row: Cells, parted: PersonName, known: Known) -> User | None:
    """Return who has the row's student ID and its name but another address, where nobody has the new one; else None.

    The number alone is not enough: a row that slipped would hand one student's account to another.
    """
    owner = known.owners.get(row.get("student_id", ""))
    if owner is None or owner.email == row["email"] or row["email"] in known.people:
        return None
    return owner if owner.sort_key == parted.sort_key[:150] else None


def _too_long(row: Cells, name: str) -> list[str]:
    """Return a sentence for each cell that has to be cut."""
    long = [column for column, most in LONGEST.items() if len(row.get(column, "")) > most]
    long += ["name"] if len(name) > 150 else []
    return [f"The {column.replace('_', ' ')} is too long. We’ll keep the beginning." for column in long]


def _class_year(row: Cells, now: datetime, remarks: list[str]) -> int | None:
    """Return the year of the term in which the student means to graduate."""
    term = row.get("expected_term", "")
    found = years(term, earliest=EARLIEST_YEAR, latest=now.year + YEARS_AHEAD)
    if term and not found:
        remarks.append(f"We couldn’t find a year in the term “{term[:40]}”. It’s left blank.")
    return found[-1] if found else None


def _problem(row: Cells, owners: dict[str, User], seen: Seen, moved: User | None) -> str:
    if len(row["email"]) > LONGEST_EMAIL:
        return f"The email address is longer than {LONGEST_EMAIL} characters."
    try:
        addresses.sendable(row["email"])
    except ValidationError as error:
        is_told = error.code in ("not_ascii", "too_long")
        return " ".join(error.messages) if is_told else "The email address is missing or not valid."
    if not any(c.isalnum() for name in ("first_name", "last_name", "name") for c in row[name]):
        return "The name is missing."
    if row["email"] in seen.emails:
        return "This address is already in a row above."
    number = row.get("student_id", "")
    if len(number) > LONGEST_NUMBER:
        return f"The student ID is longer than {LONGEST_NUMBER} characters."
    if number in seen.numbers:
        return f"This student ID is already in row {seen.numbers[number]}."
    owner = owners.get(number)
    if owner and owner != moved and owner.email != row["email"]:
        return f"This student ID belongs to {owner.email}."
    return ""


def _erased(row: Cells, known: Known) -> str:
    """Say why somebody who is not here any more is not brought back."""
    number = row.get("student_id", "")
    if row["email"] in known.people or number in known.owners:
        return ""
    is_erased = known.erased.holds("address", row["email"]) or known.erased.holds("student", number)
    return erased.REASON if is_erased else ""


def _profile_of(user: User) -> StudentProfile:
    return (user.pk and getattr(user, "student_profile", None)) or StudentProfile(user=user)


def _take(student: Student, row: Cells, parted: PersonName, year: int | None, coaches: dict[str, User]) -> list[str]:
    """Put what the row says onto the person and the profile. Return what it changes, in words."""
    user, profile = student.user, student.profile
    preferred, pronouns = row.get("preferred_name") or parted.preferred, row.get("pronouns") or parted.pronouns
    names = {"preferred_name": preferred[:80], "pronouns": pronouns[:40]}
    changes = _put(user, names)
    if Role.STUDENT not in user.roles:
        changes.append("roles")
    studies = {
        "external_id": row.get("student_id"),
        "program": row.get("program", "")[:120],
        "degree": row.get("degree", "")[:40],
        "class_year": year,
        "coach": _coach(row, coaches),
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
    return [name.replace("_", " ").replace("external id", "student ID") for name in changed]


def bring_in(verdicts: Iterable[Verdict], *, by: User | None, now: datetime) -> None:
    """Write what the verdicts promise, all of them or none. Raises Refused where somebody was quicker."""
    try:
        _write(verdicts, by=by, now=now)
    except IntegrityError as error:
        raise Refused(
            "Someone else changed these people while you had this open. Nothing was imported. Preview it again."
        ) from error


@transaction.atomic
def _write(verdicts: Iterable[Verdict], *, by: User | None, now: datetime) -> None:
    cohorts: dict[str, Cohort] = {}
    for verdict in verdicts:
        if verdict.student is None or verdict.outcome == "same":
            continue
        user, profile, cohort = verdict.student.user, verdict.student.profile, verdict.student.cohort
        if user.pk is None:
            user.set_unusable_password()
            user.save()
        else:  # only what the file says: what was done to the account meanwhile stays done
            user.save(update_fields=["preferred_name", "pronouns", "sort_key"])
        if verdict.moves_to:
            address.change(user, verdict.moves_to, way=address.Way.FILE, by=by, now=now)
        profile.user = user
        if cohort:
            if cohort not in cohorts:
                cohorts[cohort] = Cohort.objects.get_or_create(name=cohort)[0]
            profile.cohort = cohorts[cohort]
        profile.save()
        roles.give(user, Role.STUDENT)


def tally(verdicts: Iterable[Verdict]) -> list[tuple[Outcome, str, int]]:
    """Return (outcome, its words, how many) for each outcome."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return [(outcome, words, counts[outcome]) for outcome, words in OUTCOMES.items()]


def held_off(verdicts: Iterable[Verdict]) -> list[str]:
    """Say how many rows would have brought somebody back, if any."""
    count = sum(verdict.reason == erased.REASON for verdict in verdicts)
    return [erased.in_words(count)] if count else []


def told(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as `import_students --json` prints it, with the fields as they would be stored."""
    row: dict[str, Any] = {
        "number": verdict.number,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "remarks": verdict.remarks,
        "name": verdict.name,
        "email": verdict.email,
        "fields": None,
    }
    if verdict.student is not None:
        user, profile = verdict.student.user, verdict.student.profile
        row["fields"] = {
            **{name: getattr(user, name) for name in ("name", "preferred_name", "called", "pronouns", "email")},
            **({"email": verdict.moves_to} if verdict.moves_to else {}),
            "roles": sorted({*user.roles, Role.STUDENT.value}),
            "greeting": user.first_name,
            "sort_key": user.parted_name.sort_key[:150],
            "time_zone": user.time_zone,
            **{name: getattr(profile, name) for name in ("external_id", "program", "degree", "class_year")},
            "majors": list(profile.studies),
            "coach": profile.coach.email if profile.coach else "",
            "cohort": verdict.student.cohort or (profile.cohort.name if profile.cohort else ""),
        }
    return row
