"""When no mail can leave: since when, why, and until when nobody asks again. All workers share one row about it.

A line that does not even open is tried at every look, and is well again when it opens. A refusal that is nobody's own,
such as 5xx at the sender or the text, is asked about by one message every half minute, each time by another one; the
first that leaves ends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Max, Min, When
from django.db.models.functions import Now

from apps.mail.models import DeliveryCycle, Halt, OutboundMessage

ASK_AGAIN = timedelta(seconds=2 * settings.MAIL_TIMEOUT)


@dataclass(frozen=True)
class Standing:
    """The halt that there is: until when nobody is to ask, and whether that lasts now."""

    until: datetime | None
    lasts: bool


def standing() -> Standing | None:
    """Return the halt that there is, or None."""
    lasts = Case(When(until__gt=Now(), then=True), default=False)
    row = Halt.objects.annotate(lasts=lasts).values_list("until", "lasts").first()
    return Standing(*row) if row else None


def begin(error: str, *, wait: timedelta | None) -> None:
    """Write down that nothing leaves, and for how long nobody asks; `wait` is None where every look may."""
    halt = Halt(began_at=Now(), until=Now() + wait if wait else None, error=error[:300])
    Halt.objects.bulk_create([halt], update_conflicts=True, update_fields=["until", "error"], unique_fields=["only"])


def end() -> None:
    Halt.objects.all().delete()


def is_its_own(message: OutboundMessage, sent_at: datetime | None) -> bool:
    """Whether a refusal is about `message` alone: others have left since it was first tried.

    `sent_at` is when the asking worker last sent one; what the others sent is known from their rounds.
    """
    first = message.attempts_made.aggregate(at=Min("started_at"))["at"]
    others = DeliveryCycle.objects.aggregate(at=Max("sent_at"))["at"]
    return first is not None and any(at is not None and at > first for at in (sent_at, others))
