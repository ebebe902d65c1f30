"""Bring an advancement office's export into the directory from the command line."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.alumni import import_runs, imports
from apps.tables.headers import chosen_columns
from apps.web.answers import Refused

SHOWN = 20


class Command(BaseCommand):
    help = "Read an advancement office's export (CSV or spreadsheet); with --dry-run only say what would happen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Write nothing.")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help="Read a field from this column."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object a row, and nothing else.")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: Any) -> None:
        as_json = bool(options["json"])
        chosen = chosen_columns(options["column"])
        reading = imports.read(self._bytes(file), now=timezone.now(), chosen=chosen)
        if reading.problems:
            raise CommandError(" ".join(reading.problems))
        plan = imports.check(reading, with_fields=as_json) if dry_run else self._apply(reading, file.name, as_json)
        if as_json:
            self._print(plan)
        else:
            self._say(plan, reading, dry_run)

    def _bytes(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _apply(self, reading: imports.Reading, file_name: str, as_json: bool) -> imports.Plan:
        now = timezone.now()
        try:
            plan = imports.apply(reading, by=None, now=now, with_fields=as_json)
        except Refused as error:
            raise CommandError(str(error)) from error
        import_runs.remember(plan, reading, file_name=file_name, now=now)
        return plan

    def _print(self, plan: imports.Plan) -> None:
        for verdict in plan.verdicts:
            row = {
                "number": verdict.number,
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "remarks": verdict.notes,
                "external_id": verdict.external_id,
                "name": verdict.name,
                "listing": str(verdict.listing),
                "fields": verdict.fields,
            }
            self.stdout.write(json.dumps(row, ensure_ascii=False))

    def _say(self, plan: imports.Plan, reading: imports.Reading, dry_run: bool) -> None:
        for remark in reading.remarks:
            self.stdout.write(remark)
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
