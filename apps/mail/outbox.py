"""Promise mail, take a promise back, and look after what could not be kept. The only way to mail from anywhere.

`queue` writes a row in the caller's transaction and nothing leaves before that commits; delivery.py sends it.
It does not decide who wants which reminder: apps.reminders does, and is asked again just before sending.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from apps.accounts.models import MailLink, User
from apps.clock import regions
from apps.mail import kinds, sealed_links, suppression
from apps.mail.models import CANCELLABLE, CLOSABLE, RESENDABLE, Attachment, OutboundMessage, State, Unsubscribe
from apps.mail.rendering import render
from apps.policy.models import Policy
from apps.web.addresses import sendable, tidied
from apps.web.answers import Refused
from apps.wording import person_name

log = logging.getLogger(__name__)

UNSUBSCRIBE_LIFE = timedelta(days=400)
NO_NUDGE_S = 10
LONGEST_FROM, LONGEST_SENDER = 64, 50  # characters of a name in From; more is cut or distrusted by mail programs

# --- promising --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Occasion:
    """What a mail is written for. It is mailed at most once, however often somebody asks for it.

    `key` names it, and is written once, beside the act: who takes the mail back hands the same occasion to `cancel`.
    Where it speaks of something that changes, `subject_key` names that and `subject_no` its version: the newer word
    takes the place of an older one that still waits. It leaves at `due_at` (empty: now) and not after `expires_at`
    (empty: the life of its kind). A reminder names the `rule` that is asked again just before, and one that holds
    several names their `topics`: one click in it ends each of them.
    """

    key: str
    subject_key: str = ""
    subject_no: int = 0
    due_at: datetime | None = None
    expires_at: datetime | None = None
    rule: str = ""
    topics: Sequence[str] = ()


@dataclass(frozen=True)
class Sender:
    """In whose name a mail goes, by way of the office (R225), and the address that an answer to it reaches."""

    name: str
    reply_to: str = ""


@dataclass(frozen=True)
class File:
    """A file that goes along with a mail, under a name of ours."""

    name: str
    media_type: str
    content: bytes


def sender_of(person: User) -> Sender:
    """Return the sender of a mail that goes in the name of `person`."""
    return Sender(person.called, person.email)


def queue(
    kind: str,
    *,
    to: User | str,
    occasion: Occasion,
    sender: Sender | None = None,
    context: Mapping[str, object] | None = None,
    ics: tuple[str | bytes, str] | None = None,
    file: File | None = None,
    person: User | None = None,
    stop_url: str = "",
) -> OutboundMessage | None:
    """Render a mail and promise it, in the caller's transaction. Returns None for an occasion that is known already.

    `to` is a User (the mail then follows a changed address), or one address, which may be that of `person`. Without
    a sender it goes in the name of the office. `ics` is (calendar, method); `file` goes along as it is now. `stop_url`
    ends such mail by one press of a mail program (RFC 8058); a reminder to a person has one by itself. Raises
    ValueError for an unknown kind or a wrong address.
    """
    known, policy = kinds.known(kind), Policy.now()
    if OutboundMessage.objects.filter(key=occasion.key).exists():
        return None
    person, is_to_person = (person, False) if isinstance(to, str) else (to, True)
    due_at = occasion.due_at or Now()  # the database's: the clock of a worker may be wrong
    message = OutboundMessage(
        key=occasion.key,
        kind=kind,
        rule=occasion.rule,
        topic=(occasion.rule or kind)[:28] if known.is_reminder and person else "",
        rank=known.rank,
        person=person,
        is_to_person=is_to_person,
        recipient=_checked(to if isinstance(to, str) else to.email),
        from_name=_from_name(sender, policy),
        reply_to=_checked(sender.reply_to) if sender and sender.reply_to else "",
        subject_key=occasion.subject_key,
        subject_no=occasion.subject_no,
        due_at=due_at,
        next_at=due_at,
        expires_at=occasion.expires_at or due_at + known.life,
        headers=known.headers,
    )
    if ics:
        calendar, message.ics_method = ics
        message.ics = calendar.decode() if isinstance(calendar, bytes) else calendar
    message.message_id = f"<{message.pk.hex}@{settings.MAIL_FROM.rpartition('@')[2]}>"
    names: dict[str, object] = {"site": settings.SITE_URL, "policy": policy, "person": person, "stop_url": stop_url}
    message.attached = len(file.content) if file else 0
    if stop_url:
        message.headers |= _one_press(stop_url)
    promised = _insert(message, names | dict(context or {}), occasion.topics or [message.topic], policy)
    if promised and file:
        Attachment.objects.create(
            message=promised, name=file.name, media_type=file.media_type, content=file.content, size=len(file.content)
        )
    return promised


def _checked(address: str) -> str:
    """Return an address as it is sent. Raises ValueError for what is none, or has something around it."""
    try:
        sent = sendable(address)
    except ValidationError as error:
        raise ValueError(f"Not one e-mail address: {address!r}") from error
    if tidied(address) != address:
        raise ValueError(f"Not one e-mail address and nothing else: {address!r}")
    return sent


def _from_name(sender: Sender | None, policy: Policy) -> str:
    """Return the name in From: the office's, or a person's by way of the office (R225)."""
    return from_office(policy) if sender is None else via(sender.name, policy)


def from_office(policy: Policy) -> str:
    return person_name.in_header(f"Rapport at {policy.short_name}")


def via(name: str, policy: Policy) -> str:
    """Return the name in From of a mail that the office sends for somebody: “Adele Farrow via Northfield Office”.

    Where it is long, the name of the office is left out before any of the person's.
    """
    name = person_name.in_header(name, room=LONGEST_SENDER)
    for office in (f"{policy.short_name} {policy.office_name}", policy.short_name, "Rapport"):
        whole = f"{name} via {person_name.in_header(office)}"
        if name and len(whole) <= LONGEST_FROM:
            return whole
    return person_name.in_header(f"Rapport at {policy.short_name}")


def _insert(
    message: OutboundMessage, context: dict[str, object], topics: Sequence[str], policy: Policy
) -> OutboundMessage | None:
    with transaction.atomic(savepoint=False):
        _render(message, context, topics, policy)
        OutboundMessage.objects.bulk_create([message], ignore_conflicts=True)
        moments = OutboundMessage.objects.filter(pk=message.pk).values_list("due_at", "next_at", "expires_at").first()
        if moments is None:  # somebody else was first
            return None
        message.due_at, message.next_at, message.expires_at = moments
        _supersede(message)
        _nudge_after_commit()
    return message


def _render(message: OutboundMessage, context: dict[str, object], topics: Sequence[str], policy: Policy) -> None:
    person = message.person
    if person and message.topic:
        url = _unsubscribe_url(person, topics)
        context = context | {"unsubscribe_url": url}
        message.headers |= _one_press(url)
    with timezone.override(person.zone if person else policy.time_zone), regions.using(policy.locale):
        rendered = render(message.kind, context)
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html


def _one_press(url: str) -> dict[str, str]:
    """Say to a mail program that a POST to `url`, without a session or a cookie, ends such mail (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _unsubscribe_url(person: User, topics: Sequence[str]) -> str:
    token = MailLink.make(
        purpose=f"unsubscribe:{'+'.join(topics)}",
        object_id=person.pk,
        person=person,
        expires_at=timezone.now() + UNSUBSCRIBE_LIFE,
    )
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def _supersede(message: OutboundMessage) -> None:
    """Mark what waits and speaks of an older version of the same thing to the same address."""
    if message.subject_key:
        OutboundMessage.objects.filter(
            subject_key=message.subject_key,
            subject_no__lt=message.subject_no,
            recipient__iexact=message.recipient,
            state__in=(State.PENDING, State.UNCERTAIN),
        ).update(state=State.SUPERSEDED)


def _nudge_after_commit() -> None:
    """Wake a worker once after the transaction, however many mails it promised."""
    if not any(hook is nudge for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


class Broker:
    """What this process knows of the broker: one that did not answer is left alone for a while, so pages stay quick."""

    away_until = 0.0


def nudge() -> None:
    """Ask Celery to deliver now. Without a broker nothing is lost: the next look finds the rows."""
    if time.monotonic() < Broker.away_until:
        return
    try:
        current_app.send_task("apps.mail.tasks.deliver", retry=False, expires=25, ignore_result=True)
    except (OperationalError, OSError) as error:
        Broker.away_until = time.monotonic() + NO_NUDGE_S
        log.warning("No broker to nudge, the next look will find the mail: %s", error)


# --- taking back ------------------------------------------------------------------------------------------------------


def cancel(occasion: Occasion) -> bool:
    """Cancel the mail of an occasion, unless it has begun to leave. Returns whether that was done.

    It takes the same row lock as the sender: a message that this call cancelled is never sent.
    """
    mail = OutboundMessage.objects.filter(key=occasion.key, state__in=CANCELLABLE)
    is_cancelled = mail.update(state=State.CANCELLED) == 1
    if is_cancelled:
        Attachment.objects.filter(message__key=occasion.key).delete()
    return is_cancelled


class Topic(NamedTuple):
    """What can be unsubscribed from, as a page calls it for its readers, and when its mails come."""

    name: str
    why: str = ""


_topics: dict[str, Topic] = {}


def call_topics(topics: Mapping[str, Topic]) -> None:
    """Say which topics there are."""
    _topics.update(topics)


def topic_of(topic: str) -> Topic:
    """Return how a topic is called."""
    return _topics.get(topic, Topic("Reminders"))


def unsubscribe(person: User, topic: str) -> None:
    """Remember that `person` wants no mail about `topic`. Doing it again changes nothing."""
    Unsubscribe.objects.bulk_create([Unsubscribe(person=person, topic=topic)], ignore_conflicts=True)


def unsubscribe_from_all(person: User) -> None:
    """Remember that `person` wants no mail about anything that can be refused."""
    rows = [Unsubscribe(person=person, topic=topic) for topic in _topics]
    Unsubscribe.objects.bulk_create(rows, ignore_conflicts=True)


def is_unsubscribed(person: User, topics: Sequence[str]) -> bool:
    """Whether `person` wants no mail about any of `topics`."""
    return Unsubscribe.objects.filter(person=person, topic__in=topics).count() == len(topics)


def resubscribe(person: User, topic: str) -> None:
    Unsubscribe.objects.filter(person=person, topic=topic).delete()


# --- asked again just before sending ----------------------------------------------------------------------------------

type Recheck = Callable[[OutboundMessage, datetime], bool]
_rechecks: list[Recheck] = []


def recheck_with(still_due: Recheck) -> None:
    """Register what is asked about messages with a rule just before they leave: are they still due (R221)?"""
    if still_due not in _rechecks:
        _rechecks.append(still_due)


def still_due(message: OutboundMessage, now: datetime) -> bool:
    return all(ask(message, now) for ask in _rechecks)


# --- the office -------------------------------------------------------------------------------------------------------


def resend(message: OutboundMessage, *, by: User, now: datetime) -> None:
    """Let a message that failed, perhaps left, or was closed go out; its address is no longer suppressed.

    Raises Refused, also for a code or a link to sign in: it is dead by now.
    """
    if message.is_for_now:
        raise Refused("Sign-in codes and links expire, so they can’t be sent again. Ask them to request a new one.")
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
            raise Refused("This email no longer needs a decision. Here is the latest version.")
        _renew_links(message)
        suppression.lift_address(message.recipient, by=by)
        _nudge_after_commit()


def _renew_links(message: OutboundMessage) -> None:
    """Let the links of a mail that is sent again open what they did: those in the row are only hashes."""
    row = OutboundMessage.objects.get(pk=message.pk)
    for was, token in sealed_links.renew(row.text, *row.headers.values()).items():
        row.text, row.html = row.text.replace(was, token), row.html.replace(was, token)
        row.headers = {name: value.replace(was, token) for name, value in row.headers.items()}
    row.save(update_fields=["text", "html", "headers"])


def close(message: OutboundMessage, *, by: User) -> None:
    """Decide that a message need not be sent. Raises Refused when it has left or is leaving."""
    changed = OutboundMessage.objects.filter(pk=message.pk, state__in=CLOSABLE).update(
        state=State.CLOSED, sent_at=None, handled_by=by, handled_at=Now()
    )
    if not changed:
        raise Refused("This email was sent or is being sent. Here is the latest version.")
