"""Where somebody worked before they changed jobs: kept in their history, for who knows people at a place (route.py).

A name that was only put right, or written out, is no change of jobs.
"""

from datetime import datetime
from difflib import SequenceMatcher

from apps.network.models import Contact, Touch
from apps.network.twins import organization_key

ALIKE = 0.7  # of two names of organizations: one is the other, put right


def is_elsewhere(was: str, became: str) -> bool:
    """Whether somebody works at another organization now, by the names of both."""
    before, now = organization_key(was), organization_key(became)
    if not before or not now or before in now or now in before:
        return False
    return SequenceMatcher(None, before, now, autojunk=False).ratio() < ALIKE


def note(contact: Contact, *, title: str, place: str, now: datetime) -> Touch:
    """Note in the history where somebody worked; it moves no rhythm."""
    words = f"Worked at {place} before, as {title}." if title else f"Worked at {place} before."
    return Touch.objects.create(
        student_id=contact.student_id, contact=contact, kind=Touch.Kind.NOTE, at=now, note=words
    )


def said(was: str, contact: Contact) -> str:
    """Return what to say after a save: that the place before is not forgotten, where it was changed."""
    if not is_elsewhere(was, contact.organization_name):
        return "Saved."
    return f"Saved. We noted in the history that {contact.first_name} worked at {was} before."
