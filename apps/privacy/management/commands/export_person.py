"""Write everything of one person to a zip file (docs/operations.md, “A person’s data”)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.models import User
from apps.privacy import export


class Command(BaseCommand):
    help = "Write everything that Rapport holds of one person to a zip file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the email address they sign in with")
        parser.add_argument("to", metavar="FILE", type=Path, help="the zip file to write; it must not exist yet")

    def handle(self, *args: str, address: str, to: Path, **options: object) -> None:
        person = User.objects.filter(email__iexact=address.strip()).first()
        if person is None:
            raise CommandError(f"No one has the address {address}.")
        try:
            with to.open("xb") as zipped:
                to.chmod(0o600)
                counts = export.write(person, zipped, now=timezone.now())
        except FileExistsError as error:
            raise CommandError(f"{to} is there already. Name another file.") from error
        except OSError as error:
            raise CommandError(f"{to} can’t be written: {error.strerror}.") from error
        self.stdout.write(f"{sum(counts.values())} rows of {len(counts)} tables in {to}")
