"""What the page of a text says of sharing it: with whom, whether it waits, how many comments are open."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview
from apps.interviews.sharing.away import away_now
from apps.interviews.sharing.models import Away, Kind, SharedText

OPEN = Q(reviews__comments__is_done=False) & ~Q(reviews__verdict="waiting")


@dataclass(frozen=True)
class Sharing:
    """`text` is None where it never was shared."""

    kind: Kind
    coach: User | None
    text: SharedText | None
    is_shared: bool
    away: Away | None  # the days on which the coach reads nothing
    is_waiting: bool
    comments: int


def sharing_of(interview: Interview, kind: Kind, now: datetime) -> Sharing:
    """Return it for the thank-you note or the questions of a conversation."""
    coach = interview.student.student_profile.coach
    rows = SharedText.objects.filter(interview=interview, kind=kind).annotate(
        waiting=Count("reviews", filter=Q(reviews__verdict="waiting")), comments=Count("reviews__comments", filter=OPEN)
    )
    text = rows.first()
    is_shared = text is not None and coach is not None and text.shared_with_id == coach.pk
    return Sharing(
        kind,
        coach,
        text,
        is_shared,
        away_now(coach, now),
        bool(is_shared and text and text.waiting),
        text.comments if text else 0,
    )
