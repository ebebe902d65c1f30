"""A report: somebody tells the office that a request, a conversation or a person was not as it should be."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest


class Reason(models.TextChoices):
    UNSAFE = "unsafe", "I felt unsafe or harassed"
    UNKIND = "unkind", "They were rude or hurtful"
    JOB = "job", "They asked for a job, or kept asking"
    ABSENT = "absent", "They didn’t come"
    SELLING = "selling", "They were selling something"
    NOT_REAL = "not_real", "They aren’t who they say they are"
    OTHER = "other", "Something else"


class Outcome(models.TextChoices):
    NOTHING = "nothing", "No action needed"
    WARNED = "warned", "Sent a warning"
    BLOCKED = "blocked", "Closed their account"


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(outcome="")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the office reads reports; whom one is about never does."""
        return self.all() if user.is_authenticated and user.is_office else self.none()


class Report(models.Model):
    """One report about one person, with the request that it speaks of, and what the office did."""

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    request = models.ForeignKey(InterviewRequest, models.SET_NULL, null=True, related_name="reports")
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.TextField("what happened", max_length=2000, blank=True)
    created_at = models.DateTimeField()
    entered_by = models.ForeignKey(  # who wrote it down at the office, where it was said by phone
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    note = models.TextField("note for the office", max_length=2000, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "request"], condition=Q(outcome=""), name="one_open_report_of_a_request"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", handled_at=None) | (~Q(outcome="") & Q(handled_at__isnull=False)),
                name="handled_with_an_outcome",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="reports_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, {self.created_at:%Y-%m-%d}"
