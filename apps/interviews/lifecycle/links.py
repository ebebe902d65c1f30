"""The links that stand in mails about asking and talking: what they open, and how long (reliability.md 4)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import MailLink, User
from apps.database.promised import promised
from apps.interviews.lifecycle.models import InterviewRequest

ANSWER = "answer"
FEED = "calendar-feed"
AFTERWARDS = timedelta(days=30)  # an answered link still shows what was agreed


def answer_url(request: InterviewRequest, *, expires_at: datetime) -> str:
    """Make a link by which the alum answers, moves or cancels. It lives `AFTERWARDS` beyond what it is about."""
    if request.alum is None:
        raise ValueError("Who is not in the directory answers by no link.")
    token = MailLink.make(
        purpose=ANSWER, object_id=request.pk, person=promised(request.alum.user), expires_at=expires_at + AFTERWARDS
    )
    return settings.SITE_URL + reverse("answer_enter", args=[token])


def revoke(request: InterviewRequest, *, now: datetime) -> None:
    """Close every link to a request: the letter never left, or was taken back."""
    MailLink.objects.revoke(purpose=ANSWER, object_id=request.pk, now=now)


def prolong(request: InterviewRequest, *, until: datetime) -> None:
    """Keep the links of a request alive beyond the conversation that came of it."""
    links = MailLink.objects.filter(purpose=ANSWER, object_id=request.pk, revoked_at=None)
    links.filter(expires_at__lt=until + AFTERWARDS).update(expires_at=until + AFTERWARDS)


def feed_url(person: User, *, now: datetime) -> str:
    """Make the person's private calendar address; the one before stops working."""
    close_feed(person, now=now)
    token = MailLink.make(purpose=FEED, object_id=person.pk, person=person)
    return settings.SITE_URL + reverse("calendar_feed", args=[token])


def close_feed(person: User, *, now: datetime) -> None:
    MailLink.objects.revoke(purpose=FEED, object_id=person.pk, now=now)


def has_feed(person: User, now: datetime) -> bool:
    return MailLink.objects.alive(now).filter(purpose=FEED, object_id=person.pk).exists()
