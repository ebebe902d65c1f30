"""A thank-you that waits for its time: when one is advised, and what the clock makes of those whose time has come.

The mail is promised as soon as a time is chosen, so nothing has to run for it to leave. What the clock does is say what
became of it: sent, or a draft again, with the reason, where it cannot leave any more.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from apps.clock import regions, times
from apps.clock.local_times import Ambiguous, resolve
from apps.interviews.lifecycle.acts import act, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.thanking.actions import occasion_of, took_effect
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.models import OutboundMessage, State

MORNING = time(8)  # a note that lies on top when the reader begins the day
SOONEST = timedelta(hours=1)  # less than that is now
ON_ITS_WAY = (State.PENDING, State.LEASED, State.SENDING)
LEFT = (State.SENT, State.UNCERTAIN, State.RETURNED, State.FAILED)  # as with one that was sent at once


def next_morning(interview: Interview, now: datetime) -> datetime | None:
    """Return the next morning of the reader that lies within the 48 hours, or None."""
    day = times.local_date(now, interview.alum_zone)
    for ahead in range(3):
        at = _morning(day + timedelta(days=ahead), interview.alum_zone)
        if at >= now + SOONEST:
            return at if at <= interview.thank_by else None
    return None


def _morning(day: date, zone: str) -> datetime:
    try:
        return resolve(day, MORNING, zone)
    except Ambiguous as unclear:
        return unclear.choices[0].at


def settle(now: datetime) -> int:
    """Say what became of each scheduled note whose mail is through, or cannot leave. Returns how many."""
    key = Concat(Value("thank-you:"), _text("interview_id"), Value(":"), _text("version"), output_field=CharField())
    waits = OutboundMessage.objects.filter(key=OuterRef("mail_key"), state__in=ON_ITS_WAY)
    notes = ThankYou.objects.filter(send_at__isnull=False, sent_at=None).annotate(mail_key=key)
    stuck = ~Exists(waits) | Q(interview__alum__user=None) | Q(interview__alum__user__is_active=False)
    talks = Interview.objects.filter(pk__in=notes.filter(stuck).values("interview")).order_by("pk")
    return sum(_settle(talk, now=now) for talk in talks)


def _text(name: str) -> Cast:
    return Cast(F(name), CharField())


@act
def _settle(interview: Interview, *, now: datetime) -> int:
    talk = lock(interview)
    note = lock(talk.thank_you)
    if not note.is_scheduled:
        return 0
    occasion = occasion_of(talk, note)
    message = OutboundMessage.objects.filter(key=occasion.key).first()
    if message and message.state in LEFT:
        note.sent_at = message.sent_at or note.send_at
        note.save()
        took_effect(talk, note, at=note.sent_at or now)
        return 1
    if message and message.state in ON_ITS_WAY and not outbox.cancel(occasion):
        return 0  # it is leaving at this moment
    note.send_at, note.leaves_at = None, None
    note.held_because = f"We couldn’t send your note: {_why(talk)}. Copy it and send it yourself."
    note.version += 1
    note.save()
    return 1


def _why(talk: Interview) -> str:
    first, alum = talk.contact.first_name, talk.alum.user if talk.alum else None
    if alum is None or not alum.is_active:
        return f"{first} no longer uses Rapport"
    return regions.spelled("the email was canceled")
