"""What leaves next, and what holds it: the promised mails, and the reminders that wait for their hour.

Reminders are asked about as the sweep asks, so both say the same. Only what is due already is looked at; what will fall
due is for `manage.py due`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.mail.models import OutboundMessage
from apps.reminders import letters, preferences
from apps.reminders.models import How, QuietTime
from apps.reminders.preferences import Unmailed
from apps.reminders.rules import BY_NAME

SHOWN = 20
LOOKED_AT = 300  # reminders: each is asked when it may leave


@dataclass(frozen=True)
class Coming:
    """One mail to come: what it is, for whom, when, and why not before."""

    what: str
    to: str
    person: User | None
    at: datetime
    why: str
    message: OutboundMessage | None = None


def coming(now: datetime) -> list[Coming]:
    """Return the next that leave, the soonest first."""
    mails = [*_promised(now), *_held(now)]
    return sorted(mails, key=lambda mail: (mail.at, mail.what, mail.to))[:SHOWN]


def _promised(now: datetime) -> Iterator[Coming]:
    messages = OutboundMessage.objects.coming().select_related("person").order_by("next_at", "pk")
    for message in messages.defer("text", "html", "ics").fetch_mode(FETCH_RAISE)[:SHOWN]:
        at = max(message.next_at, now)
        yield Coming(message.shown_kind, message.recipient, message.person, at, _why(message, now), message)


def _why(message: OutboundMessage, now: datetime) -> str:
    if message.state == OutboundMessage.State.UNCERTAIN:
        return "Delivery unconfirmed: will try once more"
    if message.attempts:
        return f"Trying again: {message.last_error}" if message.last_error else "Trying again"
    return "The next check" if message.next_at <= now else "Its send time"


def _held(now: datetime) -> Iterator[Coming]:
    """Yield a line for each mail: what joins one mail of a person, and leaves at one moment, is one."""
    waiting = list(_waiting(now)[:LOOKED_AT])
    quiet = preferences.quiet_of({notice.person_id for notice in waiting})
    mails = defaultdict(list)
    for notice in waiting:
        verdict = preferences.verdict(notice, quiet.get(notice.person_id), now)
        if verdict.answer != "never":
            alone = None if letters.may_join(notice) else notice.pk
            mails[notice.person_id, verdict.until or now, verdict.why, alone].append(notice)
    for (_, at, why, _), notices in mails.items():
        person = notices[0].person
        yield Coming(_called(notices), person.email, person, at, f"Held {why}" if why else "The next check")


def _waiting(now: datetime) -> QuerySet[Unmailed]:
    """Return the reminders that wait: whom no break holds first, and what nobody gathers into a digest."""
    on_a_break = QuietTime.objects.filter(person=OuterRef("person"), paused_until__gt=now.date())
    rows = preferences.unmailed(now).exclude(how=How.NEVER).exclude(is_refused=True).select_related("person")
    rows = rows.annotate(is_on_a_break=Exists(on_a_break), is_gathered=~Q(how=How.AT_ONCE))
    return rows.order_by("is_on_a_break", "is_gathered", "since", "pk").fetch_mode(FETCH_RAISE)


def _called(notices: list[Unmailed]) -> str:
    if len(notices) == 1:
        return BY_NAME[notices[0].rule].label
    return f"{times.number(len(notices)).capitalize()} reminders in one email"
