"""Hand students to another coach, and undo it as long as nobody was told."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.handover.models import HandedStudent, Handover
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.acts import lock_people
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.policy.models import Policy
from apps.students.models import StudentProfile
from apps.web.answers import Refused
from apps.wording.text import one_line


def undo_until(handover: Handover, policy: Policy) -> datetime:
    """Return until when it can be undone: then the mails leave."""
    return handover.at + timedelta(minutes=policy.undo_minutes)


def _occasion(handover: Handover, student: int, due_at: datetime | None = None) -> Occasion:
    return Occasion(f"handover:{handover.pk}:{student}", due_at=due_at)


@transaction.atomic
def hand_over(giver: User, taker: User, students: Collection[int], *, by: User, now: datetime) -> Handover:
    """Give a coach's students to another one, with the drafts that wait for a review; each student is told once.

    Whoever has another coach by now is left out. Raises Refused where nobody is left, or the other cannot coach.
    """
    lock_people(giver.pk, taker.pk)
    if giver.pk == taker.pk or not User.objects.get(pk=taker.pk).is_coach:
        raise Refused("Choose another coach.")
    rows = StudentProfile.objects.select_for_update(no_key=True, of=("self",)).filter(coach=giver, user__in=students)
    profiles = list(rows.select_related("user").order_by("pk"))
    if not profiles:
        raise Refused("Choose at least one student.")
    handover = Handover.objects.create(giver=giver, taker=taker, by=by, at=now)
    HandedStudent.objects.bulk_create([HandedStudent(handover=handover, student=row.user) for row in profiles])
    _give(profiles, giver, taker)
    policy = Policy.now()
    for row in profiles:
        _tell(handover, row.user, giver, taker, undo_until(handover, policy))
    return handover


def _give(profiles: Collection[StudentProfile], giver: User, taker: User) -> None:
    """Let `taker` be the coach of these students, and read their drafts that wait."""
    ids = [row.user_id for row in profiles]
    StudentProfile.objects.filter(pk__in=[row.pk for row in profiles]).update(coach=taker)
    waiting = Review.objects.filter(request__student__in=ids, coach=giver, verdict=Review.Verdict.WAITING)
    waiting.update(coach=taker)


def _tell(handover: Handover, student: User, giver: User, taker: User, due_at: datetime) -> None:
    if not student.is_active:
        return
    outbox.queue(
        "new_coach",
        to=student,
        occasion=_occasion(handover, student.pk, due_at),
        context={
            "first": one_line(student.first_name),
            "coach": one_line(taker.called),
            "coach_first": one_line(taker.first_name),
            "coach_email": taker.email,
            "before": one_line(giver.called),
            "url": f"{settings.SITE_URL}{reverse('goal')}",
        },
    )


@transaction.atomic
def undo(handover: Handover, *, now: datetime) -> int:
    """Give them back, and let no mail leave. Raises Refused once students were told. Returns how many came back.

    A student who was handed on in the meantime stays with their coach of today.
    """
    handover = Handover.objects.select_for_update(no_key=True, of=("self",)).get(pk=handover.pk)
    giver, taker = handover.giver, handover.taker
    if handover.undone_at or giver is None or taker is None:
        raise Refused("There’s nothing left to undo.")
    if now >= undo_until(handover, Policy.now()):
        raise Refused("The students have been told. Hand them back instead. We’ll tell them.")
    lock_people(giver.pk, taker.pk)
    ids = handover.students.values("student")
    rows = StudentProfile.objects.select_for_update(no_key=True, of=("self",)).filter(coach=taker, user__in=ids)
    profiles = list(rows.order_by("pk"))
    _give(profiles, taker, giver)
    for student in handover.students.values_list("student", flat=True):
        outbox.cancel(_occasion(handover, student))
    handover.undone_at = now
    handover.save(update_fields=["undone_at"])
    return len(profiles)
