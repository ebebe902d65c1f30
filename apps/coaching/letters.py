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
        "Offer to read it",
        "Shall I read your first request?",
        "Dear {student},\n\nYou have begun your first request, and the first one is the hardest. Send it to me with "
        "“{coach} reads it first”, finished or not. I will tell you what works and what I would change, and you decide."
        "\n\n{coach}",
    ),
    Kind.WISH: Letter(
        Kind.WISH,
        "Wish them well",
        "Your first conversation",
        "Dear {student},\n\nYour first conversation is near. You have your questions, and the person said yes because "
        "they like to be asked. Listen more than you talk, and keep to the time. I look forward to hearing how it "
        "went.\n\n{coach}",
    ),
    Kind.HELLO: Letter(
        Kind.HELLO,
        "Write to them",
        "How are you getting on?",
        "Dear {student},\n\nIt has been quiet for some weeks, and I wanted to ask how you are. If something holds you "
        "up, tell me; we can look at it together in ten minutes. If you only had no time, that is a good reason too."
        "\n\n{coach}",
    ),
}


def sent_lately(student: User, kind: str, now: datetime) -> CoachNote | None:
    """Return the letter of this kind that the student got within the last week, whoever wrote it."""
    letters = CoachNote.objects.filter(student=student, kind=kind, created_at__gt=now - ONCE_IN)
    return letters.select_related("author").order_by("-created_at", "-pk").first()
