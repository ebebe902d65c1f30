"""Delete one person now, without the seven days (docs/operations.md, “A person’s data”)."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.privacy import erasures
from apps.web.answers import Refused


class Command(BaseCommand):
    help = "Delete one person now: what they wrote and what names them. There is no way back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the email address they sign in with")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: str, address: str, yes: bool, **options: object) -> None:
        person = User.objects.filter(email__iexact=address.strip()).first()
        if person is None:
            raise CommandError(f"No one has the address {address}.")
        for sentence in erasures.foreseen(person, timezone.now()):
            self.stdout.write(sentence)
        if not yes and input(f"Delete {person.called}? Type the address again: ").strip() != address.strip():
            raise CommandError("Nothing was deleted.")
        try:
            erasures.at_once(person, now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Deleted. Backups still hold the data until they expire; see docs/operations.md.")
