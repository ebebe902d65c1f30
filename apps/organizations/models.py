"""Where a student might work: what they noted about an organization, the kinds of work they look for, opportunities.

The organization itself is network.models.Organization, whose `is_target` says that the student follows it. All of this
is the student's alone: a coach sees who works somewhere (network), never why a student likes it or where they applied.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.accounts.models import User
from apps.network.models import Contact, Organization, Outcome

STALE_DAYS = 365  # R9: what was noted longer ago is asked about


class OwnQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that only their student sees."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(student=user) if user.is_authenticated else self.none()


class KindOfWork(models.Model):
    """A column of the grid: a kind of work that the student would like (R2)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="kinds_of_work")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OwnQuerySet["KindOfWork"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("student", Lower("name"), name="kind_of_work_once_per_student")]

    def __str__(self) -> str:
        return self.name


class Detail(models.Model):
    """What a student wrote about one organization that they follow."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organization_details")
    organization = models.OneToOneField(Organization, models.CASCADE, related_name="detail")
    about = models.CharField("what they do", max_length=200, blank=True)
    website = models.URLField(blank=True)
    why = models.CharField("why you like them", max_length=300, blank=True)
    next_step = models.CharField("your next step", max_length=160, blank=True)

    objects = OwnQuerySet["Detail"].as_manager()

    def __str__(self) -> str:
        return self.about


class RuledOut(models.Model):
    """One field of the grid that is not for the student: this kind of work, there."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ruled_out")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="ruled_out")
    kind = models.ForeignKey(KindOfWork, models.CASCADE, related_name="ruled_out")

    objects = OwnQuerySet["RuledOut"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="ruled_out_once")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.organization}"


class Work(models.Model):
    """Which kind of work somebody does, as the student says; without a kind: none of them.

    Nothing keeps two rows of one person apart, because two people may become one; the latest counts.
    """

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="kinds_of_people")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="kinds_of_work")
    kind = models.ForeignKey(KindOfWork, models.CASCADE, null=True, blank=True, related_name="people")

    objects = OwnQuerySet["Work"].as_manager()

    def __str__(self) -> str:
        return f"{self.contact}: {self.kind}"


class OpportunityQuerySet(OwnQuerySet["Opportunity"]):
    def is_open(self) -> Self:
        return self.filter(state=Opportunity.State.OPEN)


class Opportunity(models.Model):
    """Something to apply for, or to sign up for, at an organization (R43)."""

    class State(models.TextChoices):
        OPEN = "open", "Not applied yet"
        APPLIED = "applied", "Applied"
        OFFERED = "offered", "Offered"
        DROPPED = "dropped", "No longer interested"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="opportunities")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="opportunities")
    title = models.CharField(max_length=160)
    url = models.URLField("link", blank=True)
    due_on = models.DateField("apply by", null=True, blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="opportunities_told")
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    applied_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_on__isnull=False) | ~Q(state__in=["applied", "offered"]),
                name="applied_on_a_day",
            )
        ]
        indexes = [models.Index(fields=["student", "state"], name="opportunities_of_a_student")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/network/opportunities/{self.pk}/"

    @property
    def is_applied(self) -> bool:
        return self.state in (self.State.APPLIED, self.State.OFFERED)


class Help(models.Model):
    """Somebody helped with an application: its trace is a result of theirs, which asks for a second thank-you (R117).

    Nothing keeps two rows of one person apart, because two people may become one; pages show each person once.
    """

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="helps")
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="helps")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="helps")
    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="helps")

    objects = OwnQuerySet["Help"].as_manager()

    def __str__(self) -> str:
        return f"{self.contact}: {self.opportunity}"


class Note(models.Model):
    """What the student knows about an organization, since when, and what it did to their picture (R9, R111)."""

    class Effect(models.TextChoices):
        NEW = "new", "New to me"
        CONFIRMED = "confirmed", "Confirmed what I thought"
        CHANGED = "changed", "Changed how I see it"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organization_notes")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="known_facts")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="organization_notes")
    text = models.TextField(max_length=1000)
    effect = models.CharField(max_length=9, choices=Effect, blank=True)
    noted_on = models.DateField()  # or said to be still true

    objects = OwnQuerySet["Note"].as_manager()

    def __str__(self) -> str:
        return self.text[:60]

    def is_stale(self, today: date) -> bool:
        return (today - self.noted_on).days > STALE_DAYS
