"""What a friend is told who plays the other side: what to answer to each kind of question, and when to do what.

They know nothing of the work: every cue is something that anybody can make up.
"""

from dataclasses import dataclass

from apps.interviews.preparing.models import Theme

ANSWERS = {
    Theme.PATH: "Make up two jobs and one surprise between them. Leave something out, so there’s more to ask.",
    Theme.DAY: "Describe yesterday: one meeting, one thing that went wrong, one thing you liked.",
    Theme.FIELD: "Name one thing that’s changing, and say you aren’t sure where it leads.",
    Theme.ORGANISATION: "Say what the place does in one sentence, and one thing about the people there.",
    Theme.FIT: "Turn it around once: “What do you think you’d like about it?”",
    Theme.ADVICE: "Give one piece of advice you believe in. Keep it short.",
    Theme.REFERRALS: "Name one person: “You could talk to Lee, who used to work with me.”",
}
ANYTHING = "Make something up. Two or three sentences are enough."


def answer_to(theme: str) -> str:
    """Return what the friend could say to a question on `theme`."""
    return ANSWERS.get(Theme(theme), ANYTHING) if theme in Theme.values else ANYTHING


@dataclass(frozen=True)
class Card:
    """One cue: when, and what to do then."""

    when: str
    do: str


def cards(name: str, minutes: int) -> list[Card]:
    """Return the cues of a practice of so many minutes, in the order in which they come."""
    late = max(minutes - 2, 1)
    return [
        Card("At the start", f"Say hello, then wait. {name} speaks first: a thank-you and a short introduction."),
        Card("While you talk", f"Answer as the person you play. Be brief once, and see if {name} asks for more."),
        Card(f"After {late} minutes", f"Say nothing about the time. {name} is the one who offers to end."),
        Card("If it goes on", "Say once: “I have 5 more minutes.”"),
        Card("At the end", f"If {name} asks who else to talk to, name one person. If not, say nothing."),
    ]  # fmt: skip
