"""What a student can give back, and what they gave to whom (R116). A gift is a line of the history like any other.

Somebody who helped needs nothing in return; this is for the day on which the student has something.
"""

import re

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.network.models import Offering, Touch
from apps.web.answers import Refused

MOST_OFFERS = 20
SHOWN = 30  # gifts on the page; each stands in the history of its person as well
SENTENCES = {  # how a note offers it: as a thing that may be declined
    Offering.Kind.NOTES: "I can send you {}, if it’s useful to you.",
    Offering.Kind.ARTICLE: "I read {} and thought of you. I can send it if you like.",
    Offering.Kind.INTRODUCTION: "I could introduce you to {}, if that would help you.",
    Offering.Kind.HELP: "I could help with {}, if that would be useful to you.",
}


def offers(student: User) -> list[Offering]:
    return list(Offering.objects.visible_to(student).order_by("-created_at", "-pk")[:MOST_OFFERS])


def add(student: User, offer: Offering) -> Offering:
    """Write down what the student can give. Raises Refused where that is more than anybody would read."""
    if Offering.objects.filter(student=student).count() >= MOST_OFFERS:
        raise Refused(f"{MOST_OFFERS} is the limit. Delete one you no longer offer.")
    offer.student = student
    offer.save()
    return offer


def sentence(offer: Offering) -> str:
    """Return how a note says it: I could help with a survey, if that would be useful to you."""
    kind = Offering.Kind(offer.kind)
    return SENTENCES[kind].format(_within(SAID_TWICE[kind].sub("", offer.text) or offer.text))


def _within(text: str) -> str:
    """Return what was written as a part of a sentence: without the stop, and small but for a name or I."""
    text = text.strip().rstrip(".! ")
    first, _, rest = text.partition(" ")
    return f"{first.lower()}{' ' if rest else ''}{rest}" if first.lower() in SMALL else text


SAID_TWICE = {  # what the sentence says already
    Offering.Kind.NOTES: re.compile(r"^i can send (?:you )?", re.IGNORECASE),
    Offering.Kind.ARTICLE: re.compile(r"^i (?:have )?read ", re.IGNORECASE),
    Offering.Kind.INTRODUCTION: re.compile(r"^(?:an? )?intro(?:duction)?s? (?:to|with) ", re.IGNORECASE),
    Offering.Kind.HELP: re.compile(
        r"^(?:i (?:can|could) )?(?:help(?:ing)? )?(?:with|on) |^help(?:ing)? ", re.IGNORECASE
    ),
}
SMALL = {"a", "an", "the", "my", "our", "some", "someone", "notes", "help", "proofreading", "reading", "testing"}


def given(student: User) -> QuerySet[Touch]:
    """Return what was given, the latest first."""
    gifts = Touch.objects.filter(student=student, kind=Touch.Kind.GAVE, contact__archived_at=None)
    return gifts.select_related("contact").order_by("-at", "-pk")[:SHOWN]
