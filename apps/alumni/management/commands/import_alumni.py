"""Bring an advancement office's export into the directory from the command line."""

import gc
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.alumni import import_reading, import_runs, import_verdicts, imports
from apps.tables.headers import chosen_columns
from apps.web.answers import Refused

SHOWN = 20


class Command(BaseCommand):
    requires_system_checks = ()  # of settings and pages, which take as long as reading thousands of rows
    help = "Import alumni from the advancement office’s CSV file or spreadsheet. With --dry-run, only preview them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help="Read a field from this column."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object per row, and nothing else.")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: Any) -> None:
        gc.disable()  # a row has no cycles; else all that is held is looked through anew for every few thousand rows
        try:
            self._import(file, dry_run, chosen_columns(options["column"]), as_json=bool(options["json"]))
        finally:
            gc.enable()

    def _import(self, file: Path, dry_run: bool, chosen: dict[str, str], *, as_json: bool) -> None:
        reading = import_reading.read(self._bytes(file), now=timezone.now(), chosen=chosen)
        if reading.problems:
            raise CommandError(" ".join(reading.problems))
        with TemporaryFile("w+", encoding="utf-8") as told:  # until it is so: whoever reads it takes it for done
            tell = partial(_tell, told) if as_json else None
            if dry_run:
                plan = imports.check(reading, with_fields=as_json, tell=tell)
            else:
                plan = self._apply(reading, file.name, tell)
            told.seek(0)
            for line in told:
                self.stdout.write(line, ending="")
        if not as_json:
            self._say(plan, reading, dry_run)

    def _bytes(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error

    def _apply(
        self, reading: import_reading.Reading, file_name: str, tell: Callable[[import_verdicts.Verdict], None] | None
    ) -> imports.Plan:
        now = timezone.now()
        try:
            with transaction.atomic():
                plan = imports.apply(reading, by=None, now=now, with_fields=tell is not None, tell=tell)
                import_runs.remember(plan, reading, file_name=file_name, now=now)
        except Refused as error:
            raise CommandError(str(error)) from error
        return plan

    def _say(self, plan: imports.Plan, reading: import_reading.Reading, dry_run: bool) -> None:
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
            self.stdout.write(f"and {len(telling) - SHOWN:,} more rows with notes")
        if dry_run:
            self.stdout.write("Nothing was saved.")


def _tell(file: TextIO, verdict: import_verdicts.Verdict) -> None:
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
    file.write(f"{json.dumps(row, ensure_ascii=False)}\n")
