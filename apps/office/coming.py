"""What leaves next, and what holds it: the promised mails, and the reminders that wait for their hour.

Reminders are asked about as the sweep asks, so both say the same. Only what is due already is looked at; what will fall
due is for `manage.py due`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.mail.models import OutboundMessage
from apps.reminders import preferences
from apps.reminders.models import How
from apps.reminders.rules import BY_NAME

SHOWN = 20
LOOKED_AT = 300  # reminders, the oldest first: each is asked when it may leave


@dataclass(frozen=True)
class Coming:
    """One mail to come: what it is, for whom, when, and why not before."""

    what: str
    to: str
    person: User | None
    at: datetime
    why: str
    message: OutboundMessage | None = None


def coming(now):
    """Return the next that leave, the soonest first."""
    found = [*_promised(now), *_held(now)]
    return sorted(found, key=lambda one: (one.at, one.what, one.to))[:SHOWN]


def _promised(now):
    rows = OutboundMessage.objects.coming().select_related("person").order_by("next_at", "pk")
    for row in rows.defer("text", "html", "ics").fetch_mode(FETCH_RAISE)[:SHOWN]:
        yield Coming(row.kind_words, row.recipient, row.person, max(row.next_at, now), _why(row, now), row)


def _why(row, now):
    if row.attempts:
        return f"Tried again: {row.last_error}" if row.last_error else "Tried again"
    return "With the next look" if row.next_at <= now else "Promised for then"


def _held(now):
    waiting = preferences.unmailed(now).exclude(how=How.NEVER).exclude(is_refused=True).select_related("person")
    rows = list(waiting.order_by("since", "pk").fetch_mode(FETCH_RAISE)[:LOOKED_AT])
    quiet = preferences.quiet_of({row.person_id for row in rows})
    for row in rows:
        verdict = preferences.verdict(row, quiet.get(row.person_id), now)
        if verdict.answer != "never":
            why = f"Held {verdict.why}" if verdict.why else "With the next look"
            yield Coming(BY_NAME[row.rule].label, row.person.email, row.person, verdict.until or now, why)
