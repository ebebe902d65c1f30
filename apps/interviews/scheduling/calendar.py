"""One interview as a calendar file, for one reader (RFC 5545, 5546; R213).

It decides what a calendar program is told: a UID that stays, a SEQUENCE that rises, times in UTC, one attendee and
nobody else's address. Sending it is the mails'.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress, vText

from apps.accounts.models import User
from apps.alumni.models import Format
from apps.clock import times
from apps.database.promised import promised
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.network.models import ActionStep
from apps.policy.models import Policy
from apps.wording import person_name
from apps.wording.text import one_line

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
UID_HOST = "rapport"  # of every installation, for good: a site may move, and its events must still be found
EARLY = timedelta(minutes=10)  # be there ten minutes before (R72)
RUN_OVER = timedelta(minutes=15)  # room for a good talk that takes longer (R71)


def invitation(interview: Interview, *, reader: User, policy: Policy, now: datetime) -> tuple[bytes, str]:
    """Return (calendar bytes, method) for one reader: the student or the alum of the interview."""
    method = CANCEL if interview.status == InterviewStatus.CANCELLED else REQUEST
    calendar = empty(method)
    event = _event(interview, reader=reader, now=now)
    event.add("organizer", organizer_of(policy))
    event.add("attendee", attendee_of(reader))
    calendar.add_component(event)
    return calendar.to_ical(), method


def organizer_of(policy: Policy) -> vCalAddress:
    return _address(policy.office_email, policy.full_name)


def download(interview: Interview, *, reader: User, now: datetime) -> bytes:
    """Return one interview as a plain event to open in any calendar: nobody is invited by it."""
    calendar, organizer = empty(PUBLISH), organizer_of(Policy.now())
    for event in _events(interview, organizer, reader=reader, now=now):
        calendar.add_component(event)
    return calendar.to_ical()


def feed(interviews: Iterable[Interview], *, reader: User, now: datetime, steps: Iterable[ActionStep] = ()) -> bytes:
    """Return all of a person's interviews, and the next steps that have a day, as one calendar to subscribe to."""
    calendar, organizer = empty(PUBLISH), organizer_of(Policy.now())
    calendar.add("x-wr-calname", vText("Conversations (Rapport)"))
    calendar.add("x-published-ttl", "PT1H")
    for interview in interviews:
        for event in _events(interview, organizer, reader=reader, now=now):
            calendar.add_component(event)
    for step in steps:
        calendar.add_component(_day_of(step, now))
    return calendar.to_ical()


def _day_of(step: ActionStep, now: datetime) -> Event:
    """What is to be done by a day, as a day that stays free (R110); see docs/adr/0047."""
    day = promised(step.due_on)
    event = Event()
    event.add("uid", f"step-{step.pk}@{UID_HOST}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", one_line(f"{_who(step)}: {step.text}"))
    event.add("description", _from_where(step))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _who(step: ActionStep) -> str:
    return step.contact.first_name if step.is_theirs and step.contact else "To do"


def _from_where(step: ActionStep) -> str:
    said = [f"With {one_line(step.contact.name)}." if step.contact else "A step you set for yourself."]
    if step.talked_on:
        said.append(f"From your conversation on {times.long_day(step.talked_on)}.")
    page = step.contact.get_absolute_url() if step.contact else reverse("step_edit", args=[step.pk])
    return "\n".join([*said, settings.SITE_URL + page])


def empty(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//Informational interviews//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _events(interview: Interview, organizer: vCalAddress, *, reader: User, now: datetime) -> list[Event]:
    """Return the talk, and around it, for the student alone, the way there and room to run over.

    The blocks come by file and subscription only: all that one invitation invites to has one UID (RFC 5546, 3.2.2), and
    programs show nothing of one that breaks this. A file opened again after a cancellation takes them out again.
    """
    events = [_event(interview, reader=reader, now=now)]
    if reader.pk == interview.student_id:
        events += [_way(interview, now)] if interview.is_meeting else []
        events += [_room_to_run_over(interview, now)]
    for event in events:
        event.add("organizer", organizer)
    return events


def _way(interview: Interview, now: datetime) -> Event:
    """The student is on the way, and there ten minutes before (R72)."""
    name = one_line(interview.contact.name)
    starts_at = interview.starts_at - EARLY - timedelta(minutes=interview.travel_minutes)
    event = _block(interview, now, "-way", starts_at, interview.starts_at, f"On the way to {name}")
    event.add("description", times.plain(_be_there(interview)))
    event.add("location", location(interview))
    event.add("status", _status(interview))
    event.add("transp", "OPAQUE")
    return event


def _status(interview: Interview, standing: str = "CONFIRMED") -> str:
    return "CANCELLED" if interview.status == InterviewStatus.CANCELLED else standing


def _room_to_run_over(interview: Interview, now: datetime) -> Event:
    """A soft hold that leaves the calendar free, so that nobody has to look at the clock (R71)."""
    name = one_line(interview.contact.name)
    ends_at = interview.ends_at + RUN_OVER
    event = _block(interview, now, "-after", interview.ends_at, ends_at, f"Extra time with {name}, if needed")
    event.add("status", _status(interview, "TENTATIVE"))
    event.add("transp", "TRANSPARENT")
    return event


def _block(
    interview: Interview, now: datetime, part: str, starts_at: datetime, ends_at: datetime, summary: str
) -> Event:
    event = Event()
    event.add("uid", f"{interview.uid}{part}@{UID_HOST}")
    event.add("sequence", interview.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    return event


def away(interview: Interview) -> tuple[datetime, datetime]:
    """Return from when until when the student is taken: for a meeting in person with the way there and back."""
    if not interview.is_meeting:
        return interview.starts_at, interview.ends_at
    way = timedelta(minutes=interview.travel_minutes)
    return interview.starts_at - EARLY - way, interview.ends_at + way


def be_there(interview: Interview) -> str:
    """Say when to be at the place of a meeting in person, on the clocks there, the only ones that count."""
    zone, by = interview.alum_zone, interview.starts_at - EARLY
    said = f"{times.clock(by, zone)} {times.zone_name(zone)}"
    is_same_day = times.local_date(by, zone) == times.local_date(interview.starts_at, zone)
    return said if is_same_day else f"{times.weekday(by, zone)}, {said}"


def _be_there(interview: Interview) -> str:
    return f"Be there by {be_there(interview)}."


def _event(interview: Interview, *, reader: User, now: datetime) -> Event:
    event = _block(interview, now, "", interview.starts_at, interview.ends_at, summary(interview, reader))
    event.add("description", description(interview, reader))
    event.add("location", location(interview))
    event.add("status", _status(interview))
    event.add("transp", "OPAQUE")
    return event


def summary(interview: Interview, reader: User) -> str:
    return f"{other_name(interview, reader)}, {interview.minutes + interview.extra_minutes} minutes"


def other_name(interview: Interview, reader: User) -> str:
    """Return the name of the one whom `reader` talks with."""
    other = interview.contact.name if reader.pk == interview.student_id else interview.student.called
    return one_line(other)


def location(interview: Interview) -> str:
    return one_line(interview.place) or interview.get_format_display()


def description(interview: Interview, reader: User) -> str:
    """Say what, how, and the time in both zones; no address and no link by which somebody else could act."""
    student_reads = reader.pk == interview.student_id
    other_zone = interview.alum_zone if student_reads else interview.student_zone
    is_meeting = interview.is_meeting
    where = "Where you meet" if is_meeting else f"For {other_name(interview, reader)}"
    zone = interview.alum_zone if is_meeting else other_zone
    lines = [how(interview, reader), f"{where}: {times.when(interview.starts_at, interview.ends_at, zone)}"]
    if student_reads:
        lines.append(f"Prepare: {settings.SITE_URL}{interview.get_absolute_url()}")
    elif interview.request and interview.request.goals:
        lines.append(
            f"What {one_line(interview.student.first_name)} wants to learn: {one_line(interview.request.goals)}"
        )
    return times.plain("\n".join(lines))


def how(interview: Interview, reader: User, *, by_student: bool = False) -> str:
    """Say by which way the two talk, and to the student when to be at the place of a meeting.

    `by_student`: in a mail that the student writes to the alum, so that one person speaks in it.
    """
    way = _how(interview, reader, "I’ll" if by_student else f"{one_line(interview.student.first_name)} will")
    goes_there = reader.pk == interview.student_id and interview.is_meeting
    return f"{way.removesuffix('.')}. {_be_there(interview)}" if goes_there else way


def _how(interview: Interview, reader: User, student_will: str) -> str:
    """Return the place if it is known, else who does what."""
    if interview.place:
        return f"{interview.get_format_display()}: {one_line(interview.place)}"
    student_reads = reader.pk == interview.student_id
    if interview.format == Format.PHONE:
        you_call = f"You call {one_line(interview.contact.first_name)}. Ask for the number by email."
        return f"Phone call. {you_call if student_reads else f'{student_will} email you to ask for your number.'}"
    if interview.format == Format.VIDEO:
        if not student_reads:
            return f"Video call. {student_will} send you the link."
        first = one_line(interview.contact.first_name)
        send = "Add the link in Rapport and we’ll email it to" if interview.alum_id else "Send the link to"
        return f"Video call. {send} {first}."
    return f"{interview.get_format_display()}. The place isn’t decided yet."


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(person_name.in_header(name))
    return address


def attendee_of(reader: User) -> vCalAddress:
    attendee = _address(reader.email, reader.called)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    return attendee


# --- links that open the calendar of a big provider, with the same event ----------------------------------------------


def google_url(interview: Interview, reader: User) -> str:
    span = f"{_stamp(interview.starts_at)}/{_stamp(interview.ends_at)}"
    query = {
        "action": "TEMPLATE",
        "text": summary(interview, reader),
        "dates": span,
        "details": description(interview, reader),
        "location": location(interview),
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_url(interview: Interview, reader: User, *, host: str = "outlook.office.com") -> str:
    """Return the address that opens Outlook: of work or university, or with `host` outlook.live.com one’s own."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary(interview, reader),
        "startdt": interview.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": interview.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": description(interview, reader),
        "location": location(interview),
    }
    return f"https://{host}/calendar/0/deeplink/compose?{urlencode(query)}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
