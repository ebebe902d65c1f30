"""What the pages of practice with a friend show: to the student who invites, and to the friend who plays (R85, R86).

The friend reads the student's first name, the questions and the cues, and nothing else: no name of the person to come,
no reason beside a question, no note, no address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing import question_bank
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.practice import cues, progress
from apps.practice.cues import Card
from apps.practice.forms import FeedbackForm, FriendForm
from apps.practice.models import RUBRIC, Feedback, FriendPractice, Wish
from apps.practice.page import Part
from apps.practice.progress import Row, Rung

MOST_TALKS = 10
MOST_SHOWN = 20
USUAL_MINUTES = 20


@dataclass(frozen=True)
class Listed:
    """One practice with a friend on the list: is the link open, and is there something to read."""

    practice: FriendPractice
    is_open: bool
    feedback: Feedback | None


@dataclass(frozen=True)
class InvitePage:
    """The student's practices with friends, the form for another one, the way, and how it changed."""

    now: datetime
    form: FriendForm
    practices: list[Listed]
    ladder: list[Rung]
    over_time: list[Row]


def talks_to_practice(student: User, now: datetime) -> list[Interview]:
    """Return the conversations to come that have questions, and whose person is not private."""
    planned = QuestionPlan.objects.filter(questions__isnull=False).values("interview")
    talks = Interview.objects.coming(now).filter(student=student, contact__is_private=False, pk__in=planned)
    return list(talks.select_related("contact").order_by("starts_at", "pk")[:MOST_TALKS])


def invite_page(student: User, now: datetime, *, form: FriendForm) -> InvitePage:
    rows = FriendPractice.objects.visible_to(student).order_by("-made_at", "-pk")[:MOST_SHOWN]
    said = {one.with_friend_id: one for one in Feedback.objects.filter(with_friend__in=[row.pk for row in rows])}
    return InvitePage(
        now=now,
        form=form,
        practices=[Listed(row, row.is_open(now), said.get(row.pk)) for row in rows],
        ladder=progress.ladder(student, now),
        over_time=progress.over_time(student),
    )


@dataclass(frozen=True)
class Cue:
    """A question as the friend sees it, and what they could answer."""

    text: str
    answer: str
    is_must: bool


def questions_of(practice: FriendPractice) -> list[Cue]:
    """Return the questions of the plan; where there is none, those that a first plan begins with."""
    talk = practice.for_talk
    planned: Sequence[PlannedQuestion] = []
    if talk:
        planned = list(PlannedQuestion.objects.filter(plan__interview=talk).order_by("position", "pk"))
    if planned:
        return [Cue(one.text, cues.answer_to(one.theme), one.is_must) for one in planned]
    stage = practice.student.student_profile.stage
    first = question_bank.start(question_bank.offered([]), relation="", stage=stage)
    return [Cue(one.text, cues.answer_to(one.theme), False) for one in first]


@dataclass(frozen=True)
class FriendPage:
    """One practice with a friend, to the student: the link, what the friend sees, what they noticed."""

    practice: FriendPractice
    now: datetime
    is_open: bool
    url: str  # the link, as long as this session knows it
    mail: str  # the address of a mail to write, with the link in it
    plays: str
    questions: list[Cue]
    wishes: list[str]
    feedback: Feedback | None


def friend_page(practice: FriendPractice, now: datetime, *, url: str, mail: str) -> FriendPage:
    return FriendPage(
        practice=practice,
        now=now,
        is_open=practice.is_open(now),
        url=url,
        mail=mail,
        plays=practice.plays or "Someone whose work interests you",
        questions=questions_of(practice),
        wishes=wishes_of(practice),
        feedback=Feedback.objects.filter(with_friend=practice).first(),
    )


def wishes_of(practice: FriendPractice) -> list[str]:
    return [str(Wish(wish).label) for wish in practice.wishes if wish in Wish.values]


TO_FRIEND: dict[str, str] = {  # what the student wants to practice, as somebody else says it
    Wish.INTRODUCTION: "the introduction",
    Wish.FOLLOW_UP: "asking a follow-up question",
    Wish.ENDING: "ending on time",
}


@dataclass(frozen=True)
class PlayPage:
    """The friend's page: whom they play, the cues, the questions, and what they noticed."""

    practice: FriendPractice
    first: str  # the student's
    plays: str
    minutes: int
    cards: list[Card]
    questions: list[Cue]
    closing: list[str]
    wishes: list[str]
    form: FeedbackForm
    parts: list[Part]
    feedback: Feedback


def play_page(practice: FriendPractice, *, form: FeedbackForm) -> PlayPage:
    talk, first = practice.for_talk, practice.student.first_name
    minutes = talk.minutes if talk else USUAL_MINUTES
    return PlayPage(
        practice=practice,
        first=first,
        plays=practice.plays or f"someone whose work interests {first}",
        minutes=minutes,
        cards=cues.cards(first, minutes),
        questions=questions_of(practice),
        closing=[one.text for one in question_bank.closing()],
        wishes=[TO_FRIEND[wish] for wish in practice.wishes if wish in TO_FRIEND],
        form=form,
        parts=[Part(name, means, form[key], form[f"{key}_said"]) for key, (name, means) in RUBRIC.items()],
        feedback=form.instance,
    )
