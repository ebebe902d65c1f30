"""The role that Rapport connects as may add to the two logs, and nothing else (K1, K2)."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit import app_role
from apps.audit.models import AuditEntry
from apps.students.disclosures import disclose
from apps.students.models import Disclosure
from tests import world

pytestmark = pytest.mark.django_db
ROLE = app_role.AppRole("rapport_app_of_a_test", "secret")


@pytest.fixture
def as_app(db):
    """What follows is done by Rapport’s role; made inside the transaction of the test, it goes with it."""
    student, coach = world.student("Amira Haddad"), world.coach("Ruth Amsel")
    app_role.grant(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE.name}")
    yield student, coach
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refused(statement):
    denied = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_both_logs_take_lines(as_app):
    student, coach = as_app
    User.objects.filter(pk=student.pk).update(roles=[Role.STUDENT, Role.COACH])
    disclose(student.pk, viewer=coach, what="Your goal", now=timezone.now())
    assert AuditEntry.objects.filter(subject="accounts_user", act="changed").exists()
    assert Disclosure.objects.filter(student=student, viewer=coach).exists()


@pytest.mark.parametrize("table", app_role.ADD_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}",
        "UPDATE {} SET at = now()",
        "TRUNCATE {}",
        "DROP TABLE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
    ],
)
def test_neither_log_loses_or_changes_a_line(as_app, table, statement):
    refused(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER audit ON accounts_user",
        "ALTER TABLE accounts_user DISABLE TRIGGER audit",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_accounts_user() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DELETE FROM django_migrations",
        "CREATE TABLE elsewhere (id int)",
    ],
)
def test_nor_is_the_writing_switched_off(as_app, statement):
    refused(statement)


def test_the_lines_of_a_student_who_is_deleted_go_with_them(as_app):
    student, coach = as_app
    disclose(student.pk, viewer=coach, what="Your goal", now=timezone.now())
    coach.delete()
    assert Disclosure.objects.get().viewer_name == "Ruth Amsel"
    student.delete()
    assert not Disclosure.objects.exists()


def test_a_second_grant_changes_nothing_and_the_owner_needs_none(db):
    for _ in range(2):
        app_role.grant(ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    app_role.grant(app_role.AppRole(owner, ""))
    AuditEntry.objects.all().delete()


def test_it_may_use_every_table(as_app):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT'))"
        )
        without = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'"
            " AND NOT CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE') ELSE true END"
        )
        assert cursor.fetchall() == []
    assert without == {*app_role.READ_ONLY}
