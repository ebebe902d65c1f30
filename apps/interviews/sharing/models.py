"""A text of a student that their coach may read because the student asked them to; nobody else may (R233).

It decides who reads it. What stands in it, and what was said of it, apps.interviews.reviewing and the reviews know.
A request has a review of its own, before it leaves.
"""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview


class Kind(models.TextChoices):
    INTRODUCTION = "introduction", "Introduction"
    THANKS = "thanks", "Thank-you note"
    PLAN = "plan", "Questions"


THEIR_COACH = F("student__student_profile__coach")


class SharedTextQuerySet(models.QuerySet["SharedText"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student's own; what they share with this coach, while it is theirs; what waits with who stands in."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user)
        if user.is_coach:
            rows |= Q(shared_with=user, student__student_profile__coach=user)
            lent = SharedText.objects.filter(reviews__coach=user, reviews__verdict="waiting", shared_with=THEIR_COACH)
            rows |= Q(pk__in=lent.values("pk"))
        return self.filter(rows)


class SharedText(models.Model):
    """An introduction, a thank-you note or the questions for one conversation, and with whom it is shared now."""

    Kind = Kind

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shared_texts")
    kind = models.CharField(max_length=12, choices=Kind)
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="shared_texts")
    shared_with = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)

    objects = SharedTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=Q(kind="introduction"), name="one_shared_introduction"
            ),
            models.UniqueConstraint(fields=["interview", "kind"], name="one_shared_text_of_a_kind"),
            models.CheckConstraint(
                condition=Q(kind="introduction", interview=None)
                | (~Q(kind="introduction") & Q(interview__isnull=False)),
                name="shared_text_of_a_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.student}"

    @property
    def coach_id(self) -> int | None:
        """The coach who may read it, for access.py."""
        return self.shared_with_id

    @property
    def reader_id(self) -> int | None:
        """The coach with whom it waits: the student's own, or who stands in because the student asked them."""
        waiting = SharedText.objects.filter(pk=self.pk, shared_with=THEIR_COACH, reviews__verdict="waiting")
        return waiting.values_list("reviews__coach", flat=True).first()

    @property
    def named(self) -> str:
        """What it is called after “your”: “thank-you note to Ada Quist”."""
        if self.interview is None:
            return "introduction"
        name = self.interview.contact.name
        return f"thank-you note to {name}" if self.kind == Kind.THANKS else f"questions for {name}"

    @property
    def noun(self) -> str:
        """The same in a word."""
        return {Kind.INTRODUCTION: "introduction", Kind.THANKS: "note", Kind.PLAN: "questions"}[Kind(self.kind)]


class AwayQuerySet(models.QuerySet["Away"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A coach's own."""
        return self.filter(coach=user) if user.is_authenticated and user.is_coach else self.none()

    def on(self, day: date) -> Self:
        """Those who are away on a day."""
        return self.filter(ended_at=None, from_on__lte=day, until_on__gte=day)


class Days(Func):
    """The days from the first to the last, both among them."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, *days: Any, **extra: Any) -> None:
        super().__init__(*(days or (F("from_on"), F("until_on"), Value("[]"))), **extra)


class Away(models.Model):
    """Days on which a coach reads nothing: another coach reads requests meanwhile, or nobody does and they just leave.

    What a student shared themselves goes to the other coach only where the student asks them.

    Without a stand-in who could, and not released, everything stays as usual: a request leaves after one working day.
    """

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="away")
    from_on = models.DateField()
    until_on = models.DateField()
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_released = models.BooleanField(default=False)  # requests are sent without a review
    ended_at = models.DateTimeField(null=True, blank=True)  # undone, or back sooner

    objects = AwayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="away_for_a_day_at_least"),
            models.CheckConstraint(condition=~Q(stand_in=F("coach")), name="stand_in_is_another_coach"),
            models.CheckConstraint(condition=Q(stand_in=None) | Q(is_released=False), name="read_or_released"),
            ExclusionConstraint(
                name="away_once_at_a_time",
                expressions=[("coach", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coach}, {self.from_on} to {self.until_on}"
