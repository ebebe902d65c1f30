"""Who is told by mail when a conversation is set, moved, kept or called off, with the calendar file."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from apps.accounts.models import User
from apps.clock import times
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.links import alum_reader
from apps.interviews.lifecycle.mails import Context, names_of, note_context, page_of, times_on_offer
from apps.interviews.lifecycle.models import Interview, TimeWindow
from apps.interviews.lifecycle.moves import CALLED_OFF
from apps.interviews.scheduling import calendar
from apps.mail import outbox
from apps.mail.outbox import Occasion, Sender, sender_of
from apps.policy.models import Policy


def scheduled(interview: Interview, *, by_alum: bool, now: datetime) -> None:
    _to_both("interview_scheduled", interview, {"by_alum": by_alum}, now=now)


def moved(
    interview: Interview, *, note: str, by_alum: bool, now: datetime, only_place: bool = False, longer: bool = False
) -> None:
    context = note_context(note) | {"by_alum": by_alum, "only_place": only_place, "longer": longer}
    _to_both("interview_moved", interview, context, now=now)


def cancelled(interview: Interview, *, note: str, by_alum: bool, now: datetime, is_closed: bool = False) -> None:
    context = note_context(note) | {"by_alum": by_alum, "is_closed": is_closed}
    _to_both("interview_cancelled", interview, context, now=now)


def _to_both(kind: str, interview: Interview, context: Context, *, now: datetime) -> None:
    policy = Policy.now()
    for person in participants(interview):
        outbox.queue(
            kind,
            to=person,
            occasion=_of_interview(interview, f"{kind}:{person.pk}"),
            sender=_sender(interview, person),
            context=_for_reader(interview, person, now) | context,
            ics=calendar.invitation(interview, reader=person, policy=policy, now=now),
            stop_url=_stop_url(interview, person),
        )


def _of_interview(interview: Interview, what: str) -> Occasion:
    """Name the occasion `what` of an interview as it is agreed now; what waits and says it otherwise is out of date."""
    about = f"interview:{interview.pk}"
    return Occasion(
        f"{about}:{interview.sequence}:{what}",
        subject_key=about,
        subject_no=interview.sequence,
    )


def participants(interview: Interview) -> Sequence[User]:
    """Return the people with an account: the student, and the alum where they are in the directory."""
    return [person for person in (interview.student, interview.alum and interview.alum.user) if person]


def _sender(interview: Interview, person: User) -> Sender | None:
    """The student in what the alum reads; the office in what the student reads."""
    return None if person.pk == interview.student_id else sender_of(interview.student)


def _for_reader(interview: Interview, person: User, now: datetime) -> Context:
    """What one reader of a mail about an interview sees: their own zone first, the other's beside it.

    Who meet in person read the time of the place alone.
    """
    to_alum = person.pk != interview.student_id
    zones = [interview.alum_zone, interview.student_zone]
    is_meeting = interview.is_meeting
    own, other = zones if to_alum or is_meeting else reversed(zones)
    context = names_of(interview.student, interview.contact, interview.alum) | {
        "to_alum": to_alum,
        "is_outside": interview.alum_id is None,
        "other_name": calendar.other_name(interview, person),
        "time": times.when(interview.starts_at, interview.ends_at, own),
        "other_time": "" if is_meeting else times.when(interview.starts_at, interview.ends_at, other),
        "how": calendar.how(interview, person, by_student=to_alum),
        "goals": interview.request.goals if interview.request else "",
        "url": page_of(interview),
    }
    if to_alum and interview.request:
        context["answer_url"] = links.answer_url(interview.request, expires_at=max(interview.ends_at, now))
    return context


def kept(interview: Interview, *, note: str, to_alum: bool, now: datetime) -> None:
    """One side keeps the agreed time, whatever had been wished instead."""
    _to_one("interview_kept", "kept", interview, note_context(note), to_alum=to_alum, now=now)


def move_offered(
    interview: Interview, windows: Iterable[TimeWindow], *, note: str, to_alum: bool, now: datetime
) -> None:
    """One side asks for another time; the old one, if it still stands, holds until the other side chooses (R215)."""
    offered = times_on_offer(windows, interview.alum_zone if to_alum else interview.student_zone)
    context = offered | note_context(note) | {"is_off": interview.status in CALLED_OFF}
    _to_one("interview_move_offered", "offered", interview, context, to_alum=to_alum, now=now)


def _to_one(kind: str, what: str, interview: Interview, context: Context, *, to_alum: bool, now: datetime) -> None:
    person = alum_reader(interview) if to_alum else interview.student
    outbox.queue(
        kind,
        to=person,
        occasion=_of_interview(interview, f"{what}:{person.pk}:{now.timestamp():.0f}"),
        sender=_sender(interview, person),
        context=_for_reader(interview, person, now) | context,
        stop_url=_stop_url(interview, person),
    )


def _stop_url(interview: Interview, person: User) -> str:
    """Return what the alum’s mail ends such mail by, where its foot offers to leave the directory."""
    to_alum = person.pk != interview.student_id
    return links.stop_url(interview) if to_alum and interview.request else ""
