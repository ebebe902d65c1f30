"""How a student grows: the paths they compare, in their own words, and how they rate their own skills (R5, R7, R16)."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.accounts.models import User

RATED = {1: "1", 2: "2", 3: "3", 4: "4", 5: "5"}


class PathQuerySet(models.QuerySet["Path"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student's own; nobody else sees any of it."""
        return self.filter(student=user) if user.is_authenticated else self.none()

    def kept(self) -> Self:
        return self.filter(put_away_at=None)


class Path(models.Model):
    """A line of work that a student weighs: how it suits what they can do, who they are and what they want (R16)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="paths")
    name = models.CharField(max_length=60)
    skills = models.TextField("my skills", blank=True, max_length=400)
    personality = models.TextField("my personality", blank=True, max_length=400)
    goals = models.TextField("my goals", blank=True, max_length=400)
    quote = models.CharField("a sentence to keep", blank=True, max_length=300)
    fit_before = models.PositiveSmallIntegerField(null=True, blank=True, choices=RATED)
    fit_now = models.PositiveSmallIntegerField(null=True, blank=True, choices=RATED)
    talks = models.ManyToManyField("interviews.Interview", blank=True, related_name="paths")
    notes = models.ManyToManyField("interviews.LiveNote", blank=True, related_name="paths")  # said of each (R8)
    created_at = models.DateTimeField(auto_now_add=True)
    put_away_at = models.DateTimeField(null=True, blank=True)

    objects = PathQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("student", Lower("name"), condition=Q(put_away_at=None), name="one_path_of_a_name"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{fit}__range": (1, 5)}) | Q(**{fit: None}), name=f"{fit}_1_to_5"
                )
                for fit in ("fit_before", "fit_now")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/progress/paths/{self.pk}/"


SKILLS = {
    "clarity": "Knowing what I want",
    "confidence": "Confidence",
    "listening": "Listening",
    "asking": "Asking questions",
    "networking": "Networking",
}  # R7


class SelfRating(models.Model):
    """Five skills as a student rates them on one day, 1 to 5 (R7). Only the student sees a single one."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="self_ratings")
    rated_on = models.DateField()
    clarity = models.PositiveSmallIntegerField(SKILLS["clarity"], choices=RATED)
    confidence = models.PositiveSmallIntegerField(SKILLS["confidence"], choices=RATED)
    listening = models.PositiveSmallIntegerField(SKILLS["listening"], choices=RATED)
    asking = models.PositiveSmallIntegerField(SKILLS["asking"], choices=RATED)
    networking = models.PositiveSmallIntegerField(SKILLS["networking"], choices=RATED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "rated_on"], name="one_rating_a_day"),
            *(
                models.CheckConstraint(condition=Q(**{f"{skill}__range": (1, 5)}), name=f"{skill}_1_to_5")
                for skill in SKILLS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.rated_on}"
