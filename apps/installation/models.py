"""The installation that a database belongs to: one row, written by `manage.py prepare` and `manage.py adopt`."""

from django.db import models


class Installation(models.Model):
    """Where this database was when it was last said to be the real one (J1)."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    cluster = models.CharField(max_length=40)  # the system identifier that initdb gave the server
    database = models.CharField(max_length=20)  # the number of the database in it
    site_url = models.CharField(max_length=200)
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="one_installation")]

    def __str__(self) -> str:
        return self.site_url
