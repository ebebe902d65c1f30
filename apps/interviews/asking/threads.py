"""A thread below a coach's comment: the student says why they kept their words, the coach says something to that.

It decides who can write into one, and until when what was written can be taken out again: until the other has read it.
A comment that is resolved keeps its thread. Who is told, and when: apps.reminders, in the morning and no sooner.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.interviews.asking.models import CommentReply, Review, ReviewComment
from apps.interviews.lifecycle.acts import Stale, act
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.sharing.models import SharedText
from apps.web.answers import Refused
from apps.wording.text import clean

MOST = 800  # characters
type Text = InterviewRequest | SharedText


def listener(about: Text) -> User | None:
    """Return the coach who reads what the student writes below a comment; None where nobody can."""
    coach = about.student.student_profile.coach
    if coach is None or (isinstance(about, SharedText) and about.shared_with_id != coach.pk):
        return None
    return coach


@act
def say(comment: ReviewComment, *, text: str, by: User, now: datetime) -> CommentReply:
    """Write into the thread of a comment. Pressed twice, it stands there once.

    Raises Refused where nobody could read it, or a coach would begin: a thread is the student's to begin.
    """
    comment = ReviewComment.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.pk)
    words, about = clean(text).strip(), comment.review.about
    is_by_student = about.student_id == by.pk
    if comment.review.verdict == Review.Verdict.WAITING:
        raise Stale("This comment hasn’t been sent to the student yet.")
    if not words:
        raise Refused("Write your reply first.")
    if len(words) > MOST:
        raise Refused(f"A reply has up to {MOST} characters. Shorten yours.")
    if is_by_student and listener(about) is None:
        raise Refused("No coach can read your reply now. Share it with your coach first.")
    last = comment.replies.order_by("-said_at", "-pk").first()
    if last is None and not is_by_student:
        raise Refused(f"{about.student.first_name} hasn’t replied to this comment.")
    if last is not None and (last.author_id, last.text) == (by.pk, words):
        return last
    comment.replies.filter(is_by_student=not is_by_student, read_at=None).update(read_at=now)  # who answers has read
    return CommentReply.objects.create(comment=comment, author=by, is_by_student=is_by_student, text=words, said_at=now)


@act
def take_out(reply: CommentReply) -> None:
    """Delete one's own words before the other has read them. Raises Stale."""
    fresh = CommentReply.objects.select_for_update(no_key=True, of=("self",)).filter(pk=reply.pk).first()
    if fresh is None:
        raise Stale("You already deleted this reply.")
    if fresh.read_at is not None:
        raise Stale("It was just read, so it stays.")
    fresh.delete()


def read(comments: QuerySet[ReviewComment], *, by_student: bool, now: datetime) -> None:
    """Note that one of the two has seen what the other wrote below these comments."""
    CommentReply.objects.filter(comment__in=comments, is_by_student=not by_student, read_at=None).update(read_at=now)


# --- as a page shows it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One reply; `can_delete`: it is the reader's own, and the other has not read it."""

    reply: CommentReply
    name: str
    is_new: bool
    can_delete: bool


@dataclass(frozen=True)
class Thread:
    """What stands below a comment, and to whom the reader can write there: nobody where it is empty."""

    lines: Sequence[Line] = field(default_factory=list)
    to: str = ""


def threads(comments: Iterable[ReviewComment], reader: User, *, about: Text) -> Mapping[int, Thread]:
    """Return {comment: its thread} as the student, or a coach, reads it."""
    is_student = about.student_id == reader.pk
    coach = listener(about)
    lines: dict[int, list[Line]] = {}
    keys = [comment.pk for comment in comments]
    replies = CommentReply.objects.filter(comment__in=keys).select_related("author") if keys else ()
    for reply in sorted(replies, key=lambda one: (one.said_at, one.pk)):
        lines.setdefault(reply.comment_id, []).append(_line(reply, reader, is_student=is_student))
    if is_student:
        return {pk: Thread(lines.get(pk, []), coach.first_name if coach else "") for pk in keys}
    is_theirs = coach is not None and coach.pk == reader.pk
    return {pk: Thread(lines.get(pk, []), about.student.first_name if is_theirs and pk in lines else "") for pk in keys}


def _line(reply: CommentReply, reader: User, *, is_student: bool) -> Line:
    is_mine = reply.author_id == reader.pk
    name = "You" if is_mine else reply.author.first_name if reply.author else "Your coach"
    is_new = reply.read_at is None and reply.is_by_student != is_student
    return Line(reply, name, is_new, is_mine and reply.read_at is None)
