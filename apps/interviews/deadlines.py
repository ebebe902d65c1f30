"""What time does by itself: requests expire, reviews lapse, an unanswered request is brought to mind once (R214),
and a thank-you that waited for its time is known to have left.

Called by the sweep, as often as it likes: each function asks what is due at `now` and does it once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from apps.alumni import limits
from apps.alumni.models import Listing
from apps.database.promised import promised
from apps.interviews.asking import away
from apps.interviews.asking import mails as asking_mails
from apps.interviews.asking.actions import alternatives, back_to_draft
from apps.interviews.asking.leaving import lock_with_entry
from apps.interviews.asking.reviews import lapse_reviews
from apps.interviews.lifecycle import mails as lifecycle_mails
from apps.interviews.lifecycle.acts import Stale, act, lock_with_people, move, record
from apps.interviews.lifecycle.models import InterviewRequest, RequestQuerySet
from apps.interviews.lifecycle.moves import OPEN, RequestStatus
from apps.interviews.thanking import scheduled
from apps.mail.models import OutboundMessage, State
from apps.policy.models import Policy
from apps.web.answers import Refused

JUST_BEFORE = timedelta(seconds=75)  # two sweeps and a half
NOT_AT_THE_END = timedelta(days=1)  # who has a day left is not nudged any more


def clock(now: datetime) -> None:
    """Do everything in the lifecycle that only waits for its time."""
    hold_back(now)
    expire(now)
    away.settle(now)
    lapse_reviews(now)
    nudge_unanswered(now)
    scheduled.settle(now)


def expire(now: datetime) -> int:
    """Close what was not answered by its deadline. Returns how many."""
    rows = InterviewRequest.objects.past_deadline(now).select_related("alum").order_by("deadline_at", "pk")
    return sum(_quietly(_expire, row, now=now) for row in rows)


@act
def _expire(request: InterviewRequest, *, now: datetime) -> None:
    deadline_at = lock_with_people(request).deadline_at
    if deadline_at is None or deadline_at > now:
        raise Stale("It was withdrawn, or the deadline has moved.")
    expired = move(request, "expire", actor="clock", now=now)  # whose turn it was stays: it says who let it close
    asking_mails.take_nudge_back(expired)
    asking_mails.expired(expired, alternatives(expired, now))


def hold_back(now: datetime) -> int:
    """Ask the limits once more before a letter leaves. Returns how many stay (R204).

    Minutes or days have gone by since it was promised: the alum may have paused or left, or take fewer requests now.
    """
    about = Concat(Value(lifecycle_mails.REQUEST), OuterRef("pk"))
    waiting = OutboundMessage.objects.filter(state=State.PENDING, subject_key=about)
    rows = InterviewRequest.objects.filter(
        Exists(waiting), status=RequestStatus.SENT, alum__isnull=False, leaves_at__lte=now + JUST_BEFORE
    )
    return sum(_quietly(_hold_back, row, now=now) for row in rows.select_related("alum").order_by("leaves_at", "pk"))


@act
def _hold_back(request: InterviewRequest, *, now: datetime) -> None:
    waiting = lock_with_entry(request)
    alum, leaves_at = promised(waiting.alum), promised(waiting.leaves_at)
    reason = limits.refusal(alum, waiting.student, leaves_at, apart_from=waiting, only_before=True)
    if reason is None:
        raise Stale("Nothing is in its way.")
    asking_mails.held_back(back_to_draft(waiting, "hold_back", actor="clock", now=now, note=reason), reason=reason)


def nudge_at(request: InterviewRequest) -> datetime | None:
    """Return when the alum of an unanswered request is reminded, or None where too little time is left for it.

    After the office's number of days, or in the middle of a shorter time to answer.
    """
    if request.sent_at is None or request.deadline_at is None:
        return None
    span = request.deadline_at - request.sent_at
    at = request.sent_at + min(timedelta(days=Policy.now().nudge_days), span / 2)
    return at if request.deadline_at > at + NOT_AT_THE_END else None


def due_for_nudge(now: datetime) -> RequestQuerySet:
    """The requests whose alum has not answered by `nudge_at`, is still in the directory, and was not reminded yet."""
    days_over = Q(sent_at__lte=now - timedelta(days=Policy.now().nudge_days))
    half_over = Q(deadline_at__lte=ExpressionWrapper(Value(now) - F("sent_at"), DurationField()) + Value(now))
    return (
        InterviewRequest.objects.filter(
            days_over | half_over,
            status=RequestStatus.SENT,
            turn="alum",
            answered_at=None,  # who asked something first, or thought again, has it in mind
            alum__listing=Listing.LISTED,
            alum__is_paused=False,
            deadline_at__gt=now + NOT_AT_THE_END,
        )
        .exclude(alum__paused_until__gt=now.date())
        .exclude(events__event="nudge")
    )


def nudge_unanswered(now: datetime) -> int:
    """Remind each alum of an unanswered request, once. Returns how many."""
    rows = due_for_nudge(now).select_related("alum").order_by("sent_at", "pk")
    return sum(_quietly(_nudge, row, now=now) for row in rows)


@act
def _nudge(request: InterviewRequest, *, now: datetime) -> None:
    fresh = lock_with_people(request)
    if fresh.status not in OPEN or fresh.events.filter(event="nudge").exists():
        raise Stale("Already answered.")
    asking_mails.nudge(fresh)
    record(fresh, "nudge", was=fresh.status, actor="clock", now=now)


def _quietly(do: Callable[..., object], request: InterviewRequest, *, now: datetime) -> int:
    """Do one, and count it; somebody else was faster is no error."""
    try:
        do(request, now=now)
    except Refused:
        return 0
    return 1
