"""What becomes known of a mail after it left: it came back, or arrived after all. Whoever tells, it is written here.

A provider tells by its webhook (provider_events.py), a mail server by a mail (incoming.py): both count alike.
"""

from collections.abc import Sequence

from django.db.models.functions import Coalesce, Now

from apps.mail import suppression
from apps.mail.models import HELD, DeliveryAttempt, OutboundMessage, Phase, State


class Leaving(Exception):
    """The mail is just leaving: nothing can be said about it yet, ask again."""


def came_back(
    message: OutboundMessage, *, is_nobody_there: bool, words: str, told_by: str, provider_id: str = ""
) -> bool:
    """Show the office a mail that was refused after it had left. Returns whether that was news. Raises Leaving.

    The second time that nobody was there suppresses the address; what is blocked for our sake does not count.
    """
    phase = Phase.ENVELOPE if is_nobody_there else Phase.ANSWERED
    before = (State.SENT, State.UNCERTAIN)
    is_news = _settle(message, State.RETURNED, before, words, told_by, provider_id=provider_id, phase=phase)
    if is_news and is_nobody_there:
        suppression.count_refusals(message, words)
    return is_news


def arrived(message: OutboundMessage, *, words: str, told_by: str, provider_id: str = "") -> bool:
    """Settle what was perhaps sent. Returns whether that was news. Raises Leaving."""
    return _settle(message, State.SENT, (State.UNCERTAIN,), words, told_by, provider_id=provider_id)


def _settle(
    message: OutboundMessage,
    state: State,
    before: Sequence[State],
    words: str,
    told_by: str,
    *,
    provider_id: str,
    phase: Phase = Phase.ANSWERED,
) -> bool:
    """Write what became of a message that had left, unless that is known already. Returns whether it was written."""
    if message.state in HELD:
        raise Leaving
    if message.state not in before:
        return False
    OutboundMessage.objects.filter(pk=message.pk).update(
        state=state,
        sent_at=Coalesce("sent_at", Now()),
        provider_id=(provider_id or message.provider_id)[:200],
        last_error="" if state == State.SENT else words,
    )
    DeliveryAttempt.objects.create(
        message=message,
        n=message.attempts,
        worker=told_by,
        started_at=message.tried_at,
        phase=phase,
        reply=words,
        outcome=state,
    )
    return True
