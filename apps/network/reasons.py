"""Seven good reasons to write again, and an opening for each (R115). The words stay the student's.

An opening is filled from the student's own notes, and is whole without them: no letter has a hole to fill.
"""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.network.models import Contact, News, Outcome, Referral


@dataclass(frozen=True)
class Reason:
    """One reason: its name in the address bar, its icon, what it says, and how a letter begins.

    `from_notes` has the place for one of the student's notes (`step` or `quote`); `since` is true once the two have
    talked, and `opening` always.
    """

    key: str
    icon: str
    title: str
    hint: str
    opening: str
    since: str = ""
    from_notes: str = ""


@dataclass(frozen=True)
class Notes:
    """What the student wrote down that a letter can begin with."""

    has_talked: bool = False
    step: str = ""  # planned with them, and done
    quote: str = ""  # the sentence kept from the last talk


REASONS = [
    Reason(
        "advice",
        "check-lg",
        "You took the advice",
        "Say what you did and what it led to. That’s enough for a note.",
        "I followed your advice, and I wanted you to know.",
        from_notes="I planned this because of you: {step}. I did it.",
    ),
    Reason(
        "read",
        "newspaper",
        "You read something worth sharing",
        "Send it with one sentence about why you’re sharing it.",
        "I read something and thought of you. Here it is.",
        since="I read something that made me think of our conversation. Here it is.",
        from_notes="I still think about what you told me: “{quote}” Then I read something about it. Here it is.",
    ),
    Reason(
        "news",
        "signpost-2",
        "Something changed for you",
        "A new course, a summer plan, a new goal.",
        "I have a short update for you.",
        since="I have a short update, since you helped me think about it.",
        from_notes="I have a short update. I still think about what you told me: “{quote}”",
    ),
    Reason(
        "heard",
        "megaphone",
        "You saw some news",
        "Say congratulations, or ask a question about it.",
        "I saw your news and was glad to read it. Congratulations.",
        from_notes="I saw your news and remembered what you told me: “{quote}” Congratulations.",
    ),
    Reason(
        "made",
        "chat-quote",
        "You liked something this person made",
        "One thoughtful sentence about it is rarer than you think.",
        "I came across your work, and it stayed with me.",
        from_notes="I came across your work and remembered what you told me: “{quote}” It stayed with me.",
    ),
    Reason(
        "offer",
        "gift",
        "You can help with something",
        "Your time, your class, or how a student sees it.",
        "If a student’s view or a few hours of my time would help you, I’d be glad to give them.",
        from_notes=(
            "You told me: “{quote}” If a student’s view or a few hours of my time would help with that, "
            "I’d be glad to give them."
        ),
    ),
    Reason(
        "question",
        "question-circle",
        "You have a new question",
        "One question, short enough to answer on a phone.",
        "I have one question that you may know how to answer.",
        since="One question has stayed with me since we talked.",
        from_notes="You told me: “{quote}” One question has stayed with me since.",
    ),
]
AGAIN = Reason(  # only after a talk that was called off, so it stands on no list
    "again",
    "calendar-plus",
    "Your conversation didn’t happen",
    "No blame and no excuses. Say you’d still like to talk, and offer 2 or 3 times.",
    "We didn’t get to talk, and I’d still like to. Which days are good for you?",
)
BY_KEY = {reason.key: reason for reason in [*REASONS, AGAIN]}


def letter(reason: Reason, *, contact: Contact, student: User, notes: Notes = Notes(), offer: str = "") -> str:
    """Return a first draft for `reason`: from the student's own notes where there are some. `offer` is a sentence."""
    opening = (reason.since if notes.has_talked else "") or reason.opening
    note = notes.step if "{step}" in reason.from_notes else notes.quote
    if note:
        opening = reason.from_notes.format(step=note.strip().rstrip(". "), quote=_sentence(note))
    if offer:
        opening = f"You told me: “{_sentence(notes.quote)}” {offer}" if notes.quote else offer
    return f"Dear {contact.first_name},\n\n{opening}\n\nBest wishes,\n{student.first_name}"


def _sentence(quote: str) -> str:
    """Return what was kept of a talk as a sentence of its own, without the marks that it may have been noted with."""
    quote = quote.strip().strip('“”"').strip()
    return quote if quote.endswith((".", "!", "?", "…")) else f"{quote}."


def loop_letter(referral: Referral, *, kept: str = "", news: str = News.MET) -> str:
    """Return a first draft to the one who named somebody (R108). `kept` is the sentence the student kept."""
    name, first = referral.contact.name, referral.contact.first_name
    if news == News.ASKED:
        told = f"You suggested that I talk with {name}, and I’ve asked. I’ll tell you how it goes."
    elif news == News.DECLINED:
        told = f"You suggested that I talk with {name}. I asked, and it didn’t work out this time."
    else:
        stayed = f" This has stayed with me: {_sentence(kept)}" if kept else f" I learned a lot from {first}."
        told = f"You suggested that I talk with {name}, and I did.{stayed}"
    return (
        f"Dear {referral.referrer.first_name},\n\n{told}\n\n"
        "Thank you for thinking of it. There’s nothing you need to do; I just wanted to tell you.\n\n"
        f"With thanks,\n{referral.student.first_name}"
    )


LED_TO = {
    "applied": "I’ve applied for something because of what you told me",
    "offer": "I’ve been offered something, and it started with what you told me",
}


def second_letter(outcome: Outcome, *, kept: str = "") -> str:
    """Return a first draft of the second thank-you, months later; it asks for nothing (R117, R118)."""
    about = f": {outcome.note.rstrip('. ')}." if outcome.note.strip() else "."
    said = f"I still think about this: “{_sentence(kept)}” It helped." if kept else "What you told me helped."
    return (
        f"Dear {outcome.contact.first_name},\n\n"
        f"{LED_TO[outcome.kind]}{about}\n\n"
        f"{said} There’s nothing you need to do. Thank you.\n\n"
        f"Best wishes,\n{outcome.student.first_name}"
    )


# --- an introduction --------------------------------------------------------------------------------------------------


def introduction_letter(contact: Contact, *, student: User, to: str, why: str, school: str) -> str:
    """Return a first draft that asks somebody for an introduction, with a paragraph to forward as it is (R37)."""
    reason = f" {_capital(_sentence(why))}" if why.strip() else ""
    return (
        f"Dear {contact.first_name},\n\n"
        f"Would you feel comfortable introducing me to {to}?{reason} Only if it suits you both. "
        "You can forward the paragraph below as it is.\n\n"
        f"Thank you,\n{student.first_name}\n\n"
        f"To forward:\n\n{forwardable(student, school=school)}"
    )


def forwardable(student: User, *, school: str) -> str:
    """Return a paragraph about the student that somebody can forward: who, what for, how long, and no job."""
    first, profile = student.first_name, student.student_profile
    studies = f" studies {profile.program} at {school}" if profile.program else f" studies at {school}"
    return (
        f"{student.called}{studies}. {first} is learning about the field by talking with people who work in it, "
        f"and would like to ask you for 20 minutes. This is for information and advice, not about a job. "
        f"You can reach {first} at {student.email}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- an update to several -----------------------------------------------------------------------------------------


def update_letter(contact: Contact, *, student: User, news: str, notes: Notes) -> str:
    """Return one person's letter of an update: what they have to do with it, then what is new (R112)."""
    if notes.step:
        opening = f"I planned this because of you: {notes.step.strip().rstrip('. ')}. I did it."
    elif notes.quote:
        opening = f"I still think about what you told me: “{_sentence(notes.quote)}”"
    elif notes.has_talked:
        opening = "Thank you again for talking with me. Here is what has happened since."
    else:
        opening = "I have a short update for you."
    paragraphs = [f"Dear {contact.first_name},", opening, news.strip(), f"With thanks,\n{student.first_name}"]
    return "\n\n".join(filter(None, paragraphs))
