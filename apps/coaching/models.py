"""What coaches keep: notes to themselves or to the student, never mixed up (R237).

Who coaches whom stands on the student's profile; reviews of drafts stand with the requests.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts.models import User


class Kind(models.TextChoices):
    NOTE = "note", "A note"
    OFFER = "offer", "An offer to review a first request"
    WISH = "wish", "Good wishes before a first conversation"
    HELLO = "hello", "A note after a few quiet weeks"


class CoachNoteQuerySet(models.QuerySet["CoachNote"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user, is_shared=True)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user)
        return self.filter(rows)

    def unread(self) -> Self:
        """What was written for the student, and they have not seen yet."""
        return self.filter(is_shared=True, shared_at__isnull=False, read_at=None)

    def letters(self) -> Self:
        """What left as a mail in the coach's name."""
        return self.exclude(kind=Kind.NOTE)


class CoachNote(models.Model):
    """A note about a student: private to coaches, or shared with the student; or a short letter that was mailed."""

    Kind = Kind

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coach_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    is_shared = models.BooleanField(default=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.NOTE)
    shared_at = models.DateTimeField(null=True, blank=True)  # since when the student may read it
    read_at = models.DateTimeField(null=True, blank=True)  # by the student, in this wording
    changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CoachNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["student", "-created_at"], name="coach_notes_of_student")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_letter(self) -> bool:
        return self.kind != Kind.NOTE

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id
