"""docs/lifecycle.md: the legal moves of a request and of a conversation, drawn and as tables."""

from collections.abc import Collection

from apps.interviews.lifecycle.moves import (
    INTERVIEW_MOVES,
    REQUEST_MOVES,
    InterviewStatus,
    Moves,
    RequestStatus,
    Status,
)

HEAD = """# The lives of a request and of a conversation

Made by `make docs` from `apps/interviews/lifecycle/moves.py`; do not edit it by hand (`make check` compares).
`acts.py` beside it moves by these tables, the buttons of the pages ask them, and a trigger in the database refuses
every other change of a status.
"""


def lifecycle() -> str:
    """Return the page."""
    requests = _section("A request", RequestStatus, REQUEST_MOVES, begins=RequestStatus.DRAFT)
    interviews = _section("A conversation", InterviewStatus, INTERVIEW_MOVES, begins=InterviewStatus.SCHEDULED)
    return "\n".join([HEAD, requests, interviews])


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
