"""Who is told by mail about a letter: its reader, the student, the coach."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.database.promised import promised
from apps.interviews.asking.letter import Letter, letter_of
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.links import alum_of, alum_reader
from apps.interviews.lifecycle.mails import (
    REQUEST,
    closes_on,
    facts_of,
    mail_alum,
    mail_student,
    occasion_of,
)
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.policy.models import Policy
from apps.wording.text import one_line


def letter_occasion(request: InterviewRequest) -> Occasion:
    """A letter in this version of the request: its mail leaves after the undo, and a newer one takes its place."""
    return Occasion(
        f"{REQUEST}{request.pk}:letter:{request.version}",
        subject_key=f"{REQUEST}{request.pk}",
        subject_no=request.version,
        due_at=request.leaves_at,
    )


def letter(request: InterviewRequest, windows: Iterable[TimeWindow], *, policy: Policy) -> Letter:
    """Promise the letter to the alum, for the moment after the undo. Returns it as it will arrive."""
    written = letter_of(request, windows, university=policy.university)
    outbox.queue(
        "request_sent_to_alum",
        to=alum_reader(request),
        occasion=letter_occasion(request),
        sender=sender_of(request.student),
        context={
            "letter": written,
            "cap": limits.cap(alum_of(request), policy),
            "answer_url": links.answer_url(request, expires_at=promised(request.deadline_at)),
        },
        stop_url=links.stop_url(request),
    )
    return written


def take_letter_back(request: InterviewRequest) -> bool:
    """Stop a letter that has not left. Returns whether there was one."""
    return outbox.cancel(letter_occasion(request))


def _nudge_occasion(request: InterviewRequest) -> Occasion:
    return occasion_of(request, "nudge")


def nudge(request: InterviewRequest) -> None:
    """The one gentle reminder to the alum (R214)."""
    mail_alum(
        "request_nudge", request, _nudge_occasion(request), {"closes": closes_on(request, alum_of(request).time_zone)}
    )


def take_nudge_back(request: InterviewRequest) -> bool:
    """Stop a reminder that has not left, of a request that needs none any more. Returns whether there was one."""
    return outbox.cancel(_nudge_occasion(request))


def withdrawn(request: InterviewRequest, *, note: str, is_lapsed: bool = False, is_closed: bool = False) -> None:
    """The student takes a request back that the alum has already read, lets their answer lie until it closes, or is
    here no more."""
    occasion = occasion_of(request, "withdrawn")
    mail_alum("request_withdrawn", request, occasion, {"is_lapsed": is_lapsed, "is_closed": is_closed}, note=note)


def expired(request: InterviewRequest, others: Iterable[AlumniProfile], *, is_closed: bool = False) -> None:
    """No answer came in time: of the alum, or of the student to whom they had answered. Those hear of it, too.

    `is_closed`: none will come, the alum's account is closed.
    """
    names = [one_line(f"{other.called}, {other.title}".rstrip(", ")) for other in others]
    was_mine = request.turn == "student" and not is_closed
    occasion = occasion_of(request, f"expired:{request.version}")
    context = {"others": names, "was_mine": was_mine, "is_closed": is_closed}
    mail_student("request_expired", request, occasion, context)
    if was_mine and request.alum_id:
        withdrawn(request, note="", is_lapsed=True)


def held_back(request: InterviewRequest, *, reason: str) -> None:
    """The letter stays here: by the time it was to leave, the alum could not be asked any more."""
    mail_student("request_held_back", request, occasion_of(request, f"held:{request.version}"), {"reason": reason})


def reviewed(review: Review, request: InterviewRequest, *, is_sent: bool, note: str, by_clock: bool = False) -> None:
    """The coach has read it, or nobody did in time (`by_clock`): it is on its way, or back as a draft."""
    coach_name = one_line(review.coach.called) if review.coach else "Your coach"
    mail_student(
        "review_done",
        request,
        occasion_of(request, f"review:{review.pk}"),
        {"is_sent": is_sent, "is_lapsed": by_clock, "coach_name": coach_name},
        note=note,
    )


def review_waits(review: Review, request: InterviewRequest, coach: User) -> None:
    outbox.queue(
        "review_waiting",
        to=coach,
        occasion=Occasion(f"review:{review.pk}:waiting:{coach.pk}"),
        context=facts_of(request)
        | {
            "due": times.when(review.due_at, None, coach.time_zone),
            "url": settings.SITE_URL + reverse("review", args=[request.pk]),
        },
    )
