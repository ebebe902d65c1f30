"""What a student's coach wrote for them and said of their texts, on their first page until it is read or settled.

A request that came back is there already, as a draft to finish (apps.today.agenda): of requests only replies are here.
"""

import textwrap
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Now
from django.urls import reverse

from apps.accounts.models import User
from apps.coaching.models import SharedNote
from apps.database.prepared import prepared
from apps.database.promised import promised
from apps.interviews.asking.models import CommentReply, Review, ReviewComment, can_still_change
from apps.today.agenda import Source, Task
from apps.web.answers import page_of_a_row
from apps.wording.named import name_columns

RANK = 3  # with what a coach said of a draft


@prepared
def _unread(student: int) -> QuerySet[SharedNote]:
    rows = SharedNote.objects.filter(student=student).unread().select_related("author")
    rows = rows.only("text", "shared_at", *name_columns("author")).fetch_mode(FETCH_RAISE)
    return rows.order_by("shared_at", "pk")


def _task(note: SharedNote, student: User, now: datetime) -> Task:
    text = textwrap.shorten(note.text, 160, placeholder="…")
    return Task(
        rank=(RANK, note.shared_at),
        title=f"Read what {author_of(note)} wrote to you",
        text=f"“{text}”",
        url=address_of(note.pk),
        action="Read it",
        thing=f"coach-note:{note.pk}",
        since=promised(note.shared_at),
        minutes=5,
    )


def author_of(note: SharedNote) -> str:
    return note.author.first_name if note.author else "your coach"


def address_of(note: int) -> str:
    """Return where a student reads a note."""
    return f"{reverse('coach_said')}#note-{note}"


SOURCE = Source(rows=_unread, task=_task)


# --- what was said of a text ------------------------------------------------------------------------------------------


@prepared
def _reviewed(student: int) -> QuerySet[Any]:
    """Return the last reading of each text of which something is open or unread, and of a request with a new reply."""
    same = Q(text=OuterRef("text")) | Q(request=OuterRef("request"))
    later = Review.objects.handed_over().filter(same, pk__gt=OuterRef("pk"))
    said = ReviewComment.objects.filter(review__text=OuterRef("text"), is_done=False)
    said = said.exclude(review__verdict=Review.Verdict.WAITING)
    comments = said.order_by().values("review__text").annotate(n=Count("pk")).values("n")
    below = Q(comment__review__text=OuterRef("text")) | Q(comment__review__request=OuterRef("request"))
    replies = CommentReply.objects.for_student().filter(below).order_by("-said_at", "-pk")
    rows = Review.objects.handed_over().filter(Q(text__student=student) | Q(request__student=student), ~Exists(later))
    rows = rows.annotate(
        still_open=Subquery(comments),
        reply=Subquery(replies.values("text")[:1]),
        replied_at=Subquery(replies.values("said_at")[:1]),
    )
    to_use = Q(still_open__gt=0) | Q(text__isnull=False, read_at=None) & ~Q(note="")
    rows = rows.filter(can_still_change(Now()) & to_use | Q(replied_at__isnull=False))
    about = ("text__interview__contact__name", "request__contact__name", "text__kind")
    rows = rows.select_related("coach", "text__interview__contact", "request__contact")
    rows = rows.only("answered_at", "note", *about, *name_columns("coach")).fetch_mode(FETCH_RAISE)
    return rows.order_by(F("answered_at").asc(), "pk")[:10]


def _comments_task(review: Any, student: User, now: datetime) -> Task:
    """Speak of an annotated row of `_reviewed`."""
    coach = review.coach.first_name if review.coach else "Your coach"
    since = max(review.replied_at or review.answered_at, review.answered_at)
    if review.replied_at is not None:
        title = f"Your coach replied about your {review.named}"
        text, action = f"“{textwrap.shorten(review.reply, 160, placeholder='…')}”", "Read the reply"
    elif review.still_open:
        n = review.still_open
        title = f"Read {coach}’s comments on your {review.named}"
        text = f"{n} comment{'s are' if n > 1 else ' is'} open. Use what helps. You decide."
        action = "Read the comments"
    else:
        title, action = f"Read what {coach} said about your {review.named}", "Read it"
        text = f"“{textwrap.shorten(review.note, 160, placeholder='…')}”"
    return Task(
        rank=(RANK, since),
        title=title,
        text=text,
        url=comments_at(review),
        action=action,
        thing=f"comments:{review.pk}",
        since=since,
        minutes=10,
    )


def comments_at(review: Review) -> str:
    """Return where a student reads what was said of a text or a request."""
    if review.text_id:
        return page_of_a_row("text").format(review.text_id)
    return page_of_a_row("request_versions").format(review.request_id)


COMMENTS = Source(rows=_reviewed, task=_comments_task)
