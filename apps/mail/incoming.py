"""A mail that a mail server hands us about one of ours: what follows from it. Nobody is ever answered.

What a person wrote is handed on: to the student in whose name our mail went, else to the office.

Anybody may send us anything. Only what names a message of ours by its unguessable id is taken at all, and an address
is counted as wrong only where it is the one that this message went to. How a mail is read is returned.py's.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from apps.mail import afterwards, outbox
from apps.mail.models import OutboundMessage, ReceivedMail
from apps.mail.returned import Report
from apps.policy.models import Policy
from apps.web.addresses import folded, stored

TOLD_BY = "mail"
SKEW = timedelta(minutes=5)  # between our clock and the database's
MOST_OF_ONE = 50  # mails that are noted about one message
Sort = ReceivedMail.Sort


def take(report: Report) -> str:
    """Note what a mail says about one of ours, once, and return that in a sentence. Raises Leaving."""
    found = _message(report)
    if found is None or report.sort is None:
        return "Ignored: it isn’t about an email Rapport sent, or we can’t tell what it says."
    with transaction.atomic():
        message = OutboundMessage.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
        if ReceivedMail.objects.filter(message=message, fingerprint=report.fingerprint).exists():
            return f"Already saved with the email to {message.recipient}."
        if message.received.count() >= MOST_OF_ONE:
            return f"Ignored: we already have {MOST_OF_ONE} replies to the email to {message.recipient}."
        _act(message, report)
        ReceivedMail.objects.create(
            message=message,
            sort=report.sort,
            sender=report.sender,
            back_on=report.back_on,
            words=report.words,
            fingerprint=report.fingerprint,
        )
        if report.sort == Sort.REPLY:
            _hand_on(message, report)
    until = f" Back on {report.back_on:%Y-%m-%d}." if report.back_on else ""
    return f"Saved with the email to {message.recipient}: {report.sort.label}.{until}"


def _message(report: Report) -> OutboundMessage | None:
    """Return the message a mail is about: by our Message-ID in it, or by our id in the address that it came to."""
    by_name = Q(message_id__in=[f"<{name}>" for name in report.about])
    named = list(OutboundMessage.objects.filter(by_name).order_by("-created_at")[:20]) if report.about else []
    if not named and report.envelope:
        named = list(OutboundMessage.objects.filter(pk=report.envelope))
    return next((message for message in named if _concerns(report, message)), named[0] if named else None)


def _concerns(report: Report, message: OutboundMessage) -> bool:
    return folded(message.recipient) in report.addresses


def _act(message: OutboundMessage, report: Report) -> None:
    """Do what follows from a report; from a delay, and from what machines and people answer, nothing does."""
    if report.sort not in (Sort.CAME_BACK, Sort.ARRIVED) or _is_of_an_earlier_copy(message, report):
        return
    if report.sort == Sort.ARRIVED:
        if _concerns(report, message):
            afterwards.arrived(message, words=report.words, told_by=TOLD_BY)
        return
    is_nobody_there = report.is_nobody_there and _concerns(report, message)
    afterwards.came_back(message, is_nobody_there=is_nobody_there, words=report.words, told_by=TOLD_BY)


def _hand_on(message: OutboundMessage, report: Report) -> None:
    """Mail what somebody answered to whom it was meant for; an answer to it goes back to its writer."""
    to = message.reply_to or Policy.now().office_email
    if not report.answer or not stored(report.sender) or not stored(to):
        return
    outbox.queue(
        "reply_forwarded",
        to=to,
        occasion=outbox.Occasion(f"reply:{message.pk.hex}:{report.fingerprint}"),
        sender=outbox.Sender("", report.sender),
        context={"about": message.shown_subject, "writer": report.sender, "words": report.answer},
    )


def _is_of_an_earlier_copy(message: OutboundMessage, report: Report) -> bool:
    """Whether a mail is about a copy that left before the office sent this one again."""
    return report.written_at is not None and report.written_at < message.tried_at - SKEW
