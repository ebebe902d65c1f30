"""`manage.py lifecycle`: draw docs/lifecycle.md from the tables of lifecycle.py; `--check` says whether it is fresh."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.interviews.lifecycle import INTERVIEW_MOVES, REQUEST_MOVES, InterviewStatus, RequestStatus

PAGE = settings.BASE_DIR / "docs" / "lifecycle.md"
INTRODUCTION = """# The lives of a request and of a conversation

Made by `manage.py lifecycle` from `apps/interviews/lifecycle.py`; do not edit it by hand (`make check` compares).
`actions/moves.py` moves by these tables, the buttons of the pages ask them, and a trigger in the database refuses
every other change of a status.
"""


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from the tables of legal moves, or compare it with them."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Fail if the page is not as the tables say.")

    def handle(self, *, check, **options):
        text = page()
        if not check:
            PAGE.write_text(text)
            self.stdout.write(f"Wrote {PAGE.relative_to(settings.BASE_DIR)}.")
        elif not PAGE.exists() or PAGE.read_text() != text:
            raise CommandError("docs/lifecycle.md is not as the tables say. Run `manage.py lifecycle`.")


def page():
    requests = section("A request", RequestStatus, REQUEST_MOVES, begins=RequestStatus.DRAFT)
    interviews = section("A conversation", InterviewStatus, INTERVIEW_MOVES, begins=InterviewStatus.SCHEDULED)
    return "\n".join([INTRODUCTION, requests, interviews])


def section(title, statuses, moves, *, begins):
    return "\n".join([f"## {title}", "", diagram(statuses, moves, begins), "", table(moves), ""])


def diagram(statuses, moves, begins):
    """Return a mermaid state diagram, one arrow for each legal move."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {begins}"]
    lines += [f"    {status.value}: {status.label}" for status in statuses]
    lines += [
        f"    {was} --> {to}: {event}" for event, (froms, to, _) in moves.items() for was in ordered(froms, statuses)
    ]
    return "\n".join([*lines, "```"])


def table(moves):
    """Return the same as a table, with who may."""
    rows = [
        f"| `{event}` | {', '.join(str(was.label) for was in ordered(froms, type(to)))} | {to.label} | "
        f"{', '.join(sorted(actors))} |"
        for event, (froms, to, actors) in moves.items()
    ]
    return "\n".join(["| event | from | to | by |", "| --- | --- | --- | --- |", *rows])


def ordered(found, statuses):
    return [status for status in statuses if status in found]
