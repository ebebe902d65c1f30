"""The alum's answer, by the mailed link or signed in: yes, other times, not now, somebody else (R207, R212).

It decides what an answer does to the request. Finding the time for both is scheduling.py's.
"""

from datetime import timedelta

from apps.interviews import slots
from apps.interviews.actions import tell
from apps.interviews.actions.moves import Stale, Taken, act, lock, lock_people, move
from apps.interviews.actions.requests import check_window
from apps.interviews.actions.scheduling import schedule
from apps.interviews.actions.sending import deadline
from apps.interviews.lifecycle import RequestStatus
from apps.interviews.models import Interview, TimeWindow
from apps.mail import outbox
from apps.network import actions as network
from apps.network.models import NamePermission, Touch
from apps.policy.models import Policy
from apps.web import Refused


def open_slots(request, *, by, now):
    """Return the times that `by` ("student" or "alum") offered and that can still be chosen."""
    windows = [window for window in request.windows.all() if window.offered_by == by]
    return slots.cut(windows, minutes=request.minutes, now=now)


def _slot(request, value, *, offered_by, now):
    slot = slots.named(open_slots(request, by=offered_by, now=now), value)
    if slot is None:
        raise Taken("That time is not on offer any more. Please choose another.")
    return slot


def _hold(request):
    lock_people(request.student_id, request.alum_user_id)
    return lock(request)


@act
def accept(request, *, slot, format, by, now, zone=None):
    """The alum says yes to one of the student's times. `slot` is the name of one of `open_slots`."""
    request = _hold(request)
    _still_open(request)
    _offers_format(request, format)
    chosen = _slot(request, slot, offered_by="student", now=now)
    return _agree(request, "accept", chosen, actor="alum", format=format, by=by, now=now, alum_zone=zone)


@act
def accept_offer(request, *, slot, format, by, now):
    """The student says yes to one of the times that the alum offered instead."""
    request = _hold(request)
    _still_open(request)
    _offers_format(request, format)
    chosen = _slot(request, slot, offered_by="alum", now=now)
    return _agree(request, "accept_offer", chosen, actor="student", format=format, by=by, now=now)


def _still_open(request):
    if request.status == RequestStatus.ACCEPTED:
        raise Stale("This conversation is set already. You can move or cancel it below.")


def _offers_format(request, format):
    if format not in request.formats:
        raise Refused("Choose how you would like to talk.")


def _agree(request, event, slot, *, actor, format, by, now, alum_zone=None):
    request = move(request, event, actor=actor, by=by, now=now, answered_at=now, turn="")
    interview = schedule(request, slot, format=format, by=by, actor=actor, now=now, alum_zone=alum_zone)
    outbox.cancel(key=f"request:{request.pk}:nudge")
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    tell.scheduled(interview, now=now)
    return interview


@act
def arrange(request, *, starts_at, format, by, now, place=""):
    """The student types in what was agreed with somebody outside the directory."""
    request = _hold(request)
    if request.alum_id:
        raise Refused("They choose the time themselves, from the letter.")
    if starts_at > now + timedelta(days=365):
        raise Refused("Choose a day within the coming year.")
    slot = slots.Slot(starts_at, starts_at + timedelta(minutes=request.minutes))
    request = move(request, "arrange", actor="student", by=by, now=now, answered_at=now, turn="")
    interview = schedule(request, slot, format=format, by=by, actor="student", now=now)
    Interview.objects.filter(pk=interview.pk).update(place=place[:300])
    interview.place = place[:300]
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    tell.scheduled(interview, now=now)
    return interview


@act
def turned_down(request, *, by, now, note=""):
    """The student notes that somebody outside the directory said no."""
    request = _hold(request)
    if request.alum_id:
        raise Refused("Their answer comes by itself.")
    return move(request, "turned_down", actor="student", by=by, now=now, note=note, answered_at=now, turn="")


# --- other times ------------------------------------------------------------------------------------------------------


@act
def counter(request, *, windows, note, by, now):
    """The alum offers other times, or asks something first. `windows` are (start, end, zone); a line is enough."""
    request = _hold(request)
    if not windows and not note.strip():
        raise Refused("Offer a time, or write a line.")
    if _said_already(request, windows, note):
        return request
    request = _offer(request, "counter", windows, actor="alum", turn="student", note=note, by=by, now=now)
    outbox.cancel(key=f"request:{request.pk}:nudge")
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}:{now.timestamp():.0f}")
    tell.countered(request, _windows(request, "alum"), note=note, now=now)
    return request


def _said_already(request, windows, note):
    """Whether the very same answer stands and waits for the student: a button pressed twice is pressed once."""
    waits = request.status == RequestStatus.COUNTERED and request.turn == "student"
    standing = {(window.starts_at, window.ends_at) for window in _windows(request, "alum")} if windows else set()
    return waits and request.answer_note == note[:600] and standing == {(start, end) for start, end, _ in windows}


@act
def offer_again(request, *, windows, note, by, now):
    """The student answers with new times of their own, or with a line."""
    request = _hold(request)
    if not windows and not note.strip():
        raise Refused("Offer a time, or write a line.")
    request = _offer(request, "offer_again", windows, actor="student", turn="alum", note=note, by=by, now=now)
    tell.offered_again(request, _windows(request, "student"), note=note, now=now)
    return request


def _offer(request, event, windows, *, actor, turn, note, by, now):
    """Replace one side's times and give the turn to the other; the deadline starts anew."""
    for start, end, _ in windows:
        check_window(start, end, [], minutes=request.minutes, now=now)
    if windows:
        request.windows.filter(offered_by=actor).delete()
        offered = [
            TimeWindow(request=request, offered_by=actor, starts_at=start, ends_at=end, zone=zone)
            for start, end, zone in windows
        ]
        TimeWindow.objects.bulk_create(offered)
    until = deadline(_windows(request, actor) if windows else [], minutes=request.minutes, now=now, policy=Policy.now())
    words = {"answer_note": note[:600]} if actor == "alum" else {}
    return move(request, event, actor=actor, by=by, now=now, note=note, turn=turn, deadline_at=until, **words)


def _windows(request, by):
    return list(request.windows.filter(offered_by=by).order_by("starts_at", "pk"))


# --- not now, somebody else -------------------------------------------------------------------------------------------


@act
def decline(request, *, by, now, note=""):
    """Not now; no reason needed. The student gets a kind note and does not ask again soon."""
    return _decline(_hold(request), by=by, now=now, note=note)


def _decline(request, *, by, now, note, suggested=None):
    request = move(
        request, "decline", actor="alum", by=by, now=now, note=note, answer_note=note[:600], turn="", answered_at=now
    )
    outbox.cancel(key=f"request:{request.pk}:nudge")
    network.touch(request.contact, Touch.Kind.ANSWERED, at=now, key=f"answered:{request.pk}")
    tell.declined(request, note=note, suggested=suggested)
    return request


@act
def suggest(request, *, name, about, may_use_name, declines, by, now, note=""):
    """The alum names somebody else, instead of answering or beside it: a contact with a referral for the student."""
    request = _hold(request)
    if not request.is_open:
        raise Stale("This request is answered already. You can still write to the student by pressing Reply.")
    if len(name.strip()) < 2:
        raise Refused("Write the name of the person.")
    permission = NamePermission.YES if may_use_name else NamePermission.NOT_ASKED
    referral = network.name_person(request.contact, name=name, name_permission=permission, about=about, now=now)
    if declines:
        return _decline(request, by=by, now=now, note=note, suggested=referral)
    tell.suggested(request, referral, now=now)
    return request
