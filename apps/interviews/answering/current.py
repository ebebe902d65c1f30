"""One thing of an alum's profile to confirm once they have answered a student: do they still work where it says?

It decides whether they are asked, at most once in a term, and what the page shows of it. Their word is kept on the
profile by apps.alumni.actions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.alumni import visibility
from apps.alumni.forms import WorkForm
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy

A_TERM = timedelta(days=180)  # at the longest, where the office’s dates are old or missing


@dataclass(frozen=True, kw_only=True)
class Current:
    """The question, or what was said to it. `says` is what students read: Nurse at Mercy Hospital."""

    question: str
    yes: str
    says: str
    is_said: bool
    form: WorkForm


def asked_along(request: InterviewRequest, now: datetime) -> dict[str, datetime]:
    """Return what to write on a request that the alum answers now: that they are asked with it, once a term."""
    alum = request.alum
    is_due = alum is not None and _can_be_asked(alum) and not _was_asked_or_said(alum, _since(now))
    return {"current_asked_at": now} if is_due else {}


def _can_be_asked(alum: AlumniProfile) -> bool:
    return alum.listing == Listing.LISTED and bool(visibility.own(alum, "employer") or alum.title)


def _was_asked_or_said(alum: AlumniProfile, since: datetime) -> bool:
    if alum.confirmed_at and alum.confirmed_at >= since:
        return True
    return InterviewRequest.objects.filter(alum=alum, current_asked_at__gte=since).exists()


def _since(now: datetime) -> datetime:
    """Return since when what an alum said counts: the beginning of this term."""
    policy = Policy.now()
    began = policy.term_since(policy.time_zone)
    return max(began, now - A_TERM) if began <= now else now - A_TERM


def current_of(request: InterviewRequest, now: datetime, typed: WorkForm | None) -> Current | None:
    """Return the question of a request, what was said to it, or None where there is none to ask this term."""
    alum, asked_at = request.alum, request.current_asked_at
    if alum is None or asked_at is None or asked_at < _since(now) or alum.listing != Listing.LISTED:
        return None
    is_said = alum.confirmed_at is not None and alum.confirmed_at >= asked_at
    employer = visibility.own(alum, "employer")
    if not is_said and not (employer or alum.title):
        return None
    return Current(
        question=f"Still at {employer}?" if employer else f"Still {alum.title}?",
        yes="Yes, still there" if employer else "Yes, still my role",
        says=" at ".join(words for words in (alum.title, employer) if words),
        is_said=is_said,
        form=typed or WorkForm(instance=alum, initial={"employer": employer}),
    )
