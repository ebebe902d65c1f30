"""What a student gets from their coach by mail, in the coach's name."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink, User
from apps.coaching.models import NUDGES, SharedNote
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.wording.text import clean, one_line

STOP_NUDGES = "stop-nudges"  # of the mailed link
LINK_LIFE = timedelta(days=400)


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
        },
        stop_url=_mute_url(note.student) if note.kind in NUDGES else "",
    )


def _mute_url(student: User) -> str:
    """Return a link that mutes nudges without signing in."""
    token = MailLink.make(
        purpose=STOP_NUDGES, object_id=student.pk, person=student, expires_at=timezone.now() + LINK_LIFE
    )
    return settings.SITE_URL + reverse("nudges_stop", args=[token])
