"""What is due and for whom: notices, how each person wants to hear of them, and the sweeps that look.

What is due is decided in rules.py; these rows only remember that an occasion was seen (R221).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class How(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, together"
    WEEKLY = "weekly", "Once a week, together"
    NEVER = "never", "Only in Rapport"


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person=user) if user.is_authenticated else self.none()

    def waiting(self, now):
        """Neither done nor dismissed nor asleep."""
        return self.filter(closed_at=None).filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))


class Notice(models.Model):
    """One occasion for one person; `key` names it, so that a second sweep finds it there already."""

    class Closed(models.TextChoices):
        DONE = "done", "Done"
        DISMISSED = "dismissed", "Not needed"
        GONE = "gone", "No longer applies"

    key = models.CharField(max_length=120, unique=True)
    rule = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject_id = models.BigIntegerField()  # the row the rule speaks of
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=9, choices=Closed, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)  # when it was handed to the outbox
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "closed_at", "-due_at"], name="notices_of_person"),
            models.Index(fields=["due_at"], condition=Q(mailed_at=None, closed_at=None), name="notices_to_mail"),
        ]

    def __str__(self):
        return self.title


class Preference(models.Model):
    """How one person wants to hear of one rule (R223)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_preferences")
    rule = models.CharField(max_length=40)
    how = models.CharField(max_length=7, choices=How, default=How.AT_ONCE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "rule"], name="one_preference_per_rule")]

    def __str__(self):
        return f"{self.rule}: {self.get_how_display()}"


class QuietTime(models.Model):
    """One person's quiet hours, in their own zone, and a pause over the term break."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiet_time")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)

    def __str__(self):
        return f"Quiet time of {self.person}"


class Sweep(models.Model):
    """One pass over all rules; `finished_at` says that it came to its end."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True, db_index=True)
    inserted = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"Sweep of {self.started_at:%Y-%m-%d %H:%M:%S}"
