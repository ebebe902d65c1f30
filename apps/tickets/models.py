"""A question to the office: who could I talk to about this? Answered with people of the directory, by a day (R39)."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile


class State(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student, their coach and the office; nobody else."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user)
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user)
        return self if user.is_office else self.filter(rows)

    def untaken(self) -> Self:
        """Those that wait for somebody, and that nobody has taken."""
        return self.filter(state=State.OPEN, taken_by=None)


class Ticket(models.Model):
    """One question of a student. What was said since is in its messages."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tickets")
    wanted = models.CharField("who would you like to talk to?", max_length=160)
    goal = models.TextField("what do you hope to learn?", max_length=600)
    tried = models.TextField("what you’ve tried", max_length=300, blank=True)
    needed_by = models.DateField("I need an answer by")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tickets_taken"
    )
    answered_at = models.DateTimeField(null=True, blank=True)  # for the first time
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="closed_at_a_moment",
            )
        ]
        indexes = [models.Index(fields=["state", "needed_by", "id"], name="tickets_by_urgency")]

    def __str__(self) -> str:
        return self.wanted

    @property
    def coach_id(self) -> int | None:
        profile = getattr(self.student, "student_profile", None)
        return profile.coach_id if profile else None


class TicketMessage(models.Model):
    """Words about a question, of the student or of who answers."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="ticket_messages")
    text = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]


class SuggestedAlum(models.Model):
    """An alum who was suggested in an answer, and why."""

    message = models.ForeignKey(TicketMessage, models.CASCADE, related_name="suggested")
    alum = models.ForeignKey(AlumniProfile, models.CASCADE, related_name="suggested_in_tickets")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "alum"], name="alum_once_in_an_answer")]

    def __str__(self) -> str:
        return f"{self.alum}"


class SuggestedPersonQuerySet(models.QuerySet["SuggestedPerson"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever may read the question."""
        return self.filter(message__ticket__in=Ticket.objects.visible_to(user))


class SuggestedPerson(models.Model):
    """Somebody outside the directory who was suggested in an answer; `contact`: who they are on the student's map."""

    message = models.ForeignKey(TicketMessage, models.CASCADE, related_name="others")
    name = models.CharField(max_length=150)
    about = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey("network.Contact", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SuggestedPersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def student(self) -> User:
        return self.message.ticket.student

    @property
    def student_id(self) -> int:
        return self.message.ticket.student_id
