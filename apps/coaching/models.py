"""What coaches keep: notes to themselves or to the student, never mixed up (R237).

Who coaches whom stands on the student's profile; reviews of drafts stand with the requests.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts.models import User


class CoachNoteQuerySet(models.QuerySet["CoachNote"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user, is_shared=True)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user)
        return self.filter(rows)


class CoachNote(models.Model):
    """A note about a student: private to coaches, or shared with the student."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coach_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CoachNoteQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id
