"""What is due and for whom: notices, how each person wants to hear of them, and the sweeps that look.

What is due is decided in rules.py; these rows only remember that an occasion was seen (R221).
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User

STAND_IN = "today"  # the rule of a notice that only remembers what a person said of a task on Today


class How(models.TextChoices):
    AT_ONCE = "at_once", "Right away"
    DAILY = "daily", "Daily digest"
    WEEKLY = "weekly", "Weekly digest"
    NEVER = "never", "Only in Rapport, no email"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(person=user) if user.is_authenticated else self.none()

    def waiting(self, now: datetime) -> Self:
        """Neither done nor dismissed nor asleep."""
        return self.filter(closed_at=None, due_at__lte=now).filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))

    def asleep(self, now: datetime) -> Self:
        return self.filter(closed_at=None, snoozed_until__gt=now)

    def newest_of_each(self) -> Self:
        """One for each thing to do: the newest word about it counts."""
        newer = Notice.objects.filter(person=OuterRef("person"), thing=OuterRef("thing"), closed_at=None)
        later = Q(due_at__gt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__gt=OuterRef("pk"))
        return self.exclude(Exists(newer.filter(later)))

    def about_the_same(self, notice: "Notice") -> Self:
        """Every open notice that speaks of the same thing to the same person."""
        return self.filter(person=notice.person_id, thing=notice.thing, closed_at=None)


class Notice(models.Model):
    """One occasion for one person; `key` names it, so that a second sweep finds it there already."""

    class Closed(models.TextChoices):
        DONE = "done", "Done"
        DISMISSED = "dismissed", "Dismissed"
        GONE = "gone", "No longer applies"

    key = models.CharField(max_length=120, unique=True)
    rule = models.CharField(max_length=40)
    thing = models.CharField(max_length=60)  # what there is to do: two rules about one thing share it
    person = models.ForeignKey(  # notices_of_person begins with it
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="notices", db_index=False
    )
    subject_id = models.BigIntegerField()  # the row the rule speaks of
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)  # quiet hours never hold it back beyond this
    expires_at = models.DateTimeField(null=True, blank=True)  # after this it is not worth a mail
    seen_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=9, choices=Closed, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)  # when it was handed to the outbox
    message = models.ForeignKey(  # the mail that holds it
        "mail.OutboundMessage", models.DB_SET_NULL, null=True, blank=True, related_name="notices", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "closed_at", "-due_at"], name="notices_of_person"),
            models.Index(
                fields=["person", "due_at"], condition=Q(mailed_at=None, closed_at=None), name="notices_unmailed"
            ),
            models.Index(fields=["rule", "subject_id"], condition=Q(closed_at=None), name="notices_open"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="notices_of_message"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="notices_to_forget"),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """How one person wants to hear of one rule (R223)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_preferences")
    rule = models.CharField(max_length=40)
    how = models.CharField(max_length=7, choices=How, default=How.AT_ONCE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "rule"], name="one_preference_per_rule")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_how_display()}"


class QuietTime(models.Model):
    """One person's quiet hours, in their own zone, and a pause over the term break."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiet_time")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Quiet time of {self.person}"


class ProfileCheck(models.Model):
    """One time that an alum was asked whether their entry is still right (R206). Their word is on the entry itself."""

    alum = models.ForeignKey("alumni.AlumniProfile", models.CASCADE, related_name="profile_checks")
    asked_at = models.DateTimeField()
    is_last = models.BooleanField(default=False)  # without an answer to this one, the entry rests

    class Meta:
        indexes = [models.Index(fields=["alum", "-asked_at"], name="profile_checks_of_alum")]

    def __str__(self) -> str:
        return f"{self.alum} asked on {self.asked_at:%Y-%m-%d}"


class Sweep(models.Model):
    """One pass over all rules; `finished_at` says that it came to its end."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True, db_index=True)
    inserted = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # things it could not do; the log says which

    def __str__(self) -> str:
        return f"Sweep of {self.started_at:%Y-%m-%d %H:%M:%S}"
