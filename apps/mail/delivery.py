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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When
from django.db.models.functions import Greatest, Now

from apps.installation import belonging
from apps.mail import alerts, outage, outbox, outcomes, statements, suppression
from apps.mail.channel import Channel, ChannelDown
from apps.mail.models import DeliveryAttempt, DeliveryCycle, OutboundMessage, Phase, State
from apps.mail.outcomes import End, Outcome
from apps.mail.provider import ProviderChannel
from apps.mail.smtp import WHOLE_S, LeaseLost
from apps.mail.statements import run

log = logging.getLogger(__name__)

BATCH = 50
CYCLE_S = 200
CLAIM = timedelta(seconds=WHOLE_S)
BATCH_S = WHOLE_S * 2 / 3  # a batch ends before its claim does
SEND = timedelta(seconds=WHOLE_S * 3 / 2)  # longer than one conversation can take
UNCERTAIN_WAIT = timedelta(seconds=WHOLE_S)


def deliver_due(*, engine: str, stop: Callable[[], bool] = lambda: False, lasts: float = CYCLE_S) -> int:
    """Send what is due, over one connection, until `stop()` or for `lasts` seconds. Returns how many were sent.

    Must not be called inside a transaction. `engine` is the name under which the round is remembered.
    """
    if belonging.is_copy():
        log.error("This database is a copy, so nothing is sent: run `manage.py adopt` if it is the real one now.")
        return 0
    _remember(engine, started_at=Now())
    recover()
    round_ = Round(stop, lasts)
    round_.work()
    _remember(engine, finished_at=Now(), **({"sent_at": round_.sent_at} if round_.sent else {}))
    alerts.tell_office(database_now())
    return round_.sent


class Round:
    """One go through what is due: how many were sent, and when the last of them was."""

    def __init__(self, stop: Callable[[], bool], lasts: float) -> None:
        self.stop, self.halt = stop, outage.standing()
        self.sent, self.until = 0, time.monotonic() + lasts
        self.sent_at: datetime | None = None

    def work(self) -> None:
        """Send what is due, unless nothing can leave now."""
        is_shut = self.halt is not None and self.halt.until is None
        if (self.halt and self.halt.lasts) or not (is_shut or OutboundMessage.objects.due().exists()):
            return
        try:
            with way_out() as channel:
                if is_shut:
                    self._free()
                self._send_all(channel)
        except ChannelDown as error:
            log.error("The mail server cannot be used, everything waits: %s", error)
            outage.begin(str(error), wait=error.wait)

    def _send_all(self, channel: Channel) -> None:
        while not self._is_over(self.until) and (batch := claim(is_probe=self.halt is not None)):
            self._send_batch(channel, batch)
            recover()  # what another worker left behind does not wait for the end of a long round

    def _send_batch(self, channel: Channel, batch: Sequence[OutboundMessage]) -> None:
        left, until = deque(batch), min(self.until, time.monotonic() + BATCH_S)
        try:
            while left and not self._is_over(until):
                channel.ready()
                if send(channel, left.popleft()):
                    self._count(channel)
        finally:
            release(left)

    def _count(self, channel: Channel) -> None:
        self.sent, self.sent_at = self.sent + 1, channel.sent_at
        if self.halt:
            self._free()

    def _free(self) -> None:
        outage.end()
        self.halt = None

    def _is_over(self, until: float) -> bool:
        return self.stop() or time.monotonic() > until


def way_out() -> Channel:
    """Return the channel that this installation has chosen."""
    return ProviderChannel() if settings.MAIL_PROVIDER else Channel()


# --- claim ------------------------------------------------------------------------------------------------------------


def claim(size: int = BATCH, *, is_probe: bool = False) -> list[OutboundMessage]:
    """Take up to `size` due messages under one new lease; to probe, first those that were not refused already."""
    due = OutboundMessage.objects.due()
    due = due.longest_untried_first() if is_probe else due.most_urgent_first()
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:size])
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
    clock = database_clock()
    for row in rows:
        row.lease_token, row.attempts, row.clock = token, row.attempts + 1, clock
    return rows


def release(rows: Sequence[OutboundMessage]) -> None:
    """Give back what was claimed and not tried."""
    if rows:
        mine = Q(pk__in=[row.pk for row in rows], lease_token=rows[0].lease_token, state=State.LEASED)
        OutboundMessage.objects.filter(mine).update(attempts=F("attempts") - 1, **_BACK)


def recover() -> None:
    """Put back what a dead worker held. What may have left becomes uncertain; its worker's late word still counts."""
    with transaction.atomic():
        rows = list(
            OutboundMessage.objects.abandoned().select_for_update(skip_locked=True, no_key=True, of=("self",))[:1000]
        )
        perhaps = [row for row in rows if row.phase == Phase.AFTER_DOT]
        _set(perhaps, state=State.UNCERTAIN, next_at=Now() + UNCERTAIN_WAIT, last_error="Its worker stopped.")
        _set([row for row in rows if row not in perhaps], **_BACK)
        DeliveryAttempt.objects.bulk_create(
            _attempt(row, row.phase, "Its worker stopped.", State.UNCERTAIN if row in perhaps else State.PENDING)
            for row in rows
            if row.state == State.SENDING
        )


# What was perhaps sent already is that again, and still owed the resend that did not come about.
_BACK = {
    "state": Case(When(resends__gt=0, then=Value(State.UNCERTAIN)), default=Value(State.PENDING)),
    "resends": Greatest(F("resends") - 1, 0),
}


def _set(rows: Iterable[OutboundMessage], **changes: object) -> None:
    OutboundMessage.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)


# --- fence ------------------------------------------------------------------------------------------------------------


def fence(message: OutboundMessage) -> bool:
    """Ask for the last time whether `message` may leave, and commit that it is leaving. Returns whether it may."""
    if message.rule and not _still_due(message, message.clock()):
        return False
    if _pass(message):
        return True
    if _readdress(message):
        return _pass(message)
    for stay, state, error in statements.REASONS:
        if run(stay, message, state=state, error=error):
            return False
    return False  # cancelled meanwhile, or somebody else's


def _still_due(message: OutboundMessage, now: datetime) -> bool:
    """Ask the rule of a reminder again. One whose question cannot be answered is shown to a human."""
    try:
        if outbox.still_due(message, now):
            return True
        run(statements.STAY, message, state=State.OBSOLETE, error="It’s no longer needed.")
    except DatabaseError:
        raise
    except Exception as error:  # a broken rule holds up nobody else's mail
        log.exception("The rule of %s cannot be asked", message.pk)
        run(statements.STAY, message, state=State.FAILED, error=f"{type(error).__name__}: {error}"[:300])
    return False


def _pass(message: OutboundMessage) -> bool:
    return run(statements.PASS, message, worker=worker(), lasts=SEND) == 1


def _readdress(message: OutboundMessage) -> bool:
    """Follow a person who has another address by now."""
    with connection.cursor() as cursor:
        cursor.execute(statements.READDRESS, {"id": message.pk, "token": message.lease_token})
        moved = cursor.fetchone()
    message.recipient = moved[0] if moved else message.recipient
    return moved is not None


# --- send and finish --------------------------------------------------------------------------------------------------


def send(channel: Channel, message: OutboundMessage) -> bool:
    """Send one claimed message and write down what came of it. Returns whether it was sent. Raises ChannelDown."""
    if not fence(message):
        return False
    outcome, phase = _transmit(channel, message)
    if outcome is None:
        return False
    if outcome.end == End.CHANNEL and not outcome.stops and outage.is_its_own(message, channel.sent_at):
        outcome = replace(outcome, end=End.AGAIN)
    _surely(finish, message, outcome, phase, channel.provider_id if outcome.end == End.SENT else "")
    if outcome.end == End.CHANNEL or outcome.stops:
        raise ChannelDown(outcome.reply, outage.ASK_AGAIN)
    if outcome.end == End.SENT:
        channel.sent_at = message.clock()
    return outcome.end == End.SENT


def _transmit(channel: Channel, message: OutboundMessage) -> tuple[Outcome | None, str]:
    """Return the outcome and the phase reached; no outcome when the lease was lost on the way."""
    try:
        channel.send(message, lambda: promise_dot(message))
    except LeaseLost:
        log.warning("Lost the lease of %s before its dot", message.pk)
        return None, channel.phase
    except (DatabaseError, InterfaceError):
        raise  # says nothing about the message: its lease runs out and it is tried again
    except Exception as error:  # whatever one message does, its neighbours leave on time
        outcome = channel.outcome(error)
        return outcome, channel.phase
    return Outcome(End.SENT, channel.reply), Phase.ANSWERED


def promise_dot(message: OutboundMessage) -> None:
    """Commit that the final dot is about to be sent. Raises LeaseLost when the message is not ours any more."""
    if not run(statements.PROMISE_DOT, message):
        raise LeaseLost


def finish(message: OutboundMessage, outcome: Outcome, phase: str, provider_id: str = "") -> None:
    """Write what came of one try, unless the message has gone to somebody else meanwhile."""
    if outcome.end == End.REFUSED:
        with transaction.atomic():
            if _finish(message, outcome, phase, provider_id):
                suppression.count_refusals(message, outcome.reply)
    else:
        _finish(message, outcome, phase, provider_id)


def _finish(message: OutboundMessage, outcome: Outcome, phase: str, provider_id: str) -> int:
    state, wait = _verdict(message, outcome)
    return run(
        statements.FINISH,
        message,
        state=state,
        phase=phase,
        provider_id=provider_id,
        reply=outcome.reply[:300],
        error="" if state == State.SENT else outcome.reply[:300],
        wait=wait,
        uncounted=int(outcome.end == End.CHANNEL),
        again=state == State.PENDING,
    )


def _verdict(message: OutboundMessage, outcome: Outcome) -> tuple[State, timedelta | None]:
    """Return the state that follows, and how long the next try waits, if there is one."""
    return {
        End.SENT: (State.SENT, None),
        End.AGAIN: (State.PENDING, outcomes.delay(message.attempts)),
        End.CHANNEL: (State.PENDING, None),
        End.REFUSED: (State.FAILED, None),
        End.POISON: (State.FAILED, None),
        End.UNCERTAIN: (State.UNCERTAIN, UNCERTAIN_WAIT),
    }[outcome.end]


def _attempt(message: OutboundMessage, phase: str, reply: str, state: State) -> DeliveryAttempt:
    return DeliveryAttempt(
        message=message,
        n=message.attempts,
        worker=message.worker,
        started_at=message.tried_at,
        phase=phase,
        reply=reply,
        outcome=state,
    )


def _surely[**P](write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Write what is known although the database is away for a moment: the answer of a mail server comes only once."""
    until = time.monotonic() + 30
    while True:
        try:
            return write(*args, **kwargs)
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            log.warning("The database is away; the outcome is kept and written again in a moment")
            connection.close()
            time.sleep(0.5)


# --- the clock, and what is remembered of a round ---------------------------------------------------------------------


def worker() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def database_clock() -> Callable[[], datetime]:
    """Return a clock that was set by the database's and goes on by itself: it asks once for a whole batch."""
    told, at = database_now(), time.monotonic()
    return lambda: told + timedelta(seconds=time.monotonic() - at)


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def _remember(engine: str, **fields: object) -> None:
    defaults = {"started_at": Now()} | fields
    if not DeliveryCycle.objects.filter(engine=engine).update(**fields):
        DeliveryCycle.objects.bulk_create([DeliveryCycle(engine=engine, **defaults)], ignore_conflicts=True)
