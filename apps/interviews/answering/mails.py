"""Who is told by mail what was answered, and what was said to the answer."""

from collections.abc import Iterable
from datetime import datetime

from apps.interviews.lifecycle.links import alum_of
from apps.interviews.lifecycle.mails import (
    Context,
    closes_on,
    mail_alum,
    mail_student,
    occasion_of,
    times_on_offer,
)
from apps.interviews.lifecycle.models import InterviewRequest, TimeWindow
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.network.models import Referral
from apps.wording.text import one_line


def offered_again(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    """The student offers new times in answer to the alum's."""
    context = times_on_offer(windows, alum_of(request).time_zone) | {"to_alum": True}
    mail_alum("request_countered", request, occasion_of(request, "offered", at=now), context, note=note)


def replied(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    """The student answers the alum's question; the request is open as before."""
    zone = alum_of(request).time_zone
    context = times_on_offer(windows, zone) | {"to_alum": True, "closes": closes_on(request, zone)}
    mail_alum("request_question", request, occasion_of(request, "replied", at=now), context, note=note)


def countered(request: InterviewRequest, windows: Iterable[TimeWindow], *, note: str, now: datetime) -> None:
    offered = times_on_offer(windows, request.student.time_zone)
    mail_student("request_countered", request, occasion_of(request, "countered", at=now), offered, note=note)


def asked_first(request: InterviewRequest, *, note: str, now: datetime) -> None:
    """The alum asks something before choosing."""
    context: Context = {"closes": closes_on(request, request.student.time_zone)}
    mail_student("request_question", request, occasion_of(request, "question", at=now), context, note=note)


def _declined_occasion(request: InterviewRequest) -> Occasion:
    """Each “not now” is one of its own: the alum may have thought again in between."""
    return occasion_of(request, f"declined:{request.events.filter(event='decline').count()}")


def declined(request: InterviewRequest, *, note: str, suggested: Referral | None = None) -> None:
    context = _suggested(suggested) if suggested else {}
    mail_student("request_declined", request, _declined_occasion(request), context, note=note)


def take_declined_back(request: InterviewRequest) -> bool:
    """Stop the mail of a “not now” that has not left. Returns whether there was one."""
    return outbox.cancel(_declined_occasion(request))


def reopened(request: InterviewRequest, *, now: datetime) -> None:
    """The alum thought again: the request waits for them as before."""
    context: Context = {"closes": closes_on(request, request.student.time_zone)}
    mail_student("request_reopened", request, occasion_of(request, "reopened", at=now), context)


def suggested(request: InterviewRequest, referral: Referral, *, now: datetime) -> None:
    """The alum names somebody else and leaves the question open."""
    occasion = occasion_of(request, f"suggested:{referral.pk}")
    mail_student("request_declined", request, occasion, _suggested(referral) | {"is_open": True})


def _suggested(referral: Referral) -> Context:
    return {"suggested_name": one_line(referral.contact.name), "may_use_name": referral.may_use_name}
