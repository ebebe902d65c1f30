"""How somebody matched the columns of a file by hand: remembered for the next file of that shape."""

from typing import Self

from django.conf import settings
from django.db import models


class MatchedColumnsQuerySet(models.QuerySet["MatchedColumns"]):
    def chosen(self, kind: str, shape: str, *, owner: models.Model | None = None) -> dict[str, str]:
        """Return {our field: their header} as somebody matched a file of this shape, or {} where nobody has."""
        found = self.of(kind, owner).filter(shape=shape).first() if shape else None
        return dict(found.chosen) if found else {}

    def remember(self, kind: str, shape: str, chosen: dict[str, str], *, owner: models.Model | None = None) -> None:
        self.update_or_create(kind=kind, shape=shape, owner=owner, defaults={"chosen": chosen})

    def of(self, kind: str, owner: models.Model | None) -> Self:
        """Return what one person matched of their own files, or the office of everybody's."""
        return self.filter(kind=kind, owner=owner)


class MatchedColumns(models.Model):
    """Which column of a file is which, as a person said it, for files of one kind and shape (tables.headers)."""

    kind = models.CharField(max_length=10)  # alumni, students, questions; contacts: each of one student
    shape = models.CharField(max_length=32)  # headers.fingerprint
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    chosen = models.JSONField(default=dict)  # {our field: their header, or "" for none}
    matched_at = models.DateTimeField(auto_now=True)

    objects = MatchedColumnsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "shape", "owner"], nulls_distinct=False, name="matched_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(filter(None, self.chosen.values()))}"
