"""What coaches keep: notes among themselves, and what they write to a student; two tables, never mixed up (R237).

Who coaches whom stands on the student's profile; reviews of drafts stand with the requests.
"""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import User


class CoachNoteQuerySet(models.QuerySet["CoachNote"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The notes about a coach's own students; no student ever reads one."""
        if not (user.is_authenticated and user.is_coach):
            return self.none()
        return self.filter(student__student_profile__coach=user)


class CoachNote(models.Model):
    """A note about a student, among coaches."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coach_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CoachNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["student", "-created_at"], name="coach_notes_of_student")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id


class Kind(models.TextChoices):
    NOTE = "note", "A note"
    OFFER = "offer", "An offer to review a first request"
    WISH = "wish", "Good wishes before a first conversation"
    HELLO = "hello", "A note after a few quiet weeks"
    START = "start", "A note before a first step"
    THANK = "thank", "A reminder of a thank-you"
    GROUP = "group", "A note to everyone in a cohort"


NUDGES = (Kind.HELLO, Kind.START, Kind.THANK, Kind.GROUP)  # what a student may mute


class SharedNoteQuerySet(models.QuerySet["SharedNote"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What was written to a student: for them once it has left, and for the coach whose student they are."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user) & HAS_LEFT
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user)
        return self.filter(rows)

    def unread(self) -> Self:
        """What has reached the student, and they have not seen yet."""
        return self.filter(HAS_LEFT, shared_at__isnull=False, read_at=None)

    def letters(self) -> Self:
        """What leaves as a mail in the coach's name."""
        return self.exclude(kind=Kind.NOTE)


HAS_LEFT = Q(leaves_at=None) | Q(leaves_at__lte=Now())


class SharedNote(models.Model):
    """What a coach wrote to a student, who reads it: a note, or a short letter that is mailed as well."""

    Kind = Kind

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shared_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.NOTE)
    shared_at = models.DateTimeField(null=True, blank=True)  # since when the student may read it; none: shown before
    read_at = models.DateTimeField(null=True, blank=True)  # by the student, in this wording
    changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # a letter only
    batch = models.UUIDField(default=uuid.uuid4, editable=False)  # what was sent with one press, and is undone with one
    leaves_at = models.DateTimeField(null=True, blank=True)  # until then it can be undone
    guard = models.CharField(max_length=5, blank=True, default="", editable=False)  # of which there is one in its week
    week = DateTimeRangeField(null=True, blank=True, editable=False)

    objects = SharedNoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["student", "-created_at"], name="shared_notes_of_student"),
            models.Index(fields=["batch"], name="shared_notes_of_one_press"),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_letter_a_week",
                expressions=[
                    ("student", RangeOperators.EQUAL),
                    ("guard", RangeOperators.EQUAL),
                    ("week", RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind=Kind.NOTE),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.NOTE) | Q(week__isnull=False, leaves_at__isnull=False),
                name="a_letter_has_its_week",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_letter(self) -> bool:
        return self.kind != Kind.NOTE

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id


class MutedNudges(models.Model):
    """A student who wants no nudges: a coach can still offer to read, wish well and leave a note."""

    student = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_nudges")
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"No nudges for {self.student}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(coach=user) if user.is_authenticated else self.none()


class SavedView(models.Model):
    """A choice of filters of the caseload, under a name that a coach gave it."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coach", "name"], name="view_once")]

    def __str__(self) -> str:
        return self.name
