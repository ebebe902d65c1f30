"""Promise mail, take a promise back, and look after what could not be kept. The only way to mail from anywhere.

`queue` writes a row in the caller's transaction and nothing leaves before that commits; delivery.py sends it.
It does not decide who wants which reminder: apps.reminders does, and is asked again just before sending.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from apps.accounts.models import MailLink
from apps.mail import kinds, suppression
from apps.mail.models import CANCELLABLE, CLOSABLE, RESENDABLE, OutboundMessage, State, Unsubscribe
from apps.mail.wording import one_line, words
from apps.policy.models import Policy
from apps.web import Refused

log = logging.getLogger(__name__)

UNSUBSCRIBE_LIFE = timedelta(days=400)
NO_NUDGE_S = 10

# --- promising --------------------------------------------------------------------------------------------------------


def queue(
    kind,
    *,
    to,
    key,
    context=None,
    person=None,
    subject_key="",
    subject_no=0,
    due_at=None,
    expires_at=None,
    reply_to=None,
    from_name=None,
    ics=None,
    headers=None,
    rule="",
    parts=(),
):
    """Render a mail and promise it, in the caller's transaction. Returns the message, or None when `key` is known.

    `to` is a User (the mail then follows a changed address) or one address. `from_name` is the person in whose name
    it goes, `reply_to` a User or an address. `ics` is (calendar bytes, method). A mail that holds several reminders
    names their topics as `parts`: one click in it ends each of them. Raises ValueError for an unknown
    kind, a wrong address or a header that holds a line break.
    """
    known, policy = kinds.known(kind), Policy.now()
    if OutboundMessage.objects.filter(key=key).exists():
        return None
    person, is_to_person = (person, False) if isinstance(to, str) else (to, True)
    due_at = due_at or Now()  # the database's: the clock of a worker may be wrong
    message = OutboundMessage(
        key=key,
        kind=kind,
        rule=rule,
        topic=(rule or kind)[:28] if known.is_reminder and person else "",
        rank=known.rank,
        person=person,
        is_to_person=is_to_person,
        recipient=_address(to),
        from_name=_sender(from_name, policy),
        reply_to=_address(reply_to) if reply_to else "",
        headers=_headers(headers or {}),
        subject_key=subject_key,
        subject_no=subject_no,
        due_at=due_at,
        next_at=due_at,
        expires_at=expires_at or due_at + known.life,
    )
    _keep_calendar(message, ics)
    message.message_id = f"<{message.pk.hex}@{settings.MAIL_FROM.rpartition('@')[2]}>"
    return _insert(message, {"site": settings.SITE_URL, "policy": policy, "person": person} | (context or {}), parts)


def _insert(message, context, parts):
    with transaction.atomic(savepoint=False):
        _render(message, context, parts)
        OutboundMessage.objects.bulk_create([message], ignore_conflicts=True)
        moments = OutboundMessage.objects.filter(pk=message.pk).values_list("due_at", "next_at", "expires_at").first()
        if moments is None:  # somebody else was first
            return None
        message.due_at, message.next_at, message.expires_at = moments
        _supersede(message)
        _nudge_after_commit()
    return message


def _render(message, context, parts):
    person = message.person
    if message.topic:
        context["unsubscribe_url"] = url = _unsubscribe_url(person, parts or [message.topic])
        message.headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        message.headers |= {"Auto-Submitted": "auto-generated"}
    with timezone.override(person.zone if person else context["policy"].time_zone):
        rendered = words(message.kind, context)
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html


def _unsubscribe_url(person, topics):
    token = MailLink.make(
        purpose=f"unsubscribe:{'+'.join(topics)}",
        object_id=person.pk,
        person=person,
        expires_at=timezone.now() + UNSUBSCRIBE_LIFE,
    )
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def _address(to):
    """Return the one address of a person or a text. Raises ValueError when it is not one."""
    address = to if isinstance(to, str) else to.email
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(f"Not one e-mail address: {address!r}") from error
    return address


def _sender(from_name, policy):
    """Return the name in From: the office's, or a person's by way of the office (R225)."""
    if not from_name:
        return one_line(f"Rapport at {policy.short_name}")[:200]
    return one_line(f"{one_line(str(from_name))[:100]} via {policy.short_name} {policy.office_name}")[:200]


OURS = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "sender", "mime-version"}


def _headers(headers):
    for name, value in headers.items():
        is_odd = name.lower() in OURS or not name.replace("-", "").isalnum() or one_line(value) != value
        if is_odd or name.lower().startswith("content-"):
            raise ValueError(f"Not a header to set: {name!r}")
    return dict(headers)


def _keep_calendar(message, ics):
    if ics:
        content, message.ics_method = ics
        message.ics = content.decode() if isinstance(content, bytes) else content


def _supersede(message):
    """Mark what waits and speaks of an older version of the same thing to the same address."""
    if message.subject_key:
        OutboundMessage.objects.filter(
            subject_key=message.subject_key,
            subject_no__lt=message.subject_no,
            recipient__iexact=message.recipient,
            state__in=(State.PENDING, State.UNCERTAIN),
        ).update(state=State.SUPERSEDED)


def _nudge_after_commit():
    """Wake a worker once after the transaction, however many mails it promised."""
    if not any(hook is nudge for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


class Broker:
    """What this process knows of the broker: one that did not answer is left alone for a while, so pages stay quick."""

    away_until = 0.0


def nudge():
    """Ask Celery to deliver now. Without a broker nothing is lost: the next look finds the rows."""
    if time.monotonic() < Broker.away_until:
        return
    try:
        current_app.send_task("apps.mail.tasks.deliver", retry=False, expires=25, ignore_result=True)
    except (OperationalError, OSError) as error:
        Broker.away_until = time.monotonic() + NO_NUDGE_S
        log.warning("No broker to nudge, the next look will find the mail: %s", error)


# --- taking back ------------------------------------------------------------------------------------------------------


def cancel(*, key=None, subject_key=None, before_no=None):
    """Cancel what has not begun to leave, by its key or by what it speaks of. Returns how many were cancelled.

    It takes the same row lock as the sender: a message that this call counted is never sent.
    """
    if not key and not subject_key:
        raise ValueError("Say which: key or subject_key.")
    meant = Q(key=key) if key else Q(subject_key=subject_key)
    if before_no is not None:
        meant &= Q(subject_no__lt=before_no)
    return OutboundMessage.objects.filter(meant, state__in=CANCELLABLE).update(state=State.CANCELLED)


def unsubscribe(person, topic):
    """Remember that `person` wants no mail about `topic`. Doing it again changes nothing."""
    Unsubscribe.objects.bulk_create([Unsubscribe(person=person, topic=topic)], ignore_conflicts=True)


def unsubscribe_from_all(person):
    """Remember that `person` wants no mail about anything that can be refused."""
    rows = [Unsubscribe(person=person, topic=topic) for topic in _topics]
    Unsubscribe.objects.bulk_create(rows, ignore_conflicts=True)


def is_unsubscribed(person, topics):
    """Whether `person` wants no mail about any of `topics`."""
    return Unsubscribe.objects.filter(person=person, topic__in=topics).count() == len(topics)


def resubscribe(person, topic):
    Unsubscribe.objects.filter(person=person, topic=topic).delete()


_topics: dict[str, tuple[str, str]] = {}


def call_topics(words):
    """Say what topics are called on a page for their readers: topic -> (its name, when it comes)."""
    _topics.update(words)


def topic_words(topic):
    """Return how a topic is called, and when it comes; the second may be empty."""
    return _topics.get(topic, ("Reminders", ""))


# --- asked again just before sending ----------------------------------------------------------------------------------

_rechecks: list[Callable] = []


def recheck_with(still_due):
    """Register `still_due(message, now) -> bool`, asked about messages with a rule just before they leave (R221)."""
    if still_due not in _rechecks:
        _rechecks.append(still_due)


def still_due(message, now):
    return all(ask(message, now) for ask in _rechecks)


# --- the office -------------------------------------------------------------------------------------------------------


def resend(message, *, by, now):
    """Let a message that failed, perhaps left, or was closed go out; its address is no longer suppressed.

    Raises Refused, also for a code or a link to sign in: it is dead by now.
    """
    if message.is_for_now:
        raise Refused("A code or a link to sign in is not sent again: by now it opens nothing.")
    life, leaves_at = kinds.known(message.kind).life, Greatest(F("due_at"), Now())
    with transaction.atomic():
        changed = OutboundMessage.objects.filter(pk=message.pk, state__in=RESENDABLE).update(
            state=State.PENDING,
            next_at=leaves_at,
            expires_at=leaves_at + life,
            attempts=0,
            sent_at=None,
            handled_by=by,
            handled_at=now,
        )
        if not changed:
            raise Refused("This message is not waiting for a decision any more. Here it is as it stands now.")
        suppression.lift_address(message.recipient, by=by)
        _nudge_after_commit()


def close(message, *, by):
    """Decide that a message need not be sent. Raises Refused when it has left or is leaving."""
    changed = OutboundMessage.objects.filter(pk=message.pk, state__in=CLOSABLE).update(
        state=State.CLOSED, sent_at=None, handled_by=by, handled_at=Now()
    )
    if not changed:
        raise Refused("This message has left or is leaving. Here it is as it stands now.")
