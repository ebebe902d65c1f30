"""A search that a student keeps, to hear once a week who is new in it (R201); and who was suggested to whom.

Facts and sets only. What is done with one, and who is new, is saved.py's; when a mail about it leaves, apps/reminders'.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, TypedDict

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, Case, F, Func, IntegerField, OuterRef, Q, When
from django.db.models.lookups import GreaterThanOrEqual
from django.http import QueryDict

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.directory.queries import DirectoryQuery

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

NEWS_FOR = timedelta(days=14)  # then who was found is no news any more


class Counted(TypedDict):
    news: int


type WithNews = WithAnnotations["SavedSearch", Counted]


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student’s own, also one just deleted, for its undo; nobody else learns what somebody looks for."""
        return self.filter(student=user) if user.is_authenticated else self.none()

    def kept(self) -> Self:
        return self.filter(removed_at=None)


class SavedSearch(models.Model):
    """One search that a student keeps, by the address that asks it; and whom it has found."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=4000)  # as DirectoryQuery.kept says it
    is_muted = models.BooleanField(default=False)
    seen_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)  # whoever was ever found
    new_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)  # those since the student last looked
    finds = models.PositiveIntegerField(default=0, editable=False)  # at the last look
    looked_at = models.DateTimeField()
    found_at = models.DateTimeField(null=True, blank=True)  # somebody new, for the last time
    opened_at = models.DateTimeField(null=True, blank=True)  # since somebody new was found
    before = models.JSONField(default=dict, editable=False)  # name and address before the last change, for its undo
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "address"], condition=Q(removed_at=None), name="one_saved_search_of_an_address"
            )
        ]
        indexes = [models.Index(fields=["looked_at"], condition=Q(removed_at=None), name="saved_searches_to_look_at")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/people/searches/{self.pk}/"

    @property
    def query(self) -> DirectoryQuery:
        return DirectoryQuery.of(QueryDict(self.address.removeprefix("?")))


class Suggested(models.Model):
    """Who was suggested to whom, for a month: what an alum may still be asked because of it (fair.py)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "alum"], name="suggested_once")]
        indexes = [models.Index(fields=["alum", "at"], name="suggested_of_alum")]

    def __str__(self) -> str:
        return f"{self.alum} suggested to {self.student}"


def with_news(rows: "models.QuerySet[SavedSearch]", now: datetime) -> "models.QuerySet[WithNews]":
    """Annotate saved searches with `news`: how many were found since the student last looked.

    Who has left the directory or changed their profile since is left out: they may have hidden what they were found by.
    """
    is_new = Func(
        F("pk"), OuterRef("new_ids"), arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField()
    )
    alumni = AlumniProfile.objects.listed().filter(is_new, updated_at__lte=OuterRef("found_at"))
    news = Func(ArraySubquery(alumni.values("pk")), function="cardinality", output_field=IntegerField())
    recent = Q(GreaterThanOrEqual(F("found_at") + NEWS_FOR, now), found_at__lte=now, opened_at=None)
    counted = Case(When(recent, then=news), default=0, output_field=IntegerField())
    return rows.annotate(news=counted)
