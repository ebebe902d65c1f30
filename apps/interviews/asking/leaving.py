"""How a request leaves: what must be right, the limits, the deadline, the letter promised (R204, R214).

Used by the student's `send`, the coach's `approve` and the clock; each of them says who acts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.alumni import limits
from apps.interviews.asking import channels, checks, mails
from apps.interviews.asking.letter import letter_of
from apps.interviews.lifecycle.acts import lock, lock_people, move
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import Actor
from apps.interviews.scheduling import slots
from apps.network import actions as network
from apps.network.models import Contact, Referral, Touch
from apps.policy.models import Policy
from apps.web.answers import Refused
from apps.wording.hints import Hint


class Incomplete(Refused):
    """A draft that cannot leave like this. Holds every hint that says why, to show each at its place."""

    def __init__(self, wrong: Sequence[Hint]) -> None:
        super().__init__(" ".join(part for part in (wrong[0].title, wrong[0].text) if part))
        self.wrong = wrong


def lock_with_entry(request: InterviewRequest) -> InterviewRequest:
    """Lock both people, the alum's entry, whose limits are about to be counted, and the request, returned as it is."""
    lock_people(request.student_id, request.alum_user_id)
    if request.alum:
        lock(request.alum)
    return lock(request)


def dispatch(
    request: InterviewRequest,
    event: str,
    *,
    actor: Actor,
    now: datetime,
    by: User | None = None,
    undo: bool = False,
    note: str = "",
) -> InterviewRequest:
    """Let a request go out to the alum: check it, count the limits, promise the letter."""
    policy = Policy.now()
    leaves_at = leaving(request, now=now, policy=policy, undo=undo)
    windows = check_complete(request, leaves_at)
    from_when = leaves_at if request.send_at else now  # the month and the days are those in which it is read
    if request.alum:
        request.alum.refresh_from_db()
        refusal = limits.refusal(request.alum, request.student, from_when, policy)
        if refusal:
            raise Refused(refusal)
    request = move(
        request,
        event,
        actor=actor,
        by=by,
        now=now,
        note=note,
        sent_at=from_when,
        leaves_at=leaves_at,
        deadline_at=deadline(windows, minutes=request.minutes, now=from_when, policy=policy),
        turn="alum",
    )
    keep = _write_to_alum if request.alum_id else _keep_text
    keep(request, windows, policy)
    remember_asking(request, now)
    return request


def leaving(request: InterviewRequest, *, now: datetime, policy: Policy, undo: bool) -> datetime:
    """Return when the letter leaves: after the minutes to take it back, or at the time chosen, if that is later."""
    if not request.alum_id:
        return now
    soonest = now + timedelta(minutes=policy.undo_minutes) if undo else now
    return max(soonest, request.send_at) if request.send_at else soonest


def check_complete(request: InterviewRequest, now: datetime) -> list[TimeWindow]:
    """Return the windows to offer. Raises Incomplete with all that must be put right."""
    draft = checks.read(request, now)
    wrong = checks.blocking(draft)
    if wrong:
        raise Incomplete(wrong)
    return checks.usable(draft)


def deadline(windows: Sequence[TimeWindow], *, minutes: int, now: datetime, policy: Policy) -> datetime:
    """Return when a request expires: after the office's days, or when the last offered time can no longer begin."""
    by_policy = now + timedelta(days=policy.answer_days)
    last = slots.last_start(windows, minutes=minutes)
    return min(by_policy, last) if last else by_policy


def _write_to_alum(request: InterviewRequest, windows: Sequence[TimeWindow], policy: Policy) -> None:
    written = mails.letter(request, windows, policy=policy)
    InterviewRequest.objects.filter(pk=request.pk).update(sent_text=written.text)


def _keep_text(request: InterviewRequest, windows: Sequence[TimeWindow], policy: Policy) -> None:
    text = channels.wording(request, letter_of(request, windows, university=policy.university))
    InterviewRequest.objects.filter(pk=request.pk).update(sent_text=text)


def remember_asking(request: InterviewRequest, now: datetime) -> None:
    network.touch(request.contact, Touch.Kind.ASKED, at=now, key=f"asked:{request.pk}:{request.version}")
    if request.referral_id:
        Referral.objects.filter(pk=request.referral_id, followed_up_at=None).update(followed_up_at=now)


def forget_asking(request: InterviewRequest) -> None:
    Touch.objects.filter(key=f"asked:{request.pk}:{request.version}").delete()
    last = Touch.objects.real().filter(contact=request.contact_id).order_by("-at").values_list("at", flat=True).first()
    Contact.objects.filter(pk=request.contact_id).update(last_touch_at=last)
