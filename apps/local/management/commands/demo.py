"""Build the demo world, once; with --fresh, from nothing."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.local import demo


class Command(BaseCommand):
    help = "Fill this computer’s Rapport with a demo world: people, conversations, every clock running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="Delete everything first, real people included.")

    def handle(self, *args: str, fresh: bool, **options: object) -> None:
        if not settings.IS_LOCAL:
            raise CommandError("The demo world is made up; it is only for a local trial (RAPPORT_LOCAL=1).")
        if fresh:
            demo.wipe()
        elif demo.is_built():
            self.stdout.write("The demo world is already there. `manage.py demo --fresh` builds it anew.")
        for name, count in demo.build(timezone.now()).items():
            self.stdout.write(f"{count:>7,}  {name}")
