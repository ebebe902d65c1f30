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
        "You took the advice",
        "Say what you did and what it led to. That’s enough for a note.",
        "When we talked you suggested that I […]. I did, and […].",
    ),
    Reason(
        "read",
        "newspaper",
        "You read something worth sharing",
        "Send it with one sentence about why you’re sharing it.",
        "I came across […] and thought of what you said about […].",
    ),
    Reason(
        "news",
        "signpost-2",
        "Something changed for you",
        "A new course, a summer plan, a new goal.",
        "A short update, since you helped me think about it: […].",
    ),
    Reason(
        "heard",
        "megaphone",
        "You saw some news",
        "Say congratulations, or ask a question about it.",
        "I saw that […] and wanted to say how glad I was to read it.",
    ),
    Reason(
        "made",
        "chat-quote",
        "You liked something this person made",
        "One thoughtful sentence about it is rarer than you think.",
        "I read your […]. The part about […] stayed with me because […].",
    ),
    Reason(
        "offer",
        "gift",
        "You can help with something",
        "Your time, your class, or how a student sees it.",
        "You mentioned that […]. I could help with […], if that’s useful.",
    ),
    Reason(
        "question",
        "question-circle",
        "You have a new question",
        "One question, short enough to answer on a phone.",
        "One question has stayed with me since we talked: […]?",
    ),
]
AGAIN = Reason(  # only after a talk that was called off, so it stands on no list
    "again",
    "calendar-plus",
    "Your conversation didn’t happen",
    "No blame and no excuses. Say you’d still like to talk, and offer 2 or 3 times.",
    "We didn’t get to talk, and I’d still like to. I could do […] or […]; any later time works too.",
)
BY_KEY = {reason.key: reason for reason in [*REASONS, AGAIN]}


def letter(reason: Reason, *, contact: Contact, student: User) -> str:
    """Return a first draft for `reason`, with gaps in […] for the student to fill."""
    return f"Dear {contact.first_name},\n\n{reason.opening}\n\nBest wishes,\n{student.first_name}"


def loop_letter(referral: Referral, *, kept: str = "") -> str:
    """Return a first draft to the one who named somebody (R108). `kept` is the sentence the student kept."""
    stayed = f"This has stayed with me: {kept}" if kept else "What stayed with me: […]."
    return (
        f"Dear {referral.referrer.first_name},\n\n"
        f"You suggested that I talk with {referral.contact.name}, and I did. {stayed}\n\n"
        "Thank you for thinking of it. There’s nothing you need to do; I just wanted to tell you how it went.\n\n"
        f"With thanks,\n{referral.student.first_name}"
    )


LED_TO = {
    "applied": "I’ve applied for something because of what you told me",
    "offer": "I’ve been offered something, and it started with what you told me",
}


def second_letter(outcome: Outcome) -> str:
    """Return a first draft of the second thank-you, months later; it asks for nothing (R117, R118)."""
    about = f": {outcome.note.rstrip('.')}." if outcome.note else ": […]."
    return (
        f"Dear {outcome.contact.first_name},\n\n"
        f"{LED_TO[outcome.kind]}{about}\n\n"
        "I remember what you said about […], and it helped. There’s nothing you need to do. Thank you.\n\n"
        f"Best wishes,\n{outcome.student.first_name}"
    )
