"""What a coach reads of a student, a request before it leaves or a text that was shared, and what they say of it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.sharing.models import Kind, SharedText


def can_still_change(now: datetime | Now) -> Q:
    """The reviews of texts in which the student can still use what was said."""
    note = {"text__interview__thank_you__sent_at": None, "text__interview__thank_you__send_at": None}
    talk = {"text__interview__status": InterviewStatus.SCHEDULED, "text__interview__ends_at__gt": now}
    return Q(text__kind=Kind.INTRODUCTION) | Q(text__kind=Kind.THANKS, **note) | Q(text__kind=Kind.PLAN, **talk)


# the student did not end it, and has the same coach
STILL_LENT = Q(request__isnull=False) | Q(text__shared_with=F("text__student__student_profile__coach"))


class ReviewQuerySet(models.QuerySet["Review"]):
    def of_coach(self, coach: int) -> Self:
        """What this coach reads: the requests of their students, and the texts that these share with them."""
        shared = Q(text__shared_with=coach, text__student__student_profile__coach=coach)
        stands_in = Q(coach=coach, verdict=Review.Verdict.WAITING) & STILL_LENT
        return self.filter(Q(request__student__student_profile__coach=coach) | shared | stands_in)

    def handed_over(self) -> Self:
        """Those that the coach, the clock or the student ended."""
        return self.exclude(verdict=Review.Verdict.WAITING)

    def waiting(self, now: datetime) -> Self:
        """What waits for a coach: of a text, as long as the student can still use what is said of it."""
        open_text = can_still_change(now)
        is_shared = Q(text__shared_with__isnull=False, text__student__is_active=True)
        return self.filter(Q(request__isnull=False) | is_shared & open_text, verdict=Review.Verdict.WAITING)


class Review(models.Model):
    """A coach's reading of one draft (R233): of a request, which waits for it, or of a text that the student shared."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "Waiting for review"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned with comments"
        LAPSED = "lapsed", "Sent without review"

    request = models.ForeignKey(InterviewRequest, models.CASCADE, null=True, blank=True, related_name="reviews")
    text = models.ForeignKey(SharedText, models.CASCADE, null=True, blank=True, related_name="reviews")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reviews")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # one working day: a coach never blocks
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=600)
    read_at = models.DateTimeField(null=True, blank=True)  # the student opened what was said of a text

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(verdict="waiting"), name="one_waiting_review_per_request"
            ),
            models.UniqueConstraint(
                fields=["text"], condition=Q(verdict="waiting"), name="one_waiting_review_per_text"
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=False, text=None) | Q(request=None, text__isnull=False),
                name="review_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.about}"

    @property
    def about(self) -> InterviewRequest | SharedText:
        """The request or the text that is read; there is one of them (review_of_one_thing)."""
        about = self.request or self.text
        if about is None:
            raise ValueError("A review is of something.")
        return about

    @property
    def student(self) -> User:
        return self.about.student

    @property
    def url(self) -> str:
        """Where a coach reads it."""
        return (
            reverse("text_review", args=[self.text_id]) if self.text_id else reverse("review", args=[self.request_id])
        )

    @property
    def named(self) -> str:
        """What is read, after the student’s name: “request to Ada Quist”."""
        return f"request to {self.request.contact.name}" if self.request else self.text.named if self.text else ""


class ReviewedPart(models.Model):
    """A part of a text in the words in which it was handed to the coach: one version of it, to compare with."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="parts")
    part = models.CharField(max_length=20)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "part"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.words[:40]}"


PARTS = {
    "subject": "Subject",
    "who": "Who you are",
    "connection": "How you found them",
    "why": "Why you’re asking them",
    "ask": "What you’re asking for",
}


class ReviewCommentQuerySet(models.QuerySet["ReviewComment"]):
    def visible_to(self, user: User) -> Self:
        """The comments of a coach's own caseload; a student's, once the coach handed them over."""
        if not user.is_authenticated:
            return self.none()
        theirs = (Q(review__request__student=user) | Q(review__text__student=user)) & ~Q(
            review__verdict=Review.Verdict.WAITING
        )
        if not user.is_coach:
            return self.filter(theirs)
        of_request = Q(review__request__student__student_profile__coach=user)
        shared = Q(review__text__shared_with=user, review__text__student__student_profile__coach=user)
        lent = Review.objects.filter(STILL_LENT, coach=user, verdict=Review.Verdict.WAITING)
        stands_in = Q(review__in=lent)
        return self.filter(theirs | of_request | shared | stands_in)


class ReviewComment(models.Model):
    """A coach's remark on one part of the draft, with the words it is about and perhaps another wording."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="comments")
    part = models.CharField(max_length=20)  # the key of a part: PARTS of a request, else reviewing.texts
    anchor = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=800)
    suggestion = models.TextField(blank=True, max_length=800)
    is_done = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True, blank=True)  # the student took the wording over,
    replaced = models.TextField(blank=True, default="")  # in the place of these words
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewCommentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def student_id(self) -> int:
        return self.review.about.student_id

    @property
    def coach_id(self) -> int | None:
        return self.review.about.coach_id

    @property
    def reader_id(self) -> int | None:
        """The coach with whom the draft lies now, who may be another one than the student's."""
        review = self.review
        if review.verdict != Review.Verdict.WAITING:
            return None
        return review.coach_id if review.request_id else review.text.reader_id if review.text else None


class CommentReplyQuerySet(models.QuerySet["CommentReply"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What stands below a comment that one may read, once it was handed over."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(comment__in=ReviewComment.objects.visible_to(user))

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def for_coaches(self) -> Self:
        """What students wrote and their coach has not read: of a text, as long as it is shared with that coach."""
        coach = "comment__review__text__student__student_profile__coach"
        shared = Q(comment__review__text__shared_with=F(coach))
        coached = Q(comment__review__request__student__student_profile__coach__isnull=False)
        return self.unread().filter(shared | coached, is_by_student=True)

    def for_coach(self, coach: int) -> Self:
        """Those that wait for this coach."""
        of_request = Q(comment__review__request__student__student_profile__coach=coach)
        of_text = Q(comment__review__text__shared_with=coach)
        return self.for_coaches().filter(of_request | of_text)

    def for_student(self) -> Self:
        """What coaches wrote and the student has not read."""
        return self.unread().filter(is_by_student=False)


class CommentReply(models.Model):
    """What the student says to a comment, and the coach to that: a thread below it, in order."""

    comment = models.ForeignKey(ReviewComment, models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_by_student = models.BooleanField()
    text = models.TextField(max_length=800)
    said_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # by the other of the two

    objects = CommentReplyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["said_at"], condition=Q(read_at=None), name="replies_not_read_yet"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
