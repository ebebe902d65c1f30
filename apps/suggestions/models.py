"""Whom a coach or the office suggests to a student, and the warm introduction that may follow (R235).

An alum of the directory, or somebody outside it by name. A warm introduction begins when the student has said yes; only
then is the alum asked, and takes a place of their month (alumni/limits.py).
"""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile, Listing


class State(models.TextChoices):
    OPEN = "open", "Not answered yet"
    TAKEN = "taken", "Said yes"
    PASSED = "passed", "Not for me"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "No answer"


IN_THE_DIRECTORY = Q(alum=None) | Q(alum__listing=Listing.LISTED)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student’s own unless taken back; those to a coach’s students; all of them for the office."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user) & ~Q(state=State.WITHDRAWN)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user)
        return self if user.is_office else self.filter(rows)

    def live(self) -> Self:
        """Those that a student can still answer: who left the directory is suggested no more."""
        return self.filter(IN_THE_DIRECTORY, state=State.OPEN)


class Suggestion(models.Model):
    """One person, suggested to one student, with the reason."""

    State = State

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suggestions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    alum = models.ForeignKey(AlumniProfile, models.CASCADE, null=True, blank=True, related_name="suggestions")
    name = models.CharField(max_length=150, blank=True)  # of somebody outside the directory
    about = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)  # of theirs, for a warm introduction: the student’s only after both said yes
    contact = models.ForeignKey("network.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.TextField(max_length=400)
    to_alum = models.TextField(max_length=600, blank=True)  # what they are written; empty: no warm introduction
    batch = models.UUIDField(default=uuid.uuid4, editable=False)  # what was suggested with one press
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # by the student

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "alum"], condition=Q(state="open"), name="alum_suggested_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["student", "name"],
                condition=Q(state="open", alum=None),
                name="person_suggested_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(alum__isnull=False) | ~Q(name=""),
                name="suggests_an_alum_or_a_person",
            ),
        ]
        indexes = [models.Index(fields=["batch"], name="suggestions_of_one_press")]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        return self.alum.called if self.alum else self.name

    @property
    def first_name(self) -> str:
        return self.alum.first_name if self.alum else self.name.split()[0]

    @property
    def coach_id(self) -> int | None:
        profile = getattr(self.student, "student_profile", None)
        return profile.coach_id if profile else None

    @property
    def by(self) -> str:
        return self.author.called if self.author else "The office"

    @property
    def can_be_introduced(self) -> bool:
        """Whether there are words to write to them, and a way to reach them."""
        return bool(self.to_alum) and bool(self.alum or self.email)

    @property
    def is_gone(self) -> bool:
        """Whether the alum has left the directory since."""
        return self.alum is not None and self.alum.listing != Listing.LISTED

    def has_expired(self, now: datetime) -> bool:
        return self.state == State.OPEN and self.expires_at <= now


class Answer(models.TextChoices):
    ASKED = "asked", "Not answered yet"
    INTRODUCED = "introduced", "Said yes"
    DECLINED = "declined", "Not now"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "No answer"


class WarmIntroductionQuerySet(models.QuerySet["WarmIntroduction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever sees the suggestion. The alum comes by the link of their mail."""
        return self.filter(suggestion__in=Suggestion.objects.visible_to(user))


class WarmIntroduction(models.Model):
    """A student said yes to being introduced; the alum is asked, and may say yes as well.

    Without an alum it is somebody outside the directory, whom the suggestion names.
    """

    Answer = Answer

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="introduction")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="warm_introductions")
    alum = models.ForeignKey(AlumniProfile, models.CASCADE, null=True, blank=True, related_name="warm_introductions")
    state = models.CharField(max_length=10, choices=Answer, default=Answer.ASKED)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = WarmIntroductionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["alum", "asked_at"], name="introductions_of_alum")]

    def __str__(self) -> str:
        return f"{self.student} and {self.suggestion.called}"
