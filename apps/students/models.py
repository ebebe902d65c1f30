"""A student: what they study, what they hope for, how they introduce themselves, and who looked at their network."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.files.models import PrivateFile
from apps.policy.models import ReviewRule
from apps.tables.cells import subjects
from apps.wording.studies import in_a_sentence
from apps.wording.text import folded

UNDECLARED = ("undeclared", "undecided", "exploratory", "exploratory studies", "none")


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To a coach the cohorts of their students, to the office all of them."""
        if not user.is_authenticated or not (user.is_coach or user.is_office):
            return self.none()
        theirs = StudentProfile.objects.filter(coach=user).values("cohort")
        return self if user.is_office else self.filter(pk__in=theirs)


class Cohort(models.Model):
    """A group of students who go through the method together (R236)."""

    name = models.CharField(max_length=80, unique=True)
    review_rule = models.CharField(
        max_length=8, choices=ReviewRule, blank=True, help_text="Leave blank to use the office setting."
    )
    review_first = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    UNDECIDED = "undecided", "I’m still looking around"
    EXPLORING = "exploring", "I have a few ideas to compare"
    DECIDED = "decided", "I know the field and want to know it better"
    SEARCHING = "searching", "I’m already applying"


class GoalKind(models.TextChoices):
    """What a conversation could lead to, besides a job (R3)."""

    LEARN = "learn", "I want to learn about the work"
    FIELD = "field", "Field experience or a practicum"
    VOLUNTEER = "volunteer", "Volunteering"
    ASSISTANT = "assistant", "A research or teaching assistantship"
    INTERNSHIP = "intern", "An internship"
    STUDY = "study", "Graduate or professional school"
    JOB = "job", "A job"


class StudentQuerySet(models.QuerySet["StudentProfile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The student's own profile, and those of a coach's caseload; the office sees them all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_office:
            return self
        rows = Q(user=user)
        if user.is_coach:
            rows |= Q(coach=user)
        return self.filter(rows)


class StudentProfile(models.Model):
    """What Rapport knows of one student. The person (name, pronouns, zone) is the `User`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="student_profile")
    external_id = models.CharField("student ID", max_length=40, unique=True, null=True, blank=True)
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="caseload")
    cohort = models.ForeignKey(Cohort, models.SET_NULL, null=True, blank=True, related_name="students")
    program = models.CharField("field of study", max_length=120, blank=True)
    minor = models.CharField(max_length=120, blank=True)
    degree = models.CharField(max_length=40, blank=True)
    year = models.CharField(max_length=40, blank=True, help_text="For example: junior, second-year master’s student.")
    class_year = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.EXPLORING)
    wants_fields = models.CharField(max_length=200, blank=True, help_text="Fields and places, in your own words.")

    goal_kind = models.CharField("what it’s about", max_length=9, choices=GoalKind, blank=True, default="")
    goal = models.CharField("your goal this term", max_length=240, blank=True)
    goal_conversations = models.PositiveSmallIntegerField("conversations this term", default=3)
    private_goal = models.CharField(max_length=240, blank=True, help_text="Only you see this. Your coach does not.")
    shares_network = models.BooleanField(
        default=True, help_text="Your coach can see the people you do not keep private."
    )
    welcomed_at = models.DateTimeField(null=True, blank=True)

    objects = StudentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.user)

    @property
    def student_id(self) -> int:
        """The person whose profile this is, for access.py."""
        return self.user_id

    @property
    def studies(self) -> tuple[str, ...]:
        """Program and minor as subjects: the registrar’s “Economics BA” is Economics, “Undeclared” is none."""
        named = [study for study in (self.program, self.minor) if study and folded(study) not in UNDECLARED]
        return tuple(subject for study in named for subject in subjects(study) or [study])

    @property
    def described(self) -> str:
        """Who this is in a few words: a junior in public health."""
        year = self.year.strip().lower() or "student"
        studies = f" in {in_a_sentence(self.studies[0])}" if self.program and self.studies else ""
        return f"{'an' if year[0] in 'aeiou' else 'a'} {year}{studies}"


class Introduction(models.Model):
    """The student's own pitch (R21 to R29): who I am, what I bring, what I hope to learn.

    Said to anyone; and, where `expert_…` says something, to people of the student's own field (versions.py).
    """

    student = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="introduction")
    who = models.TextField("who I am", blank=True, max_length=600)
    skills = models.TextField("what I bring", blank=True, max_length=600)
    hopes = models.TextField("what I hope to learn", blank=True, max_length=600)
    expert_who = models.TextField("who I am, to people in my field", blank=True, default="", max_length=600)
    expert_skills = models.TextField("what I bring, to people in my field", blank=True, default="", max_length=600)
    expert_hopes = models.TextField(
        "what I hope to learn, to people in my field", blank=True, default="", max_length=600
    )
    kept_words = ArrayField(  # terms that the student keeps although a lay person may not know them: jargon.Term.key
        models.CharField(max_length=60), default=list, blank=True, editable=False
    )
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_with = models.ForeignKey(  # the coach who was asked to read it; nobody else may
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_typing = models.BooleanField(default=False, editable=False)  # saved by itself while the student wrote
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Introduction of {self.student}"

    @property
    def parts(self) -> list[str]:
        """The parts that say something, in their order."""
        return [part.strip() for part in (self.who, self.skills, self.hopes) if part.strip()]

    @property
    def expert_parts(self) -> list[str]:
        parts = (self.expert_who, self.expert_skills, self.expert_hopes)
        return [part.strip() for part in parts if part.strip()]

    @property
    def text(self) -> str:
        return " ".join(self.parts)

    @property
    def seconds(self) -> int:
        """How long it takes to say, at 140 words a minute."""
        return round(len(self.text.split()) / 140 * 60)


class EarlierIntroductionQuerySet(models.QuerySet["EarlierIntroduction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the student's own: no coach reads what an introduction once said."""
        return self.filter(student=user) if user.is_authenticated else self.none()

    def newest_first(self) -> Self:
        return self.order_by("-said_at", "-pk")


class EarlierIntroduction(models.Model):
    """All words of an introduction as they stood before the student wrote others (apps.students.earlier)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="earlier_introductions")
    who = models.TextField("who I am", blank=True, default="", max_length=600)
    skills = models.TextField("what I bring", blank=True, default="", max_length=600)
    hopes = models.TextField("what I hope to learn", blank=True, default="", max_length=600)
    expert_who = models.TextField("who I am, to people in my field", blank=True, default="", max_length=600)
    expert_skills = models.TextField("what I bring, to people in my field", blank=True, default="", max_length=600)
    expert_hopes = models.TextField(
        "what I hope to learn, to people in my field", blank=True, default="", max_length=600
    )
    said_at = models.DateTimeField()  # when the student last wrote at these words

    objects = EarlierIntroductionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["student", "-said_at"], name="earlier_of_a_student")]

    def __str__(self) -> str:
        return f"Introduction of {self.student}, {times.day(self.said_at)}"


class Disclosure(models.Model):
    """One view of a student's record or words by a coach or the office; the student can read the log (R232, R244, K1).

    Rapport itself may add a line and never change or delete one (docs/operations.md, “Two roles”), so the database
    takes care of lines whose student, or whose viewer, is deleted.
    """

    student = models.ForeignKey(  # found by the index below: a page of a caseload writes fifty lines
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="disclosures", db_index=False
    )
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, related_name="+")
    viewer_name = models.CharField(max_length=150)
    what = models.CharField(max_length=120)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["student", "-at"], name="disclosures_of_a_student")]

    def __str__(self) -> str:
        return f"{self.viewer_name}: {self.what}"


class ResumeQuerySet(models.QuerySet["Resume"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(student=user) if user.is_authenticated else self.none()

    def kept(self) -> Self:
        """Those that were not deleted, the newest first."""
        return self.filter(removed_at=None).order_by("-kept_at", "-pk")


class Resume(models.Model):
    """One version of a student's résumé: a private PDF. A deleted one can be brought back for a while."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="resumes")
    file = models.OneToOneField(PrivateFile, models.CASCADE, related_name="resume")
    size = models.PositiveIntegerField()  # of the file, which is read only where it is opened or sent
    note = models.CharField("what it’s for", max_length=80, blank=True)
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ResumeQuerySet.as_manager()

    def __str__(self) -> str:
        said = f"{spelled('Résumé')} of {times.day(self.kept_at)}, {-(-self.size // 1024)} KB"
        return f"{self.note} ({said})" if self.note else said

    def get_absolute_url(self) -> str:
        return f"/files/{self.file_id}/"

    def is_old(self, now: datetime) -> bool:
        return now - self.kept_at > OLD


OLD = timedelta(days=90)  # a résumé that nobody has looked at since is read again before it goes anywhere (R83)
