"""Run all of Rapport on this machine: PostgreSQL, Valkey, web, worker, beat, a mail sink, a demo world (make run)."""

import os
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from apps.accounts.models import User
from apps.installation import belonging
from apps.local import stack
from apps.local.children import Trouble


class Command(BaseCommand):
    help = "Run everything on this machine, with a demo world, until Ctrl-C. PORT and RAPPORT_DATA choose where."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Only build the demo world anew (make demo).")
        parser.add_argument(
            "--prepare", action="store_true", help="Only migrate, fill an empty database, and collect static files."
        )
        parser.add_argument("--empty", action="store_true", help="Build no demo world in an empty database.")

    def handle(self, *args: str, demo: bool, prepare: bool, empty: bool, **options: object) -> None:
        if prepare:
            return self.prepare(empty)
        try:
            stack.demo(os.environ) if demo else stack.run(os.environ, empty=empty)
        except Trouble as trouble:
            sys.stdout.flush()
            sys.exit(str(trouble))

    def prepare(self, empty: bool) -> None:
        """Bring the database up to date; where nobody is in it yet, build the demo world unless told not to."""
        call_command("prepare", without_backup=True)
        belonging.adopt()  # the folder is ours, on whatever port
        if settings.STATIC_ROOT:
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        if settings.IS_LOCAL and not empty and not User.objects.exists():
            self.stdout.write("first start: building the demo world")
            try:
                call_command("demo", stdout=self.stdout)
            except Exception as error:
                self.stderr.write(f"the demo world could not be built: {error!r}")
