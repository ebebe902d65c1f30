"""What becomes of practices when an account closes: called off, and the other side is told kindly (R244)."""

from datetime import datetime

from django.db.models import Q

from apps.accounts.closing import Concern
from apps.accounts.models import User
from apps.clock.regions import spelled_lazily
from apps.practice.actions import cancel
from apps.practice.models import Practice, PracticeQuerySet, Slot, Status


def _coming(person: User, now: datetime) -> PracticeQuerySet:
    own = Q(student=person) | Q(coach=person)
    return Practice.objects.filter(own, status=Status.BOOKED, starts_at__gt=now)


def foresee(person: User, now: datetime) -> list[str]:
    """Say what closing will end, and who is told."""
    number = _coming(person, now).count()
    one = spelled_lazily("1 practice interview is canceled, and we tell the other person.")
    many = spelled_lazily("{} practice interviews are canceled, and we tell the other people.")
    return [str(one if number == 1 else many).format(number)] if number else []


def others(person: User, now: datetime) -> set[int]:
    return {pk for pair in _coming(person, now).values_list("student_id", "coach_id") for pk in pair}


def end(person: User, by: User, now: datetime) -> None:
    for practice in _coming(person, now).order_by("pk"):
        cancel(practice, by=person, now=now)
    Slot.objects.filter(coach=person, removed_at=None, starts_at__gt=now).update(removed_at=now)


CONCERN = Concern(foresee, end, others=others)
