"""Somebody outside the directory who may be introduced: how often they are asked, and how long their address is kept.

The office or a coach vouches for them by name and address. They are spared as an alum is: a month takes as many
questions as the office lets an alum have, a no holds for a while, and who asked for silence is not asked at all.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from apps.alumni import limits
from apps.alumni.models import AlumniProfile, Listing
from apps.mail.models import Suppression
from apps.policy.models import Policy
from apps.suggestions.models import Answer, State, Suggestion, WarmIntroduction

A_NO_HOLDS = timedelta(days=90)
KEPT = timedelta(days=14)  # an address, after an answer that was no yes
OVER = (State.PASSED, State.WITHDRAWN, State.EXPIRED)
NOT_MADE = (Answer.DECLINED, Answer.WITHDRAWN, Answer.EXPIRED)


def elsewhere(address: str) -> str:
    """Say why this address is not to be written to as somebody outside the directory; nothing where it may be."""
    entries = AlumniProfile.objects.filter(email__iexact=address)
    if entries.filter(Q(is_do_not_contact=True) | Q(is_deceased=True)).exists():
        return "This person isn’t to be contacted."
    if entries.filter(listing=Listing.LISTED).exists():
        return "This address belongs to someone in the directory. Find them above."
    if Suppression.objects.in_force().of(address).exists():
        return "Email to this address is blocked. Ask the office."
    return ""


def refusal(suggestion: Suggestion, now: datetime) -> str:
    """Say why this person cannot be asked now; nothing where they can. Until the transaction ends nobody else asks."""
    address, policy = suggestion.email, Policy.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(lower(%s), 32))", [address])
    if elsewhere(address):
        return f"{suggestion.called} can’t be introduced right now."
    asked = WarmIntroduction.objects.filter(suggestion__email__iexact=address)
    if asked.filter(state=Answer.DECLINED, answered_at__gt=now - A_NO_HOLDS).exists():
        return f"{suggestion.first_name} can’t do it right now. It isn’t about you."
    start, end = limits.month_of(now, policy)
    held = asked.filter(state__in=limits.HELD, asked_at__gte=start, asked_at__lt=end)
    if held.exclude(student=suggestion.student_id).count() >= policy.alum_monthly_cap:
        return f"{suggestion.called} has been asked as often as a month allows. Try again next month."
    return ""


def forget(now: datetime) -> None:
    """Delete the addresses that nobody needs any more: of a no, of silence, and of what was never taken up."""
    over = Q(state__in=OVER, expires_at__lte=now - KEPT) | Q(state__in=OVER, answered_at__lte=now - KEPT)
    ended = Q(introduction__state__in=NOT_MADE, introduction__answer_by__lte=now - KEPT)
    said_no = Q(introduction__state=Answer.DECLINED, introduction__answered_at__lte=now - A_NO_HOLDS)
    rows = Suggestion.objects.exclude(email="").filter(over | ended & ~Q(introduction__state=Answer.DECLINED) | said_no)
    rows.update(email="")
