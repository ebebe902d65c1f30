"""How often people here say yes, once enough were asked to say it (R275).

Who is about to ask expects half of the yeses there are. It counts requests whose answer is known, of the last year; one
that was withdrawn, or still waits, says nothing of it. Under ENOUGH nobody is told a number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db.models import Count, Q

from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus

ENOUGH = 30
YEAR = timedelta(days=365)
KEPT_S = 60 * 60
KNOWN = (RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.EXPIRED)


@dataclass(frozen=True)
class Rate:
    """Of so many requests, how many got a yes."""

    yes: int
    asked: int


def rate(now: datetime) -> Rate | None:
    """Return how often alumni of the directory say yes; None as long as too few were asked. An hour old at most."""
    near = caches["near"]
    kept: tuple[int, int] | None = near.get("courage")
    if kept is None:
        asked = InterviewRequest.objects.filter(alum__isnull=False, sent_at__gt=now - YEAR, status__in=KNOWN)
        counts = asked.aggregate(yes=Count("pk", filter=Q(status=RequestStatus.ACCEPTED)), asked=Count("pk"))
        kept = counts["yes"], counts["asked"]
        near.set("courage", kept, KEPT_S)
    yes, known = kept
    return Rate(yes, known) if known >= ENOUGH else None
