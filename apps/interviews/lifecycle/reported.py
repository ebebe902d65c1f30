"""What somebody has told the office about a request, to be said on its pages; reports are rows of an app above."""

from datetime import datetime
from typing import Protocol, cast

from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest


class Reported(Protocol):
    """What is asked here of a report."""

    @property
    def created_at(self) -> datetime: ...

    @property
    def outcome(self) -> str: ...

    @property
    def handled_at(self) -> datetime | None: ...


def by(person: User, asked: InterviewRequest | None) -> Reported | None:
    """Return the last report of a request by this person, whatever became of it; None where they made none."""
    if asked is None:
        return None
    return cast("Reported | None", asked.reports.filter(reporter=person).order_by("-created_at", "-pk").first())
