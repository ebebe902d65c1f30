"""Addresses to which nothing is sent: how one gets onto the list and off it again.

A refusal counts alike whether the mail server said it on the line or a provider told us afterwards: the second in 30
days puts the address here. A complaint does at once. Only a person takes an address off, and it is written down who.
"""

from datetime import timedelta

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.mail.models import DeliveryAttempt, OutboundMessage, Phase, State, Suppression
from apps.web.answers import Refused

REFUSALS, REFUSALS_IN = 2, timedelta(days=30)
Cause = Suppression.Cause


def count_refusals(message: OutboundMessage, reason: str) -> None:
    """Stop mailing the address of `message`, just refused, when that is the second time in 30 days.

    What was refused before somebody took the address off the list does not count again. Of two refusals at one moment
    the later waits here and sees the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(lower(%s), 0))", [message.recipient])
    refusals = DeliveryAttempt.objects.filter(
        outcome__in=(State.FAILED, State.RETURNED),
        phase=Phase.ENVELOPE,
        message__recipient__iexact=message.recipient,
        ended_at__gt=Now() - REFUSALS_IN,
    )
    if lifted_at := Suppression.objects.of(message.recipient).aggregate(at=Max("lifted_at"))["at"]:
        refusals = refusals.filter(ended_at__gt=lifted_at)
    if refusals.count() >= REFUSALS:
        suppress(message.recipient, cause=Cause.REFUSED, reason=reason, message=message)


def suppress(
    address: str, *, cause: str, reason: str = "", message: OutboundMessage | None = None, by: User | None = None
) -> None:
    """Send nothing more to `address`. Where it stands on the list already, that row stays as it is."""
    row = Suppression(address=address, cause=cause, reason=reason[:300], message=message, created_by=by)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def add(address: str, *, reason: str, by: User) -> None:
    """Put an address on the list by hand. Raises Refused where it stands there already."""
    if Suppression.objects.in_force().of(address).exists():
        raise Refused(f"{address} is already blocked.")
    suppress(address, cause=Cause.BY_HAND, reason=reason, by=by)


def lift(suppression: Suppression, *, by: User) -> None:
    """Let mail go to an address again. Raises Refused where somebody did it already."""
    if not Suppression.objects.in_force().filter(pk=suppression.pk).update(lifted_at=Now(), lifted_by=by):
        raise Refused(f"{suppression.address} is already unblocked.")


def lift_address(address: str, *, by: User) -> None:
    """The same by address, where it stands on the list at all."""
    Suppression.objects.in_force().of(address).update(lifted_at=Now(), lifted_by=by)


def restore(suppression: Suppression) -> None:
    """Take back that it was lifted. Raises Refused where the address came onto the list anew meanwhile."""
    if suppression.lifted_at is None or Suppression.objects.in_force().of(suppression.address).exists():
        raise Refused(f"{suppression.address} is already blocked.")
    Suppression.objects.filter(pk=suppression.pk).update(lifted_at=None, lifted_by=None)
