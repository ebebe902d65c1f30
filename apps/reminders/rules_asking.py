"""What is due about a request: an answer that waits, a silence, a coach’s word, a draft to read."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.clock import times
from apps.coaching.for_today import address_of, comments_at
from apps.coaching.models import SharedNote
from apps.database.promised import promised
from apps.interviews.asking.models import CommentReply, Review
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.policy.models import Policy
from apps.reminders.models import How
from apps.reminders.rule import DAY, LATER, LOOKBACK, WEEK, H, NoticeText, Rule, hour_of, page_at, there
from apps.suggestions.for_today import address_of as suggested_at
from apps.suggestions.mails import UNDO
from apps.suggestions.models import Suggestion


def _waiting_for_student(now: datetime) -> QuerySet[InterviewRequest]:
    """They offered other times and the student has not chosen for a day (R70)."""
    return InterviewRequest.objects.select_related("student", "contact").filter(
        status=RequestStatus.COUNTERED, turn="student", answered_at__range=(now - LOOKBACK, now - 24 * H)
    )


def _says_replied(request: InterviewRequest) -> NoticeText:
    wait = "your answer" if request.has_question else "you to pick a time"
    day = times.weekday(promised(request.answered_at), request.student.zone)
    return NoticeText(
        person=request.student,
        title=f"{request.contact.name} is waiting for {wait}",
        text=f"{request.contact.first_name} replied on {day} "
        f"with {'a question' if request.has_question else 'new times'}.",
        url=page_at("request", request.pk),
    )


def _unanswered(now: datetime) -> QuerySet[InterviewRequest]:
    """The alum was reminded, or soon is, and has not answered; the request is still open (R214)."""
    patience = timedelta(days=Policy.now().nudge_days)
    return (
        InterviewRequest.objects.select_related("student", "contact")
        .filter(status=RequestStatus.SENT, turn="alum", sent_at__lte=now - patience, deadline_at__gt=now)
        .annotate(quiet_from=F("sent_at") + Value(patience))
    )


def _says_unanswered(request: InterviewRequest) -> NoticeText:
    first, closes = request.contact.first_name, times.day(promised(request.deadline_at), request.student.zone)
    reminder = f"We remind {first} once." if request.alum_id else f"You can send {first} one friendly reminder now."
    return NoticeText(
        person=request.student,
        title=f"No reply from {request.contact.name} yet",
        text=f"{reminder} The request closes on {closes}. Silence is about their week, not "
        "you. It’s a good time to ask someone else.",
        url=page_at("request", request.pk),
    )


def _waiting_reviews(now: datetime) -> QuerySet[Review]:
    about = ("request__student", "request__contact", "text__student", "text__interview__contact")
    rows = Review.objects.waiting(now).select_related("coach", *about)
    return rows.filter(
        Q(text__shared_with=F("text__student__student_profile__coach")) | Q(request__status=RequestStatus.IN_REVIEW),
        coach__isnull=False,
        asked_at__range=(now - LOOKBACK, now),
    )


def _says_review(review: Review) -> NoticeText:
    coach = there(review.coach)
    if review.request is None:
        return NoticeText(
            person=coach,
            title=f"{review.student.called} asked for your comments",
            text=f"On their {review.named}. {review.student.first_name} doesn’t have to wait for you.",
            url=page_at("text_review", review.text_id),
        )
    return NoticeText(
        person=coach,
        title=f"{review.request.student.called} asked you to review a request",
        text=f"To {review.request.contact.name}. We’ll send it automatically on {hour_of(review.due_at, coach)}.",
        url=page_at("review", review.request_id),
    )


def _coach_notes(now: datetime) -> QuerySet[SharedNote]:
    """A coach shared a note, and the student has not read it. (A letter of a coach is a mail itself.)"""
    notes = SharedNote.objects.unread().filter(kind=SharedNote.Kind.NOTE)
    return notes.filter(shared_at__range=(now - LOOKBACK, now)).select_related("student", "author")


def _says_note(note: SharedNote) -> NoticeText:
    return NoticeText(
        person=note.student,
        title=f"{note.author.called if note.author else 'Your coach'} wrote you a note",
        text="It is for you to read, and says what your coach would like you to know.",
        url=address_of(note.pk),
    )


ABOUT = ("text__student", "text__interview__contact", "text__shared_with", "request__contact")
OF_REPLY = ("author", *(f"comment__review__{name}" for name in (*ABOUT, "request__student__student_profile__coach")))


def _replies_to_students(now: datetime) -> QuerySet[CommentReply]:
    """A coach wrote below a comment, and the student has not opened it."""
    whose = Coalesce("comment__review__text__student", "comment__review__request__student")
    rows = CommentReply.objects.for_student().select_related(*OF_REPLY).annotate(student=whose)
    return rows.filter(said_at__range=(now - LOOKBACK, now))


def _says_reply(reply: CommentReply) -> NoticeText:
    review = reply.comment.review
    return NoticeText(
        person=review.student,
        title=f"{reply.author.called if reply.author else 'Your coach'} replied to you",
        text=f"Below a comment on your {review.named}.",
        url=comments_at(review),
    )


def _replies_to_coaches(now: datetime) -> QuerySet[CommentReply]:
    """A student wrote below a comment, and their coach has not opened it."""
    of_request = "comment__review__request__student__student_profile__coach"
    whose = Coalesce("comment__review__text__shared_with", of_request)
    rows = CommentReply.objects.for_coaches().select_related(*OF_REPLY).annotate(coach=whose)
    return rows.filter(said_at__range=(now - LOOKBACK, now))


def _says_reply_to_coach(reply: CommentReply) -> NoticeText:
    review = reply.comment.review
    coach = review.text.shared_with if review.text else review.student.student_profile.coach
    return NoticeText(
        person=there(coach),
        title=f"{review.student.called} replied to your comment",
        text=f"On their {review.named}.",
        url=review.url,
    )


def _suggestions(now: datetime) -> QuerySet[Suggestion]:
    """Somebody was suggested, the minutes to undo it are over, and the student has neither answered nor seen it."""
    rows = Suggestion.objects.live().filter(seen_at=None, expires_at__gt=now)
    return rows.filter(made_at__range=(now - LOOKBACK, now - UNDO)).select_related("student", "author", "alum")


def _says_suggestion(suggestion: Suggestion) -> NoticeText:
    return NoticeText(
        person=suggestion.student,
        title=f"{suggestion.by} suggests {suggestion.called}",
        text="With the reason. You decide whether to ask.",
        url=suggested_at(suggestion.pk),
    )


GROUP = "Requests"
ASKING = [
    Rule(
        name="replied",
        group=GROUP,
        label="Someone is waiting for you to pick a time",
        why="A day after they suggested new times.",
        due=_waiting_for_student,
        key=("pk", "answered_at"),
        due_at=lambda row: row.answered_at + 24 * H,
        says=_says_replied,
        lasts=WEEK,
        action="See the times",
    ),
    Rule(
        name="unanswered",
        group=GROUP,
        label="A request has no reply",
        why="When it’s time for a reminder, and maybe to ask someone else.",
        due=_unanswered,
        key=("pk", "sent_at"),
        due_at=lambda row: row.quiet_from,
        says=_says_unanswered,
        lasts=WEEK,
        action="See your request",
        how=How.NEVER,
    ),
    Rule(
        name="coach-note",
        group=GROUP,
        label="Your coach wrote you a note",
        why="When it is there for you to read.",
        due=_coach_notes,
        key=("pk", "shared_at"),
        due_at=lambda row: row.shared_at,
        says=_says_note,
        lasts=WEEK,
        action="Review",
    ),
    Rule(
        name="comment-reply",
        group=GROUP,
        label="Your coach replied below a comment",
        why="In the morning, all of them in one email.",
        due=_replies_to_students,
        key=("pk",),
        due_at=lambda row: row.said_at,
        says=_says_reply,
        lasts=WEEK,
        action="Read the reply",
        how=How.DAILY,
    ),
    Rule(
        name="suggestion",
        group=GROUP,
        label="Your coach or the office suggests someone",
        why="When it is there for you to answer.",
        due=_suggestions,
        key=("pk",),
        due_at=lambda row: row.made_at + UNDO,
        says=_says_suggestion,
        lasts=WEEK,
        action="See the suggestion",
    ),
]
TO_READ = [
    Rule(
        name="comment-reply-coach",
        group="Your students",
        label="A student replied to your comment",
        why="In the morning, all of them in one email.",
        due=_replies_to_coaches,
        key=("pk",),
        due_at=lambda row: row.said_at,
        says=_says_reply_to_coach,
        lasts=WEEK,
        action="Read the reply",
        how=How.DAILY,
        role="coach",
    ),
    Rule(
        name="review-waiting",
        group="Your students",
        label="Drafts waiting for your review",
        why="We email you about each one when it comes. This is a morning list of what’s left.",
        due=_waiting_reviews,
        key=("pk",),
        due_at=lambda row: row.asked_at,
        says=_says_review,
        lasts=2 * DAY,
        action="Review",
        how=How.NEVER,  # the act of submitting mails the coach already: one mail per event and person
        offers=LATER,
        role="coach",
    ),
]
