"""Acts on practice with a friend: a student makes a link, keeps it open, ends it; the friend says what they noticed.

The link is what a mailed link is (accounts.models.MailLink): only its hash is kept, it ends by itself, and one that is
made anew closes the one before. Rapport never writes to the friend and keeps no address of theirs: the student sends
the link by their own means.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import MailLink, User
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_people
from apps.practice.models import Feedback, FriendPractice
from apps.web.answers import Refused

PURPOSE = "practice-friend"
MOST_OPEN = 5  # links of one student that work at the same time
LONGEST = timedelta(days=60)
MORE = timedelta(days=7)


@act
def invite(student: User, practice: FriendPractice, *, days: int, now: datetime) -> str:
    """Save a practice with a friend and return the link for them, which is shown and never stored."""
    lock_people(student.pk)
    if FriendPractice.objects.open(now).filter(student=student).count() >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} of your links work right now, and that’s the limit. End one first.")
    practice.student, practice.made_at, practice.open_until = student, now, now + timedelta(days=days)
    practice.save()
    return _link(practice)


def _link(practice: FriendPractice) -> str:
    until, person = practice.open_until, practice.student
    token = MailLink.make(purpose=PURPOSE, object_id=practice.pk, person=person, expires_at=until)
    return settings.SITE_URL + reverse("practice_friend_enter", args=[token])


@act
def new_link(practice: FriendPractice, *, now: datetime) -> str:
    """Make another link; the one before stops working. What the friend wrote stays. Raises Refused."""
    practice = _standing(practice, now)
    MailLink.objects.revoke(purpose=PURPOSE, object_id=practice.pk, now=now)
    return _link(practice)


def _standing(practice: FriendPractice, now: datetime) -> FriendPractice:
    fresh = lock(practice)
    if not fresh.is_open(now):
        raise Stale("This link has ended. Set up a new practice to go on.")
    return fresh


@act
def prolong(practice: FriendPractice, *, now: datetime) -> FriendPractice:
    """Let the link work a week longer, two months in all at most."""
    practice = _standing(practice, now)
    last = practice.made_at + LONGEST
    if practice.open_until >= last:
        raise Refused("A link can work for up to 60 days. Set up a new practice after that.")
    practice.open_until = min(practice.open_until + MORE, last)
    practice.save(update_fields=["open_until"])
    links = MailLink.objects.filter(purpose=PURPOSE, object_id=practice.pk, revoked_at=None)
    links.update(expires_at=practice.open_until)
    return practice


@act
def end(practice: FriendPractice, *, now: datetime) -> None:
    """Let the link open nothing any more. What the friend wrote stays the student's."""
    practice = _standing(practice, now)
    practice.ended_at = now
    practice.save(update_fields=["ended_at"])


@act
def open_again(practice: FriendPractice, *, now: datetime) -> None:
    """Undo `end`, while the link would still have worked."""
    practice = lock(practice)
    if practice.open_until <= now:
        raise Refused("This link has ended. Set up a new practice to go on.")
    if practice.ended_at is None:
        raise Stale("This link still works.")
    practice.ended_at = None
    practice.save(update_fields=["ended_at"])


@act
def give(practice: FriendPractice, feedback: Feedback, *, now: datetime) -> None:
    """Share what the friend noticed. Shared with other words, it is new to the student again."""
    practice = _standing(practice, now)
    feedback.with_friend, feedback.shared_at, feedback.read_at = practice, feedback.shared_at or now, None
    feedback.save()


def read(practice: FriendPractice, *, now: datetime) -> None:
    """The student has it before them."""
    unread = Q(with_friend=practice, read_at=None)
    Feedback.objects.filter(unread).update(read_at=now)
