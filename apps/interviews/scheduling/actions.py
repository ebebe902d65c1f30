"""One interview for two people: set, moved, cancelled; nobody is in two places (reliability.md 3, R211 to R215).

It decides whose time is taken. The database refuses an overlap; acts.act turns that into a sentence.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.blocking import is_blocked
from apps.clock.local_times import wall_clock_of
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.acts import Stale, Taken, act, both_are_here, lock_with_people, move, record
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime, TimeWindow
from apps.interviews.lifecycle.moves import CALLED_OFF, InterviewStatus, Side
from apps.interviews.scheduling import mails, slots
from apps.interviews.scheduling.slots import Offer, Slot
from apps.interviews.scheduling.windows import check_window
from apps.policy.models import Policy
from apps.web.answers import Refused


def schedule(
    request: InterviewRequest,
    slot: Slot,
    *,
    format: str,
    by: User,
    actor: Side,
    now: datetime,
    alum_zone: str | None = None,
    place: str = "",
) -> Interview:
    """Make the interview of an accepted request and take the time of both. People and request are locked before."""
    zone = alum_zone or (request.alum and request.alum.time_zone) or request.contact.time_zone
    agreed_in = zone if actor == "alum" and zone else request.student.time_zone
    interview = Interview.objects.create(
        student=request.student,
        contact=request.contact,
        alum=request.alum,
        request=request,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        minutes=request.minutes,
        zone=agreed_in,
        agreed_wall_clock=wall_clock_of(slot.starts_at, agreed_in),
        format=format,
        place=place.strip()[:300] or _room(format),
        student_zone=request.student.time_zone,
        alum_zone=zone or request.student.time_zone,
    )
    _take_time(interview)
    if request.alum_id:
        links.prolong(request, until=interview.ends_at)
    return interview


def _room(format: str) -> str:
    """Return the address of a video room where the office has a pattern for them; else the student gives a link."""
    pattern = Policy.now().video_room
    if format != "video" or "{code}" not in pattern:
        return ""
    return pattern.replace("{code}", secrets.token_urlsafe(9))


def _take_time(interview: Interview) -> None:
    """Write down that both are busy; a moved interview frees the old time in the same statement."""
    ParticipantTime.objects.filter(interview=interview).delete()
    ParticipantTime.objects.bulk_create(
        ParticipantTime(person=person, interview=interview, during=(interview.starts_at, interview.ends_at))
        for person in sorted(mails.participants(interview), key=lambda person: person.pk)
    )


# --- another time -----------------------------------------------------------------------------------------------------


def move_slots(interview: Interview, *, actor: Side, now: datetime) -> list[Slot]:
    """Return the times to which `actor` may move an interview at once: what the other side offered last.

    What was offered with the letter holds only until the student has offered anything else, or it was called off.
    """
    other: Side = "student" if actor == "alum" else "alum"
    windows = list(interview.proposals.filter(offered_by=other))
    if interview.status in CALLED_OFF:
        return slots.cut(windows, minutes=interview.minutes, now=now)
    if interview.request and actor == "alum" and not windows and not _offers(interview, other).exists():
        windows += interview.request.windows.filter(offered_by=other)
    found = slots.cut(windows, minutes=interview.minutes, now=now)
    return [slot for slot in found if slot.starts_at != interview.starts_at]


def _offers(interview: Interview, side: Side) -> QuerySet[LifecycleEvent]:
    """Return each time at which a side offered other times, the latest first."""
    return LifecycleEvent.objects.filter(interview=interview, actor=side, event="propose").order_by("-at", "-pk")


def reason_of(interview: Interview, side: Side) -> str:
    """Return the words that a side wrote with the times it offers now; nothing where it offers none."""
    if not interview.proposals.filter(offered_by=side).exists():
        return ""
    return _offers(interview, side).values_list("note", flat=True).first() or ""


OWN_WISH = ("propose", "retime")  # what counts for the limit of moves


def moves_left(interview: Interview, *, actor: Side) -> int:
    """Return how often `actor` may still ask for another time; to say yes to the other's wish is always possible."""
    wishes = LifecycleEvent.objects.filter(interview=interview, actor=actor, event__in=OWN_WISH).count()
    return max(Policy.now().moves_each - wishes, 0)


def _check_moves(interview: Interview, *, actor: Side) -> None:
    if not moves_left(interview, actor=actor):
        other = interview.contact.first_name if actor == "student" else interview.student.first_name
        raise Refused(f"You’ve reached the limit for rescheduling. Keep this time, cancel, or email {other}.")


@act
def reschedule(interview: Interview, *, slot: str, actor: Side, by: User, now: datetime, note: str = "") -> Interview:
    """Move an interview to a time that the other side offered; until then the old one holds (R215).

    One that was called off is set again, with the same place in both calendars.
    """
    fresh = _locked(interview, now)
    other = "student" if actor == "alum" else "alum"
    asked_for = slots.cut(fresh.proposals.filter(offered_by=other), minutes=fresh.minutes, now=now)
    chosen = slots.named(move_slots(fresh, actor=actor, now=now), slot)
    if chosen is None:
        raise Taken("That time is no longer available. Choose another one.")
    if chosen in asked_for:
        return _move_to(fresh, chosen, "reschedule", actor=actor, by=by, now=now, note=note)
    _check_moves(fresh, actor=actor)
    return _move_to(fresh, chosen, "retime", actor=actor, by=by, now=now, note=note)


@act
def retime(interview: Interview, *, starts_at: datetime, by: User, now: datetime, note: str = "") -> Interview:
    """The student types in what was agreed anew with somebody outside the directory."""
    fresh = _locked(interview, now)
    if fresh.alum_id:
        raise Refused(f"Suggest new times instead, so {fresh.contact.first_name} can choose.")
    chosen = slots.Slot(starts_at, starts_at + timedelta(minutes=fresh.minutes))
    return _move_to(fresh, chosen, "retime", actor="student", by=by, now=now, note=note)


def _locked(interview: Interview, now: datetime) -> Interview:
    fresh = lock_with_people(interview)
    if fresh.status == InterviewStatus.SCHEDULED and fresh.ends_at <= now:
        raise Stale("The time of this conversation has passed.")
    return fresh


def _move_to(
    interview: Interview, slot: Slot, event: str, *, actor: Side, by: User, now: datetime, note: str
) -> Interview:
    zone = interview.alum_zone if actor == "alum" else interview.student_zone
    is_again = interview.status in CALLED_OFF
    anew = {"started_at": None, "talked_until": None, "extra_minutes": 0} if is_again else {}
    moved = move(
        interview,
        "set_again" if is_again else event,
        actor=actor,
        by=by,
        now=now,
        note=note,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        sequence=interview.sequence + 1,
        zone=zone,
        agreed_wall_clock=wall_clock_of(slot.starts_at, zone),
        change_note=note[:600],
        changed_by=actor,
        **anew,
    )
    moved.proposals.all().delete()
    _take_time(moved)
    if moved.request:
        links.prolong(moved.request, until=moved.ends_at)
    if is_again:
        mails.scheduled(moved, by_alum=actor == "alum", now=now)
    else:
        mails.moved(moved, note=note, by_alum=actor == "alum", now=now)
    return moved


@act
def propose(
    interview: Interview, *, windows: Sequence[Offer], note: str, actor: Side, by: User, now: datetime
) -> Interview:
    """Ask the other side for another time. `windows` are (start, end, zone); the old time holds until they choose.

    For a talk that was called off it is a time to hold it after all.
    """
    fresh = _locked(interview, now)
    if fresh.status not in (InterviewStatus.SCHEDULED, *CALLED_OFF):
        raise Stale("This conversation is no longer scheduled.")
    if not windows:
        raise Refused("Suggest at least 1 new time.")
    for start, end, _ in windows:
        check_window(start, end, [], minutes=fresh.minutes, now=now)
    if _asked_already(fresh, windows, actor):
        return fresh
    both_are_here(fresh)
    _check_blocked(fresh, actor)
    _check_moves(fresh, actor=actor)
    if _owes_reason(fresh, actor) and not note.strip():
        raise Refused("Add a short reason. It makes rescheduling easier to accept.")
    fresh.proposals.filter(offered_by=actor).delete()
    offered = TimeWindow.objects.bulk_create(
        TimeWindow(interview=fresh, offered_by=actor, starts_at=start, ends_at=end, zone=zone)
        for start, end, zone in windows
    )
    record(fresh, "propose", was=fresh.status, actor=actor, now=now, by=by, note=note)
    if fresh.alum_id:
        mails.move_offered(fresh, offered, note=note, to_alum=actor == "student", now=now)
    return fresh


def _check_blocked(interview: Interview, actor: Side) -> None:
    """Refuse a student’s wish to hold what was called off, where the alum has blocked them since: that is to ask again.

    What is agreed can still be moved.
    """
    is_off = interview.status in CALLED_OFF and actor == "student"
    if is_off and interview.alum and is_blocked(interview.alum_id, interview.student_id):
        raise Refused(limits.not_now(interview.alum))


def _owes_reason(interview: Interview, actor: Side) -> bool:
    is_set = interview.status == InterviewStatus.SCHEDULED
    return is_set and actor == "student" and Policy.now().move_reason


def _asked_already(interview: Interview, windows: Sequence[Offer], actor: Side) -> bool:
    """Whether the same times are asked for already: a button pressed twice is pressed once."""
    standing = set(interview.proposals.filter(offered_by=actor).values_list("starts_at", "ends_at"))
    return standing == {(start, end) for start, end, _ in windows}


@act
def keep(interview: Interview, *, actor: Side, by: User, now: datetime, note: str = "") -> Interview:
    """Let the agreed time hold after all: what either side had wished instead is off the table, and the other hears it.

    Where nothing was wished any more it changes nothing.
    """
    fresh = _locked(interview, now)
    if fresh.status != InterviewStatus.SCHEDULED:
        raise Stale("This conversation is no longer scheduled.")
    if fresh.proposals.exists():
        fresh.proposals.all().delete()
        record(fresh, "keep", was=fresh.status, actor=actor, now=now, by=by, note=note)
        mails.kept(fresh, note=note, to_alum=actor == "student", now=now)
    return fresh


@act
def cancel(
    interview: Interview, *, actor: Side, by: User, now: datetime, note: str = "", is_closed: bool = False
) -> Interview:
    """Call it off; both get a cancellation for their calendar, and their time back.

    `is_closed`: it is not their wish, their account is closed.
    """
    fresh = _locked(interview, now)
    cancelled = move(
        fresh,
        "cancel",
        actor=actor,
        by=by,
        now=now,
        note=note,
        sequence=fresh.sequence + 1,
        change_note=note[:600],
        changed_by=actor,
    )
    ParticipantTime.objects.filter(interview=cancelled).delete()
    cancelled.proposals.all().delete()
    mails.cancelled(cancelled, note=note, by_alum=actor == "alum", is_closed=is_closed, now=now)
    return cancelled


@act
def set_place(
    interview: Interview, *, place: str, by: User, now: datetime, travel_minutes: int | None = None
) -> Interview:
    """The student gives the link, number or address; both calendars hear of it. The way there is the student's own."""
    fresh = _locked(interview, now)
    if fresh.status != InterviewStatus.SCHEDULED:
        raise Stale("This conversation is no longer scheduled.")
    if travel_minutes is not None and travel_minutes != fresh.travel_minutes:
        fresh.travel_minutes = travel_minutes
        fresh.save(update_fields=["travel_minutes"])
    if fresh.place == place.strip()[:300]:
        return fresh
    fresh.place, fresh.sequence = place.strip()[:300], fresh.sequence + 1
    fresh.save(update_fields=["place", "sequence"])
    record(fresh, "place", was=fresh.status, actor="student", now=now, by=by)
    mails.moved(fresh, note="", by_alum=False, now=now, only_place=True)
    return fresh


# --- while they talk --------------------------------------------------------------------------------------------------


def extend(interview: Interview, *, until: datetime, by: User, now: datetime) -> None:
    """Let both calendars hear that a talk under way takes longer, up to what either of them has next.

    Inside another act, which holds the people and the conversation locked. What is over by now changes no calendar.
    """
    until = min([until, *_begins_next(interview)])
    if until <= max(interview.ends_at, now):
        return
    interview.ends_at, interview.sequence = until, interview.sequence + 1
    interview.save(update_fields=["ends_at", "sequence"])
    record(interview, "longer", was=interview.status, actor="student", now=now, by=by)
    _take_time(interview)
    if interview.request:
        links.prolong(interview.request, until=until)
    mails.moved(interview, note="", by_alum=False, now=now, longer=True)


def shorten(interview: Interview, *, until: datetime, by: User, now: datetime) -> None:
    """Undo `extend`: both calendars have the earlier end again. Inside another act, as `extend`."""
    if until >= interview.ends_at:
        return
    interview.ends_at, interview.sequence = until, interview.sequence + 1
    interview.save(update_fields=["ends_at", "sequence"])
    record(interview, "shorter", was=interview.status, actor="student", now=now, by=by)
    _take_time(interview)
    mails.moved(interview, note="", by_alum=False, now=now)


def _begins_next(interview: Interview) -> list[datetime]:
    """Return when each of the two is taken next."""
    times = ParticipantTime.objects.filter(
        person__in=mails.participants(interview), during__startswith__gte=interview.ends_at
    )
    return [during.lower for during in times.exclude(interview=interview).values_list("during", flat=True)]
