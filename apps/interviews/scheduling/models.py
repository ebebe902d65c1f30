"""When a student is busy in an ordinary week, and times that are chosen on a week and not offered yet."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.interviews.lifecycle.models import Interview, InterviewRequest


class BusyWeekQuerySet(models.QuerySet["BusyWeek"]):
    def visible_to(self, user: User) -> Self:
        """Each student's own. What an alum is shown of it, week_page decides."""
        return self.filter(student=user) if user.is_authenticated else self.none()


class BusyWeek(models.Model):
    """The half hours at which a student is busy every week (R68), and whether alumni see what is left free."""

    student = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="busy_week")
    half_hours = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # 0 is Monday at midnight
    shows_free = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    objects = BusyWeekQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{len(self.half_hours)} busy half hours of {self.student}"


class ChosenTimes(models.Model):
    """Times that one side has chosen on a week and not offered yet, with the line that goes with them.

    It stays when they are offered, so that its version goes on counting.
    """

    request = models.ForeignKey(InterviewRequest, models.CASCADE, null=True, blank=True, related_name="chosen_times")
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="chosen_times")
    side = models.CharField(max_length=7, choices={"student": "The student", "alum": "The alum"})
    spans = ArrayField(models.CharField(max_length=40), null=True, blank=True)  # null: what is offered, as it stands
    note = models.TextField(blank=True, max_length=600)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, interview__isnull=True)
                | Q(request__isnull=True, interview__isnull=False),
                name="chosen_for_one_thing",
            ),
            models.UniqueConstraint(fields=["request", "side"], name="one_choice_of_times_per_request"),
            models.UniqueConstraint(fields=["interview", "side"], name="one_choice_of_times_per_move"),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {', '.join(self.spans or ()) or 'as offered'}"
