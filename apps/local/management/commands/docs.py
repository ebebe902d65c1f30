"""Write what the code itself can tell into docs/: whole pages, and the pictures of the architecture; or compare it."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.local.documents.access import access
from apps.local.documents.data_model import data_model
from apps.local.documents.lifecycle import lifecycle
from apps.local.documents.rooms import with_pictures

FOLDER = settings.BASE_DIR / "docs"


class Command(BaseCommand):
    help = "Write lifecycle.md, access.md, data-model.md and the pictures of architecture.md in docs/ from the code."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a page is out of date.")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        for name, text in pages().items():
            path = FOLDER / name
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                raise CommandError(f"docs/{name} doesn’t match the code. `make docs` writes it anew.")


def pages() -> dict[str, str]:
    """Return each page as the code tells it now; of the architecture only the pictures are drawn anew."""
    architecture = (FOLDER / "architecture.md").read_text()
    return {
        "lifecycle.md": lifecycle(),
        "access.md": access(),
        "data-model.md": data_model(),
        "architecture.md": with_pictures(architecture, settings.BASE_DIR / "apps"),
    }
