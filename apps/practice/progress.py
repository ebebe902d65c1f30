"""How a student's practice changes: the parts of the rubric over time, and the way from a friend to somebody new (R86).

Only the student reads it: what a friend noticed is nobody else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.fetch_modes import FETCH_RAISE
from django.urls import reverse

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.network.models import Relation
from apps.practice.models import LEVELS, RUBRIC, Feedback, Practice, Status

COMPARED = 5
WARM = (Relation.FAMILY, Relation.FRIEND, Relation.PROFESSOR, Relation.WORK, Relation.COACH, Relation.REFERRED)


@dataclass(frozen=True)
class Mark:
    """What one practice had for one part: when, with whom, the level in words."""

    at: datetime
    who: str
    level: str
    is_good: bool


@dataclass(frozen=True)
class Row:
    """One part of the rubric over time, the earliest first, and what became of it in a word."""

    name: str
    marks: list[Mark]
    change: str


def over_time(student: User) -> list[Row]:
    """Return each part that was judged twice or more in the latest practices, with coaches and with friends."""
    own = Q(practice__student=student) | Q(with_friend__student=student)
    rows = Feedback.objects.filter(own, shared_at__isnull=False).select_related("practice__coach", "with_friend")
    latest = sorted(rows.fetch_mode(FETCH_RAISE).order_by("-shared_at", "-pk")[:COMPARED], key=_at)
    lines = ((name, _judged(latest, key)) for key, (name, _) in RUBRIC.items())
    return [
        Row(name, [Mark(_at(one), _who(one), LEVELS[level], level > 2) for one, level in found], _change(found))
        for name, found in lines
        if len(found) > 1
    ]


def _judged(rows: Sequence[Feedback], key: str) -> list[tuple[Feedback, int]]:
    """Return those rows that judged one part, each with its level."""
    return [(one, level) for one in rows if (level := getattr(one, key))]


def _at(feedback: Feedback) -> datetime:
    """Return when the two practiced; with a friend nobody says so, and it is when they wrote."""
    when = feedback.practice.starts_at if feedback.practice else feedback.shared_at
    if when is None:
        raise ValueError(f"{feedback} is not shared.")
    return when


def _who(feedback: Feedback) -> str:
    if feedback.practice:
        return feedback.practice.coach.first_name
    return feedback.with_friend.name if feedback.with_friend else ""


def _change(found: Sequence[tuple[Feedback, int]]) -> str:
    first, last = found[0][1], found[-1][1]
    return "Stronger" if last > first else "Weaker this time" if last < first else "The same"


@dataclass(frozen=True)
class Rung:
    """One step of the way: what it is, whether it is behind the student, and how it begins if it comes next."""

    title: str
    text: str
    action: str
    url: str
    is_done: bool
    is_next: bool


def ladder(student: User, now: datetime) -> list[Rung]:
    """Return the way from a friend to somebody new; next is the first that the student has not done."""
    profile = student.student_profile
    coach = profile.coach.first_name if profile.coach else "A coach"
    talked = list(
        Interview.objects.filter(student=student, status=InterviewStatus.COMPLETED)
        .order_by("pk")
        .values_list("contact__relation", flat=True)
    )
    given = Feedback.objects.filter(shared_at__isnull=False)
    is_done = [
        given.filter(with_friend__student=student).exists(),
        Practice.objects.filter(student=student, status=Status.BOOKED, ends_at__lte=now).exists(),
        any(relation in WARM for relation in talked),
        any(relation not in WARM for relation in talked),
    ]
    titles = ("A friend", "Your coach", "Someone you know, or someone a friend suggests", "Someone new")
    texts = (
        "10 minutes with someone you trust.",
        f"{coach} plays the person, then tells you what worked.",
        "You have something in common to start from.",
        "An alum you found yourself. By then you’ve done this before.",
    )
    actions = ("Invite a friend", "Choose a time", "Open your network", "Find people")
    urls = [reverse(name) for name in ("practice_friend", "practice_book", "network", "people")]
    following = is_done.index(False) if False in is_done else None
    steps = enumerate(zip(titles, texts, actions, urls, is_done, strict=True))
    return [Rung(*step, is_next=place == following) for place, step in steps]
