"""Write the pages of docs/ that the code itself can tell, lifecycle.md and access.md; with --check, compare them."""

from collections.abc import Callable, Collection, Iterator
from operator import itemgetter

from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.middleware import THEIRS
from apps.interviews.lifecycle import INTERVIEW_MOVES, REQUEST_MOVES, InterviewStatus, Moves, RequestStatus, Status

FOLDER = settings.BASE_DIR / "docs"
DOORS = {
    "public": "everybody",
    "signed_in": "everybody who is signed in, for their own rows",
    "theirs": "django-allauth decides",
}
LIFECYCLE = """# The lives of a request and of a conversation

Made by `make docs` from `apps/interviews/lifecycle.py`; do not edit it by hand (`make check` compares).
`actions/moves.py` moves by these tables, the buttons of the pages ask them, and a trigger in the database refuses
every other change of a status.
"""
ACCESS = """# Who may open which address

Made by `make docs` from the doors of the views; do not edit it by hand (`make check` compares). What a permission
means stands in `apps/accounts/access.py`; `tests/test_access.py` walks every address as every person. A row that is
not there and a row that one may not see look alike: 404.

| address | opens for |
| --- | --- |
"""


class Command(BaseCommand):
    help = "Write docs/lifecycle.md and docs/access.md from the code."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a page is out of date.")

    def handle(self, *args: str, check: bool, **options: object) -> None:
        for name, text in {"lifecycle.md": lifecycle(), "access.md": access()}.items():
            path = FOLDER / name
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                raise CommandError(f"docs/{name} is not as the code says. `make docs` writes it anew.")


# --- docs/lifecycle.md ------------------------------------------------------------------------------------------------


def lifecycle() -> str:
    requests = _section("A request", RequestStatus, REQUEST_MOVES, begins=RequestStatus.DRAFT)
    interviews = _section("A conversation", InterviewStatus, INTERVIEW_MOVES, begins=InterviewStatus.SCHEDULED)
    return "\n".join([LIFECYCLE, requests, interviews])


def _section(title: str, statuses: type[Status], moves: Moves, *, begins: Status) -> str:
    return "\n".join([f"## {title}", "", _diagram(statuses, moves, begins), "", _table(statuses, moves), ""])


def _diagram(statuses: type[Status], moves: Moves, begins: Status) -> str:
    """Return a mermaid state diagram, one arrow for each legal move."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {begins}"]
    lines += [f"    {status.value}: {status.label}" for status in statuses]
    lines += [
        f"    {was} --> {to}: {event}" for event, (froms, to, _) in moves.items() for was in _ordered(froms, statuses)
    ]
    return "\n".join([*lines, "```"])


def _table(statuses: type[Status], moves: Moves) -> str:
    """Return the same as a table, with who may."""
    rows = [
        f"| `{event}` | {', '.join(str(was.label) for was in _ordered(froms, statuses))} | {to.label} | "
        f"{', '.join(sorted(actors))} |"
        for event, (froms, to, actors) in moves.items()
    ]
    return "\n".join(["| event | from | to | by |", "| --- | --- | --- | --- |", *rows])


def _ordered(chosen: Collection[Status], statuses: type[Status]) -> list[Status]:
    return [status for status in statuses if status in chosen]


# --- docs/access.md ---------------------------------------------------------------------------------------------------


def access() -> str:
    views = sorted(_views(get_resolver()), key=itemgetter(0))
    return ACCESS + "".join(f"| `{_plain(address)}` | {_door(view)} |\n" for address, view in views)


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield (address, view) of every address but those of the local stack, which no installation has."""
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _views(pattern, address)
        elif not pattern.callback.__module__.startswith("apps.local."):
            yield address, pattern.callback


def _plain(address: str) -> str:
    """Return an address without the signs of a regular expression."""
    return simplify_regex(address) if "^" in address else f"/{address}"


def _door(view: Callable[..., object]) -> str:
    door = "theirs" if view.__module__.startswith(THEIRS) else getattr(view, "door", "nobody: it has no door")
    if door.startswith("link:"):
        return f"the holder of a mailed link for `{door.removeprefix('link:')}`"
    return DOORS.get(door, f"`{door}`")
