"""Acts on practice interviews: a coach offers times and takes them out, a student books, moves and cancels."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_people
from apps.interviews.lifecycle.models import Interview, ParticipantTime
from apps.policy.working_days import days_off
from apps.practice import mails
from apps.practice.models import Feedback, Place, Practice, Series, Slot, Status
from apps.practice.slots import MOST, spans_of
from apps.web.answers import Refused

AHEAD = timedelta(hours=3)  # a student books no later than this before it begins


class Offered(NamedTuple):
    """What became of an offer: the times that are new, those that overlap with older ones, the days left out."""

    slots: list[Slot]
    known: int
    closed: int


# --- the coach's times ------------------------------------------------------------------------------------------------


@act
def offer(series: Series, *, place: str, by_video: bool, now: datetime) -> Offered:
    """Write out the times of a series. Raises Refused where none is left, or they are very many."""
    lock_people(series.coach_id)
    found = spans_of(series, now=now, closed=days_off(series.from_on))
    if not found.spans:
        raise Refused("No times fit. Check the days and the hours.")
    if len(found.spans) > MOST:
        raise Refused(f"That’s more than {MOST} times. Choose an earlier last day, or fewer days of the week.")
    taken = list(_taken(series.coach_id, found.spans[0][0], found.spans[-1][1]))
    free = [span for span in found.spans if not any(span[0] < end and start < span[1] for start, end in taken)]
    if not free:
        raise Refused("You already offer all of these times.")
    series.save()
    rows = [
        Slot(coach=series.coach, series=series, starts_at=start, ends_at=end, place=place, by_video=by_video)
        for start, end in free
    ]
    return Offered(Slot.objects.bulk_create(rows), len(found.spans) - len(free), len(found.closed))


def _taken(coach: int, first: datetime, last: datetime) -> "list[tuple[datetime, datetime]]":
    slots = Slot.objects.filter(coach=coach, removed_at=None, starts_at__lt=last, ends_at__gt=first)
    booked = Practice.objects.filter(coach=coach, status=Status.BOOKED, starts_at__lt=last, ends_at__gt=first)
    return [*slots.values_list("starts_at", "ends_at"), *booked.values_list("starts_at", "ends_at")]


@act
def remove(slot: Slot, *, now: datetime) -> None:
    """Take one time out. Raises Refused where a student has it: that is cancelled, not taken out."""
    lock_people(slot.coach_id)
    slot = lock(slot)
    booked = slot.practices.filter(status=Status.BOOKED).select_related("student").first()
    if booked:
        raise Refused(f"{booked.student.called} just booked this time. Open the practice to cancel it.")
    slot.removed_at = slot.removed_at or now
    slot.save(update_fields=["removed_at"])


@act
def put_back(slot: Slot, *, now: datetime) -> None:
    lock_people(slot.coach_id)
    slot = lock(slot)
    if slot.starts_at <= now:
        raise Refused("This time has passed. Offer a later one.")
    slot.removed_at = None
    slot.save(update_fields=["removed_at"])


@act
def stop(series: Series, *, now: datetime) -> int:
    """End times that repeat: what is free goes, what is booked stays. Returns how many went."""
    lock_people(series.coach_id)
    series = lock(series)
    if series.stopped_at:
        raise Stale("You already stopped these times.")
    series.stopped_at = now
    series.save(update_fields=["stopped_at"])
    free = Slot.objects.free().filter(series=series, starts_at__gt=now)
    return Slot.objects.filter(pk__in=free.values("pk")).update(removed_at=now)


@act
def resume(series: Series, *, now: datetime) -> int:
    """Undo `stop`: what went with it is offered again, unless it has passed. Returns how many."""
    lock_people(series.coach_id)
    series = lock(series)
    if not series.stopped_at:
        raise Stale("These times are still offered.")
    rows = Slot.objects.filter(series=series, removed_at=series.stopped_at, starts_at__gt=now)
    series.stopped_at = None
    series.save(update_fields=["stopped_at"])
    return rows.update(removed_at=None)


# --- the student ------------------------------------------------------------------------------------------------------


class Choice(NamedTuple):
    """What a student says with a time: how to meet, what it is for, and whether the coach may read the questions."""

    meets: str
    interview: Interview | None
    wishes: list[str]
    shows_plan: bool


@act
def book(student: User, slot: Slot, choice: Choice, *, now: datetime) -> Practice:
    """Take a time with one's own coach. The database lets no two take it. Raises Refused."""
    lock_people(student.pk, slot.coach_id)
    slot = _open(slot, student, now)
    if Practice.objects.coming(now).filter(student=student).exists():
        raise Refused("You already have a practice. Move it instead, or cancel it first.")
    practice = Practice(student=student, coach=slot.coach, booked_at=now)
    _put(practice, slot, choice)
    practice.save()
    mails.booked(practice, now=now)
    return practice


@act
def move(practice: Practice, slot: Slot, choice: Choice, *, now: datetime) -> Practice:
    """Move it to another time; the old one is free again. Raises Refused, and the old one is kept."""
    lock_people(practice.student_id, practice.coach_id, slot.coach_id)
    practice = _standing(practice, now)
    if slot.pk != practice.slot_id:
        slot = _open(slot, practice.student, now, besides=practice)
        practice.coach = slot.coach
    before = practice.starts_at
    _put(practice, slot, choice)
    practice.sequence += 1
    practice.save()
    mails.booked(practice, now=now, was=before)
    return practice


def _put(practice: Practice, slot: Slot, choice: Choice) -> None:
    if choice.meets not in slot.places:
        raise Refused("You can’t meet that way at this time. Choose the other one.")
    practice.slot, practice.starts_at, practice.ends_at = slot, slot.starts_at, slot.ends_at
    practice.meets, practice.interview = Place(choice.meets), choice.interview
    practice.wishes, practice.shows_plan = choice.wishes, choice.shows_plan


def _standing(practice: Practice, now: datetime) -> Practice:
    fresh = lock(practice)
    if fresh.status != Status.BOOKED:
        raise Stale(f"This practice was {spelled('canceled')} while you had it open.")
    if fresh.starts_at <= now:
        raise Stale("This practice has already begun.")
    return fresh


def _open(slot: Slot, student: User, now: datetime, *, besides: Practice | None = None) -> Slot:
    """Return the time as it is now. Raises Refused where this student cannot take it."""
    fresh = lock(slot)
    is_taken = fresh.practices.filter(status=Status.BOOKED).exists()
    if fresh.removed_at or is_taken or student.student_profile.coach_id != fresh.coach_id:
        raise Refused("Someone just took that time. Choose another one.")
    if fresh.starts_at < now + AHEAD:
        raise Refused("That time is less than 3 hours away. Choose a later one.")
    _check_away(fresh)
    talks = ParticipantTime.objects.filter(
        person=student, is_blocking=True, during__overlap=(fresh.starts_at, fresh.ends_at)
    )
    if talks.exists():
        raise Refused("You have a conversation at that time. Choose another one.")
    others = Practice.objects.filter(Q(student=student), status=Status.BOOKED).exclude(pk=besides.pk if besides else 0)
    if others.filter(starts_at__lt=fresh.ends_at, ends_at__gt=fresh.starts_at).exists():
        raise Refused("You already have a practice at that time.")
    return fresh


def _check_away(slot: Slot) -> None:
    if Slot.objects.filter(pk=slot.pk).while_away().exists():
        raise Refused(f"{slot.coach.first_name} is away on that day. Choose another time.")


@act
def cancel(practice: Practice, *, by: User, note: str = "", now: datetime) -> Practice:
    """Call it off: both are told, both calendars put right. A coach who cancels does not offer the time again."""
    lock_people(practice.student_id, practice.coach_id)
    practice = _standing(practice, now)
    is_coach = by.pk == practice.coach_id
    practice.status, practice.cancelled_by, practice.note = Status.CANCELLED, "coach" if is_coach else "student", note
    practice.sequence += 1
    practice.save()
    if is_coach:
        Slot.objects.filter(pk=practice.slot_id, removed_at=None).update(removed_at=now)
    mails.cancelled(practice, now=now)
    return practice


@act
def book_again(practice: Practice, *, now: datetime) -> Practice:
    """Undo a student's cancellation, if the time is still free."""
    lock_people(practice.student_id, practice.coach_id)
    practice = lock(practice)
    if practice.status != Status.CANCELLED or practice.cancelled_by != "student":
        raise Stale("This practice is booked.")
    if Practice.objects.coming(now).filter(student=practice.student).exists():
        raise Refused("You already have a practice. Move it instead, or cancel it first.")
    if practice.starts_at <= now:
        raise Refused("This time has passed. Book a later one.")
    slot = lock(practice.slot)
    if slot.removed_at or slot.practices.filter(status=Status.BOOKED).exists():
        raise Refused("Someone just took that time. Choose another one.")
    _check_away(slot)
    practice.status, practice.cancelled_by, practice.note = Status.BOOKED, "", ""
    practice.sequence += 1
    practice.save()
    mails.booked(practice, now=now)
    return practice


# --- afterwards -------------------------------------------------------------------------------------------------------


@act
def missed(practice: Practice, *, now: datetime) -> None:
    """Note that the student did not come. Nobody is mailed: the page offers another time, without a reproach."""
    practice = lock(practice)
    if practice.starts_at > now:
        raise Refused(f"It begins at {times.clock(practice.starts_at)}. You can note this {spelled('afterward')}.")
    if practice.status == Status.CANCELLED:
        raise Stale(f"This practice was {spelled('canceled')}.")
    if Feedback.objects.filter(practice=practice, shared_at__isnull=False).exists():
        raise Refused("You’ve shared feedback on this practice, so we can’t mark it as missed.")
    practice.status = Status.MISSED
    practice.save(update_fields=["status"])


@act
def held(practice: Practice) -> None:
    """Undo `missed`."""
    practice = lock(practice)
    if practice.status == Status.MISSED:
        practice.status = Status.BOOKED
        practice.save(update_fields=["status"])


@act
def give(practice: Practice, feedback: Feedback, *, shared: bool, now: datetime) -> None:
    """Keep what the coach noticed, or share it. Shared with other words, it is new to the student again."""
    practice = lock(practice)
    if practice.status != Status.BOOKED:
        raise Refused("This practice didn’t take place, so there’s no feedback on it.")
    if practice.starts_at > now:
        raise Refused("The practice hasn’t begun yet. Write your feedback when it’s over.")
    feedback.shared_at = (feedback.shared_at or now) if shared else None
    feedback.read_at = None
    feedback.save()


def read(practice: Practice, *, now: datetime) -> None:
    """The student has it before them."""
    Feedback.objects.filter(practice=practice, shared_at__isnull=False, read_at=None).update(read_at=now)
