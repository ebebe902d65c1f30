"""The audit log in words: who, what, and what stood there before and after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field
from django.forms import ModelForm
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.models import AuditEntry
from apps.clock import times
from apps.clock.times import DAYS
from apps.office.forms import CohortForm, HolidayForm, PersonForm, PolicyForm, QuestionForm, StudentForm
from apps.privacy.forms import RetentionForm

# What a line is about, by the table it comes from.
KINDS = {
    "accounts_user": "Account",
    "account_emailaddress": "Sign-in address",
    "mfa_authenticator": "Two-step verification",
    "students_studentprofile": "Coach and cohort",
    "students_cohort": "Cohort",
    "coaching_caseload": "A coach’s caseload",
    "alumni_alumniprofile": "Alumni profile",
    "alumni_alumniimport": "Alumni import",
    "policy_policy": "Settings",
    "policy_holiday": "Holiday",
    "policy_phrase": "Phrase",
    "policy_searchword": "Search word",
    "interviews_question": "Question",
    "shelf_resource": "Resource",
    "mail_outboundmessage": "Email",
    "mail_suppression": "Blocked address",
    "audit_auditentry": "Audit log",
    "students_disclosure": "Who viewed student records",
    "privacy_erasure": "Deletion of an account",
    "privacy_hold": "Legal hold",
    "privacy_export": "Copy of someone’s data",
    "privacy_retention": "How long things are kept",
}
# What a column is called where its form has no field for it.
NAMED = {
    ("accounts_user", "is_active"): "can sign in",
    ("account_emailaddress", "verified"): "confirmed",
    ("account_emailaddress", "primary"): "in use",
    ("account_emailaddress", "user_id"): "account",
    ("mail_outboundmessage", "handled_by_id"): "decided by",
    ("policy_policy", "opening_hours"): "opening hours",
}
FORMS: dict[str, type[ModelForm]] = {  # what the office types by, with the names it reads there
    "policy_policy": PolicyForm,
    "policy_holiday": HolidayForm,
    "students_cohort": CohortForm,
    "students_studentprofile": StudentForm,
    "accounts_user": PersonForm,
    "interviews_question": QuestionForm,
    "privacy_retention": RetentionForm,
}
# Whose account a line is about: the column that says it, or the row itself.
OF_PERSON = {
    "accounts_user": "",
    "account_emailaddress": "user_id",
    "mfa_authenticator": "user_id",
    "students_studentprofile": "user_id",
    "privacy_erasure": "number",
    "privacy_hold": "person_id",
    "privacy_export": "person_id",
}
COLUMNS = ("When (UTC)", "Person", "IP address", "Program", "Record", "About", "Number", "Action", "Before", "After")


@dataclass(frozen=True)
class Change:
    """One column: its name, and what stood there before and after, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One line as the page shows it."""

    entry: AuditEntry
    at: datetime
    who: str
    what: str
    of: User | None  # whose account it is, where it is somebody's
    changes: list[Change]


def students(lines: Iterable[Line]) -> set[int]:
    """Return the students whose account some lines are about."""
    return {line.of.pk for line in lines if line.of is not None and Role.STUDENT in line.of.roles}


def lines(entries: Sequence[AuditEntry]) -> list[Line]:
    """Put entries into words. One query, for the names, whatever their number."""
    numbers = {entry.actor for entry in entries} | {_person(entry) for entry in entries} | set(_named_in(entries))
    people = User.objects.in_bulk([number for number in numbers if number is not None])
    return [_line(entry, people) for entry in entries]


def cells(line: Line) -> tuple[object, ...]:
    """A line as a row of the file, under COLUMNS."""
    entry = line.entry
    before, after = (
        "; ".join(f"{change.name}: {getattr(change, side)}" for change in line.changes) for side in ("before", "after")
    )
    at = line.at.isoformat(timespec="seconds")
    about = line.of.called if line.of else ""
    act = entry.get_act_display()
    return at, line.who, entry.origin or "", entry.way, line.what, about, entry.row, act, before, after


def _line(entry: AuditEntry, people: Mapping[int, User]) -> Line:
    names = {**(entry.before or {}), **(entry.after or {})}
    owner = people.get(_person(entry) or 0)
    told = (
        Change(
            _called(entry.subject, name),
            *(_at(row, entry.subject, name, people) for row in (entry.before, entry.after)),
        )
        for name in names
        if owner is None or name != OF_PERSON.get(entry.subject)  # the line names its owner already
    )
    changes = [change for change in told if change.before or change.after]
    what = KINDS.get(entry.subject, entry.subject)
    return Line(entry, entry.at, _who(entry, people), what, owner, changes)


def _who(entry: AuditEntry, people: Mapping[int, User]) -> str:
    if entry.actor is not None:
        person = people.get(entry.actor)
        return person.called if person else f"Deleted account {entry.actor}"
    return "Rapport" if entry.way in ("web", "worker", "beat") else entry.way or "Rapport"


def _person(entry: AuditEntry) -> int | None:
    """Return the number of the person whose account a line is about."""
    if entry.subject not in OF_PERSON:
        return None
    column = OF_PERSON[entry.subject]
    told = (entry.after or {}).get(column) or (entry.before or {}).get(column) if column else entry.row
    return int(told) if told else None


def _called(table: str, column: str) -> str:
    """Return what forms call a column."""
    if (table, column) in NAMED:
        return NAMED[table, column]
    asked = FORMS[table].base_fields.get(column.removesuffix("_id")) if table in FORMS else None
    if asked is not None and asked.label:
        label = str(asked.label)
        return label[:1].lower() + label[1:]
    field = _field(table, column)
    return str(field.verbose_name) if field else column.replace("_", " ")


@cache
def _field(table: str, column: str) -> Field | None:
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    try:
        field = model._meta.get_field(column.removesuffix("_id")) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _is_person(table: str, column: str) -> bool:
    field = _field(table, column)
    return field is not None and field.related_model is User


def _named_in(entries: Iterable[AuditEntry]) -> Iterator[int]:
    """Yield the numbers of people that stand in what was changed."""
    for entry in entries:
        for row in (entry.before or {}, entry.after or {}):
            yield from (n for name, n in row.items() if isinstance(n, int) and _is_person(entry.subject, name))


def _at(row: Mapping[str, object] | None, table: str, column: str, people: Mapping[int, User]) -> str:
    value, field = (row or {}).get(column), _field(table, column)
    if column == "opening_hours" and isinstance(value, list):
        return _hours(value)
    if isinstance(value, int) and _is_person(table, column):
        person = people.get(value)  # a student is named by a line about them alone: that is written down (see students)
        return person.called if person and Role.STUDENT not in person.roles else f"Account {value}"
    if field is not None and field.choices and isinstance(value, str | int):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField) and isinstance(value, str) and value:
        moment = datetime.fromisoformat(value)
        return f"{times.short_date(moment, timezone.now())}, {times.clock(moment)}"
    if table == "privacy_retention" and isinstance(value, int):
        return f"{value:,} day{'' if value == 1 else 's'}"
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Iterable():
            return ", ".join(map(str, value))
    return str(value)


def _hours(week: Sequence[Sequence[str]]) -> str:
    """Monday 09:00 to 17:00, Tuesday closed."""
    days = zip(DAYS, week, strict=False)
    return ", ".join(f"{name} {' to '.join(hours) if hours else 'closed'}" for name, hours in days)
