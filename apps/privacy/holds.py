"""A legal hold: set and lifted by the office, with a reason that the person can read."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.privacy.models import Erasure, Hold
from apps.web.answers import Refused


@transaction.atomic
def place(person: User, *, reason: str, by: User, now: datetime) -> Hold:
    """Stop any deletion of this person. Raises Refused where one is under way, or there is a hold already."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Erasure.objects.filter(number=person.pk, state=Erasure.State.RUNNING).exists():
        raise Refused("It’s too late for a hold. This account is being deleted right now.")
    try:
        with transaction.atomic():
            return Hold.objects.create(person=person, reason=reason, set_at=now, set_by=by)
    except IntegrityError as error:
        raise Refused("There is a legal hold on this account already.") from error


def lift(person: User, *, by: User, now: datetime) -> None:
    """Let deletion be possible again. One that was asked for goes on. Raises Refused where there is no hold."""
    if not Hold.objects.in_force().filter(person=person).update(lifted_at=now, lifted_by=by):
        raise Refused("There is no legal hold on this account.")
