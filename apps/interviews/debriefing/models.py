"""What was noted while they talked, what was written down afterwards, and what came of it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.clock.regions import spelled_lazily
from apps.files.models import PrivateFile
from apps.interviews.lifecycle.models import SUMMARY_MAX, Interview
from apps.network.models import NamePermission


class Finding(models.TextChoices):
    """What a note was, compared with what the student expected (R111)."""

    CONFIRMED = "confirmed", "Confirmed"
    CHANGED = "changed", "Changed"
    NEW = "new", "New"


class LiveNote(models.Model):
    """A quick note from the conversation, the student's alone: every page of it asks `interviews.edit`.

    `client_id` makes a resent note the same note (lost network).
    """

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        QUOTE = "quote", "In their words"
        ACTION = "action", "To do"

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="notes")
    client_id = models.UUIDField(default=uuid.uuid4)
    question = models.ForeignKey("PlannedQuestion", models.SET_NULL, null=True, blank=True, related_name="notes")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.NOTE)
    text = models.TextField(max_length=2000)
    finding = models.CharField(max_length=9, choices=Finding, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "client_id"], name="live_note_once")]

    def __str__(self) -> str:
        return self.text[:60]


class Aim(models.TextChoices):
    """What a conversation is for (R95)."""

    FACTS = "facts", "I learned what I came to learn"
    RAPPORT = "rapport", "We got to know each other a little"
    GUIDANCE = "guidance", "I asked for advice and got some"


class Gain(models.TextChoices):
    """The five benefits of a conversation (R6)."""

    CLARITY = "clarity", "I know better what I want"
    OPENINGS = "openings", "I know how people find openings"
    CONFIDENCE = "confidence", "I’m more confident"
    FIELD = "field", "I know what’s changing in the field"
    STRENGTHS = "strengths", "I know my strengths and weaknesses better"

    @property
    def words(self) -> str:
        """The field of a debrief that says it in words."""
        return f"gain_{self.value}"


FIT = {1: "Not at all", 2: "A little", 3: "Somewhat", 4: "Well", 5: "Very well"}  # R16


class Debrief(models.Model):
    """What the student wrote down (R95 to R101), with what was said at the close."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="debrief")
    learned = models.TextField("what you learned", blank=True, max_length=4000)
    surprised = models.TextField("what surprised you", blank=True, max_length=2000)
    agreed = models.TextField("what you agreed on", blank=True, max_length=2000)
    quote = models.CharField("one sentence to keep", max_length=300, blank=True)
    summary = models.TextField("what you said back to them at the end", blank=True, max_length=SUMMARY_MAX)
    may_connect = models.BooleanField("they are happy to connect on LinkedIn", null=True, blank=True)
    may_stay_in_touch = models.BooleanField("they are happy to stay in touch", null=True, blank=True)
    asked_for_resume = models.BooleanField(spelled_lazily("they asked for your résumé"), default=False)
    fit_before = models.PositiveSmallIntegerField(null=True, blank=True)
    fit_after = models.PositiveSmallIntegerField(null=True, blank=True)
    fit_skills = models.PositiveSmallIntegerField("what I’m good at", null=True, blank=True, choices=FIT)
    fit_nature = models.PositiveSmallIntegerField("the kind of person I am", null=True, blank=True, choices=FIT)
    fit_goals = models.PositiveSmallIntegerField("what I want to achieve", null=True, blank=True, choices=FIT)
    aims = ArrayField(models.CharField(max_length=8, choices=Aim), default=list, blank=True)
    gains = ArrayField(models.CharField(max_length=10, choices=Gain), default=list, blank=True)
    gain_clarity = models.TextField("what is clearer now", blank=True, max_length=500)
    gain_openings = models.TextField("how people find openings", blank=True, max_length=500)
    gain_confidence = models.TextField("what made you more confident", blank=True, max_length=500)
    gain_field = models.TextField("what’s changing in the field", blank=True, max_length=500)
    gain_strengths = models.TextField("your strengths and weaknesses", blank=True, max_length=500)
    outcomes = ArrayField(models.CharField(max_length=8), default=list, blank=True)  # ticked kinds of network.Outcome
    thought = models.TextField("what you would do differently", blank=True, max_length=1000)
    shares_thought = models.BooleanField("your coach can read it", default=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Debrief of {self.interview}"

    @property
    def gained(self) -> dict[Gain, str]:
        """What it gave, ticked or said in words, with the words (R6)."""
        said = {gain: getattr(self, gain.words) for gain in Gain}
        return {gain: words for gain, words in said.items() if words or gain in self.gains}


class GoalReturn(models.Model):
    """One thing the student hoped to learn, returned to after the conversation (R46)."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answered"
        IN_PART = "part", "In part"
        NOT_YET = "not_yet", "Not yet"

    debrief = models.ForeignKey(Debrief, models.CASCADE, related_name="goals")
    place = models.PositiveSmallIntegerField()
    goal = models.CharField("what you hoped to learn", max_length=600)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    words = models.CharField("in a few words", max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["debrief", "place"], name="one_return_to_a_goal")]

    def __str__(self) -> str:
        return self.goal


class NamedPerson(models.Model):
    """Somebody named in the conversation, until the debrief makes them a contact with a referral (R98, R99)."""

    debrief = models.ForeignKey(Debrief, models.CASCADE, related_name="named_people")
    name = models.CharField(max_length=150, blank=True)  # blank: a line that was opened and not filled yet
    about = models.CharField("role, place, why them", max_length=200, blank=True)
    name_permission = models.CharField(max_length=11, choices=NamePermission, default=NamePermission.NOT_ASKED)
    referral = models.OneToOneField("network.Referral", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class PromisedStep(models.Model):
    """Something the student said they would do, until the debrief makes it a step with a date (R97, R110)."""

    debrief = models.ForeignKey(Debrief, models.CASCADE, related_name="promised_steps")
    text = models.CharField(max_length=240, blank=True)
    due_on = models.DateField(null=True, blank=True)
    step = models.OneToOneField("network.ActionStep", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.text


class PaperNote(models.Model):
    """A photo of notes on paper, the student's alone. Taken out it can be put back for a day, then it is deleted."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="paper_notes")
    file = models.OneToOneField(PrivateFile, models.CASCADE, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Photo of notes, {self.interview}"


class ImpactNote(models.Model):
    """What came of a conversation, in the student's words; the alum sees it only with their consent (R119)."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="impact")
    body = models.TextField("what it led to", max_length=800)
    is_shared = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"What came of {self.interview}"
