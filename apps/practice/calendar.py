"""One practice as a calendar file for one reader: a UID that stays, a SEQUENCE that rises (RFC 5545, 5546)."""

from datetime import UTC, datetime

from icalendar import Event

from apps.accounts.models import User
from apps.interviews.scheduling import calendar
from apps.interviews.scheduling.calendar import CANCEL, PUBLISH, REQUEST, UID_HOST
from apps.policy.models import Policy
from apps.practice.models import Practice, Status
from apps.wording.text import one_line


def invitation(practice: Practice, *, reader: User, now: datetime) -> tuple[bytes, str]:
    """Return (calendar bytes, method) for one of the two."""
    method = CANCEL if practice.status == Status.CANCELLED else REQUEST
    return _file(practice, method, reader=reader, now=now), method


def download(practice: Practice, *, reader: User, now: datetime) -> bytes:
    """Return it as a plain event to open in any calendar."""
    return _file(practice, PUBLISH, reader=reader, now=now)


def _file(practice: Practice, method: str, *, reader: User, now: datetime) -> bytes:
    file, event = calendar.empty(method), Event()
    event.add("uid", f"practice-{practice.uid}@{UID_HOST}")
    event.add("sequence", practice.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", practice.starts_at.astimezone(UTC))
    event.add("dtend", practice.ends_at.astimezone(UTC))
    event.add("summary", f"Practice with {one_line(other(practice, reader).called)}")
    event.add("location", one_line(practice.place))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if practice.status == Status.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", calendar.organizer_of(Policy.now()))
    if method != PUBLISH:
        event.add("attendee", calendar.attendee_of(reader))
    file.add_component(event)
    return file.to_ical()


def other(practice: Practice, reader: User) -> User:
    """Return with whom `reader` has it."""
    return practice.coach if reader.pk == practice.student_id else practice.student
