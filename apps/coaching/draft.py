"""A draft as a coach reads it: part by part, the quoted words marked, what was said beside them, how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from apps.coaching.forms import CommentForm
from apps.interviews.asking.models import PARTS, Review, ReviewComment
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus


class Piece(NamedTuple):
    """Words of a part, and whether a comment quotes them."""

    words: str
    is_quoted: bool


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
    now: datetime


def page(letter: InterviewRequest, form: CommentForm | None = None) -> ReviewPage:
    """Say what the review page holds; `form` is a comment that could not be taken."""
    readings = list(letter.reviews.order_by("-asked_at", "-pk"))
    last = readings[0] if readings else None
    waiting = last if last and last.verdict == Review.Verdict.WAITING else None
    comments = list(ReviewComment.objects.filter(review__in=readings).order_by("created_at", "pk"))
    is_theirs = letter.status == RequestStatus.DRAFT  # what is a draft again is the student's alone
    words = dict.fromkeys(PARTS, "") if is_theirs else texts(letter)
    return ReviewPage(
        asked=letter,
        review=waiting,
        last=last,
        draft_no=len(readings),
        is_taken_back=_is_taken_back(letter, last),
        parts=[
            _part(key, text, [comment for comment in comments if comment.part == key], waiting, form)
            for key, text in words.items()
        ],
        is_theirs=is_theirs,
        has_comments=bool(comments),
        comment_count=sum(1 for comment in comments if waiting and comment.review_id == waiting.pk),
        now=timezone.now(),
    )


def texts(letter: InterviewRequest) -> dict[str, str]:
    """Return {part: its words}."""
    return dict(zip(PARTS, (letter.subject, *letter.parts), strict=True))


def _is_taken_back(letter: InterviewRequest, last: Review | None) -> bool:
    """Whether the student ended the last reading themselves."""
    return bool(last and last.answered_at and letter.events.filter(event="reclaim", at=last.answered_at).exists())


def _part(key: str, text: str, comments: list[ReviewComment], waiting: Review | None, form: CommentForm | None) -> Part:
    is_new = form is not None and form.comment is None and form.data.get("part") == key
    return Part(
        key=key,
        label=PARTS[key],
        pieces=passages(text, [comment.anchor for comment in comments]),
        comments=[_remark(comment, waiting, form) for comment in comments],
        form=form if form and is_new else CommentForm(initial={"part": key}, auto_id=f"c-{key}-%s"),
    )


def _remark(comment: ReviewComment, waiting: Review | None, form: CommentForm | None) -> Remark:
    is_open = waiting is not None and comment.review_id == waiting.pk
    return Remark(
        pk=comment.pk,
        anchor=comment.anchor,
        text=comment.text,
        suggestion=comment.suggestion,
        created_at=comment.created_at,
        is_done=comment.is_done,
        form=_form_to_change(comment, form) if is_open else None,
    )


def _form_to_change(comment: ReviewComment, form: CommentForm | None) -> CommentForm:
    if form is not None and form.comment == comment:
        return form
    words = {name: getattr(comment, name) for name in ("part", "anchor", "text", "suggestion")}
    return CommentForm(initial=words, auto_id=f"said-{comment.pk}-%s")


def passages(text: str, anchors: Iterable[str]) -> list[Piece]:
    """Cut `text` where a comment quotes it, in order. A quotation that is not there is skipped."""
    marks = sorted((text.find(anchor), len(anchor)) for anchor in anchors if anchor and anchor in text)
    pieces, here = [], 0
    for begin, length in marks:
        if begin >= here:
            pieces += [Piece(text[here:begin], False), Piece(text[begin : begin + length], True)]
            here = begin + length
    return [piece for piece in (*pieces, Piece(text[here:], False)) if piece.words]
