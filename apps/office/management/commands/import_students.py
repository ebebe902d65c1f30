"""Bring the registrar's file in from the command line, with the verdicts of the office's page."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.office import people, student_file
from apps.tables.headers import chosen_columns
from apps.tables.records import Unreadable
from apps.web.answers import Refused

SHOWN = 20
MOST_BYTES = 32 * 1024 * 1024


class Command(BaseCommand):
    help = "Import students from the registrar’s CSV file or spreadsheet. With --dry-run, only preview them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Save nothing.")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help="Read a field from this column."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object per row, and nothing else.")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: Any) -> None:
        students = self._read(file, chosen_columns(options["column"]))
        verdicts = people.judge(students.rows, now=timezone.now())
        said = [people.told(verdict) for verdict in verdicts] if options["json"] else []
        if not dry_run:
            self._bring_in(verdicts)
        if options["json"]:
            for row in said:
                self.stdout.write(json.dumps(row, ensure_ascii=False))
        else:
            self._say(students, verdicts, dry_run)

    def _read(self, file: Path, chosen: dict[str, str]) -> student_file.StudentFile:
        try:
            return student_file.read(file.read_bytes(), most_bytes=MOST_BYTES, chosen=chosen)
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error
        except Unreadable as problem:
            raise CommandError(str(problem)) from problem

    def _bring_in(self, verdicts: list[people.Verdict]) -> None:
        try:
            people.bring_in(verdicts, by=None, now=timezone.now())
        except Refused as error:
            raise CommandError(str(error)) from error

    def _say(self, students: student_file.StudentFile, verdicts: list[people.Verdict], dry_run: bool) -> None:
        for remark in [*people.held_off(verdicts), *students.remarks]:
            self.stdout.write(remark)
        for outcome, _, count in people.tally(verdicts):
            self.stdout.write(f"{count:>8,}  {outcome}")
        telling = [verdict for verdict in verdicts if verdict.why]
        for verdict in telling[:SHOWN]:
            self.stdout.write(f"row {verdict.number}, {verdict.name} {verdict.email}: {verdict.outcome}. {verdict.why}")
        if len(telling) > SHOWN:
            self.stdout.write(f"and {len(telling) - SHOWN:,} more rows with notes")
        if dry_run:
            self.stdout.write("Nothing was saved.")
