"""The shelf: links and short texts that the office gives students, each where it fits (R20)."""

from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Max, Q


class Topic(models.TextChoices):
    """What something on the shelf is for, and so where it is shown."""

    FIRST = "first", "First days"
    ASK = "ask", "Asking"
    PREPARE = "prepare", "Preparing"
    TALK = "talk", "During the conversation"
    AFTER = "after", "After the conversation"


class ResourceQuerySet(models.QuerySet["Resource"]):
    def shown(self) -> Self:
        """What students see, in the order of the office."""
        return self.filter(archived_at=None).in_order()

    def in_order(self) -> Self:
        return self.order_by("topic", "position", "pk")


class Resource(models.Model):
    """A link, a short text, or both."""

    title = models.CharField(max_length=120)
    url = models.URLField("link", max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])])
    text = models.TextField("short text", max_length=600, blank=True)
    topic = models.CharField("where it fits", max_length=7, choices=Topic)
    position = models.PositiveIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(url="") | ~Q(text=""), name="resource_says_something")]

    def __str__(self) -> str:
        return self.title


def last(topic: str) -> int:
    """Return the place behind the last of a topic."""
    highest = Resource.objects.filter(topic=topic).aggregate(highest=Max("position"))["highest"]
    return (highest or 0) + 1
