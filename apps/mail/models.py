"""What was promised to be mailed, what was tried, and who must not be mailed. How it leaves is delivery.py's."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now, Upper

from apps.clock.regions import spelled_lazily
from apps.mail.kinds import BUSINESS, FIRST, TO_ANYBODY
from apps.mail.sealed_links import SealedHeaders, SealedText


class State(models.TextChoices):
    PENDING = "pending", "Waiting"
    LEASED = "leased", "Picked up"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "Delivery unconfirmed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", spelled_lazily("Canceled")
    SUPERSEDED = "superseded", "Replaced by a newer email"
    OBSOLETE = "obsolete", "No longer needed"
    RETURNED = "returned", "Bounced"
    CLOSED = "closed", "Closed by the office"


class Phase(models.TextChoices):
    """How far one conversation with the mail server got; the last thing known when it broke off."""

    NONE = "", "Not started"
    ENVELOPE = "envelope", "Sender and recipient"
    DATA = "data", "Text"
    AFTER_DOT = "after_dot", "Everything, no reply from the server yet"
    ANSWERED = "answered", "Answered"


_TOKEN = re.compile(r"(://\S*/)[\w-]{40,}")  # as accounts.MailLink makes them


def hidden(text: str) -> str:
    """Return the words of a mail without the links that open a door."""
    return _TOKEN.sub(r"\1…", text)


CODES = {"sign_in_code": "Sign-in code", "address_code": "Code to confirm an email address"}
HELD = (State.LEASED, State.SENDING)
CANCELLABLE = (State.PENDING, State.LEASED, State.UNCERTAIN)
CLOSABLE = (State.PENDING, State.FAILED, State.UNCERTAIN, State.RETURNED)
RESENDABLE = (State.FAILED, State.UNCERTAIN, State.RETURNED, State.CLOSED)
AUTOMATIC_RESENDS = 1
_OWED = Q(state=State.PENDING) | Q(state=State.UNCERTAIN, resends__lt=AUTOMATIC_RESENDS)


class OutboundMessageQuerySet(models.QuerySet["OutboundMessage"]):
    """Sets of messages. Every comparison with the present uses the database's clock."""

    def due(self) -> Self:
        """What should leave now: waiting and due, or perhaps sent and still owed its one automatic resend."""
        return self.filter(_OWED, next_at__lte=Now())

    def abandoned(self) -> Self:
        """What a worker took and did not finish in time."""
        return self.filter(state__in=HELD, lease_until__lt=Now())

    def held_by(self, message: "OutboundMessage") -> Self:
        """The row of `message`, as long as it is still held under the same lease."""
        return self.filter(pk=message.pk, lease_token=message.lease_token)

    def needs_a_human(self) -> Self:
        """What no automatic step will move any further, but for what a stranger had sent to an address of their own."""
        given_up = Q(state__in=(State.FAILED, State.RETURNED))
        waits = self.filter(given_up | Q(state=State.UNCERTAIN, resends__gte=AUTOMATIC_RESENDS))
        return waits.exclude(kind__in=TO_ANYBODY)

    def waiting_longest(self) -> Self:
        """What is due or on its way, what has waited longest first."""
        return self.filter(Q(pk__in=self.due().values("pk")) | Q(state__in=HELD)).order_by("next_at", "pk")

    def oldest_due(self) -> "OutboundMessage | None":
        """The message that has waited longest, or None."""
        return self.waiting_longest().first()

    def longest_untried_first(self) -> Self:
        """What was never tried, then what was tried longest ago."""
        return self.order_by(F("started_at").asc(nulls_first=True), "rank", "next_at", "pk")

    def coming(self) -> Self:
        """What leaves next, in its order."""
        return self.filter(_OWED).most_urgent_first()

    def most_urgent_first(self) -> Self:
        """In the order of leaving, which is that of the index: whatever is due, the first of it are found at once."""
        return self.order_by("rank", "next_at", "pk")


class OutboundMessage(models.Model):
    """One mail to one address, promised in the transaction of the act that wanted it (R224).

    `key` names the occasion, which is mailed at most once. What is rendered stays as it is (the database refuses
    a change): what the writer previewed is what leaves.
    """

    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    rule = models.CharField(max_length=40, blank=True)  # the reminder rule that is asked again before sending
    topic = models.CharField(max_length=28, blank=True)  # what its addressee may refuse to get; empty: nothing
    rank = models.PositiveSmallIntegerField(default=BUSINESS)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, null=True, blank=True, related_name="messages"
    )
    is_to_person = models.BooleanField(default=False)  # goes to whatever address the person has when it leaves

    recipient = models.CharField(max_length=254)
    from_name = models.CharField(max_length=200)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250)
    text = SealedText()
    html = SealedText()
    headers = SealedHeaders(default=dict, blank=True)
    ics = models.TextField(blank=True)
    ics_method = models.CharField(max_length=10, blank=True)
    message_id = models.CharField(max_length=200, unique=True)

    attached = models.PositiveIntegerField(default=0)  # bytes of the file that goes along (Attachment)

    subject_key = models.CharField(max_length=80, blank=True)  # what it speaks of: "interview:42"
    subject_no = models.PositiveIntegerField(default=0)  # and which version of it

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()  # promised
    next_at = models.DateTimeField()  # the next try; later than due_at after a retry
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)  # automatic ones, after an uncertain end
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)  # of the last attempt
    worker = models.CharField(max_length=80, blank=True)
    phase = models.CharField(max_length=9, choices=Phase, default=Phase.NONE, blank=True)
    reply = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)  # what a provider calls it
    last_error = models.CharField(max_length=300, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    clock: Callable[[], datetime]  # the database's, of who has claimed it (delivery.claim)
    more: int  # how many others wait to the same address (watch)

    objects = OutboundMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["rank", "next_at", "id"], name="mail_due", condition=Q(state__in=["pending", "uncertain"])
            ),
            models.Index(fields=["lease_until"], name="mail_held", condition=Q(state__in=["leased", "sending"])),
            models.Index(fields=["subject_key", "recipient"], name="mail_subject", condition=~Q(subject_key="")),
            models.Index(fields=["person", "-created_at"], name="mail_of_person"),
            models.Index(fields=["-created_at", "id"], name="mail_newest"),
            models.Index(Upper("recipient"), name="mail_to"),
            models.Index(fields=["provider_id"], name="mail_at_provider", condition=~Q(provider_id="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="mail_state_is_known"),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="mail_phase_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "returned"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "returned"]) & Q(sent_at=None)),
                name="mail_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["leased", "sending"]) | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="mail_held_under_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(recipient__regex=r"^[^\s,;<>@]+@[^\s,;<>@]+$"), name="mail_to_exactly_one"
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=r"[\r\n]") & ~Q(from_name__regex=r"[\r\n]"), name="mail_headers_on_one_line"
            ),
            models.CheckConstraint(
                condition=Q(ics="", ics_method="") | (~Q(ics="") & Q(ics_method__in=["REQUEST", "CANCEL", "PUBLISH"])),
                name="mail_calendar_has_its_method",
            ),
            models.CheckConstraint(
                condition=Q(is_to_person=False) | Q(person__isnull=False), name="mail_to_person_has_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"

    @property
    def shown_kind(self) -> str:
        """The kind as a page names it: "Request sent to alum"."""
        return self.kind.replace("_", " ").capitalize()

    @property
    def shown_subject(self) -> str:
        """The subject as a page may show it to somebody else than its addressee."""
        return CODES.get(self.kind, self.subject)

    @property
    def shown_text(self) -> str:
        """The text as a page may show it to somebody else: no code and no link that opens a door."""
        return "The code isn’t shown here." if self.kind in CODES else hidden(self.text)

    @property
    def is_for_now(self) -> bool:
        """Whether it holds a code or a link that opens nothing by the time anybody sends it again."""
        return self.rank == FIRST

    @property
    def tried_at(self) -> datetime:
        """When the last try began; of one that was never tried, when it was promised."""
        return self.started_at or self.created_at

    @property
    def can_resend(self) -> bool:
        return self.state in RESENDABLE and not self.is_for_now

    @property
    def can_close(self) -> bool:
        return self.state in CLOSABLE


class Attachment(models.Model):
    """The file that goes along with a mail, as it was when the mail was promised. Whoever takes mails reads no file."""

    message = models.OneToOneField(OutboundMessage, models.DB_CASCADE, related_name="attachment")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class DeliveryAttempt(models.Model):
    """One try to hand a message to the mail server. Written once, when it ended or was found lost."""

    message = models.ForeignKey(OutboundMessage, models.DB_CASCADE, related_name="attempts_made")
    n = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=Now())
    phase = models.CharField(max_length=9, choices=Phase, blank=True)
    reply = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=State)

    class Meta:
        indexes = [models.Index(fields=["message", "n"], name="attempts_of_message")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.n}: {self.outcome}"


class ReceivedMail(models.Model):
    """A mail that came in about one of ours: a bounce, an automatic reply, or what somebody answered. Noted once."""

    class Sort(models.TextChoices):
        CAME_BACK = "came_back", "Bounced"
        DELAYED = "delayed", "Delayed; their mail server keeps trying"
        ARRIVED = "arrived", "Delivered"
        AUTOMATIC = "automatic", "Automatic reply"
        REPLY = "reply", "Reply"

    message = models.ForeignKey(OutboundMessage, models.DB_CASCADE, related_name="received")
    sort = models.CharField(max_length=9, choices=Sort)
    received_at = models.DateTimeField(db_default=Now())
    sender = models.CharField(max_length=254, blank=True)
    back_on = models.DateField(null=True, blank=True)  # the day on which an automatic reply says they are back
    words = models.CharField(max_length=300, blank=True)
    fingerprint = models.CharField(max_length=64)  # of the mail that came in: the same one is noted once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "fingerprint"], name="each_received_mail_once"),
            models.CheckConstraint(
                condition=Q(sort__in=["came_back", "delayed", "arrived", "automatic", "reply"]),
                name="received_sort_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.sort}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)

    def of(self, address: str) -> Self:
        return self.filter(address__iexact=address)


class Suppression(models.Model):
    """An address to which nothing is sent, since when and why. Lifted, it stays as a record of who did that."""

    class Cause(models.TextChoices):
        REFUSED = "refused", "Refused twice in 30 days"
        COMPLAINT = "complaint", "Marked as spam"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        BY_HAND = "by_hand", "Blocked by the office"

    address = models.CharField(max_length=254)
    cause = models.CharField(max_length=12, choices=Cause, default=Cause.REFUSED)
    reason = models.CharField(max_length=300, blank=True)  # the last words of the mail server, or the office's
    message = models.ForeignKey(OutboundMessage, models.DB_SET_NULL, null=True, blank=True, related_name="suppressions")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="+")

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "id"], name="suppressions_newest")]
        constraints = [
            models.UniqueConstraint(Lower("address"), condition=Q(lifted_at=None), name="one_suppression_per_address"),
            models.CheckConstraint(
                condition=Q(address__regex=r"^[^\s,;<>@]+@[^\s,;<>@]+$"), name="suppression_of_one_address"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Unsubscribe(models.Model):
    """A person who does not want mail about one topic (a reminder rule, or a kind of reminder)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="unsubscribes")
    topic = models.CharField(max_length=28)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_unsubscribe_per_topic")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"


class DeliveryCycle(models.Model):
    """When an engine last went through everything that was due: a living process is no proof of progress."""

    engine = models.CharField(max_length=20, unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # when a mail last left in a round that has ended

    def __str__(self) -> str:
        return self.engine


class Halt(models.Model):
    """Why no mail can leave now, since when, and until when nobody asks again. Over, the row is gone."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    began_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # empty: every look may ask
    error = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=1), name="one_halt_at_most")]

    def __str__(self) -> str:
        return self.error


class Trouble(models.Model):
    """Something about the mail that needs a human, since when, and when the office was told. Over, the row is gone."""

    name = models.CharField(max_length=20, unique=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_of = models.PositiveIntegerField(default=0)  # how many messages, where it is about messages

    def __str__(self) -> str:
        return self.name
