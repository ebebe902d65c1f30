"""The alum's answer, by the mailed link or signed in: yes, other times, a question, not now (R207, R212).

It decides what an answer does to the request. Finding the time for both is scheduling's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.alumni import blocking, limits
from apps.alumni.blocking import is_blocked
from apps.alumni.models import AlumniProfile, Format
from apps.interviews.answering import mails
from apps.interviews.answering.current import asked_along
from apps.interviews.asking import mails as asking_mails
from apps.interviews.asking.leaving import deadline
from apps.interviews.lifecycle.acts import Stale, Taken, act, lock, lock_people, lock_with_people, move, record
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import RequestStatus, Side
from apps.interviews.scheduling import mails as scheduling_mails
from apps.interviews.scheduling import slots
from apps.interviews.scheduling.actions import schedule
from apps.interviews.scheduling.slots import Offer, Slot
from apps.interviews.scheduling.windows import check_window
from apps.network import actions as network
from apps.network.models import NamePermission, Referral, Touch
from apps.policy.models import Policy
from apps.web.answers import Refused


def open_slots(request: InterviewRequest, *, by: Side, now: datetime) -> list[Slot]:
    """Return the times that `by` ("student" or "alum") offered and that can still be chosen.

    What the other talks of the two have taken is left out. A student's own stay in a list for the student, who sees
    beside each with whom they talk then (slots.beside).
    """
    people = [request.alum_user_id] if by == "alum" else [request.student_id, request.alum_user_id]
    return slots.free(_offered(request, by, now), people, now)


def _offered(request: InterviewRequest, by: Side, now: datetime) -> list[Slot]:
    windows = [window for window in request.windows.all() if window.offered_by == by]
    return slots.cut(windows, minutes=request.minutes, now=now)


def _slot(request: InterviewRequest, value: str, *, offered_by: Side, now: datetime) -> Slot:
    slot = slots.named(_offered(request, offered_by, now), value)
    if slot is None:
        raise Taken("That time is no longer available. Choose another one.")
    return slot


@act
def accept(
    request: InterviewRequest,
    *,
    slot: str,
    format: str,
    by: User,
    now: datetime,
    zone: str | None = None,
    number: str = "",
) -> Interview:
    """The alum says yes to one of the student's times. `slot` is the name of one of `open_slots`.

    `number` is where they want to be called; it says nothing about a talk that is no call.
    """
    request = lock_with_people(request)
    _still_open(request, "below", now)
    _offers_format(request, format)
    chosen = _slot(request, slot, offered_by="student", now=now)
    place = number if format == Format.PHONE else ""
    return _agree(request, "accept", chosen, actor="alum", format=format, by=by, now=now, alum_zone=zone, place=place)


@act
def accept_offer(request: InterviewRequest, *, slot: str, format: str, by: User, now: datetime) -> Interview:
    """The student says yes to one of the times that the alum offered instead."""
    request = lock_with_people(request)
    _still_open(request, "on its page", now)
    _offers_format(request, format)
    chosen = _slot(request, slot, offered_by="alum", now=now)
    return _agree(request, "accept_offer", chosen, actor="student", format=format, by=by, now=now)


def _still_open(request: InterviewRequest, where: str, now: datetime) -> None:
    """Refuse a second yes. `where` it can be moved or cancelled is said only while it can be."""
    if request.status == RequestStatus.ACCEPTED:
        is_ahead = Interview.objects.coming(now).filter(request=request).exists()
        raise Stale("This conversation is already scheduled." + f" You can reschedule or cancel it {where}." * is_ahead)


def _offers_format(request: InterviewRequest, format: str) -> None:
    if format not in request.formats:
        raise Refused("Choose how you’d like to talk.")


def _agree(
    request: InterviewRequest,
    event: str,
    slot: Slot,
    *,
    actor: Side,
    format: str,
    by: User,
    now: datetime,
    alum_zone: str | None = None,
    place: str = "",
) -> Interview:
    along = asked_along(request, now) if actor == "alum" else {}
    answer: dict[str, Any] = {"answered_at": now, "turn": "", "has_question": False} | along
    request = move(request, event, actor=actor, by=by, now=now, **answer)
    interview = schedule(request, slot, format=format, by=by, actor=actor, now=now, alum_zone=alum_zone, place=place)
    asking_mails.take_nudge_back(request)
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    scheduling_mails.scheduled(interview, by_alum=actor == "alum", now=now)
    return interview


@act
def arrange(
    request: InterviewRequest, *, starts_at: datetime, format: str, by: User, now: datetime, place: str = ""
) -> Interview:
    """The student types in what was agreed beside Rapport: outside the directory, or by a plain reply to the letter.

    A yes after the deadline counts as well; no cap stands in its way.
    """
    request = lock_with_people(request)
    _has_reached_them(request, now)
    if request.alum and is_blocked(request.alum_id, request.student_id):
        raise Refused(limits.not_now(request.alum))
    if starts_at > now + timedelta(days=365):
        raise Refused("Choose a day within the next year.")
    if request.alum_id and starts_at <= now:
        raise Refused("That time has passed. Choose a future time.")
    slot = slots.Slot(starts_at, starts_at + timedelta(minutes=request.minutes))
    return _agree(request, "arrange", slot, actor="student", format=format, by=by, now=now, place=place)


@act
def turned_down(request: InterviewRequest, *, by: User, now: datetime, note: str = "") -> InterviewRequest:
    """The student notes that the answer was no, given beside Rapport. Nobody gets a mail of what both know."""
    request = lock_with_people(request)
    _has_reached_them(request, now)
    request = move(
        request, "turned_down", actor="student", by=by, now=now, note=note, answered_at=now, turn="", has_question=False
    )
    asking_mails.take_nudge_back(request)
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    return request


def _has_reached_them(request: InterviewRequest, now: datetime) -> None:
    """Only what was read can be answered; and who asks anew notes the answer there."""
    if request.is_open and request.leaves_at and request.leaves_at > now:
        raise Stale("Your request hasn’t been sent yet, so there’s no reply to record.")
    if not request.is_open and InterviewRequest.objects.filter(contact=request.contact_id).under_way().exists():
        raise Stale(f"You’ve started a new request to {request.contact.first_name}. Record the reply there.")


# --- other times, a question first ------------------------------------------------------------------------------------


@act
def counter(
    request: InterviewRequest, *, windows: Sequence[Offer], note: str, by: User, now: datetime
) -> InterviewRequest:
    """The alum offers other times. `windows` are (start, end, zone); the student's stay on offer.

    Words alone are an offer, too (“Any Friday after 4”): the student answers with times that fit them.
    """
    request = lock_with_people(request)
    if not windows and not note.strip():
        raise Refused("Suggest at least 1 time.")
    if _said_already(request, windows, note, is_question=False):
        return request
    request = _answer(request, "counter", windows, note=note, by=by, now=now)
    mails.countered(request, _windows(request, "alum") if windows else [], note=note, now=now)
    return request


@act
def question(request: InterviewRequest, *, note: str, by: User, now: datetime) -> InterviewRequest:
    """The alum asks something first; the student's reply opens the same request again (R207)."""
    request = lock_with_people(request)
    if not note.strip():
        raise Refused("Write your question.")
    if _said_already(request, [], note, is_question=True):
        return request
    request = _answer(request, "question", [], note=note, by=by, now=now)
    mails.asked_first(request, note=note, now=now)
    return request


def _answer(
    request: InterviewRequest, event: str, windows: Sequence[Offer], *, note: str, by: User, now: datetime
) -> InterviewRequest:
    answer: dict[str, Any] = {"answer_note": note[:600], "answered_at": now, "has_question": event == "question"}
    answer |= asked_along(request, now)
    request = _offer(request, event, windows, actor="alum", turn="student", note=note, by=by, now=now, **answer)
    asking_mails.take_nudge_back(request)
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}:{now.timestamp():.0f}")
    return request


def _said_already(request: InterviewRequest, windows: Sequence[Offer], note: str, *, is_question: bool) -> bool:
    """Whether the very same answer stands and waits for the student: a button pressed twice is pressed once."""
    if not request.waits_for_student or request.answer_note != note[:600] or request.has_question != is_question:
        return False
    standing = {(window.starts_at, window.ends_at) for window in _windows(request, "alum")} if windows else set()
    return standing == {(start, end) for start, end, _ in windows}


@act
def offer_again(
    request: InterviewRequest, *, windows: Sequence[Offer], note: str, by: User, now: datetime
) -> InterviewRequest:
    """The student answers with new times of their own."""
    request = lock_with_people(request)
    if not windows:
        raise Refused("Suggest at least 1 time.")
    request = _offer(
        request, "offer_again", windows, actor="student", turn="alum", note=note, by=by, now=now, has_question=False
    )
    mails.offered_again(request, _windows(request, "student"), note=note, now=now)
    return request


@act
def reply(
    request: InterviewRequest, *, note: str, by: User, now: datetime, windows: Sequence[Offer] = ()
) -> InterviewRequest:
    """The student answers the alum's question, with new times or none; the request is open again as it was."""
    request = lock_with_people(request)
    if not request.has_question:
        raise Stale("There’s no longer a question to answer.")
    if not note.strip():
        raise Refused("Write your answer.")
    request = _offer(
        request, "reply", windows, actor="student", turn="alum", note=note, by=by, now=now, has_question=False
    )
    mails.replied(request, _usable(request, "student", now), note=note, now=now)
    return request


TO_AND_FRO = ("counter", "question", "offer_again", "reply", "reconsider")
MOST_ROUNDS, MOST_NAMES = 12, 3  # answers of one request, and people suggested in answer to it: more is an accident


def _check_rounds(request: InterviewRequest) -> None:
    if request.events.filter(event__in=TO_AND_FRO).count() >= MOST_ROUNDS:
        raise Refused("You’ve reached the limit for suggesting times. Choose one of the times, or continue by email.")


def _offer(
    request: InterviewRequest,
    event: str,
    windows: Sequence[Offer],
    *,
    actor: Side,
    turn: Side,
    note: str,
    by: User,
    now: datetime,
    **changes: Any,
) -> InterviewRequest:
    """Replace one side's times and give the turn to the other; the deadline starts anew (R214)."""
    _check_rounds(request)
    for start, end, _ in windows:
        check_window(start, end, [], minutes=request.minutes, now=now)
    if windows:
        request.windows.filter(offered_by=actor).delete()
        offered = [
            TimeWindow(request=request, offered_by=actor, starts_at=start, ends_at=end, zone=zone)
            for start, end, zone in windows
        ]
        TimeWindow.objects.bulk_create(offered)
    until = deadline(_usable(request, actor, now), minutes=request.minutes, now=now, policy=Policy.now())
    return move(request, event, actor=actor, by=by, now=now, note=note, turn=turn, deadline_at=until, **changes)


def _windows(request: InterviewRequest, by: Side) -> list[TimeWindow]:
    return list(request.windows.filter(offered_by=by).order_by("starts_at", "pk"))


def _usable(request: InterviewRequest, by: Side, now: datetime) -> list[TimeWindow]:
    """The times of one side in which a talk could still begin."""
    return [window for window in _windows(request, by) if slots.cut([window], minutes=request.minutes, now=now)]


# --- not now, somebody else -------------------------------------------------------------------------------------------


@act
def decline(request: InterviewRequest, *, by: User, now: datetime, note: str = "") -> InterviewRequest:
    """Not now; no reason needed. The student gets a kind note and does not ask again soon."""
    return _decline(lock_with_people(request), by=by, now=now, note=note)


def _decline(
    request: InterviewRequest, *, by: User, now: datetime, note: str, suggested: Referral | None = None
) -> InterviewRequest:
    answer = {"answer_note": note[:600], "answered_at": now, "has_question": False} | asked_along(request, now)
    request = move(request, "decline", actor="alum", by=by, now=now, note=note, turn="", **answer)
    asking_mails.take_nudge_back(request)
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    mails.declined(request, note=note, suggested=suggested)
    return request


@act
def block(alum: AlumniProfile, student: User, *, by: User, now: datetime) -> None:
    """The alum wants no more requests of this student. What waits for an answer gets a kind “not now”.

    A conversation that is scheduled stays so. A request that has not left yet is held back as the limits say.
    """
    lock_people(student.pk, alum.user_id)
    blocking.block(alum, student, now=now)
    arrived = InterviewRequest.objects.filter(alum=alum, student=student, leaves_at__lte=now)
    for request in arrived.open().order_by("pk"):
        _decline(lock(request), by=by, now=now, note="")


@act
def reconsider(request: InterviewRequest, *, by: User, now: datetime) -> InterviewRequest:
    """The alum takes a “not now” back, until the deadline that the request had. No cap stands in the way of a yes.

    Where the “not now” has not left yet, the student hears of neither.
    """
    request = lock_with_people(request)
    if request.is_open:
        return request
    if request.status == RequestStatus.DECLINED and request.deadline_at and request.deadline_at <= now:
        raise Stale("The deadline has passed. You can still reply to the email.")
    if InterviewRequest.objects.filter(contact=request.contact_id).under_way().exists():
        raise Stale(f"{request.student.first_name} has started a new request to you. Wait for that one.")
    _check_rounds(request)
    request = move(request, "reconsider", actor="alum", by=by, now=now, turn="alum", answer_note="", has_question=False)
    if not mails.take_declined_back(request):
        mails.reopened(request, now=now)
    return request


@act
def suggest(
    request: InterviewRequest,
    *,
    name: str,
    about: str,
    may_use_name: bool,
    declines: bool,
    by: User,
    now: datetime,
    note: str = "",
) -> InterviewRequest:
    """The alum names somebody else, instead of answering or beside it: a contact with a referral for the student."""
    request = lock_with_people(request)
    if not request.is_open:
        raise Stale("This request already has a reply. You can still reply to the student’s email.")
    if len(name.strip()) < 2:
        raise Refused("Enter the person’s name.")
    named = request.events.filter(event="suggest")
    if not declines and named.filter(note=" ".join(name.split())).exists():
        return request
    if named.count() >= MOST_NAMES:
        raise Refused("3 names are plenty. Thank you.")
    permission = NamePermission.YES if may_use_name else NamePermission.NOT_ASKED
    referral = network.name_person(request.contact, name=name, name_permission=permission, about=about, now=now)
    record(request, "suggest", was=request.status, actor="alum", now=now, by=by, note=referral.contact.name)
    if declines:
        return _decline(request, by=by, now=now, note=note, suggested=referral)
    mails.suggested(request, referral, now=now)
    return request
