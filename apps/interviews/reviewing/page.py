"""What a student sees of a text that they shared: its parts, what the coach said beside them, what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.interviews.asking.models import PARTS, Review, ReviewComment
from apps.interviews.asking.threads import Thread, threads
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.reviewing import actions, texts, versions
from apps.interviews.reviewing.texts import Passage
from apps.interviews.reviewing.versions import Changes
from apps.interviews.sharing import wording
from apps.interviews.sharing.away import reader_of, stand_in_of
from apps.interviews.sharing.models import Away, SharedText
from apps.interviews.sharing.wording import Piece

OPEN, USED = "rp-anchor rp-anchor-gold", "rp-anchor"


@dataclass(frozen=True)
class Said:
    """A comment, and whether its words still stand."""

    comment: ReviewComment
    is_there: bool
    can_undo: bool
    thread: Thread


@dataclass(frozen=True)
class Part:
    """One part with what was said beside it; `seen` tells its words, for a button to say what it showed."""

    key: str
    label: str
    pieces: Sequence[Piece]
    said: Sequence[Said]
    seen: str


@dataclass(frozen=True)
class TextPage:
    text: SharedText
    coach: User | None  # who coaches the student now
    review: Review | None  # the last reading that was handed over
    waiting: Review | None
    away: Away | None  # the days on which the coach reads nothing
    stand_in: User | None  # who could comment meanwhile, if the student asks them
    is_shared: bool
    is_open: bool
    parts: Sequence[Part]
    elsewhere: Sequence[Said]  # on parts that are no more
    suggestions: int
    comments: int  # open ones, suggestions among them
    home: str
    changes: Changes | None
    now: datetime
    section: str = "conversations"


def page(text: SharedText, now: datetime, query: Mapping[str, str]) -> TextPage:
    """Return the page of a text, with its last two versions or those that `query` names beside each other."""
    coach, reader = text.student.student_profile.coach, reader_of(text.student, now)
    readings = list(text.reviews.select_related("coach").order_by("-asked_at", "-pk"))
    waiting = next((one for one in readings if one.verdict == Review.Verdict.WAITING), None)
    comments = list(actions.handed_over(text).select_related("review__coach").order_by("created_at", "pk"))
    passages, below = texts.passages(text), threads(comments, text.student, about=text)
    keys, still_open = {passage.key for passage in passages}, [one for one in comments if not one.is_done]
    return TextPage(
        text=text,
        coach=coach,
        review=next((one for one in readings if one is not waiting and (one.note or one in _of(comments))), None),
        waiting=waiting if text.shared_with_id else None,
        away=reader.away or reader.days,
        stand_in=stand_in_of(coach, reader),
        is_shared=coach is not None and text.shared_with_id == coach.pk,
        is_open=texts.is_open(text, now),
        parts=[_part(passage, [one for one in comments if one.part == passage.key], below) for passage in passages],
        elsewhere=[Said(one, False, False, below[one.pk]) for one in comments if one.part not in keys],
        suggestions=sum(bool(one.suggestion) for one in still_open),
        comments=len(still_open),
        home=texts.home_of(text),
        changes=versions.of_text(text, query),
        now=now,
    )


def _of(comments: Iterable[ReviewComment]) -> set[Review]:
    return {comment.review for comment in comments}


def _part(passage: Passage, comments: Sequence[ReviewComment], below: Mapping[int, Thread]) -> Part:
    marks = {one.suggestion: USED for one in comments if one.taken_at}
    marks |= {one.anchor: OPEN for one in comments if not one.is_done}
    said = [
        Said(
            one,
            wording.is_there(one, passage.words),
            one.taken_at is not None and wording.stands(one, passage.words),
            below[one.pk],
        )
        for one in comments
    ]
    return Part(passage.key, passage.label, wording.marked(passage.words, marks), said, wording.seen(passage.words))


@dataclass(frozen=True)
class OnRequest:
    """A comment on a part of a request, with what was said to it."""

    comment: ReviewComment
    label: str
    thread: Thread


@dataclass(frozen=True)
class VersionsPage:
    """What a coach said of a request, the resolved comments among it, and what changed since."""

    asked: InterviewRequest
    said: Sequence[OnRequest]
    changes: Changes | None
    now: datetime
    section: str = "conversations"


def versions_page(asked: InterviewRequest, now: datetime, query: Mapping[str, str]) -> VersionsPage:
    """Return the page of a request that a coach reviewed."""
    comments = list(actions.handed_over(asked).select_related("review__coach").order_by("created_at", "pk"))
    below = threads(comments, asked.student, about=asked)
    said = [OnRequest(one, PARTS.get(one.part, ""), below[one.pk]) for one in comments]
    return VersionsPage(asked, said, versions.of_request(asked, query), now)
