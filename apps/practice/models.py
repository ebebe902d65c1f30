"""Practice interviews: the times a coach offers, who took one, and what the coach noticed (R234).

A time that repeats is written out as rows when it is offered, each by the coach's own clock on its own day; a single
one is taken out by itself. Who sees a practice: its student, its coach, and, once the feedback is shared, whoever
coaches the student then. A practice with a friend is the student's alone, and the friend's who holds its link (R86).
"""

import uuid
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from apps.accounts.models import User
from apps.clock.regions import spelled_lazily
from apps.interviews.lifecycle.models import Interview
from apps.interviews.sharing.models import Away
from apps.policy.models import Policy

SOMEONE = "someone in your student’s field"


class During(Func):
    """The time from a beginning to an end, as the database compares it with others."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def _no_two(name: str, whose: str, while_: Q) -> ExclusionConstraint:
    """The database lets no two times of one person overlap, as long as they count."""
    during: tuple[str | Combinable, str] = (During("starts_at", "ends_at"), RangeOperators.OVERLAPS)
    expressions = [(whose, RangeOperators.EQUAL), during]
    return ExclusionConstraint(name=name, expressions=expressions, condition=while_)


class Place(models.TextChoices):
    OFFICE = "office", "In person"
    VIDEO = "video", "By video"


class OwnQuerySet[Row: models.Model](models.QuerySet[Row]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A coach's own."""
        return self.filter(coach=user) if user.is_authenticated and user.is_coach else self.none()


class SeriesQuerySet(OwnQuerySet["Series"]):
    pass


class Series(models.Model):
    """Times that repeat every week on the coach's clock, from a day until a day."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practice_series")
    weekdays = ArrayField(models.PositiveSmallIntegerField())  # 0 is Monday
    begins = models.TimeField("from")
    ends = models.TimeField("to")
    minutes = models.PositiveSmallIntegerField("each")
    from_on = models.DateField("first day")
    until_on = models.DateField("until")
    zone = models.CharField(max_length=64)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="series_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="series_has_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} to {self.ends:%H:%M} until {self.until_on}"


class SlotQuerySet(OwnQuerySet["Slot"]):
    def free(self) -> Self:
        """Offered, and nobody has taken it."""
        return self.filter(removed_at=None).exclude(practices__status=Status.BOOKED)

    def while_away(self) -> Self:
        """Those on a day on which their coach is away: no student can take one. The days are the office’s."""
        day = TruncDate("starts_at", tzinfo=ZoneInfo(Policy.zone_now()))
        its = Away.objects.filter(coach=OuterRef("coach"), from_on__lte=OuterRef("day"), until_on__gte=OuterRef("day"))
        return self.alias(day=day).filter(Exists(its.filter(ended_at=None)))


class Slot(models.Model):
    """One time that a coach offers. Taken out, it stays as a row: it may be put back."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practice_slots")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField("where you meet", max_length=120, blank=True)  # empty: not in person
    by_video = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            _no_two("no_two_slots_at_once", "coach", Q(removed_at=None)),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(by_video=True) | ~Q(place=""), name="slot_has_a_way_to_meet"),
        ]
        indexes = [models.Index(fields=["coach", "starts_at"], name="slots_of_coach")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def places(self) -> list[Place]:
        """The ways to meet that the coach offers then."""
        return [Place.OFFICE] * bool(self.place) + [Place.VIDEO] * self.by_video


class Status(models.TextChoices):
    BOOKED = "booked", "Booked"
    CANCELLED = "cancelled", spelled_lazily("Canceled")
    MISSED = "missed", "Didn’t happen"


class Wish(models.TextChoices):
    INTRODUCTION = "introduction", "My introduction"
    FOLLOW_UP = "follow_up", "Asking a follow-up question"
    ENDING = "ending", "Ending on time"


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user)
        if user.is_coach:
            shared = Q(student__student_profile__coach=user, feedback__shared_at__isnull=False)
            rows |= Q(coach=user) | shared
        return self.filter(rows)

    def coming(self, now: datetime) -> Self:
        return self.filter(status=Status.BOOKED, ends_at__gt=now)

    def without_feedback(self, now: datetime) -> Self:
        """Held, and the student has not been told how it went."""
        return self.filter(status=Status.BOOKED, ends_at__lte=now, feedback__shared_at=None)


class Practice(models.Model):
    """A student took a time: the coach plays somebody they are going to talk with. Moving keeps the row."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practices")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practices_given")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="practices")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.BOOKED)
    meets = models.CharField("where", max_length=6, choices=Place, default=Place.VIDEO)
    interview = models.ForeignKey(Interview, models.SET_NULL, null=True, blank=True, related_name="practices")
    wishes = ArrayField(models.CharField(max_length=12, choices=Wish), default=list, blank=True)
    shows_plan = models.BooleanField(default=False)  # the coach may read the questions
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField()
    cancelled_by = models.CharField(max_length=7, blank=True, choices={"student": "The student", "coach": "The coach"})
    note = models.CharField(max_length=300, blank=True)  # of who cancelled it

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            _no_two("no_two_practices_of_a_coach", "coach", Q(status="booked")),
            _no_two("no_two_practices_of_a_student", "student", Q(status="booked")),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="practice_status_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="practice_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["student", "starts_at"], name="practices_of_student")]

    def __str__(self) -> str:
        return f"{self.student} practices at {self.starts_at:%Y-%m-%d %H:%M}"

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def place(self) -> str:
        """Where the two meet, in words."""
        return self.slot.place if self.meets == Place.OFFICE and self.slot.place else "By video"

    @property
    def for_talk(self) -> Interview | None:
        """The conversation it is for, unless the person is private by now, or the network is: reads both."""
        talk = self.interview
        is_shared = self.student.student_profile.shares_network
        return talk if talk and is_shared and not talk.contact.is_private else None

    @property
    def plays(self) -> str:
        """Whom the coach plays, to the coach."""
        talk = self.for_talk
        return talk.contact.name if talk else SOMEONE


class FriendPracticeQuerySet(models.QuerySet["FriendPractice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A student's own: no coach and nobody of the office sees it, not even that there is one."""
        return self.filter(student=user) if user.is_authenticated and user.is_student else self.none()

    def open(self, now: datetime) -> Self:
        """Those whose link works."""
        return self.filter(ended_at=None, open_until__gt=now)


class FriendPractice(models.Model):
    """A friend plays the other side. They have no account: a link opens one page to them, and it ends (R85, R86)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="friend_practices")
    name = models.CharField("your friend’s first name", max_length=40)
    plays = models.CharField("who they play", max_length=120, blank=True)
    interview = models.ForeignKey(Interview, models.SET_NULL, null=True, blank=True, related_name="friend_practices")
    wishes = ArrayField(models.CharField(max_length=12, choices=Wish), default=list, blank=True)
    made_at = models.DateTimeField()
    open_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # by the student

    objects = FriendPracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(open_until__gt=F("made_at")), name="friend_practice_is_open_for_a_while")
        ]
        indexes = [models.Index(fields=["student", "made_at"], name="friend_practices_of_student")]

    def __str__(self) -> str:
        return f"{self.student} practices with {self.name}"

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and self.open_until > now

    @property
    def for_talk(self) -> Interview | None:
        """The conversation it is for, unless the person is private by now."""
        talk = self.interview
        return talk if talk and not talk.contact.is_private else None


LEVELS = {1: "Not yet", 2: "Getting there", 3: "Ready", 4: "Strong"}
RUBRIC = {
    "introduction": ("Introduction", "Says who they are and why this person, in about a minute"),
    "questions": ("Questions", "Open, and about this person’s work"),
    "listening": ("Listening", "Picks up on what was just said"),
    "time": ("Time", "Offers to end when the time is up"),
    "closing": ("Closing", "Asks who else, and if they may use the name"),
}


def _level() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        choices=LEVELS, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )


def _remark() -> "models.CharField[str, str]":
    return models.CharField(max_length=240, blank=True)


class Feedback(models.Model):
    """What a coach or a friend noticed, by the five parts of the rubric; the student reads it once it is shared."""

    practice = models.OneToOneField(Practice, models.CASCADE, null=True, blank=True, related_name="feedback")
    with_friend = models.OneToOneField(FriendPractice, models.CASCADE, null=True, blank=True, related_name="feedback")
    introduction, introduction_said = _level(), _remark()
    questions, questions_said = _level(), _remark()
    listening, listening_said = _level(), _remark()
    time, time_said = _level(), _remark()
    closing, closing_said = _level(), _remark()
    words = models.TextField("one thing to keep, one thing to try", max_length=1200, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes you talked", null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(practice__isnull=False, with_friend=None) | Q(practice=None, with_friend__isnull=False),
                name="feedback_is_on_one_practice",
            )
        ]

    def __str__(self) -> str:
        return f"Feedback on {self.practice_id or self.with_friend_id}"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What was said of each part: its name, the level in words, the remark. Parts without either are left out."""
        said = [
            (name, LEVELS.get(getattr(self, key) or 0, ""), getattr(self, f"{key}_said"))
            for key, (name, _) in RUBRIC.items()
        ]
        return [line for line in said if line[1] or line[2]]
