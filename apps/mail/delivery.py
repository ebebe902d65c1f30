"""Hand to the mail server what the outbox promised: claim, fence, send, finish (docs/operations.md).

Any number of workers may run this at once, and any of them may die at any point. A row is taken under a lease with a
random token; every later step holds only under that token; the last check and the word that something leaves are
committed before it does. Every comparison with the present uses the database's clock. What an error means is decided
in outcomes.py, what a mail says in the outbox.
"""

import logging
import os
import socket
import time
import uuid
from collections import deque
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, PositiveSmallIntegerField, Q, Subquery, When
from django.db.models.functions import Least, Now

from apps.accounts.models import User
from apps.mail import outbox, outcomes
from apps.mail.channel import Channel, ChannelDown
from apps.mail.letter import letter
from apps.mail.models import DeliveryAttempt, DeliveryCycle, OutboundMessage, Phase, State, Suppression, Unsubscribe
from apps.mail.outcomes import End
from apps.mail.smtp import WHOLE_S, LeaseLost

log = logging.getLogger(__name__)

BATCH = 50
CYCLE_S = 200  # below Celery's time limit
CLAIM = timedelta(seconds=WHOLE_S)
BATCH_S = WHOLE_S * 2 / 3  # a batch ends before its claim does
SEND = timedelta(seconds=WHOLE_S * 3 / 2)  # longer than one conversation can take
UNCERTAIN_WAIT = timedelta(seconds=WHOLE_S)
REFUSALS, REFUSALS_IN = 2, timedelta(days=30)


def deliver_due(*, engine, stop=lambda: False):
    """Send everything that is due, over one connection, until `stop()`. Returns how many were sent.

    Must not be called inside a transaction. `engine` is the name under which the round is remembered.
    """
    _remember(engine, started_at=Now())
    recover()
    sent, error = 0, ""
    if OutboundMessage.objects.due().exists():
        sent, error = _work(stop)
    outbox.tell_office(database_now())
    _remember(engine, finished_at=Now(), channel_error=error[:300])
    return sent


def _work(stop):
    """Return how many were sent, and why the mail server could not be used, if so."""
    sent, until = 0, time.monotonic() + CYCLE_S
    try:
        with Channel() as channel:
            while time.monotonic() < until and not stop() and (batch := claim()):
                sent += _send_batch(channel, batch, stop)
                recover()  # what another worker left behind does not wait for the end of a long round
    except ChannelDown as error:
        log.error("The mail server cannot be used, everything waits: %s", error)
        return sent, str(error)
    return sent, ""


def _send_batch(channel, batch, stop):
    left, until, sent = deque(batch), time.monotonic() + BATCH_S, 0
    try:
        while left and time.monotonic() < until and not stop():
            channel.ready()
            sent += send(channel, left.popleft())
    finally:
        release(left)
    return sent


# --- claim ------------------------------------------------------------------------------------------------------------


def claim(size=BATCH):
    """Take up to `size` due messages under one new lease."""
    with transaction.atomic():
        rows = list(
            OutboundMessage.objects.due()
            .order_by("rank", "next_at", "pk")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))[:size]
        )
        token = uuid.uuid4()
        OutboundMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.LEASED,
            lease_token=token,
            lease_until=Now() + CLAIM,
            attempts=F("attempts") + 1,
            resends=Case(
                When(state=State.UNCERTAIN, then=F("resends") + 1),
                default=F("resends"),
                output_field=PositiveSmallIntegerField(),
            ),
            phase=Phase.NONE,
        )
    for row in rows:
        row.lease_token, row.attempts = token, row.attempts + 1
    return rows


def release(rows):
    """Give back what was claimed and not tried."""
    if rows:
        mine = Q(pk__in=[row.pk for row in rows], lease_token=rows[0].lease_token, state=State.LEASED)
        OutboundMessage.objects.filter(mine).update(state=State.PENDING, attempts=F("attempts") - 1)


def recover():
    """Put back what a dead worker held. What may have left becomes uncertain; its worker's late word still counts."""
    with transaction.atomic():
        rows = list(
            OutboundMessage.objects.abandoned().select_for_update(skip_locked=True, no_key=True, of=("self",))[:1000]
        )
        perhaps = [row for row in rows if row.phase == Phase.AFTER_DOT]
        _set(perhaps, state=State.UNCERTAIN, next_at=Now() + UNCERTAIN_WAIT, last_error="Its worker stopped.")
        _set([row for row in rows if row not in perhaps], state=State.PENDING)
        DeliveryAttempt.objects.bulk_create(
            _attempt(row, row.phase, "Its worker stopped.", State.UNCERTAIN if row in perhaps else State.PENDING)
            for row in rows
            if row.state == State.SENDING
        )


def _set(rows, **changes):
    OutboundMessage.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)


# --- fence ------------------------------------------------------------------------------------------------------------

_newer = OutboundMessage.objects.filter(
    subject_key=OuterRef("subject_key"), recipient__iexact=OuterRef("recipient"), subject_no__gt=OuterRef("subject_no")
)
_closed = User.objects.filter(pk=OuterRef("person_id"), is_active=False)
_refused = Unsubscribe.objects.filter(person=OuterRef("person_id"), topic=OuterRef("topic"))
_suppressed = Suppression.objects.filter(address__iexact=OuterRef("recipient"))
_elsewhere = User.objects.filter(pk=OuterRef("person_id")).exclude(email__iexact=OuterRef("recipient"))

# Why a promised message must not leave, and what becomes of it. Asked in one statement, then one by one.
REASONS: list[tuple[Q, State, str]] = [
    (~Q(subject_key="") & Q(Exists(_newer)), State.SUPERSEDED, ""),
    (Q(Exists(_closed)), State.CANCELLED, "The account is closed."),
    (~Q(topic="") & Q(Exists(_refused)), State.OBSOLETE, "The person wants no mail about this."),
    (Q(expires_at__lte=Now()), State.FAILED, "It was too late to be worth sending."),
    (Q(Exists(_suppressed)), State.FAILED, "The mail server refused this address for good."),
]
_must_stay = Q(is_to_person=True) & Q(Exists(_elsewhere))
for _reason, *_verdict in REASONS:
    _must_stay |= _reason


def fence(message, now):
    """Ask for the last time whether `message` may leave, and commit that it is leaving. Returns whether it may."""
    mine = OutboundMessage.objects.held_by(message).filter(state=State.LEASED, lease_until__gt=Now())
    if message.rule and not _still_due(message, mine, now):
        return False
    if _pass(mine):
        return True
    if _readdress(message, mine):
        return _pass(mine)
    for reason, state, error in REASONS:
        if mine.filter(reason).update(state=state, last_error=error):
            return False
    return False  # cancelled meanwhile, or somebody else's


def _still_due(message, mine, now):
    """Ask the rule of a reminder again. One whose question cannot be answered is shown to a human."""
    try:
        if outbox.still_due(message, now):
            return True
        mine.update(state=State.OBSOLETE, last_error="Its reason has gone.")
    except DatabaseError:
        raise
    except Exception as error:  # a broken rule holds up nobody else's mail
        log.exception("The rule of %s cannot be asked", message.pk)
        mine.update(state=State.FAILED, last_error=f"{type(error).__name__}: {error}"[:300])
    return False


def _pass(mine):
    return mine.exclude(_must_stay).update(
        state=State.SENDING, lease_until=Now() + SEND, started_at=Now(), worker=worker(), phase=Phase.NONE
    )


def _readdress(message, mine):
    """Follow a person who has another address by now."""
    person = User.objects.filter(pk=OuterRef("person_id"))
    mine.filter(Q(is_to_person=True) & Exists(_elsewhere)).update(recipient=Subquery(person.values("email")))
    recipient = mine.values_list("recipient", flat=True).first()
    is_moved = recipient is not None and recipient != message.recipient
    message.recipient = recipient or message.recipient
    return is_moved


# --- send and finish --------------------------------------------------------------------------------------------------


def send(channel, message):
    """Send one claimed message and write down what came of it. Returns whether it was sent. Raises ChannelDown."""
    if not fence(message, database_now() if message.rule else None):
        return False
    outcome, phase = _transmit(channel, message)
    if outcome is None:
        return False
    _surely(finish, message, outcome, phase)
    if outcome.end == End.CHANNEL:
        raise ChannelDown(outcome.reply)
    return outcome.end == End.SENT


def _transmit(channel, message):
    """Return the outcome and the phase reached; no outcome when the lease was lost on the way."""
    try:
        channel.send(letter(message), lambda: promise_dot(message))
    except LeaseLost:
        log.warning("Lost the lease of %s before its dot", message.pk)
        return None, channel.phase
    except (DatabaseError, InterfaceError):
        raise  # says nothing about the message: its lease runs out and it is tried again
    except Exception as error:  # whatever one message does, its neighbours leave on time
        return outcomes.of(error, channel.phase), channel.phase
    return outcomes.Outcome(End.SENT, channel.reply), Phase.ANSWERED


def promise_dot(message):
    """Commit that the final dot is about to be sent. Raises LeaseLost when the message is not ours any more."""
    mine = OutboundMessage.objects.held_by(message).filter(state=State.SENDING, lease_until__gt=Now())
    if not mine.update(phase=Phase.AFTER_DOT):
        raise LeaseLost


def finish(message, outcome, phase):
    """Write what came of one try, unless the message has gone to somebody else meanwhile."""
    changes = _changes(message, outcome)
    with transaction.atomic():
        held = OutboundMessage.objects.held_by(message).filter(state__in=(State.SENDING, State.UNCERTAIN))
        if not held.update(phase=phase, reply=outcome.reply[:300], **changes):
            return
        DeliveryAttempt.objects.create(**_attempt_fields(message, phase, outcome.reply, changes["state"]))
        if outcome.end == End.REFUSED:
            _suppress(message, outcome)


def _changes(message, outcome):
    error = outcome.reply[:300]
    again = Least(Now() + outcomes.delay(message.attempts), F("expires_at"))
    return {
        End.SENT: {"state": State.SENT, "sent_at": Now(), "last_error": ""},
        End.AGAIN: {"state": State.PENDING, "next_at": again, "last_error": error},
        End.CHANNEL: {"state": State.PENDING, "next_at": again, "last_error": error},
        End.REFUSED: {"state": State.FAILED, "last_error": error},
        End.POISON: {"state": State.FAILED, "last_error": error},
        End.UNCERTAIN: {"state": State.UNCERTAIN, "next_at": Now() + UNCERTAIN_WAIT, "last_error": error},
    }[outcome.end]


def _attempt_fields(message, phase, reply, state):
    return {
        "message_id": message.pk,
        "n": message.attempts,
        "worker": worker(),
        "started_at": Subquery(OutboundMessage.objects.filter(pk=message.pk).values("started_at")),
        "phase": phase,
        "reply": reply[:300],
        "outcome": state,
    }


def _attempt(row, phase, reply, state):
    return DeliveryAttempt(
        message=row,
        n=row.attempts,
        worker=row.worker,
        started_at=row.started_at,
        phase=phase,
        reply=reply,
        outcome=state,
    )


def _suppress(message, outcome):
    """Stop mailing an address that was refused for good twice in 30 days."""
    refusals = DeliveryAttempt.objects.filter(
        message__recipient__iexact=message.recipient,
        outcome=State.FAILED,
        phase=Phase.ENVELOPE,
        ended_at__gt=Now() - REFUSALS_IN,
    )
    if refusals.count() >= REFUSALS:
        row = Suppression(address=message.recipient, reason=outcome.reply[:300])
        Suppression.objects.bulk_create([row], ignore_conflicts=True)


def _surely(write, *args):
    """Write what is known although the database is away for a moment: the answer of a mail server comes only once."""
    until = time.monotonic() + 30
    while True:
        try:
            return write(*args)
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            log.warning("The database is away; the outcome is kept and written again in a moment")
            connection.close()
            time.sleep(0.5)


# --- the clock, and what is remembered of a round ---------------------------------------------------------------------


def worker():
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def database_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def _remember(engine, **fields):
    defaults = {"started_at": Now()} | fields
    if not DeliveryCycle.objects.filter(engine=engine).update(**fields):
        DeliveryCycle.objects.bulk_create([DeliveryCycle(engine=engine, **defaults)], ignore_conflicts=True)
