"""Is the mail all right? The figures that the office's page shows, and the letter to the office when they are not.

The office hears once of each trouble: when it begins and has lasted a little, and again only after it was over, or when
more messages wait for a human than it was told of. A mail server that cannot be used cannot carry that letter, so the
page says everything as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Value

from apps.clock import times
from apps.database.prepared import fetch_together, prepared
from apps.mail import outbox
from apps.mail.models import DeliveryCycle, Halt, OutboundMessage, OutboundMessageQuerySet, State, Suppression, Trouble
from apps.policy.models import Policy

LATE = timedelta(minutes=10)  # a message that waits longer is in trouble
CYCLE_AGE = timedelta(minutes=2)  # four looks missed
LASTS = {"messages": timedelta(0), "late": timedelta(0)}  # before the office is told; anything else: LAST
LAST = timedelta(minutes=5)
MORE_EVERY = timedelta(hours=6)
SHOWN, LOOKED_AT = 10, 200


@dataclass(frozen=True)
class Health:
    """What the outbox is like at a moment."""

    oldest_due_s: int | None  # how long the message waits that has waited longest
    uncertain: int
    failed: int
    returned: int
    human: int  # of these, how many no automatic step moves any further
    suppressed: int
    last_cycle_at: datetime | None
    channel_error: str
    is_cycle_late: bool
    elsewhere: dict[str, int]  # name -> how much, of what others look at (`look_at`)

    @property
    def waits(self) -> str:
        """The same in words."""
        return times.duration(timedelta(seconds=self.oldest_due_s or 0))

    @property
    def is_late(self) -> bool:
        return self.oldest_due_s is not None and self.oldest_due_s > LATE.total_seconds()

    @property
    def troubles(self) -> dict[str, int]:
        """Return name -> how much, of everything that needs a human."""
        found = {"messages": self.human, "channel": int(bool(self.channel_error))}
        found["late"] = int(self.is_late and not self.channel_error)  # else that says why
        found |= self.elsewhere
        return {name: count for name, count in found.items() if count}


def health(now: datetime) -> Health:
    """Return the figures to watch."""
    counted, next_ats, halts, finished, stopped, waits = fetch_together(
        _by_state.bind(), _oldest.bind(), _halts.bind(), _finished.bind(), _stopped.bind(), _human.bind()
    )
    counts, halt = dict(counted), halts[0] if halts else None
    finished_at = finished[0] if finished else None
    return Health(
        oldest_due_s=max(0, round((now - next_ats[0]).total_seconds())) if next_ats else None,
        uncertain=counts.get(State.UNCERTAIN, 0),
        failed=counts.get(State.FAILED, 0),
        returned=counts.get(State.RETURNED, 0),
        human=waits[0] if waits else 0,
        suppressed=stopped[0] if stopped else 0,
        last_cycle_at=finished_at,
        channel_error=halt.error if halt else "",
        is_cycle_late=finished_at is None or now - finished_at > CYCLE_AGE,
        elsewhere={name: trouble(now) for name, trouble in _looks.items()},
    )


@prepared
def _by_state() -> QuerySet[OutboundMessage, tuple[str, int]]:
    rows = OutboundMessage.objects.filter(state__in=(State.UNCERTAIN, State.FAILED, State.RETURNED))
    return rows.order_by().values_list("state").annotate(n=Count("pk")).values_list("state", "n")


@prepared
def _oldest() -> QuerySet[OutboundMessage, datetime]:
    return OutboundMessage.objects.waiting_longest().values_list("next_at", flat=True)[:1]


@prepared
def _halts() -> QuerySet[Halt]:
    return Halt.objects.order_by("pk")[:1]


@prepared
def _finished() -> QuerySet[DeliveryCycle, datetime | None]:
    rows = DeliveryCycle.objects.order_by(F("finished_at").desc(nulls_last=True), "pk")
    return rows.values_list("finished_at", flat=True)[:1]


@prepared
def _stopped() -> QuerySet[Suppression, int]:
    rows = Suppression.objects.in_force().order_by().values_list(Value(1))
    return rows.annotate(count=Count("pk")).values_list("count", flat=True)


@prepared
def _human() -> QuerySet[OutboundMessage, int]:
    rows = _waiting().order_by().values_list(Value(1))
    return rows.annotate(count=Count("pk")).values_list("count", flat=True)


type Look = Callable[[datetime], int]
_looks: dict[str, Look] = {}


def look_at(name: str, trouble: Look) -> None:
    """Register `trouble(now) -> how much`, of something beside the mail that the office is to hear of as well."""
    _looks[name] = trouble


def _waiting() -> OutboundMessageQuerySet:
    """What waits for a human, without our own letters about it."""
    return OutboundMessage.objects.needs_a_human().exclude(kind="office_alert")


def tell_office(now: datetime) -> None:
    """Write down which troubles there are, and mail the office about those that it has not heard of."""
    found = health(now)
    Trouble.objects.exclude(name__in=found.troubles).delete()
    for name, count in found.troubles.items():
        Trouble.objects.bulk_create([Trouble(name=name, began_at=now)], ignore_conflicts=True)
        Trouble.objects.filter(name=name, told_of__gt=count).update(told_of=count)  # some were seen to
        with transaction.atomic():
            if (address := Policy.now().office_email) and _is_news(name, count, now):
                _tell(address, name, found, now)


def _is_news(name: str, count: int, now: datetime) -> bool:
    """Whether the office has yet to hear of a trouble; of all who ask at once, one hears yes."""
    first = Q(told_at=None, began_at__lte=now - LASTS.get(name, LAST))
    more = Q(told_at__lte=now - MORE_EVERY, told_of__lt=count)
    return Trouble.objects.filter(first | more, name=name).update(told_at=now, told_of=count) == 1


def _tell(address: str, name: str, health: Health, now: datetime) -> None:
    context = {"trouble": name, "count": health.human, "health": health, "now": now, "messages": _newest_to_each()}
    occasion = outbox.Occasion(f"office-alert:{name}:{now:%Y%m%d%H%M%S%f}")
    outbox.queue("office_alert", to=address, occasion=occasion, context=context)


def _newest_to_each() -> list[OutboundMessage]:
    """Return the newest message to each of some addresses, `more` saying how many others wait to the same one."""
    first: dict[str, OutboundMessage] = {}
    for message in _waiting().defer("text", "html", "ics").order_by("-due_at", "pk")[:LOOKED_AT]:
        one = first.setdefault(message.recipient.lower(), message)
        one.more = getattr(one, "more", -1) + 1
    return list(first.values())[:SHOWN]
