"""Who handed which students to whom, and when: the history of who coached somebody."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the two coaches, to whoever did it, and to the office."""
        if not user.is_authenticated or not (user.is_coach or user.is_office):
            return self.none()
        return self if user.is_office else self.filter(Q(giver=user) | Q(taker=user) | Q(by=user))


class Handover(models.Model):
    """Students of one coach who have another one from then on."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="handed_over")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="taken_over")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="handovers_made")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_another_coach")]

    def __str__(self) -> str:
        return f"{self.giver} to {self.taker}"

    @property
    def author_id(self) -> int | None:
        return self.by_id


class HandedStudent(models.Model):
    handover = models.ForeignKey(Handover, models.CASCADE, related_name="students")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="handed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "student"], name="handed_once")]

    def __str__(self) -> str:
        return str(self.student)
