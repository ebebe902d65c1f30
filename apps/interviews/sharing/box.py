"""What the page of a text says of sharing it: with whom, whether it waits, how many comments are open."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview
from apps.interviews.sharing.away import reader_of, stand_in_of
from apps.interviews.sharing.models import Away, Kind, SharedText

WAITING = Q(reviews__verdict="waiting")
OPEN = Q(reviews__comments__is_done=False) & ~WAITING


@dataclass(frozen=True)
class Sharing:
    """`text` is None where it never was shared."""

    url: str  # where it is asked, and shared no longer
    interview: Interview | None  # None: of the introduction
    coach: User | None
    text: SharedText | None
    is_shared: bool
    away: Away | None  # the days on which the coach reads nothing
    stand_in: User | None  # who could comment meanwhile, if the student asks them
    is_waiting: bool
    is_with_stand_in: bool
    comments: int


def sharing_of(interview: Interview, kind: Kind, now: datetime) -> Sharing:
    """Return it for the thank-you note or the questions of a conversation."""
    url = reverse("text_share", args=[interview.pk, kind])
    return _sharing(SharedText.objects.filter(interview=interview, kind=kind), interview.student, interview, url, now)


def sharing_of_introduction(student: User, now: datetime) -> Sharing:
    """Return it for a student's introduction."""
    rows = SharedText.objects.filter(student=student, kind=Kind.INTRODUCTION)
    return _sharing(rows, student, None, reverse("introduction_share"), now)


def _sharing(
    rows: QuerySet[SharedText], student: User, interview: Interview | None, url: str, now: datetime
) -> Sharing:
    coach, reader = student.student_profile.coach, reader_of(student, now)
    rows = rows.annotate(
        waiting=Max("reviews__coach", filter=WAITING), comments=Count("reviews__comments", filter=OPEN)
    )
    text = rows.first()
    stand_in = stand_in_of(coach, reader)
    is_shared = text is not None and coach is not None and text.shared_with_id == coach.pk
    return Sharing(
        url,
        interview,
        coach,
        text,
        is_shared,
        reader.away or reader.days,
        stand_in,
        bool(is_shared and text and text.waiting),
        bool(stand_in and is_shared and text and text.waiting == stand_in.pk),
        text.comments if text else 0,
    )
