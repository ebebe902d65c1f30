"""The bank of questions, and the questions chosen for one conversation."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.clock.regions import spelled_lazily
from apps.interviews.lifecycle.models import Interview
from apps.network.models import Relation
from apps.students.models import Stage


class Theme(models.TextChoices):
    """What a question is about (R77)."""

    PATH = "path", "Their path"
    DAY = "day", "A typical day"
    FIELD = "field", "The field"
    ORGANISATION = "organisation", spelled_lazily("The organization")
    FIT = "fit", "Whether it fits me"
    ADVICE = "advice", "Advice"
    REFERRALS = "referrals", "Other people"


class Question(models.Model):
    """One question of the bank (R75, R76). The office edits it."""

    theme = models.CharField(max_length=12, choices=Theme)
    text = models.CharField(max_length=300, unique=True)
    why = models.CharField("why ask this", max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(default=3)
    is_closing = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    stage = models.CharField("fits students who are", max_length=9, choices=Stage, blank=True)  # empty: everybody
    relation = models.CharField("fits someone who is", max_length=9, choices=Relation, blank=True)  # empty: anybody

    def __str__(self) -> str:
        return self.text


class QuestionPlan(models.Model):
    """What the student prepares for one conversation: questions, research, checklist (R75 to R86)."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="plan")
    goals = models.TextField("what I want to learn", blank=True, max_length=600)
    about_person = models.TextField("about them", blank=True, max_length=1000)
    about_organization = models.TextField(spelled_lazily("about the organization"), blank=True, max_length=1000)
    about_field = models.TextField("about the field", blank=True, max_length=1000)
    one_thing = models.CharField("one thing I know about them", max_length=240, blank=True)
    tailored_line = models.CharField("my introduction, for this person", max_length=300, blank=True)
    checked = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # ticked off the checklist
    attire = models.CharField(
        "kind of place", max_length=8, blank=True
    )  # of checklist.ATTIRE, if the student chose one
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"Plan for {self.interview}"


class SavedQuestion(models.Model):
    """A question that a student keeps for every conversation, in the words it had then."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_questions")
    question = models.ForeignKey(Question, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300)
    theme = models.CharField(max_length=12, choices=Theme, blank=True)
    minutes = models.PositiveSmallIntegerField(default=3)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "text"], name="saved_question_once")]

    def __str__(self) -> str:
        return self.text


class PlannedQuestion(models.Model):
    """One question of a plan, in its order; in live mode it is ticked, skipped and given a quick note."""

    plan = models.ForeignKey(QuestionPlan, models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300)
    theme = models.CharField(max_length=12, choices=Theme, blank=True)
    because = models.CharField("because they", max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(default=3)
    position = models.PositiveSmallIntegerField()
    goal = models.PositiveSmallIntegerField(null=True, blank=True)  # the line of the plan's goals that it is for (R80)
    is_must = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    is_skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"], name="one_question_at_a_place", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return self.text
