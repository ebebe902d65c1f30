"""Bring an advancement office's export into the directory from the command line."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.alumni import import_runs, imports
from apps.web.answers import Refused

SHOWN = 20


class Command(BaseCommand):
    help = "Read an advancement office's CSV export into the directory; with --dry-run only say what would happen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Write nothing.")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: object) -> None:
        reading = imports.read(self._bytes(file), now=timezone.now())
        if reading.problems:
            raise CommandError(" ".join(reading.problems))
        plan = imports.check(reading) if dry_run else self._apply(reading, file.name)
        self._say(plan, dry_run)

    def _bytes(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _apply(self, reading: imports.Reading, file_name: str) -> imports.Plan:
        now = timezone.now()
        try:
            plan = imports.apply(reading, by=None, now=now)
        except Refused as error:
            raise CommandError(str(error)) from error
        import_runs.remember(plan, reading, file_name=file_name, now=now)
        return plan

    def _say(self, plan: imports.Plan, dry_run: bool) -> None:
        for name, count in plan.counts.items():
            self.stdout.write(f"{count:>8,}  {name.replace('_', ' ')}")
        telling = [verdict for verdict in plan.verdicts if verdict.reason or verdict.notes]
        for verdict in telling[:SHOWN]:
            remark = " ".join([verdict.reason, *verdict.notes]).strip()
            self.stdout.write(
                f"row {verdict.number}, {verdict.external_id} {verdict.name}: {verdict.outcome}. {remark}"
            )
        if len(telling) > SHOWN:
            self.stdout.write(f"and {len(telling) - SHOWN:,} more rows with a remark")
        if dry_run:
            self.stdout.write("Nothing was written.")
