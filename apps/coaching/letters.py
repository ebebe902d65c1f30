"""A short letter of a coach to a student: the words to begin with, and how often it may be sent.

The coach changes the words and sends them in their own name; nothing leaves by itself (actions.send).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.coaching.models import CoachNote, Kind

ONCE_IN = timedelta(days=7)


@dataclass(frozen=True)
class Letter:
    """One kind of letter: what the page is called, its subject, and the words to begin with."""

    kind: Kind
    title: str
    subject: str
    words: str

    def text(self, student: User, coach: User) -> str:
        return self.words.format(student=student.first_name, coach=coach.first_name)


LETTERS = {
    Kind.OFFER: Letter(
        Kind.OFFER,
        "Offer a review",
        "Can I help with your first request?",
        "Dear {student},\n\nYou’ve started your first request, and the first one is the hardest. Choose "
        "“Ask {coach} to review it first”, finished or not. I’ll tell you what works and what I’d change. You decide."
        "\n\n{coach}",
    ),
    Kind.WISH: Letter(
        Kind.WISH,
        "Send good wishes",
        "Your first conversation",
        "Dear {student},\n\nYour first conversation is coming up. You have your questions, and people say yes because "
        "they like to be asked. Listen more than you talk, and keep to the time. I look forward to hearing how it "
        "went.\n\n{coach}",
    ),
    Kind.HELLO: Letter(
        Kind.HELLO,
        "Check in",
        "Checking in: how are you doing?",
        "Dear {student},\n\nIt’s been quiet for a few weeks, and I wanted to ask how you are. If something is "
        "holding you up, tell me. We can talk it through in 10 minutes. If you just haven’t had time, that’s a good "
        "reason too."
        "\n\n{coach}",
    ),
}


def sent_lately(student: User, kind: str, now: datetime) -> CoachNote | None:
    """Return the letter of this kind that the student got within the last week, whoever wrote it."""
    letters = CoachNote.objects.filter(student=student, kind=kind, created_at__gt=now - ONCE_IN)
    return letters.select_related("author").order_by("-created_at", "-pk").first()
