"""Bring the database up to date, as the role that owns it: migrations, the cache table, what Rapport’s own role may."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.audit import app_role
from apps.installation import belonging
from apps.installation.models import Installation

DAY = 24 * 60 * 60  # seconds


class Command(BaseCommand):
    help = "Migrate, make the cache table, and say what the role of APP_DATABASE_URL may do. Refuses without a backup."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-backup", action="store_true", help="Migrate although no backup of the last 24 hours is there."
        )

    def handle(self, *args: str, without_backup: bool, **options: object) -> None:
        self._take_the_time()
        if not without_backup and _would_change_what_is_there() and not _has_fresh_backup():
            raise CommandError(
                "There are migrations to apply, and no backup of the last 24 hours in BACKUPS"
                f" ({settings.BACKUPS or 'not set'}). Make one (docs/operations.md), or say --without-backup."
            )
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if not Installation.objects.exists():
            belonging.adopt()
        if settings.APP_ROLE:
            app_role.grant(app_role.AppRole(**settings.APP_ROLE))

    def _take_the_time(self) -> None:
        """Nobody waits for a page here: the limits of a request would only end what a busy machine does slowly."""
        with connection.cursor() as cursor:
            for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET {limit} = 0")


def _would_change_what_is_there() -> bool:
    """Whether there is something to migrate in a database that holds something already."""
    executor = MigrationExecutor(connection)
    is_new = not executor.loader.applied_migrations
    return not is_new and bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _has_fresh_backup() -> bool:
    if not settings.BACKUPS:
        return False
    files = [path.stat() for path in Path(settings.BACKUPS).glob("*") if path.is_file()]
    return any(file.st_size and time.time() - file.st_mtime < DAY for file in files)
