"""Explain what is due to one person at a moment and what is not, why, and what becomes of it. It changes nothing."""

from argparse import ArgumentParser
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import User
from apps.clock import times
from apps.reminders.explain import Line, coming, explain, in_the_way, over, silent


class Command(BaseCommand):
    help = "Explain what is due to a person and what is not, why, and whether it would be mailed now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--person", required=True, help="their email address")
        parser.add_argument("--at", help="a moment like 2026-11-12T16:40; without a zone, on the person’s clock")

    def handle(self, *, person: str, at: str | None, **options: object) -> None:
        someone = User.objects.filter(email__iexact=person).first()
        if someone is None:
            raise CommandError(f"No one has the address {person}.")
        now = _moment(at, someone.zone) if at else timezone.now()
        self._say_plainly(f"{someone.called}, {times.when(now, zone=someone.zone)}")
        for words in in_the_way(someone):
            self._say_plainly(words)
        lines = explain(someone, now) + coming(someone, now)
        for line in lines:
            self._say(line, someone.zone)
        if not lines:
            self._say_plainly("Nothing is due, and nothing comes within a week as things stand.")

        self._say_what_is_not(someone, now)

    def _say_what_is_not(self, person: User, now: datetime) -> None:
        for title, key, why in over(person, now):
            self._say_plainly(f"\nno longer: {title}\n  key   {key}\n  why   {why}")
        self._say_plainly("\nnothing now from")
        for rule in silent(person, now):
            self._say_plainly(f"  {rule.name}: {rule.why}")

    def _say_plainly(self, words: str) -> None:
        self.stdout.write(times.plain(words))

    def _say(self, line: Line, zone: ZoneInfo) -> None:
        self._say_plainly(f"\n{'due' if line.is_due else 'not yet'}: {line.title}")
        self._say_plainly(f"  key   {line.key}")
        self._say_plainly(f"  since {times.when(line.due_at, zone=zone)} ({line.due_at:%Y-%m-%d %H:%M:%S} UTC)")
        self._say_plainly(f"  why   {line.rule}: {line.why}")
        if line.is_due:
            self._say_plainly(f"  mail  {line.mail}")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"Not a moment: {text}. Write it as 2026-11-12T16:40.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
