"""One part of an alum's profile to confirm once they have answered a student: is it still right? (R277)

It decides which part an answer asks about, each at most once in a term, and what the page shows of it. Which part comes
next, and the alum's word on it: apps.alumni.confirming.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms

from apps.alumni import confirming, visibility
from apps.alumni.models import Listing
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy

A_TERM = timedelta(days=180)  # at the longest, where the office’s dates are old or missing


@dataclass(frozen=True, kw_only=True)
class Current:
    """The question, or what was said to it. `says` is what students read: Nurse at Mercy Hospital."""

    question: str
    yes: str
    says: str
    hidden: str  # what of it they don't read
    nothing: str  # what they see where it is empty
    is_said: bool
    form: forms.ModelForm


def asked_along(request: InterviewRequest, now: datetime) -> dict[str, Any]:
    """Return what to write on a request that the alum answers now: which part they are asked about with it."""
    alum, since = request.alum, _since(now)
    if alum is None or alum.listing != Listing.LISTED or _is_asked(request, since):
        return {}
    asked = InterviewRequest.objects.filter(alum=alum, current_asked_at__gte=since)
    part = confirming.next_part(alum, since, asked=set(asked.values_list("current_part", flat=True)))
    return {"current_asked_at": now, "current_part": part} if part else {}


def _is_asked(request: InterviewRequest, since: datetime) -> bool:
    """Whether an earlier answer to this request asked already."""
    return request.current_asked_at is not None and request.current_asked_at >= since


def _since(now: datetime) -> datetime:
    """Return since when what an alum said counts: the beginning of this term."""
    policy = Policy.now()
    began = policy.term_since(policy.time_zone)
    return max(began, now - A_TERM) if began <= now else now - A_TERM


def part_of(request: InterviewRequest) -> confirming.Part:
    """Return the part that a request asks about."""
    return confirming.PARTS.get(request.current_part, confirming.PARTS["work"])


def current_of(request: InterviewRequest, now: datetime, typed: forms.ModelForm | None) -> Current | None:
    """Return the question of a request, what was said to it, or None where there is none to ask this term."""
    alum, asked_at, part = request.alum, request.current_asked_at, part_of(request)
    if alum is None or asked_at is None or asked_at < _since(now) or alum.listing != Listing.LISTED:
        return None
    is_said = confirming.confirmed(alum)[request.current_part] >= asked_at
    says = part.says(alum)
    if not is_said and not says:
        return None
    words = {column: visibility.own(alum, column) for column in part.columns}
    return Current(
        question=part.question(alum),
        yes=part.yes,
        says=part.students_read(alum),
        hidden=part.hidden(alum),
        nothing=part.nothing,
        is_said=is_said,
        form=typed or part.form(instance=alum, initial=words),
    )
