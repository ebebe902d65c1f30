"""Let somebody in again who lost their phone, their key and their recovery codes. For whoever runs the installation."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.sessions import end_all


class Command(BaseCommand):
    help = "Remove a person’s two-step verification and sign them out everywhere. First make sure who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: object, email: str, **options: object) -> None:
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"No one here has the address {email}.")
        Authenticator.objects.filter(user=person).delete()
        end_all(person)
        self.stdout.write(
            f"{person.name} has to sign in again, and to set up two-step verification if their role requires it."
        )
