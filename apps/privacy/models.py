"""What a person asked about their data: a copy, the deletion of their account; what stops it; how long things stay.

Facts and sets only. What a copy holds is export.py's, what a deletion leaves erasing.py's.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class ExportQuerySet(models.QuerySet["Export"]):
    def under_way(self) -> Self:
        return self.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])

    def over(self, now: datetime) -> Self:
        """Those whose file nobody fetched in time."""
        return self.filter(state=Export.State.READY, expires_at__lte=now)


class Export(models.Model):
    """One copy of a person's data, made by a worker; its file is there for a day, and until it is fetched."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being prepared"
        READY = "ready", "Ready"
        FETCHED = "fetched", "Downloaded"
        EXPIRED = "expired", "Link expired"
        FAILED = "failed", "Failed"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="exports")
    asked_by = models.ForeignKey(  # the office, where the person did not ask themselves
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_tables = models.PositiveSmallIntegerField(default=0)
    total_tables = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField(default=bytes)  # emptied once it is fetched, and after a day
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # fetched, expired, or given up

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-asked_at"], name="exports_of_a_person")]
        constraints = [
            models.UniqueConstraint("person", condition=Q(state__in=["waiting", "running"]), name="one_export_at_once")
        ]

    def __str__(self) -> str:
        return f"Export {self.pk}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> Self:
        return self.filter(state=Erasure.State.WAITING)


class Erasure(models.Model):
    """That somebody's account is to be deleted, and when it was. It names them by number only, and outlives them."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        KEPT = "kept", "Kept after all"
        RUNNING = "running", "Being deleted"
        DONE = "done", "Deleted"

    class By(models.TextChoices):
        PERSON = "person", "The person"
        OFFICE = "office", "The office"
        COMMAND = "command", "A command"

    number = models.BigIntegerField(db_index=True)  # of the person; their row may be gone
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = models.CharField(max_length=7, choices=By)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)  # when we wrote that the end is near
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("number", condition=Q(state__in=["waiting", "running"]), name="one_erasure_at_once")
        ]

    def __str__(self) -> str:
        return f"Erasure of person {self.number}: {self.state}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class Hold(models.Model):
    """A legal hold: as long as it is in force, nothing of this person is deleted, whoever asks."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="holds")
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, blank=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("person", condition=Q(lifted_at=None), name="one_hold_at_once")]

    def __str__(self) -> str:
        return self.reason


def _days(default: int, least: int, name: str, help_text: str) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(
        name, default=default, validators=[MinValueValidator(least), MaxValueValidator(3650)], help_text=help_text
    )


class Retention(models.Model):
    """How many days each kind of thing stays, as the office decides. One row; read it through `Retention.now()`."""

    mails = _days(400, 30, "emails", "Days after they were sent or given up.")
    notices = _days(90, 7, "reminders", "Days after they were done or dismissed.")
    imports = _days(30, 1, "import files", "Days. Files of alumni and contacts that no one finished importing.")
    import_notes = _days(400, 30, "import results", "Days. What became of each row of a finished import.")
    disclosures = _days(1825, 365, "who viewed what", "Days. Views of a student’s record by a coach or the office.")
    audit = _days(1825, 365, "audit log", "Days. Who changed what.")
    closed = _days(
        730, 30, "closed accounts", "Days after the last sign-in. Then the account is deleted, with 7 days’ notice."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="retention_is_one_row")]
        verbose_name_plural = "retention"

    def __str__(self) -> str:
        return "How long things are kept"

    @classmethod
    def now(cls) -> Self:
        return cls.objects.get_or_create(pk=1)[0]


class Cleaning(models.Model):
    """One night's cleaning: what it took away, for the office to read."""

    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)  # kind -> rows
    failed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Cleaning of {self.started_at:%Y-%m-%d}"
