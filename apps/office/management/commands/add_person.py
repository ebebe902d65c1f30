"""Add a person, or give a role to one who is there. The first office person of an installation comes in this way."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.accounts import erased
from apps.accounts.models import Role, User
from apps.accounts.roles import give
from apps.web.addresses import sendable


class Command(BaseCommand):
    help = "Add a person who can sign in: add_person EMAIL NAME --role office"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, required=True)

    def handle(self, *args: object, email: str, name: str, role: str, **options: object) -> None:
        try:
            address = sendable(email).lower()
        except ValidationError as error:
            why = "" if error.code == "invalid" else f" {' '.join(error.messages)}"
            raise CommandError(f"{email} isn’t an email address.{why}") from None
        with transaction.atomic():
            user = User.objects.filter(email=address).first() or User.objects.create_user(address, name=name)
            erased.come_back("address", address)
            give(user, role)
        self.stdout.write(
            f"{user.name} <{user.email}> can sign in with a code sent by email. Roles: {', '.join(user.roles)}."
        )
