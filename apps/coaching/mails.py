"""What a student gets from their coach by mail, in the coach's name."""

from django.conf import settings
from django.urls import reverse

from apps.coaching.models import NUDGES, SharedNote
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.wording.text import clean, one_line


def occasion_of(note: SharedNote) -> Occasion:
    """Name the mail of a letter: who takes the letter back hands the same to `cancel`."""
    return Occasion(f"coach-letter:{note.pk}", due_at=note.leaves_at)


def letter(note: SharedNote, *, subject: str) -> None:
    """Promise the letter to the student; an answer reaches the coach."""
    if note.author is None:
        raise ValueError("A letter has somebody who writes it.")
    outbox.queue(
        "coach_letter",
        to=note.student,
        occasion=occasion_of(note),
        sender=sender_of(note.author),
        context={
            "subject": subject,
            "body": clean(note.text),
            "coach_name": one_line(note.author.called),
            "url": f"{settings.SITE_URL}{reverse('today')}",
            "mute_url": f"{settings.SITE_URL}{reverse('coach_said')}" if note.kind in NUDGES else "",
        },
    )
