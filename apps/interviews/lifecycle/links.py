"""The links that stand in mails about asking and talking: for whom, what they open, and how long (reliability.md 4)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import MailLink, User
from apps.alumni import stopping
from apps.alumni.models import AlumniProfile
from apps.interviews.lifecycle.models import Interview, InterviewRequest

ANSWER = "answer"
FEED = "calendar-feed"
AFTERWARDS = timedelta(days=30)  # an answered link still shows what was agreed


def alum_of(about: InterviewRequest | Interview) -> AlumniProfile:
    """Return the alum of a request or a talk. Somebody outside the directory is none, and is mailed nothing."""
    if about.alum is None:
        raise ValueError(f"Rapport mails nobody about {about!r} but the student.")
    return about.alum


def alum_reader(about: InterviewRequest | Interview) -> User:
    """Return who reads what goes to the alum of a request or a talk: their account, made when they were first asked."""
    reader = alum_of(about).user
    if reader is None:
        raise ValueError(f"The alum of {about!r} has no account.")
    return reader


def answer_url(request: InterviewRequest, *, expires_at: datetime) -> str:
    """Make a link by which the alum answers, moves or cancels. It lives `AFTERWARDS` beyond what it is about."""
    person, until = alum_reader(request), expires_at + AFTERWARDS
    token = MailLink.make(purpose=ANSWER, object_id=request.pk, person=person, expires_at=until)
    return settings.SITE_URL + reverse("answer_enter", args=[token])


def stop_url(about: InterviewRequest | Interview) -> str:
    """Make the link by which the alum leaves the directory with one press, beside each link to pause or leave."""
    return stopping.stop_url(alum_of(about), alum_reader(about))


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
