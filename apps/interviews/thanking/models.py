"""The thank-you note."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.interviews.lifecycle.models import Channel, Interview


class ThankYou(models.Model):
    """The note within 48 hours (R102 to R106)."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="thank_you")
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True, max_length=3000)
    channel = models.CharField(max_length=9, choices=Channel, default=Channel.RAPPORT)
    sent_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)  # sent by Rapport: until then it can be taken back
    kept = ArrayField(  # remarks to which the student said "Keep mine"
        models.CharField(max_length=80), default=list, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Thank-you for {self.interview}"

    @property
    def was_in_time(self) -> bool:
        return self.sent_at is not None and self.sent_at <= self.interview.thank_by
