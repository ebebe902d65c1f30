"""Mails and reminders of somebody who leaves: theirs are deleted, others' no longer name them.

A mail to somebody else that was about them stays as a line, that something was sent and when, without its words. One
that has not left yet keeps its words, without the name.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q
from icalendar import Calendar

from apps.accounts.models import User
from apps.coaching.models import SharedNote
from apps.handover.models import Handover
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.mail import outbox
from apps.mail.models import Attachment, DeliveryAttempt, OutboundMessage, ReceivedMail, State
from apps.network.models import ProgressUpdate
from apps.policy.models import Policy
from apps.practice.models import Practice
from apps.privacy.words import Redaction, redact
from apps.reminders.models import Notice
from apps.suggestions.models import WarmIntroduction
from apps.tickets.models import Ticket, TicketMessage

GONE = "About someone who deleted their data"
LEAVING = (State.PENDING, State.LEASED, State.SENDING, State.UNCERTAIN)
TELLING = ("interview_cancelled", "request_withdrawn", "request_expired")  # what is still said: that it is off
SEARCHED = ("subject", "text", "html", "ics", "from_name", "reply_to", "last_error", "reply", "headers")


@dataclass(frozen=True)
class Mails:
    """Ids of mails to others: those that are about the person, and those that only name them."""

    about: list[UUID]
    naming: list[UUID]


def about(person: User, redaction: Redaction) -> Mails:
    """Find the mails to others in which somebody stands. Ask before anything is deleted: keys hold numbers of rows."""
    replies = [address for address in redaction.whole if "@" in address]
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, [person.pk, *[sorted(_keys(person))] * 3, [address.lower() for address in replies]])
        ids = [pk for (pk,) in cursor.fetchall()]
    return Mails(ids, [pk for pk in _naming(redaction) if pk not in set(ids)])


# A key is "request:42:declined"; a coach's reading of a draft has one of four parts.
ABOUT = """
    SELECT id FROM mail_outboundmessage
    WHERE person_id IS DISTINCT FROM %s AND (
        split_part(key, ':', 1) || ':' || split_part(key, ':', 2) = ANY(%s)
        OR key = ANY(%s) OR subject_key = ANY(%s) OR lower(reply_to) = ANY(%s)
    )
"""


def _keys(person: User) -> set[str]:
    """Return what the keys of mails about this person begin with, and some whole ones."""
    own = Q(student=person) | Q(alum__user=person)
    keys = {f"request:{pk}" for pk in InterviewRequest.objects.filter(own).values_list("pk", flat=True)}
    for pk in Interview.objects.filter(own).values_list("pk", flat=True):
        keys |= {f"interview:{pk}", f"thank-you:{pk}"}
    for review in Review.objects.filter(Q(coach=person) | Q(request__student=person) | Q(text__student=person)):
        keys |= {f"review:{review.pk}", f"request:{review.request_id}:review:{review.pk}"}
    notes = SharedNote.objects.filter(Q(author=person) | Q(student=person)).values_list("pk", flat=True)
    keys |= {f"ticket:{pk}" for pk in Ticket.objects.filter(student=person).values_list("pk", flat=True)}
    for message in TicketMessage.objects.filter(author=person):
        keys.add(f"ticket:{message.ticket_id}:answered:{message.pk}")
    practices = Practice.objects.filter(Q(student=person) | Q(coach=person)).values_list("pk", flat=True)
    keys |= {f"practice:{pk}" for pk in practices}
    keys |= {f"update:{pk}" for pk in ProgressUpdate.objects.filter(student=person).values_list("pk", flat=True)}
    handed = Handover.objects.filter(Q(giver=person) | Q(taker=person)).values_list("pk", flat=True)
    keys |= {f"handover:{pk}" for pk in handed}
    met = WarmIntroduction.objects.filter(own | Q(suggestion__author=person)).values_list("pk", flat=True)
    keys |= {f"introduction:{pk}" for pk in met}
    answered = OutboundMessage.objects.filter(person=person).values_list("pk", flat=True)
    return keys | {f"coach-letter:{pk}" for pk in notes} | {f"reply:{pk.hex}" for pk in answered}


def _naming(redaction: Redaction) -> list[UUID]:
    """Return the mails in which a whole name or an address stands, as one statement over all of them."""
    needles = [f"%{_escaped(word)}%" for word in sorted(redaction.whole)]
    if not needles:
        return []
    said = " || chr(10) || ".join(f"{column}::text" for column in SEARCHED)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM mail_outboundmessage WHERE {said} ILIKE ANY(%s)", [needles])  # noqa: S608 - our own column names
        return [pk for (pk,) in cursor.fetchall()]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def forget(mails: Mails, redaction: Redaction, person: User, addresses: set[str]) -> None:
    """Delete the person's own mails and reminders, and take them out of those to others."""
    own = Q(person=person)
    received = Q(message__in=mails.about)
    for address in addresses:
        own |= Q(recipient__iexact=address)
        received |= Q(sender__iexact=address)
    OutboundMessage.objects.filter(own).delete()
    Notice.objects.filter(person=person).delete()
    ReceivedMail.objects.filter(received).delete()
    DeliveryAttempt.objects.filter(message__in=[*mails.about, *mails.naming]).delete()
    told = OutboundMessage.objects.filter(pk__in=mails.about).exclude(kind__in=TELLING, state__in=LEAVING)
    told.filter(state__in=LEAVING).update(state=State.CANCELLED)
    Attachment.objects.filter(message__in=told).delete()
    told.update(
        attached=0,
        subject=GONE,
        text="",
        html="",
        ics="",
        ics_method="",
        headers={},
        from_name=outbox.from_office(Policy.now()),
        reply_to="",
        reply="",
        last_error="",
    )
    for message in OutboundMessage.objects.filter(pk__in=[*mails.about, *mails.naming]).exclude(text=""):
        _unname(message, redaction)
    _unname_reminders(redaction, person)


def _unname(message: OutboundMessage, redaction: Redaction) -> None:
    """Put other words for the person into a mail that has still to leave, or that only names them."""
    changed: dict[str, object] = {}
    for column in SEARCHED:
        old = getattr(message, column)
        if isinstance(old, str):
            changed[column] = redaction.text(_bare(old) if column == "ics" else old, is_about=True)
    if any(address in message.reply_to.lower() for address in redaction.whole if "@" in address):
        changed["reply_to"] = ""
    changed["subject"] = str(changed["subject"])[:250]
    OutboundMessage.objects.filter(pk=message.pk).update(**changed)


def _bare(calendar: str) -> str:
    """Return a calendar file with when it is and that it is off, without where and what about."""
    if not calendar:
        return ""
    read = Calendar.from_ical(calendar)
    for event in read.walk("VEVENT"):
        for name in ("description", "location"):
            event.pop(name, None)
    return read.to_ical().decode()


def _unname_reminders(redaction: Redaction, person: User) -> None:
    """Reminders of others that name this person in full."""
    found = Q(pk__in=[])
    for word in redaction.whole:
        found |= Q(title__icontains=word) | Q(text__icontains=word)
    redact(Notice.objects.filter(found).exclude(person=person), redaction)
