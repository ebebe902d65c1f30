"""Seven good reasons to write again, and an opening for each (R115). The words stay the student's."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.network.models import Contact, Outcome, Referral


@dataclass(frozen=True)
class Reason:
    """One reason: its name in the address bar, its icon, what it says, and how a letter could begin."""

    key: str
    icon: str
    title: str
    hint: str
    opening: str


REASONS = [
    Reason(
        "advice",
        "check-lg",
        "You took their advice",
        "Say what you did and what came of it. That is a whole letter.",
        "When we talked you suggested that I […]. I did, and […].",
    ),
    Reason(
        "read",
        "newspaper",
        "You read something they would enjoy",
        "Send it with one line on why it made you think of them.",
        "I came across […] and thought of what you said about […].",
    ),
    Reason(
        "news",
        "signpost-2",
        "Something changed for you",
        "A new course, a summer plan, a fresh résumé.",
        "A short update, since you helped me think about it: […].",
    ),
    Reason(
        "heard",
        "megaphone",
        "You heard about them or where they work",
        "Congratulate, or ask the question the news left open.",
        "I saw that […] and wanted to say how glad I was to read it.",
    ),
    Reason(
        "made",
        "chat-quote",
        "They wrote or made something",
        "One thoughtful sentence about it is rarer than you think.",
        "I read your […]. The part about […] stayed with me because […].",
    ),
    Reason(
        "offer",
        "gift",
        "You can offer a hand",
        "Your time, your class, what a student sees from here.",
        "You mentioned that […]. I could help with […], if that is of use.",
    ),
    Reason(
        "question",
        "question-circle",
        "You have a new question",
        "One question, small enough to answer on a phone.",
        "One question has stayed with me since we talked: […]?",
    ),
]
AGAIN = Reason(  # only after a talk that was called off, so it stands on no list
    "again",
    "calendar-plus",
    "Your talk did not take place",
    "No reproach and no excuse: that you would still be glad, and two or three times.",
    "Our talk did not take place, and I would still be glad of it. I could do […] or […]; any later time is as good.",
)
BY_KEY = {reason.key: reason for reason in [*REASONS, AGAIN]}


def letter(reason: Reason, *, contact: Contact, student: User) -> str:
    """Return a first draft for `reason`, with gaps in […] for the student to fill."""
    return f"Dear {contact.first_name},\n\n{reason.opening}\n\nWith good wishes,\n{student.first_name}"


def loop_letter(referral: Referral, *, kept: str = "") -> str:
    """Return a first draft to the one who named somebody (R108). `kept` is the sentence the student kept."""
    stayed = f"This has stayed with me: {kept}" if kept else "What stayed with me: […]."
    return (
        f"Dear {referral.referrer.first_name},\n\n"
        f"You named {referral.contact.name} to me, and we have talked. {stayed}\n\n"
        "Thank you for thinking of it. You need not do anything; I only wanted you to know what came of it.\n\n"
        f"With thanks,\n{referral.student.first_name}"
    )


LED_TO = {
    "applied": "I have applied for something because of what you told me",
    "offer": "I have been offered something, and it began with what you told me",
}


def second_letter(outcome: Outcome) -> str:
    """Return a first draft of the second thank-you, months later; it asks for nothing (R117, R118)."""
    about = f": {outcome.note.rstrip('.')}." if outcome.note else ": […]."
    return (
        f"Dear {outcome.contact.first_name},\n\n"
        f"{LED_TO[outcome.kind]}{about}\n\n"
        "I remember what you said about […], and it was of use. There is nothing you need to do. Thank you.\n\n"
        f"With good wishes,\n{outcome.student.first_name}"
    )
