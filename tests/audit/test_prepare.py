"""`prepare`: what the owner of the tables does before everything else starts; it wants a backup first."""

import os
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db
# A migration that only changes what forms say: to apply it once more changes nothing.
HARMLESS = {"app": "reminders", "name": "0006_no_email_comes"}


@pytest.fixture
def behind():
    """A database that lacks a migration."""
    MigrationRecorder.Migration.objects.filter(**HARMLESS).delete()


def is_up_to_date():
    return MigrationRecorder.Migration.objects.filter(**HARMLESS).exists()


def test_it_refuses_to_migrate_without_a_backup_and_says_what_to_do(behind):
    with pytest.raises(CommandError, match="no backup of the last 24 hours"):
        call_command("prepare")
    assert not is_up_to_date()


def test_it_migrates_all_the_same_when_told(behind):
    call_command("prepare", "--without-backup")
    assert is_up_to_date()


@pytest.mark.parametrize(("hours", "size", "does"), [(1, 9, True), (23, 9, True), (25, 9, False), (1, 0, False)])
def test_a_backup_is_a_file_of_the_last_day_with_something_in_it(behind, settings, tmp_path, hours, size, does):
    file = tmp_path / "rapport.dump"
    file.write_bytes(b"x" * size)
    at = time.time() - hours * 60 * 60
    os.utime(file, (at, at))
    settings.BACKUPS = str(tmp_path)
    if does:
        call_command("prepare")
    else:
        with pytest.raises(CommandError):
            call_command("prepare")
    assert is_up_to_date() == does


def test_a_folder_that_is_not_there_is_no_backup(behind, settings, tmp_path):
    settings.BACKUPS = str(tmp_path / "nowhere")
    with pytest.raises(CommandError):
        call_command("prepare")


def test_with_nothing_to_do_it_asks_for_nothing():
    call_command("prepare")


def test_it_lets_the_role_of_rapport_use_what_it_made(behind, settings):
    settings.APP_ROLE = {"name": "rapport_app_of_a_test", "password": "it’s a “secret”"}
    call_command("prepare", "--without-backup")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('rapport_app_of_a_test', 'accounts_user', 'UPDATE')")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT has_table_privilege('rapport_app_of_a_test', 'audit_auditentry', 'UPDATE')")
        assert cursor.fetchone() == (False,)
