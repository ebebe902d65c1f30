"""A draft as a coach reads it: part by part, the quoted words marked, what was said beside them, how it ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.coaching.forms import CommentForm
from apps.interviews.asking.models import PARTS, Review, ReviewComment
from apps.interviews.asking.reviews import texts
from apps.interviews.asking.threads import Thread, threads
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.reviewing import texts as shared_texts
from apps.interviews.reviewing import versions
from apps.interviews.reviewing.versions import Changes
from apps.interviews.sharing.models import SharedText
from apps.interviews.sharing.wording import Piece, marked


@dataclass(frozen=True)
class Remark:
    """A comment as it stands beside its part, with a form as long as it can be changed."""

    pk: int
    anchor: str
    text: str
    suggestion: str
    created_at: datetime
    is_done: bool
    form: CommentForm | None
    thread: Thread


@dataclass(frozen=True)
class Part:
    """One part of the letter with what was said beside it, and the form for more."""

    key: str
    label: str
    pieces: list[Piece]
    comments: list[Remark]
    form: CommentForm


@dataclass(frozen=True)
class ReviewPage:
    """A draft as a coach reads it."""

    asked: InterviewRequest
    review: Review | None  # the one that waits
    last: Review | None
    draft_no: int
    is_taken_back: bool
    parts: list[Part]
    is_theirs: bool
    has_comments: bool
    comment_count: int
    changes: Changes | None  # between drafts that were handed over
    now: datetime


def page(
    asked: InterviewRequest, reader: User, form: CommentForm | None = None, query: Mapping[str, str] | None = None
) -> ReviewPage:
    """Say what the review page holds; `form` is a comment that could not be taken."""
    readings = list(asked.reviews.order_by("-asked_at", "-pk"))
    last = readings[0] if readings else None
    waiting = last if last and last.verdict == Review.Verdict.WAITING else None
    comments = list(ReviewComment.objects.filter(review__in=readings).order_by("created_at", "pk"))
    is_theirs = asked.status == RequestStatus.DRAFT  # what is a draft again is the student's alone
    words = dict.fromkeys(PARTS, "") if is_theirs else texts(asked)
    below = threads(comments, reader, about=asked)
    return ReviewPage(
        asked=asked,
        review=waiting,
        last=last,
        draft_no=len(readings),
        is_taken_back=_is_taken_back(asked, last),
        parts=[
            _part(key, PARTS[key], text, [one for one in comments if one.part == key], waiting, form, below)
            for key, text in words.items()
        ],
        is_theirs=is_theirs,
        has_comments=bool(comments),
        comment_count=sum(1 for comment in comments if waiting and comment.review_id == waiting.pk),
        changes=None if is_theirs else versions.of_request(asked, query or {}, with_now=False),
        now=timezone.now(),
    )


@dataclass(frozen=True)
class TextPage:
    """A text that a student shared, as their coach reads it: as it is now."""

    text: SharedText
    review: Review | None  # the one that waits for this coach
    last: Review | None
    parts: list[Part]
    elsewhere: list[Remark]  # on parts that are no more
    comment_count: int
    changes: Changes | None
    now: datetime


def text_page(text: SharedText, reader: User, query: Mapping[str, str], form: CommentForm | None = None) -> TextPage:
    """Say what the page of a shared text holds; `form` is a comment that could not be taken."""
    readings = list(text.reviews.order_by("-asked_at", "-pk"))
    last = readings[0] if readings else None
    waiting = last if last and last.verdict == Review.Verdict.WAITING and last.coach_id == reader.pk else None
    comments = list(ReviewComment.objects.filter(review__in=readings).order_by("created_at", "pk"))
    passages, below = shared_texts.passages(text), threads(comments, reader, about=text)
    keys = {passage.key for passage in passages}
    return TextPage(
        text=text,
        review=waiting,
        last=last,
        parts=[
            _part(one.key, one.label, one.words, [row for row in comments if row.part == one.key], waiting, form, below)
            for one in passages
        ],
        elsewhere=[_remark(one, waiting, form, below) for one in comments if one.part not in keys],
        comment_count=sum(1 for comment in comments if waiting and comment.review_id == waiting.pk),
        changes=versions.of_text(text, query),
        now=timezone.now(),
    )


def _is_taken_back(asked: InterviewRequest, last: Review | None) -> bool:
    """Whether the student ended the last reading themselves."""
    return bool(last and last.answered_at and asked.events.filter(event="reclaim", at=last.answered_at).exists())


def _part(
    key: str,
    label: str,
    text: str,
    comments: list[ReviewComment],
    waiting: Review | None,
    form: CommentForm | None,
    below: Mapping[int, Thread],
) -> Part:
    is_new = form is not None and form.comment is None and form.data.get("part") == key
    return Part(
        key=key,
        label=label,
        pieces=passages(text, [comment.anchor for comment in comments]),
        comments=[_remark(comment, waiting, form, below) for comment in comments],
        form=form if form and is_new else CommentForm(initial={"part": key}, auto_id=f"c-{key}-%s"),
    )


def _remark(
    comment: ReviewComment, waiting: Review | None, form: CommentForm | None, below: Mapping[int, Thread]
) -> Remark:
    is_open = waiting is not None and comment.review_id == waiting.pk
    return Remark(
        pk=comment.pk,
        anchor=comment.anchor,
        text=comment.text,
        suggestion=comment.suggestion,
        created_at=comment.created_at,
        is_done=comment.is_done,
        form=_form_to_change(comment, form) if is_open else None,
        thread=below[comment.pk],
    )


def _form_to_change(comment: ReviewComment, form: CommentForm | None) -> CommentForm:
    if form is not None and form.comment == comment:
        return form
    words = {name: getattr(comment, name) for name in ("part", "anchor", "text", "suggestion")}
    return CommentForm(initial=words, auto_id=f"said-{comment.pk}-%s")


def passages(text: str, anchors: Iterable[str]) -> list[Piece]:
    """Cut `text` where a comment quotes it, in order. A quotation that is not there is skipped."""
    return marked(text, dict.fromkeys(anchors, "rp-anchor"))
