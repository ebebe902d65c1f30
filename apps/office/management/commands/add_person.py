"""Add a person, or give a role to one who is there. The first office person of an installation comes in this way."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from apps.accounts.models import Role, User
from apps.accounts.roles import give


class Command(BaseCommand):
    help = "Add a person who may sign in: add_person EMAIL NAME --role office"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, required=True)

    def handle(self, *args: object, email: str, name: str, role: str, **options: object) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        with transaction.atomic():
            user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, name=name)
            give(user, role)
        self.stdout.write(
            f"{user.name} <{user.email}> may sign in, with a code by e-mail. Roles: {', '.join(user.roles)}."
        )
