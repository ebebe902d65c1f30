"""The versions of a reviewed text, and what changed between two of them: as each was handed over, and as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.clock import times
from apps.interviews.asking.models import PARTS, Review, ReviewedPart
from apps.interviews.asking.reviews import texts as texts_of_request
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.reviewing.texts import passages
from apps.interviews.sharing.models import SharedText
from apps.wording.changes import Change, changes

NOW = "now"


@dataclass(frozen=True)
class Version:
    """A text as it was at one time."""

    key: str  # as an address says it
    label: str
    said: str  # who had it, and when
    parts: Mapping[str, tuple[str, str]]  # {part: (its label, its words)}


@dataclass(frozen=True)
class Changed:
    """One part that differs: its words, the removed and the added among them."""

    label: str
    words: Sequence[Change]


@dataclass(frozen=True)
class Changes:
    """Two versions beside each other."""

    versions: Sequence[Version]  # the oldest first
    before: Version
    after: Version
    changed: Sequence[Changed]
    same: int  # parts


def of_request(request: InterviewRequest, query: Mapping[str, str], *, with_now: bool = True) -> Changes | None:
    """Return what changed in a request. `with_now`: also since it was handed over, which is the student's alone."""
    label = "Now" if request.status == RequestStatus.DRAFT else "As it was sent"
    words = {key: (PARTS[key], text) for key, text in texts_of_request(request).items()}
    now = [Version(NOW, label, "", words)] if with_now and request.status != RequestStatus.IN_REVIEW else []
    return _compared([*_handed_over(Review.objects.filter(request=request)), *now], query)


def of_text(text: SharedText, query: Mapping[str, str]) -> Changes | None:
    """Return what changed in a shared text."""
    words = {passage.key: (passage.label, passage.words) for passage in passages(text)}
    return _compared([*_handed_over(Review.objects.filter(text=text)), Version(NOW, "Now", "", words)], query)


def _handed_over(reviews: QuerySet[Review]) -> list[Version]:
    kept: dict[int, dict[str, tuple[str, str]]] = {}
    for part in ReviewedPart.objects.filter(review__in=reviews).order_by("review", "position"):
        kept.setdefault(part.review_id, {})[part.part] = (part.label, part.words)
    rows = reviews.filter(pk__in=kept).select_related("coach").order_by("asked_at", "pk")
    return [_version(place, review, kept[review.pk]) for place, review in enumerate(rows, 1)]


def _version(place: int, review: Review, parts: Mapping[str, tuple[str, str]]) -> Version:
    reader = review.coach.first_name if review.coach else "your coach"
    return Version(str(review.pk), f"Version {place}", f"sent to {reader} on {times.short_day(review.asked_at)}", parts)


def _last_other(versions: Sequence[Version], after: Version) -> Version:
    """Return the last version in other words than `after`; where there is none, the one before the last."""
    others = [version for version in versions[:-1] if _words(version) != _words(after)]
    return others[-1] if others else versions[-2]


def _words(version: Version) -> dict[str, str]:
    return {part: words for part, (_, words) in version.parts.items()}


def _compared(versions: Sequence[Version], query: Mapping[str, str]) -> Changes | None:
    """Put the two that are asked for beside each other, else the last two; nothing where there are not two."""
    if len(versions) < 2:
        return None
    known = {version.key: version for version in versions}
    after = known.get(query.get("after", ""), versions[-1])
    before = known.get(query.get("before", "")) or _last_other(versions, after)
    keys = [*after.parts, *(key for key in before.parts if key not in after.parts)]
    both = {key: (before.parts.get(key, ("", "")), after.parts.get(key, ("", ""))) for key in keys}
    changed = [Changed(new[0] or old[0], changes(old[1], new[1])) for old, new in both.values() if old[1] != new[1]]
    return Changes(versions, before, after, changed, len(both) - len(changed))
