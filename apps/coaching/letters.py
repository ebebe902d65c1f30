"""A short letter of a coach to a student: the words to begin with, and how often it may be sent.

The coach changes the words and sends them in their own name; nothing leaves by itself (sending.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.coaching.models import NUDGES, Kind, SharedNote

ONCE_IN = timedelta(days=7)
A_NUDGE = "nudge"


@dataclass(frozen=True)
class Letter:
    """One kind of letter: what the page is called, its subject, and the words to begin with, between both names."""

    kind: Kind
    title: str
    subject: str
    words: str
    label: str  # among others to choose from
    variant: str = ""  # one of several wordings of the kind

    @property
    def key(self) -> str:
        """The wording, as a form and an address call it."""
        return self.variant or self.kind.value

    def text(self, student: User, coach: User) -> str:
        return whole(self.body(coach), student, coach)

    def body(self, coach: User) -> str:
        """The words without greeting and name: what goes to several students."""
        return self.words.format(coach=coach.first_name)


def whole(body: str, student: User, coach: User) -> str:
    return f"Dear {student.first_name},\n\n{body.strip()}\n\n{coach.first_name}"


LETTERS = {
    Kind.THANK: Letter(
        Kind.THANK,
        "Nudge",
        "Your thank-you note",
        "You had a conversation, and your thank-you note hasn’t been sent yet. Three sentences are enough: what you "
        "learned, what you’ll do with it, and thank you. Late is far better than never. If something is holding you "
        "up, reply to this email.",
        "A thank-you is overdue",
    ),
    Kind.OFFER: Letter(
        Kind.OFFER,
        "Offer a review",
        "Can I help with your first request?",
        "You’ve started your first request, and the first one is the hardest. Choose “Ask {coach} to review it "
        "first”, finished or not. I’ll tell you what works and what I’d change. You decide.",
        "Offer a review",
    ),
    Kind.WISH: Letter(
        Kind.WISH,
        "Send good wishes",
        "Your first conversation",
        "Your first conversation is coming up. You have your questions, and people say yes because they like to be "
        "asked. Listen more than you talk, and keep to the time. I look forward to hearing how it went.",
        "Send good wishes",
    ),
    Kind.HELLO: Letter(
        Kind.HELLO,
        "Check in",
        "Checking in: how are you doing?",
        "It’s been quiet for a few weeks, and I wanted to ask how you are. If something is holding you up, tell me. "
        "We can talk it through in 10 minutes. If you just haven’t had time, that’s a good reason too.",
        "It’s been quiet",
    ),
    Kind.START: Letter(
        Kind.START,
        "Nudge",
        "Your first step takes 10 minutes",
        "You haven’t started in Rapport yet, and the first step is small: write down 5 people you know, first names "
        "are enough. You’ll be surprised who is among them. If you’d like to do it together, reply to this email.",
        "Not started yet",
    ),
}


# To a cohort: what concerns all of it. The writer fills in what stands in brackets; with brackets left nothing is sent.
TO_A_COHORT = (
    Letter(
        Kind.GROUP,
        "Assignment",
        "Your assignment is due soon",
        "Your assignment is due on [day]. You can see in Rapport how far you are. If you don’t have "
        "enough conversations yet, ask one more person this week: most people reply within a few days. If "
        "you need more time, reply to this email before the day.",
        "An assignment is due soon",
        "due",
    ),
    Letter(
        Kind.GROUP,
        "Practice",
        "Practice before your first conversation",
        "There are new times for a practice interview. A coach plays the alum, and you hear what works and what to "
        "change. Choose a time in Rapport. You can move or cancel it there, too.",
        "Practice times are open",
        "slots",
    ),
    Letter(
        Kind.GROUP,
        "Event",
        "Would you like to come?",
        "On [day] at [time] you can meet alumni at [place]. You don’t need to prepare anything. Write down in Rapport "
        "the next day who you met: that is how a first conversation begins.",
        "An event",
        "event",
    ),
    Letter(Kind.GROUP, "Your own words", "", "", "Your own words", "own"),
)


LETTER_OF = {  # what is written to students whom a view of the caseload shows
    "thanks": Kind.THANK,
    "first": Kind.WISH,
    "unsent": Kind.OFFER,
    "quiet": Kind.HELLO,
    "unstarted": Kind.START,
}


def guard_of(kind: str) -> str:
    """Return of what there is one in a week: a nudge of any kind, else the kind itself."""
    return A_NUDGE if kind in NUDGES else kind


def sent_to(students: Sequence[int], kind: str, now: datetime) -> QuerySet[SharedNote]:
    """The letters that stand in the way of another of this kind to these students; of each the latest comes last."""
    letters = SharedNote.objects.letters().filter(student__in=students, guard=guard_of(kind), week__contains=now)
    return letters.select_related("author").order_by("created_at", "pk")


def sent_lately(student: User, kind: str, now: datetime) -> SharedNote | None:
    """Return the letter that stands in the way of another of this kind: of the last week, whoever wrote it."""
    letters = SharedNote.objects.letters().filter(student=student, guard=guard_of(kind), week__contains=now)
    return letters.select_related("author").order_by("-created_at", "-pk").first()
