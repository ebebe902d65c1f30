"""The thank-you note."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.interviews.lifecycle.models import Channel, Interview


class ThanksChannel(models.TextChoices):
    """How somebody is thanked: as they were asked (R103), or with a card by post."""

    RAPPORT = Channel.RAPPORT.value, Channel.RAPPORT.label
    EMAIL = Channel.EMAIL.value, Channel.EMAIL.label
    LINKEDIN = Channel.LINKEDIN.value, Channel.LINKEDIN.label
    TEXT = Channel.TEXT.value, Channel.TEXT.label
    PHONE = Channel.PHONE.value, Channel.PHONE.label
    IN_PERSON = Channel.IN_PERSON.value, Channel.IN_PERSON.label
    CARD = "card", "Handwritten note"


class ThankYou(models.Model):
    """The note within 48 hours (R102 to R106).

    One for a chosen time (`send_at`) is promised to the outbox at once, and counts as sent when it left.
    """

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="thank_you")
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True, max_length=3000)
    channel = models.CharField(max_length=9, choices=ThanksChannel, default=ThanksChannel.RAPPORT)
    sent_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)  # sent by Rapport: until then it can be taken back
    send_at = models.DateTimeField(null=True, blank=True)  # it leaves then, unless it is changed before
    held_because = models.CharField(max_length=200, blank=True)  # why one that was scheduled did not leave
    resume = models.ForeignKey(  # the version that goes along, where they asked for it (R105)
        "students.Resume", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kept = ArrayField(  # remarks to which the student said "Keep mine"
        models.CharField(max_length=80), default=list, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Thank-you for {self.interview}"

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for its time, and can still be changed."""
        return self.send_at is not None and self.sent_at is None

    @property
    def was_in_time(self) -> bool:
        return self.sent_at is not None and self.sent_at <= self.interview.thank_by
