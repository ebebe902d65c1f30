"""Where a student looks for people, and the events at which they meet some. All of it is the student's alone."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.network.models import Touch


class OwnQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that nobody but their student sees: no coach, no office."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(student=user) if user.is_authenticated else self.none()


class Kind(models.TextChoices):
    """The places of ours (R34, R35)."""

    DIRECTORY = "directory", "The alumni directory"
    KNOWN = "known", "People you know"
    PROFESSORS = "professors", "Professors and teaching assistants"
    OFFICE = "office", "The career office"
    EVENTS = "events", "Career fairs and employer talks"
    LINKEDIN = "linkedin", "LinkedIn"
    COFFEES = "coffees", "Ten Thousand Coffees"
    SOCIETIES = "societies", "Associations and societies"
    CONFERENCES = "conferences", "Conferences and lectures"
    EXPERTS = "experts", "Experts you read or listen to"
    SOCIAL = "social", "Social media"


class LookingPlace(models.Model):
    """A place to look for people: one of ours once it was ticked, or one of the student's."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="looking_places")
    kind = models.CharField(max_length=11, choices=Kind, blank=True)  # blank: one of their own
    name = models.CharField("where", max_length=80, blank=True)  # of one of their own
    looked_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnQuerySet.as_manager()
    contact_id = None  # of nobody in particular: network.undo asks

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "kind"], condition=Q(kind__gt=""), name="our_place_once"),
            models.CheckConstraint(condition=Q(kind="") ^ Q(name=""), name="place_of_ours_or_of_theirs"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class Event(models.Model):
    """Somewhere the student goes where people are; on the morning after they are asked who they met (R36)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="events")
    name = models.CharField("event", max_length=120)
    held_on = models.DateField("day")
    asks_on = models.DateField(editable=False)  # the day after
    answered_at = models.DateTimeField(null=True, blank=True)  # names were written down, or there was nobody
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnQuerySet.as_manager()
    contact_id = None  # of nobody in particular: network.undo asks

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(asks_on__gt=models.F("held_on")), name="asked_after_it")]
        indexes = [models.Index(fields=["student", "-held_on"], name="events_of_student")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.asks_on = self.held_on + timedelta(days=1)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.pk])


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(event__student=user) if user.is_authenticated else self.none()


class Meeting(models.Model):
    """At which event an entry of the history happened: that somebody was met there, whatever its words say."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="meetings")
    touch = models.OneToOneField(Touch, models.CASCADE, related_name="meeting")

    objects = MeetingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.touch} ({self.event})"

    @property
    def student_id(self) -> int:
        return self.event.student_id

    @property
    def contact_id(self) -> int:
        return self.touch.contact_id
