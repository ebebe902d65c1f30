"""What a student gets from their coach by mail, in the coach's name."""

from django.conf import settings
from django.urls import reverse

from apps.coaching.models import CoachNote
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.wording.text import clean, one_line


def letter(note: CoachNote, *, subject: str) -> None:
    """Promise the letter to the student; an answer reaches the coach."""
    if note.author is None:
        raise ValueError("A letter has somebody who writes it.")
    outbox.queue(
        "coach_letter",
        to=note.student,
        occasion=Occasion(f"coach-letter:{note.pk}"),
        sender=sender_of(note.author),
        context={
            "subject": subject,
            "body": clean(note.text),
            "coach_name": one_line(note.author.called),
            "url": f"{settings.SITE_URL}{reverse('today')}",
        },
    )
