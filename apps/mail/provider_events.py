"""What a provider tells afterwards: a mail came back, or arrived after all; somebody complained, or wants no more.

Of django-anymail's webhook views only the check and the reading are used; its signal is not, so that what follows is
written out here. Events may come twice, late, and before we know that the mail left: each is taken once or not at all.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from apps.mail import afterwards, outbox, suppression
from apps.mail.letter import METADATA
from apps.mail.models import OutboundMessage, Suppression

READERS = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
# Bounces that may pass, which anymail calls bounced like those that do not.
SOFT: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "brevo": lambda report: report.get("event") == "soft_bounce",
    "mailgun": lambda report: False,  # anymail tells those as deferred
    "mailjet": lambda report: report.get("hard_bounce") is False,
    "postmark": lambda report: report.get("Type") == "SoftBounce",
    "sparkpost": lambda report: _bounce_class(report) not in ("10", "30"),
}
NOBODY_THERE = (RejectReason.BOUNCED, RejectReason.INVALID)
HEX = re.compile(r"[0-9a-f]{32}")
Unsigned = AnymailWebhookValidationFailure


class Unreadable(Exception):
    """What came is signed, and yet nothing that this provider sends."""


def is_listening() -> bool:
    """Whether a provider was chosen, and the secret that what it tells must carry."""
    return settings.MAIL_PROVIDER in READERS and bool(settings.ANYMAIL.get("WEBHOOK_SECRET"))


def read(request: HttpRequest) -> list[AnymailTrackingEvent]:
    """Return the events that a provider tells. Raises Unsigned, Unreadable."""
    view = READERS[settings.MAIL_PROVIDER]()
    view.run_validators(request)
    try:
        return view.parse_events(request)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable from error


def take(event: AnymailTrackingEvent) -> None:
    """Do what follows from one event; most need nothing. Raises Leaving."""
    act = ACTS.get(event.event_type)
    message = _message(event) if act else None
    if act is None or message is None:
        return
    with transaction.atomic():
        act(OutboundMessage.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk), event)


def _message(event: AnymailTrackingEvent) -> OutboundMessage | None:
    """Return the message an event speaks of: by the provider's id, else by ours where we never learned that."""
    to = OutboundMessage.objects.filter(recipient__iexact=event.recipient or "")
    known = to.filter(provider_id=event.message_id).first() if event.message_id else None
    ours = str((event.metadata or {}).get(METADATA, ""))
    return known or (to.filter(provider_id="", pk=ours).first() if HEX.fullmatch(ours) else None)


def _came_back(message: OutboundMessage, event: AnymailTrackingEvent) -> None:
    afterwards.came_back(message, is_nobody_there=_is_nobody_there(event), **_told(event))


def _is_nobody_there(event: AnymailTrackingEvent) -> bool:
    """Whether an event says for good that the address is wrong."""
    return event.reject_reason in NOBODY_THERE and not SOFT[settings.MAIL_PROVIDER](event.esp_event)


def _bounce_class(report: Mapping[str, Any]) -> str:
    return str(next(iter(report["msys"].values())).get("bounce_class"))


def _arrived(message: OutboundMessage, event: AnymailTrackingEvent) -> None:
    afterwards.arrived(message, **_told(event))


def _told(event: AnymailTrackingEvent) -> dict[str, str]:
    """Return what is written down of an event: its words, who told it, and how the provider calls the mail."""
    return {"words": _reason(event), "told_by": settings.MAIL_PROVIDER, "provider_id": event.message_id or ""}


def _complained(message: OutboundMessage, event: AnymailTrackingEvent) -> None:
    """Put the address onto the list at once, unless somebody took it off after this was said."""
    said_at = event.timestamp or message.sent_at or message.created_at
    if not Suppression.objects.of(message.recipient).filter(lifted_at__gte=said_at).exists():
        cause = Suppression.Cause.COMPLAINT
        suppression.suppress(message.recipient, cause=cause, reason=_reason(event), message=message)


def _wants_no_more(message: OutboundMessage, event: AnymailTrackingEvent) -> None:
    """Send its reader no more reminders, as our own link would. Codes, and what concerns a talk, still leave."""
    if message.person and message.is_to_person:
        outbox.unsubscribe_from_all(message.person)


def _reason(event: AnymailTrackingEvent) -> str:
    """Return what the provider says about it, on one line."""
    reply = event.mta_response or event.description or f"{settings.MAIL_PROVIDER}: {event.event_type}"
    return " ".join(str(reply).split())[:300]


ACTS: dict[str, Callable[[OutboundMessage, AnymailTrackingEvent], None]] = {
    EventType.BOUNCED: _came_back,
    EventType.REJECTED: _came_back,
    EventType.FAILED: _came_back,
    EventType.SENT: _arrived,
    EventType.DELIVERED: _arrived,
    EventType.COMPLAINED: _complained,
    EventType.UNSUBSCRIBED: _wants_no_more,
}
