"""The audit log: what was done to accounts, settings and mail, by whom, when and from where (R244, K2).

Triggers of the database write it, so a bulk update and a statement by hand leave a line as well. Rapport itself may
only add lines (docs/operations.md, “Two roles”): nothing here changes or deletes one.
"""

from django.db import models


class Act(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    EXPORTED = "exported", "Exported"


class AuditEntry(models.Model):
    """One line of the log. It names people by number only: a name and an address are theirs, and go when they go."""

    at = models.DateTimeField(db_index=True)
    actor = models.BigIntegerField(null=True, blank=True)  # the person signed in, or whose mailed link was used
    origin = models.GenericIPAddressField(null=True, blank=True)  # where the request came from
    way = models.CharField(max_length=64, blank=True)  # "web", "worker", or the command
    role = models.CharField(max_length=63)  # of the database
    act = models.CharField(max_length=8, choices=Act)
    subject = models.CharField(max_length=63)  # the table, or what was exported
    row = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["subject", "row", "-at"], name="audit_of_a_row"),
            models.Index(fields=["actor", "-at"], name="audit_of_an_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.row} {self.act}"
