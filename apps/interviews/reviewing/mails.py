"""Who is told by mail that a text is shared, and that it was commented on."""

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.asking.models import Review
from apps.interviews.sharing.models import SharedText
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.wording.text import clean, one_line


def to_review(review: Review, text: SharedText, coach: User) -> None:
    """Tell the coach; what stands in the text is on the page alone."""
    outbox.queue(
        "text_to_review",
        to=coach,
        occasion=Occasion(f"review:{review.pk}:waiting"),
        context={
            "student_name": one_line(text.student.called),
            "student_first": one_line(text.student.first_name),
            "what": one_line(text.named),
            "due": times.when(review.due_at, None, coach.time_zone),
            "url": settings.SITE_URL + reverse("text_review", args=[text.pk]),
        },
    )


def reviewed(review: Review, text: SharedText, coach: User) -> None:
    """Tell the student that comments are there."""
    outbox.queue(
        "text_reviewed",
        to=text.student,
        occasion=Occasion(f"review:{review.pk}:done"),
        context={
            "coach_name": one_line(coach.called),
            "what": one_line(text.named),
            "count": review.comments.count(),
            "note": clean(review.note),
            "quoted": "\n".join(f"> {line}" for line in clean(review.note).splitlines()),
            "url": settings.SITE_URL + reverse("text", args=[text.pk]),
        },
    )
