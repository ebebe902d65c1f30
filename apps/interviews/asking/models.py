"""A letter that a coach reads before it leaves, and what they say beside it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest


class Review(models.Model):
    """A coach's reading of a draft request (R233)."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "Waiting for review"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned with comments"
        LAPSED = "lapsed", "Sent without review"

    request = models.ForeignKey(InterviewRequest, models.CASCADE, related_name="reviews")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reviews")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # one working day: a coach never blocks
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=600)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(verdict="waiting"), name="one_waiting_review_per_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.request}"


PARTS = {
    "subject": "Subject",
    "who": "Who you are",
    "connection": "How you found them",
    "why": "Why you’re asking them",
    "ask": "What you’re asking for",
}


class ReviewCommentQuerySet(models.QuerySet["ReviewComment"]):
    def visible_to(self, user: User) -> Self:
        """The comments of a coach's own caseload; a student reads them beside the letter."""
        if not (user.is_authenticated and user.is_coach):
            return self.none()
        return self.filter(review__request__student__student_profile__coach=user)


class ReviewComment(models.Model):
    """A coach's remark on one part of the draft, with the words it is about and perhaps another wording."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="comments")
    part = models.CharField(max_length=10, choices=PARTS)
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
    def coach_id(self) -> int | None:
        return self.review.request.coach_id
