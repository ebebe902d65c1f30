"""How every act is carried out: one transaction, people locked first, the status moved in one place (reliability.md 3).

It decides what a legal move is by moves.py alone, and turns what the database refuses into sentences.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model

from apps.accounts.models import User
from apps.clock.regions import spelled
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent
from apps.interviews.lifecycle.moves import (
    INTERVIEW_MOVES,
    REQUEST_MOVES,
    Actor,
    InterviewStatus,
    Moves,
    RequestStatus,
    allows,
)
from apps.web.answers import Refused

TRIES = 3
PASSING = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock time-out: the same may work a moment later
MOVES: dict[type[Model], Moves] = {InterviewRequest: REQUEST_MOVES, Interview: INTERVIEW_MOVES}


class Taken(Refused):
    """Somebody's time is taken already."""


class Stale(Refused):
    """The thing is not any more as the page showed it."""


def act[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction: all or nothing, the whole of it again where the database was only busy.

    Raises Refused where a constraint says no, and where it is still busy after three tries.
    """

    @wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        tries_left = TRIES
        while True:
            tries_left -= 1
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except IntegrityError as error:
                refusal = _refusal(error)
                if refusal is None:
                    raise
                raise refusal from error
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in PASSING or connection.in_atomic_block:
                    raise
                if not tries_left:
                    raise Refused("Rapport is busy right now. Try again.") from error

    return whole


CONSTRAINTS = {
    "no_two_at_once": (Taken, "That time was just booked. Choose another one."),
    "no_two_practices_of_a_coach": (Taken, "That time was just booked. Choose another one."),
    "no_two_practices_of_a_student": (Taken, "You already have a practice at that time."),
    "no_two_slots_at_once": (Taken, "You already offer a time that overlaps with this one."),
    "one_request_under_way_per_contact": (Refused, "You already have a request to this person in progress."),
    "one_waiting_review_per_request": (Stale, "Your coach already has this request."),
    "one_waiting_review_per_text": (Stale, "Your coach already has this."),
    "away_once_at_a_time": (Refused, "You’re already away on some of these days. End that first."),
    "alum_monthly_cap": (Refused, "This person has reached this month’s limit for requests. Try again next month."),
    "student_not_blocked": (Refused, "This person isn’t taking requests right now."),
    "student_open_cap": (
        Refused,
        "You have the most open requests you can have at once. Wait for a reply, or withdraw one.",
    ),
    "request_moves": (Stale, "This request changed while you had it open. Here is the latest version."),
    "interview_moves": (Stale, "This conversation changed while you had it open. Here is the latest version."),
}


def _refusal(error: IntegrityError) -> Refused | None:
    """Return what a broken constraint means to the person, or None where it is our own mistake."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if name not in CONSTRAINTS:
        return None
    kind, sentence = CONSTRAINTS[name]
    return kind(sentence)


def lock_people(*ids: int | None) -> list[User]:
    """Lock the rows of people, always in the order of their ids, so that no two acts wait for each other."""
    people = User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in={pk for pk in ids if pk})
    return list(people.order_by("pk"))


def lock[Row: Model](row: Row) -> Row:
    """Return the row as it is now, locked until the end of the transaction. People are locked before."""
    return type(row)._base_manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


def lock_with_people[Row: (InterviewRequest, Interview)](row: Row) -> Row:
    """Lock the student and the alum, then their request or conversation; return it as it is now."""
    lock_people(row.student_id, row.alum_user_id)
    return lock(row)


def move[Row: (InterviewRequest, Interview)](
    row: Row, event: str, *, actor: Actor, now: datetime, by: User | None = None, note: str = "", **changes: Any
) -> Row:
    """Let `event` happen: lock the row, check the table, write, record. The one place where a status changes.

    Returns the fresh row. Raises Stale when the event makes no sense (any more) or `actor` may not make it happen.
    """
    row = lock(row)
    moves, was = MOVES[type(row)], row.status
    if not allows(moves, was, event, actor):
        raise Stale(f"{STALE[row.status].format(canceled=spelled('canceled'))} Here is the latest version.")
    if event in GOES_ON:
        both_are_here(row)
    row.status = str(moves[event][1])
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["status", *changes, *(["updated_at"] if hasattr(row, "updated_at") else [])])
    record(row, event, was=was, actor=actor, now=now, by=by, note=note)
    return row


# What asks something of the other side, or answers them: it needs them to be there.
GOES_ON = {
    *("submit", "approve", "send", "counter", "offer_again", "question", "reply", "accept", "accept_offer"),
    *("reconsider", "reschedule", "retime", "set_again"),
}


def both_are_here(row: InterviewRequest | Interview) -> None:
    """Raise Stale where the account of the student or of the alum is closed."""
    gone = User.objects.filter(pk__in=[row.student_id, row.alum_user_id or 0], is_active=False).first()
    if gone is not None:
        raise Stale(f"{gone.called} no longer uses Rapport.")


def record(
    row: InterviewRequest | Interview,
    event: str,
    *,
    was: str,
    actor: Actor,
    now: datetime,
    by: User | None = None,
    note: str = "",
) -> None:
    """Add one line to the story of a request or an interview."""
    subject = {"request": row} if isinstance(row, InterviewRequest) else {"interview": row}
    LifecycleEvent.objects.create(
        **subject, event=event, was=was, became=row.status, by=by, actor=actor, note=note, at=now
    )


STALE: dict[str, str] = {
    RequestStatus.DRAFT: "This request hasn’t been sent.",
    RequestStatus.IN_REVIEW: "This request is with the coach right now.",
    RequestStatus.SENT: "This request was sent and is waiting for a reply.",
    RequestStatus.COUNTERED: "There is a reply to this request.",
    RequestStatus.ACCEPTED: "This request was already accepted.",
    RequestStatus.DECLINED: "This request already got a “not now”.",
    RequestStatus.EXPIRED: "The deadline for this request has passed.",
    RequestStatus.WITHDRAWN: "This request was withdrawn.",
    InterviewStatus.SCHEDULED: "This conversation is scheduled.",
    InterviewStatus.COMPLETED: "This conversation already happened.",
    InterviewStatus.CANCELLED: "This conversation was {canceled}.",
    InterviewStatus.NO_SHOW: "This conversation didn’t happen.",
}
