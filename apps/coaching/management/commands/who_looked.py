"""Say who was shown what of one student (docs/operations.md, “Who looked”)."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import User
from apps.students.models import Disclosure


class Command(BaseCommand):
    help = "Say who was shown what of one student, the newest first: what the student reads in Rapport."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("student", help="the email address they sign in with")
        parser.add_argument("--most", type=int, help="how many lines at most (all of them)")

    def handle(self, *args: str, student: str, most: int | None, **options: object) -> None:
        person = User.objects.filter(email__iexact=student.strip()).first()
        if person is None:
            raise CommandError(f"No one has the address {student}.")
        looks = Disclosure.objects.filter(student=person).order_by("-at", "-pk")
        if not looks.exists():
            self.stdout.write(f"No one was shown anything of {person.called}.")
        for look in looks[:most].iterator():
            self.stdout.write(f"{look.at.isoformat(timespec='seconds')}  {look.viewer_name}  {look.what}")
