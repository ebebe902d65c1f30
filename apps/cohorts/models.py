"""What a cohort is asked to do by a day, who is excused, and what students wrote about it (R236).

Who is in a cohort stands on the student. How far somebody is, nobody writes down: progress.py counts it.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.students.models import Cohort, StudentProfile


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the students of the cohort, to coaches who have one of them, and to the office."""
        if not user.is_authenticated:
            return self.none()
        theirs = StudentProfile.objects.filter(Q(coach=user) if user.is_coach else Q(user=user)).values("cohort")
        return self if user.is_office else self.filter(cohort__in=theirs)


class Assignment(models.Model):
    """So many conversations by a day, and perhaps a reflection on them."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="assignments")
    conversations = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(20)])
    minutes = models.PositiveSmallIntegerField(default=15, validators=[MaxValueValidator(120)])
    from_on = models.DateField("first day that counts")
    due_on = models.DateField("due")
    from_at = models.DateTimeField()  # the two days, as the clocks of the office have them
    due_at = models.DateTimeField()
    asks_reflection = models.BooleanField(default=True)
    question = models.CharField(max_length=200, blank=True, default="What do you see differently now?")
    fewest_words = models.PositiveSmallIntegerField(default=200, validators=[MaxValueValidator(2000)])
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="assignments_made")
    made_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("from_at")), name="assignment_due_after_it_begins"),
            models.CheckConstraint(condition=Q(conversations__range=(1, 20)), name="assignment_asks_something"),
        ]
        indexes = [models.Index(fields=["cohort", "due_at"], name="assignments_of_cohort")]

    def __str__(self) -> str:
        return f"{self.conversations} by {self.due_on}"

    @property
    def author_id(self) -> int | None:
        """Who may change it, for access.py."""
        return self.made_by_id


class Excuse(models.Model):
    """A student of whom an assignment is not asked."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="excuses")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="excuses")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="excused_once")]

    def __str__(self) -> str:
        return f"{self.student}: {self.assignment}"


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student's own; to their coach once it is handed in."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user, handed_in_at__isnull=False)
        return self.filter(rows)


class Reflection(models.Model):
    """What a student wrote about their conversations. A draft is theirs alone."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reflections")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reflections")
    text = models.TextField(max_length=12000, blank=True)
    version = models.PositiveIntegerField(default=0)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="one_reflection_each")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def coach_id(self) -> int | None:
        profile = getattr(self.student, "student_profile", None)
        return profile.coach_id if profile else None
