"""The people of the demo world: the office, three coaches, sixty students, and a directory with those they talk with.

It decides who there is and nothing of what happens between them. The directory itself comes through the real import,
from the advancement office's sample file next to the checkout if there is one, else from the small one we ship.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from django.conf import settings

from apps.accounts.models import Role, User
from apps.accounts.roles import give
from apps.alumni import import_reading, import_runs, imports
from apps.alumni.models import AlumniImport, AlumniProfile, Format, Listing
from apps.coaching.models import CoachNote, SharedNote
from apps.local.demo_export import SMALL_EXPORT
from apps.local.people import DEMO_PEOPLE
from apps.policy.models import Policy, ReviewRule
from apps.students.models import Cohort, Introduction, StudentProfile
from apps.wording.studies import in_a_sentence
from apps.wording.text import folded

DATA = Path(__file__).parent / "data"
PEOPLE = json.loads((DATA / "people.json").read_text())
STORIES = json.loads((DATA / "stories.json").read_text())
LARGE_EXPORT = settings.BASE_DIR.parent / "shared" / "data" / "alumni-advancement-export.csv"
YEARS_TO_GO = {"senior": 0, "junior": 1, "sophomore": 2, "first-year student": 3}
ZONES = {"Yara Nassar": "America/New_York", "Jonah Eastman": "America/Denver", "Zainab Yusuf": "America/New_York"}
PAUSED = {"Peter Lindgren": 63, "Kenji Watari": 20}  # days to come
ENTER_AS = {person.name: person.email for person in DEMO_PEOPLE.values()}


class PersonRow(TypedDict):
    """Of the staff: `key` is by which students name their coach."""

    key: NotRequired[str]
    name: str
    pronouns: str


class StudentRow(PersonRow):
    program: str
    minor: str
    year: str
    cohort: str
    coach: str
    stage: str
    goal: str
    skills: str
    hopes: str
    wants_fields: str


def address(name: str) -> str:
    """Return the made-up address of somebody at the university."""
    return f"{re.sub('[^a-z]+', '.', folded(name)).strip('.')}@tamarack.example"


def policy(now: datetime) -> Policy:
    """Write the office's policy of this term."""
    row = Policy.now()
    if row.is_unnamed:
        row.university, row.short_name, row.office_email = "Tamarack University", "Tamarack", "career@tamarack.example"
    row.term_name = "fall term" if now.month >= 7 else "spring term"
    row.term_starts_on, row.term_ends_on = _term(now.date())
    row.alum_monthly_cap = 4
    row.welcome = (
        "Talk with the people who do the work that you are curious about. We help you to ask, and to thank them."
    )
    row.save()
    return row


def _term(today: date) -> tuple[date, date]:
    if today.month >= 7:
        return date(today.year, 8, 31), date(today.year, 12, 18)
    return date(today.year, 1, 19), date(today.year, 6, 12)


def staff() -> tuple[User, dict[str, User]]:
    """Make the office person and the coaches. Returns (office, {key: coach})."""
    office = _person(PEOPLE["office"], [Role.OFFICE])
    coaches = {row["key"]: _person(row, [Role.COACH]) for row in PEOPLE["coaches"]}
    return office, coaches


def _person(row: PersonRow, roles: list[Role], *, time_zone: str = "America/Chicago") -> User:
    person = User.objects.create_user(
        address(row["name"]), name=row["name"], pronouns=row["pronouns"], is_zone_chosen=True, time_zone=time_zone
    )
    give(person, *roles)
    return person


def students(coaches: Mapping[str, User], now: datetime) -> dict[str, User]:
    """Make the sixty students with their profiles and introductions. Returns {name: student}."""
    names = dict.fromkeys(row["cohort"] for row in PEOPLE["students"])
    cohorts = {name: Cohort.objects.create(name=name) for name in names}
    Cohort.objects.filter(name="First-year seminar").update(review_rule=ReviewRule.ALWAYS)
    made = {}
    for number, row in enumerate(PEOPLE["students"]):
        made[row["name"]] = _student(row, number, coaches[row["coach"]], cohorts[row["cohort"]], now)
    return made


def _student(row: StudentRow, number: int, coach: User, cohort: Cohort, now: datetime) -> User:
    user = _person(row, [], time_zone=ZONES.get(row["name"], "America/Chicago"))
    StudentProfile.objects.create(
        user=user,
        external_id=f"S{710000 + number}",
        coach=coach,
        cohort=cohort,
        program=row["program"],
        minor=row["minor"],
        degree="MS" if "master" in row["year"] else "BS" if number % 2 else "BA",
        year=row["year"],
        class_year=_class_year(row["year"], now),
        stage=row["stage"],
        wants_fields=row["wants_fields"],
        goal=row["goal"],
        goal_conversations=6 if number == 0 else 3 + number % 3,
        shares_network=number % 9 != 8,
        welcomed_at=now,
    )
    give(user, Role.STUDENT)
    Introduction.objects.create(student=user, who=who(row), skills=row["skills"], hopes=row["hopes"])
    return user


def _class_year(year: str, now: datetime) -> int:
    finals = now.year + (1 if now.month >= 7 else 0)
    if "master" in year:
        return finals + (1 if year.startswith("first") else 0)
    return finals + YEARS_TO_GO[year]


def who(row: StudentRow) -> str:
    """Return the first sentence of a student's letters: name, year, subject."""
    if row["program"] == "Undeclared":
        return f"I’m {row['name']}, a {row['year']} at Tamarack, still choosing what to study."
    minor = f", with a minor in {in_a_sentence(row['minor'])}" if row["minor"] else ""
    return f"I’m {row['name']}, a {row['year']} at Tamarack studying {in_a_sentence(row['program'])}{minor}."


# --- the directory ----------------------------------------------------------------------------------------------------


def directory(office: User, now: datetime, export: Path | None = None) -> None:
    """Bring in the advancement office's export and give some of its people a few words of their own."""
    file = export or (LARGE_EXPORT if LARGE_EXPORT.exists() else SMALL_EXPORT)
    reading = import_reading.read(file.read_bytes(), now=now)
    plan = imports.apply(reading, by=office, now=now)
    AlumniImport.objects.create(
        by=office,
        file_name=file.name,
        content=b"",
        state=AlumniImport.State.DONE,
        counts=plan.counts,
        verdicts=import_runs.verdicts(plan),
        columns=reading.columns,
        done_rows=reading.total,
        total_rows=reading.total,
        started_at=now,
        finished_at=now,
    )
    _speak()


def _speak() -> None:
    """Two people of each field say in their own words what they do, and a few ask for a pause."""
    for number, line in enumerate(PEOPLE["headlines"]):
        listed = AlumniProfile.objects.listed().filter(field=line["field"], quote="").order_by("external_id")
        alum = listed.exclude(helps=[]).first()
        if alum:
            alum.quote, alum.happy_to_discuss = line["quote"], line["happy_to_discuss"]
            alum.formats = [Format.VIDEO, Format.PHONE] if number % 2 else [Format.PHONE, Format.IN_PERSON]
            alum.is_paused = number % 11 == 10
            alum.save()


def alumni(now: datetime) -> dict[str, AlumniProfile]:
    """Make the alumni whom the stories are about, each with an account. Returns {name: AlumniProfile}."""
    made = {row["name"]: _alum(row, number) for number, row in enumerate(PEOPLE["alumni"])}
    for name, days in PAUSED.items():
        made[name].paused_until = (now + timedelta(days=days)).date()
        made[name].save()
    return made


def _alum(row: Mapping[str, Any], number: int) -> AlumniProfile:
    email = ENTER_AS.get(row["name"]) or address(row["name"]).replace("@tamarack", "@alumni")
    zone = row["time_zone"]
    user = User.objects.create_user(email, name=row["name"], time_zone=zone, is_zone_chosen=True)
    entry = AlumniProfile.objects.create(
        user=user, external_id=f"D{1000 + number}", email=email, listing=Listing.LISTED, own_fields=["quote"], **row
    )
    give(user, Role.ALUM)
    return entry


# --- what the office and the coaches keep -----------------------------------------------------------------------------


def coach_notes(made: Mapping[str, User]) -> None:
    """Let the coaches have written a few lines, some of them shared."""
    with_coach = [student for name, student in made.items() if name != "Noor Haddad"]
    for number, note in enumerate(STORIES["coach_notes"]):
        student = with_coach[number * 5 + 1]
        model = SharedNote if note["is_shared"] else CoachNote
        model.objects.create(student=student, author=student.student_profile.coach, text=note["text"])
