"""A draft as a coach reads it: part by part, the quoted words marked, what was said beside them, how it ended."""

from django.utils import timezone

from apps.coaching.forms import CommentForm
from apps.interviews.lifecycle import RequestStatus
from apps.interviews.models import PARTS, Review, ReviewComment


def page(letter, form=None):
    """Return the context of the review page; `form` is a comment that could not be taken."""
    readings = list(letter.reviews.order_by("-asked_at", "-pk"))
    last = readings[0] if readings else None
    waiting = last if last and last.verdict == Review.Verdict.WAITING else None
    said = list(ReviewComment.objects.filter(review__in=readings).order_by("created_at", "pk"))
    is_theirs = letter.status == RequestStatus.DRAFT  # what is a draft again is the student's alone
    words = dict.fromkeys(PARTS, "") if is_theirs else texts(letter)
    return {
        "asked": letter,
        "review": waiting,
        "last": last,
        "draft_no": len(readings),
        "is_taken_back": _is_taken_back(letter, last),
        "parts": [_part(key, text, said, waiting, form) for key, text in words.items()],
        "is_theirs": is_theirs,
        "has_comments": bool(said),
        "said": sum(1 for comment in said if waiting and comment.review_id == waiting.pk),
        "now": timezone.now(),
    }


def texts(letter):
    """Return {part: its words}."""
    return dict(zip(PARTS, (letter.subject, *letter.parts), strict=True))


def _is_taken_back(letter, last):
    """Whether the student ended the last reading themselves."""
    return bool(last and last.answered_at and letter.events.filter(event="reclaim", at=last.answered_at).exists())


def _part(key, text, said, waiting, form):
    comments = [comment for comment in said if comment.part == key]
    for comment in comments:
        comment.form = _form_to_change(comment, form) if waiting and comment.review_id == waiting.pk else None
    return {
        "key": key,
        "label": PARTS[key],
        "pieces": passages(text, [comment.anchor for comment in comments]),
        "comments": comments,
        "form": _new_form(key, form),
    }


def _new_form(key, form):
    is_this = form is not None and form.said is None and form.data.get("part") == key
    return form if is_this else CommentForm(initial={"part": key}, auto_id=f"c-{key}-%s")


def _form_to_change(comment, form):
    if form is not None and form.said == comment:
        return form
    words = {name: getattr(comment, name) for name in ("part", "anchor", "text", "suggestion")}
    return CommentForm(initial=words, auto_id=f"said-{comment.pk}-%s")


def passages(text, anchors):
    """Cut `text` where a comment quotes it: (words, whether quoted), in order. A quotation not there is skipped."""
    marks = sorted((text.find(anchor), len(anchor)) for anchor in anchors if anchor and anchor in text)
    pieces, here = [], 0
    for begin, length in marks:
        if begin >= here:
            pieces += [(text[here:begin], False), (text[begin : begin + length], True)]
            here = begin + length
    return [piece for piece in (*pieces, (text[here:], False)) if piece[0]]
