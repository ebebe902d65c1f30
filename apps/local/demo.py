"""The demo world: one office, three coaches, sixty students, a directory, a year of conversations, relative to `now`.

`build` writes it all in one transaction, the same for the same `now`, so that every clock of the product is running on
the day one looks. It mails nobody: what would have been mailed in the past is marked as told. `wipe` takes it away.
"""

from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.preparing import question_bank
from apps.local import demo_four, demo_mail, demo_office, demo_past, demo_people, demo_term
from apps.network.models import Contact
from apps.reminders.models import Notice
from apps.reminders.rules import RULES, notice_for

# What a real office has written stays.
KEPT = {"policy_policy", "policy_holiday", "interviews_question", "shelf_resource"}
OTHERS = ("account", "mfa", "usersessions")  # allauth's rows of people who are gone


def is_built() -> bool:
    return User.objects.filter(email=demo_people.address("Noor Haddad")).exists()


def build(now: datetime, *, export: Path | None = None) -> dict[str, int]:
    """Write the demo world as of `now`, unless it is there. Returns what there is, by name."""
    if is_built():
        return counts()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # it takes as long as the machine needs
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        _write(now, export)
    return counts()


def _write(now: datetime, export: Path | None) -> None:
    demo_people.policy(now)
    question_bank.bring_in()
    office, coaches = demo_people.staff()
    students = demo_people.students(coaches, now)
    demo_people.directory(office, now, export)
    term = demo_term.Term(now, students, demo_people.alumni(now))
    demo_four.noor(term)
    demo_four.ingrid(term)
    demo_term.present(term)
    demo_past.history(term)
    demo_past.first_read()
    demo_term.acquaintances(term)
    demo_office.office(term)
    demo_people.coach_notes(students)
    demo_mail.letters()
    _told(now)


def _told(now: datetime) -> None:
    """Everything due by now has been said already: the first sweep mails nobody about the past."""
    for rule in RULES:
        notices = [notice_for(rule, row) for row in rule.rows(now)]
        for notice in notices:
            notice.mailed_at = notice.due_at
        Notice.objects.bulk_create(notices, ignore_conflicts=True)


def wipe() -> None:
    """Empty every table of ours but the policy, the question bank and the shelf. Everybody is signed out."""
    models = [m for m in apps.get_models(include_auto_created=True) if _is_ours(m) or m._meta.app_label in OTHERS]
    there = set(connection.introspection.table_names())
    tables = sorted({m._meta.db_table for m in models} & there - KEPT)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(connection.ops.quote_name(table) for table in tables)} RESTART IDENTITY")


def _is_ours(model: type[Model]) -> bool:
    config = apps.get_app_config(model._meta.app_label)
    return config.name.startswith("apps.")


def counts() -> dict[str, int]:
    """Return how many there are of the main things."""
    return {
        "people": User.objects.count(),
        "alumni in the directory": AlumniProfile.objects.listed().count(),
        "contacts": Contact.objects.count(),
        "requests": InterviewRequest.objects.count(),
        "conversations": Interview.objects.count(),
    }
