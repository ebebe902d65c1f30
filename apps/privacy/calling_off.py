"""What others wait for is called off kindly before an account goes: coming conversations, open requests, drafts read.

Each mail goes out as when either side had done it themselves.
"""

from datetime import datetime

from django.db.models import Q

from apps.accounts.models import User
from apps.interviews.asking import mails as asking_mails
from apps.interviews.asking.actions import alternatives, withdraw
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.acts import lock_with_people, move
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet, InterviewRequest, RequestQuerySet
from apps.interviews.lifecycle.moves import OPEN, RequestStatus, Side
from apps.interviews.scheduling.actions import cancel


def asked_by(person: User) -> RequestQuerySet:
    return InterviewRequest.objects.filter(student=person, status__in=[*OPEN, RequestStatus.IN_REVIEW])


def asked_of(person: User) -> RequestQuerySet:
    return InterviewRequest.objects.filter(alum__user=person, status__in=OPEN)


def coming(person: User, now: datetime) -> InterviewQuerySet:
    return Interview.objects.coming(now).filter(Q(student=person) | Q(alum__user=person), starts_at__gt=now)


def call_off(person: User, *, now: datetime) -> None:
    """End what others wait for, and tell them. Doing it twice changes nothing."""
    for interview in coming(person, now).order_by("pk"):
        actor: Side = "student" if interview.student_id == person.pk else "alum"
        cancel(interview, actor=actor, by=person, now=now)
    for request in asked_by(person).order_by("pk"):
        withdraw(request, by=person, now=now)
    for request in asked_of(person).select_related("alum").order_by("pk"):
        _close(request, now=now)
    Review.objects.filter(coach=person, verdict=Review.Verdict.WAITING, due_at__gt=now).update(due_at=now)


def _close(request: InterviewRequest, *, now: datetime) -> None:
    """End a request to somebody who will not answer any more, and suggest others."""
    lock_with_people(request)
    closed = move(request, "expire", actor="clock", now=now)
    asking_mails.take_nudge_back(closed)
    asking_mails.take_letter_back(closed)
    asking_mails.expired(closed, alternatives(closed, now))
