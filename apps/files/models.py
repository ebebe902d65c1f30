"""Files that a person keeps for themselves: a photo of a card, a résumé. They lie in the database alone (ADR 29).

What a row points at a file for, its own room says. Nobody but the owner ever reads one here; whoever shows a file to
somebody else opens a door of their own.
"""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from apps.accounts.models import User


class PrivateFileQuerySet(models.QuerySet["PrivateFile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the user's own, without reading what is in them."""
        return self.defer("content").filter(person=user) if user.is_authenticated else self.none()


class PrivateFile(models.Model):
    """One file: its kind was read from its content, its name is ours, and a photo was made anew."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "Photo"
        PDF = "pdf", "PDF"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="private_files")
    kind = models.CharField(max_length=5, choices=Kind)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PrivateFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.pk}/"

    @property
    def name(self) -> str:
        """What it is called when it is saved: never what it was called where it came from."""
        return f"rapport-{self.pk}.{EXTENSIONS[self.kind]}"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


EXTENSIONS = {"photo": "jpg", "pdf": "pdf"}
MEDIA_TYPES = {"photo": "image/jpeg", "pdf": "application/pdf"}
