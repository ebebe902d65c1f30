"""Bring people into one student's network from a file, with the verdicts of the student's page."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.network import contact_file, contact_imports
from apps.network.contact_imports import Verdict
from apps.network.models import Relation
from apps.tables.headers import chosen_columns
from apps.tables.models import MatchedColumns
from apps.tables.records import Unreadable
from apps.web.addresses import folded
from apps.web.answers import Refused

SHOWN = 20


class Command(BaseCommand):
    help = "Read a file of people (LinkedIn, Google, Outlook, vCards, any table) into the network of a student."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--student", required=True, metavar="EMAIL", help="Whose network it is.")
        parser.add_argument("--dry-run", action="store_true", help="Write nothing.")
        parser.add_argument("--relation", choices=Relation.values, help="How the student knows them.")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help="Read a field from this column."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object a row, and nothing else.")

    def handle(self, *args: object, file: Path, student: str, dry_run: bool, **options: Any) -> None:
        person = User.objects.holding(Role.STUDENT).filter(email=folded(student)).first()
        if person is None:
            raise CommandError(f"No student has the email {student}.")
        read = self._read(file, person, chosen_columns(options["column"]))
        relation = options["relation"] or contact_imports.usual_relation(read.origin)
        if dry_run:
            verdicts = contact_imports.judge(read.people, student=person)
        else:
            verdicts = self._bring_in(read, file, person, relation)
        if options["json"]:
            for verdict in verdicts:
                self.stdout.write(json.dumps(contact_imports.told(verdict, relation=relation), ensure_ascii=False))
        else:
            self._say(read.remarks, verdicts, dry_run)

    def _read(self, file: Path, student: User, chosen: dict[str, str]) -> contact_file.ContactFile:
        try:
            data = file.read_bytes()
            shape = contact_file.shape(data)
            chosen = chosen or MatchedColumns.objects.chosen("contacts", shape, owner=student)
            read = contact_file.read(data, chosen=chosen)
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error
        except Unreadable as problem:
            raise CommandError(str(problem)) from problem
        if read.problem:
            raise CommandError(read.problem)
        return read

    def _bring_in(self, read: contact_file.ContactFile, file: Path, person: User, relation: str) -> list[Verdict]:
        try:
            return contact_imports.bring_in_all(
                read, file_name=file.name, student=person, relation=relation, now=timezone.now()
            )[0]
        except Refused as error:
            raise CommandError(str(error)) from error

    def _say(self, remarks: list[str], verdicts: list[Verdict], dry_run: bool) -> None:
        for remark in remarks:
            self.stdout.write(remark)
        for outcome, count in contact_imports.tally(verdicts).items():
            self.stdout.write(f"{count:>8,}  {contact_imports.TOLD[outcome]}")
        telling = [verdict for verdict in verdicts if verdict.reason or verdict.person.remarks]
        for verdict in telling[:SHOWN]:
            remark = " ".join(filter(None, [verdict.reason, *verdict.person.remarks]))
            said = contact_imports.TOLD[verdict.outcome]
            self.stdout.write(f"row {verdict.number}, {verdict.person.name}: {said}. {remark}")
        if len(telling) > SHOWN:
            self.stdout.write(f"and {len(telling) - SHOWN:,} more rows with a remark")
        if dry_run:
            self.stdout.write("Nothing was written.")
