"""What becomes of requests and conversations when somebody's account closes: called off, and the other side is told
kindly (R244). What was said and done stays.

It is told to apps.accounts.closing as Rapport starts. `lifecycle.acts.move` keeps anything new from beginning.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from apps.accounts.closing import Concern
from apps.accounts.models import User
from apps.clock.regions import spelled_lazily
from apps.interviews.asking import mails as asking_mails
from apps.interviews.asking.actions import alternatives, withdraw
from apps.interviews.asking.models import Review
from apps.interviews.asking.reviews import reclaim
from apps.interviews.lifecycle.acts import lock_with_people, move
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet, InterviewRequest, RequestQuerySet, TimeWindow
from apps.interviews.lifecycle.moves import OPEN, RequestStatus, Side
from apps.interviews.scheduling.actions import cancel
from apps.interviews.thanking.models import ThankYou


def _asked_by(person: User) -> RequestQuerySet:
    return InterviewRequest.objects.filter(student=person, status__in=OPEN)


def _asked_of(person: User) -> RequestQuerySet:
    return InterviewRequest.objects.filter(alum__user=person, status__in=OPEN)


def _coming(person: User, now: datetime) -> InterviewQuerySet:
    return Interview.objects.coming(now).filter(Q(student=person) | Q(alum__user=person), starts_at__gt=now)


def _waiting_thanks(whose: Q) -> int:
    return ThankYou.objects.filter(whose, send_at__isnull=False, sent_at=None).count()


def _to_review(person: User) -> Iterable[Review]:
    return Review.objects.filter(coach=person, verdict=Review.Verdict.WAITING, request__isnull=False)


def _counted(number: int, one: str, many: str) -> list[str]:
    return [(one if number == 1 else many).format(number)] if number else []


def foresee(person: User, now: datetime) -> list[str]:
    """Say what closing will end, and who is told."""
    first = person.first_name
    return [
        *_counted(
            _asked_by(person).count(),
            f"{{}} open request from {first} is withdrawn, and we tell the alum.",
            f"{{}} open requests from {first} are withdrawn, and we tell the alumni.",
        ),
        *_counted(
            _asked_of(person).count(),
            f"{{}} open request to {first} is closed. We tell the student and suggest others to ask.",
            f"{{}} open requests to {first} are closed. We tell the students and suggest others to ask.",
        ),
        *_counted(
            _coming(person, now).count(),
            spelled_lazily("{} upcoming conversation is canceled, and we tell the other person."),
            spelled_lazily("{} upcoming conversations are canceled, and we tell the other people."),
        ),
        *_counted(
            _waiting_thanks(Q(interview__student=person)),
            "{} scheduled thank-you note is still sent at its time.",
            "{} scheduled thank-you notes are still sent at their time.",
        ),
        *_counted(
            _waiting_thanks(Q(interview__alum__user=person)),
            f"{{}} scheduled thank-you note to {first} becomes a draft again, and its student sees why.",
            f"{{}} scheduled thank-you notes to {first} become drafts again, and their students see why.",
        ),
        *_counted(
            InterviewRequest.objects.filter(student=person, status=RequestStatus.IN_REVIEW).count(),
            "{} draft with a coach goes back to being a draft.",
            "{} drafts with a coach go back to being drafts.",
        ),
        *_counted(
            len([*_to_review(person)]),
            f"{{}} draft waiting for {first} is sent without a review.",
            f"{{}} drafts waiting for {first} are sent without a review.",
        ),
    ]


def others(person: User, now: datetime) -> set[int]:
    """Return the ids of those who wait for an answer or a conversation: they are locked first."""
    sides = "student_id", "alum__user_id"
    rows = (_asked_by(person), _asked_of(person), _coming(person, now))
    return {pk for some in rows for pair in some.values_list(*sides) for pk in pair if pk}


def end(person: User, by: User, now: datetime) -> None:
    for interview in _coming(person, now).order_by("pk"):
        actor: Side = "student" if interview.student_id == person.pk else "alum"
        cancel(interview, actor=actor, by=by, now=now, is_closed=True)
    for request in _asked_by(person).order_by("pk"):
        withdraw(request, by=by, now=now, is_closed=True)
    for request in _asked_of(person).select_related("alum").order_by("pk"):
        _close(request, by=by, now=now)
    for request in InterviewRequest.objects.filter(student=person, status=RequestStatus.IN_REVIEW).order_by("pk"):
        reclaim(request, by=by, now=now)
    TimeWindow.objects.filter(
        Q(interview__student=person) | Q(interview__alum__user=person), interview__isnull=False
    ).delete()
    Review.objects.filter(coach=person, verdict=Review.Verdict.WAITING, due_at__gt=now).update(due_at=now)


def _close(request: InterviewRequest, *, by: User, now: datetime) -> None:
    """End a request to somebody who can no longer answer it: no reply, and not for the clock's reason."""
    lock_with_people(request)
    closed = move(request, "expire", actor="clock", by=by, now=now)
    asking_mails.take_nudge_back(closed)
    asking_mails.take_letter_back(closed)
    asking_mails.expired(closed, alternatives(closed, now), is_closed=True)


CONCERN = Concern(foresee, end, others=others)
