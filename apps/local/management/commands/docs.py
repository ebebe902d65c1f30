"""Write the pages of docs/ that the code itself can tell, lifecycle.md and access.md; with --check, compare them."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import URLPattern, get_resolver

from apps.accounts.middleware import THEIRS
from apps.interviews.lifecycle import INTERVIEW_MOVES, REQUEST_MOVES, InterviewStatus, RequestStatus

DOORS = {
    "public": "everybody",
    "signed_in": "everybody who is signed in, for their own rows",
    "theirs": "django-allauth decides",
}


class Command(BaseCommand):
    help = "Write docs/lifecycle.md and docs/access.md from the code."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a page is out of date.")

    def handle(self, *args, check, **options):
        pages = {"lifecycle.md": lifecycle(), "access.md": access()}
        for name, text in pages.items():
            path = settings.BASE_DIR / "docs" / name
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                raise CommandError(f"docs/{name} is out of date. `make docs` writes it anew.")


# --- docs/lifecycle.md ------------------------------------------------------------------------------------------------


def lifecycle():
    parts = [
        "# The lifecycle\n",
        "Written by `make docs` from `apps/interviews/lifecycle.py`; the database refuses every other move.\n",
        _diagram("Request", RequestStatus, REQUEST_MOVES),
        _diagram("Interview", InterviewStatus, INTERVIEW_MOVES),
    ]
    return "\n".join(parts)


def _diagram(name, statuses, moves):
    """Return one table of moves as a state diagram and as a table."""
    arrows, rows = [], []
    for event, (froms, to, by) in moves.items():
        ordered = [status for status in statuses if status in froms]
        arrows += [f"    {status} --> {to}: {event}" for status in ordered]
        rows.append(f"| {event} | {', '.join(ordered)} | {to} | {', '.join(sorted(by))} |")
    begin = f"    [*] --> {next(iter(statuses))}"
    labels = [f"    {status} : {status.label}" for status in statuses]
    return "\n".join(
        [
            *(f"## {name}\n", "```mermaid", "stateDiagram-v2", *labels, begin, *arrows, "```\n"),
            *("| event | from | to | by |", "|---|---|---|---|", *rows, ""),
        ]
    )


# --- docs/access.md ---------------------------------------------------------------------------------------------------


def access():
    rows = [f"| `/{address}` | {_door(view)} |" for address, view in sorted(_views(get_resolver()), key=_address)]
    return (
        "# Who may open which address\n\n"
        "Written by `make docs` from the doors of the views. `apps/accounts/access.py` says what each permission\n"
        "means; `tests/test_access.py` walks every address as every person.\n\n"
        "| address | opens for |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def _views(resolver, prefix=""):
    """Yield (address, view) of every address but those of the local stack, which no installation has."""
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _views(pattern, address)
        elif not pattern.callback.__module__.startswith("apps.local."):
            yield address, pattern.callback


def _address(found):
    return found[0]


def _door(view):
    door = "theirs" if view.__module__.startswith(THEIRS) else getattr(view, "door", "nobody: it has no door")
    if door.startswith("link:"):
        return f"the holder of a mailed link for `{door.removeprefix('link:')}`"
    return DOORS.get(door, f"`{door}`")
