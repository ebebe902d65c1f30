"""The request and the conversation: facts and sets. Legal moves are moves.py's, how an act is carried out acts.py's."""

import uuid
from datetime import datetime, timedelta, tzinfo
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from apps.accounts.models import User, known_zone
from apps.alumni.models import MEETINGS, Format
from apps.interviews.lifecycle.moves import ENDED, OPEN, UNDER_WAY, InterviewStatus, RequestStatus

THANK_YOU_HOURS = 48  # a thank-you within two days (R102)
A_QUESTION = 2.5  # minutes: what one question takes, with its answer
SUMMARY_MAX = 1000
MINUTES = {20: "20 minutes", 30: "30 minutes", 45: "45 minutes", 60: "60 minutes"}  # R58


class Channel(models.TextChoices):
    """How the student reaches the person (R49, R103)."""

    RAPPORT = "rapport", "Email, sent by Rapport"
    EMAIL = "email", "Email, from my own account"
    LINKEDIN = "linkedin", "LinkedIn"
    TEXT = "text", "Text message"
    PHONE = "phone", "Phone"
    IN_PERSON = "in_person", "In person"


class RequestQuerySet(models.QuerySet["InterviewRequest"]):
    def visible_to(self, user: User) -> Self:
        """The student's own; the coach's in or after review, or of a shared network; the alum's once it left."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user) | Q(alum__user=user, status__in=[*OPEN, *ENDED], leaves_at__lte=Now())
        if user.is_coach:
            rows |= Q(student__student_profile__coach=user) & (
                Q(status=RequestStatus.IN_REVIEW)
                | Q(reviews__isnull=False)
                | Q(
                    ~Q(status=RequestStatus.DRAFT),
                    student__student_profile__shares_network=True,
                    contact__is_private=False,
                )
            )
            rows |= Q(status=RequestStatus.IN_REVIEW, reviews__coach=user, reviews__verdict="waiting")  # stands in
        return self.filter(pk__in=self.model.objects.filter(rows).values("pk"))

    def open(self) -> Self:
        """With the alum and not answered."""
        return self.filter(status__in=OPEN)

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def past_deadline(self, now: datetime) -> Self:
        return self.open().filter(deadline_at__lte=now)


class InterviewRequest(models.Model):
    """The ask: four parts, a few times, one person (R49 to R65)."""

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="requests")
    contact = models.ForeignKey("network.Contact", models.CASCADE, related_name="requests")
    alum = models.ForeignKey("alumni.AlumniProfile", models.PROTECT, null=True, blank=True, related_name="requests")
    referral = models.ForeignKey("network.Referral", models.SET_NULL, null=True, blank=True, related_name="requests")
    status = models.CharField(max_length=9, choices=RequestStatus, default=RequestStatus.DRAFT, editable=False)
    channel = models.CharField(max_length=9, choices=Channel, default=Channel.RAPPORT)

    subject = models.CharField(max_length=120, blank=True)
    part_who = models.TextField("who you are", blank=True, max_length=600)
    part_connection = models.TextField("how you found them", blank=True, max_length=800)
    part_why = models.TextField("why you’re asking them", blank=True, max_length=1200)
    part_ask = models.TextField("what you are asking for", blank=True, max_length=600)
    minutes = models.PositiveSmallIntegerField(choices=MINUTES, default=20)
    formats = ArrayField(models.CharField(max_length=10, choices=Format), default=list, blank=True)
    goals = models.TextField("what you want to learn", blank=True, max_length=600)
    wants_review = models.BooleanField(default=False)
    wants_research = models.BooleanField(default=False)  # until the three lines are there, or why not (R45)
    about_person = models.CharField("about them", max_length=240, blank=True)
    about_organization = models.CharField("about the place", max_length=240, blank=True)
    about_field = models.CharField("about the field", max_length=240, blank=True)
    skipped_because = models.CharField("why you’re skipping it", max_length=200, blank=True)
    kept = ArrayField(  # suggestions to which the student said "Keep mine" (wording.hints.Hint.key)
        models.CharField(max_length=80), default=list, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1)

    sent_text = models.TextField(blank=True, editable=False)  # what left, word for word
    sent_at = models.DateTimeField(null=True, blank=True)
    send_at = models.DateTimeField(null=True, blank=True)  # the student wants it to leave then, and not at once
    leaves_at = models.DateTimeField(null=True, blank=True)  # until then the student can take it back
    deadline_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    turn = models.CharField(max_length=7, blank=True, choices={"alum": "The alum", "student": "The student"})
    answer_note = models.TextField(blank=True, max_length=600)  # the alum's words, with other times or a not-now
    has_question = models.BooleanField(default=False)  # the alum asked something first; the student's answer clears it
    current_asked_at = models.DateTimeField(null=True, blank=True)  # the alum was asked along if it is current:
    current_part = models.CharField(max_length=8, default="work", db_default="work")  # of alumni.confirming.PARTS
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[*OPEN, "accepted", "declined", "expired"])
                | Q(sent_at__isnull=False, deadline_at__isnull=False),
                name="sent_request_has_times",
            ),
            models.UniqueConstraint(
                fields=["student", "contact"],
                condition=Q(status__in=UNDER_WAY),
                name="one_request_under_way_per_contact",
            ),
            models.CheckConstraint(condition=Q(minutes__in=list(MINUTES)), name="request_minutes_offered"),
        ]
        indexes = [
            models.Index(fields=["student", "status"], name="requests_of_student"),
            models.Index(fields=["alum", "status", "sent_at"], name="requests_of_alum"),
            models.Index(fields=["deadline_at"], condition=Q(status__in=OPEN), name="open_requests_by_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.student} asks {self.contact}"

    def get_absolute_url(self) -> str:
        return f"/requests/{self.pk}/"

    @property
    def alum_user_id(self) -> int | None:
        return self.alum.user_id if self.alum else None

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id

    @property
    def reader_id(self) -> int | None:
        """The coach with whom it lies now: the student's own, or who stands in."""
        return self.reviews.filter(verdict="waiting").values_list("coach", flat=True).first()

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return (self.part_who, self.part_connection, self.part_why, self.part_ask)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def waits_for_student(self) -> bool:
        """They offered other times, or asked something, and the student has not answered."""
        return self.status == RequestStatus.COUNTERED and self.turn == "student"


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, user: User) -> Self:
        """The student's own; the coach's where the network is shared; the alum's."""
        if not user.is_authenticated:
            return self.none()
        rows = Q(student=user) | Q(alum__user=user)
        if user.is_coach:
            rows |= Q(
                student__student_profile__coach=user,
                student__student_profile__shares_network=True,
                contact__is_private=False,
            )
        return self.filter(rows)

    def coming(self, now: datetime) -> Self:
        return self.filter(status=InterviewStatus.SCHEDULED, ends_at__gt=now)

    def over(self, now: datetime) -> Self:
        """They have talked, or the agreed time has passed and nobody said otherwise; as Interview.is_over."""
        return self.filter(_over(now))

    def ended_between(self, after: datetime, until: datetime) -> Self:
        return self.filter(ended_between(after, until))

    def awaiting_debrief(self, now: datetime) -> Self:
        """Over, and nothing was written down; as Interview.is_written."""
        return self.over(now).filter(_ended(now), debrief__finished_at=None)

    def awaiting_thanks(self, now: datetime) -> Self:
        """Over, not thanked yet (R102), and no note waits for its time. Until nobody said otherwise the 48 hours run.

        The network's own pages ask the same through the contact (network.relationship), for they know no interviews.
        """
        return self.filter(thanks_awaited(now))

    def with_planned(self) -> Self:
        """Count along how many questions are planned: what `questions_lacking` looks at."""
        return self.annotate(planned=Count("plan__questions"))


def thanks_awaited(now: datetime) -> Q:
    """As InterviewQuerySet.awaiting_thanks, for what is counted beside others."""
    return _over(now) & _ended(now) & Q(thank_you__sent_at=None, thank_you__send_at=None)


def ended_between(after: datetime, until: datetime) -> Q:
    """Ended after `after` and no later than `until`, as far as anybody said; as Interview.over_at."""
    known = Q(talked_until__gt=after, talked_until__lte=until)
    return known | Q(talked_until=None, ends_at__gt=after, ends_at__lte=until)


def _over(now: datetime) -> Q:
    return Q(status=InterviewStatus.COMPLETED) | Q(status=InterviewStatus.SCHEDULED, ends_at__lte=now)


def _ended(now: datetime) -> Q:
    """The end lies behind: one that was said, else the agreed one, from which the 48 hours run."""
    return Q(talked_until__lte=now) | Q(talked_until=None, ends_at__lte=now)


class Interview(models.Model):
    """A scheduled conversation. Rescheduling keeps the row and raises `sequence` (RFC 5545)."""

    class Quiet(models.TextChoices):
        STUDENT = "student", "The student"
        ALUM = "alum", "The alum"

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="interviews")
    contact = models.ForeignKey("network.Contact", models.CASCADE, related_name="interviews")
    alum = models.ForeignKey("alumni.AlumniProfile", models.PROTECT, null=True, blank=True, related_name="interviews")
    request = models.OneToOneField(InterviewRequest, models.SET_NULL, null=True, blank=True, related_name="interview")
    status = models.CharField(max_length=9, choices=InterviewStatus, default=InterviewStatus.SCHEDULED, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(10), MaxValueValidator(180)])
    zone = models.CharField(max_length=64, validators=[known_zone])  # the zone in which it was agreed (R211)
    agreed_wall_clock = models.CharField(max_length=16)  # "2026-11-30T15:00" in that zone, as the person read it
    format = models.CharField(max_length=10, choices=Format, default=Format.VIDEO)
    place = models.CharField("link, number or address", max_length=300, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(240)])  # R72
    student_zone = models.CharField(max_length=64)
    alum_zone = models.CharField(max_length=64)
    change_note = models.TextField(blank=True, max_length=600)
    changed_by = models.CharField(max_length=7, blank=True, choices=Quiet)

    started_at = models.DateTimeField(null=True, blank=True)  # live mode
    extra_minutes = models.PositiveSmallIntegerField(default=0)  # "they offered more time"
    talked_until = models.DateTimeField(null=True, blank=True)  # when it really ended; the 48 hours run from here
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    planned: int  # read along by with_planned
    asked_to_move: bool  # by stages.with_progress, like the next
    keeps_in_touch: bool

    objects = InterviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InterviewStatus.values), name="interview_status_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="interview_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(talked_until__isnull=False), name="completed_has_an_end"
            ),
        ]
        indexes = [models.Index(fields=["student", "status", "starts_at"], name="interviews_of_student")]

    def __str__(self) -> str:
        return f"{self.student} talks with {self.contact}"

    def get_absolute_url(self) -> str:
        return f"/conversations/{self.pk}/"

    @property
    def alum_user_id(self) -> int | None:
        return self.alum.user_id if self.alum else None

    @property
    def coach_id(self) -> int | None:
        return self.student.student_profile.coach_id

    @property
    def is_meeting(self) -> bool:
        """Whether the two meet in one place, there or at the workplace."""
        return self.format in MEETINGS

    def clock_of(self, own: str | tzinfo) -> str | tzinfo:
        """Return the zone whose clock somebody of the zone `own` goes by: who meets in person, by that of the place."""
        return self.alum_zone if self.is_meeting else own

    @property
    def over_at(self) -> datetime:
        """When the conversation ended, as far as anybody said: the 48 hours count from here."""
        return self.talked_until or self.ends_at

    def is_over(self, now: datetime) -> bool:
        """Whether the two have talked, as far as anybody said; as InterviewQuerySet.over."""
        is_past = self.status == InterviewStatus.SCHEDULED and self.ends_at <= now
        return is_past or self.status == InterviewStatus.COMPLETED

    @property
    def is_written(self) -> bool:
        """Whether the debrief is finished. Reads it."""
        debrief = getattr(self, "debrief", None)
        return bool(debrief and debrief.finished_at)

    @property
    def thanked_at(self) -> datetime | None:
        """When the thank-you was sent. Reads it."""
        note = getattr(self, "thank_you", None)
        return note.sent_at if note else None

    @property
    def thanks_leave_at(self) -> datetime | None:
        """When a thank-you leaves that waits for its time. Reads it."""
        note = getattr(self, "thank_you", None)
        return note.send_at if note and note.is_scheduled else None

    @property
    def enough_questions(self) -> int:
        """How many questions fill the minutes comfortably."""
        return round(self.minutes / A_QUESTION)

    @property
    def questions_lacking(self) -> int:
        """How many more would fill them; none or fewer where it is enough. Wants `with_planned`."""
        return self.enough_questions - self.planned

    @property
    def thank_by(self) -> datetime:
        """The end of the 48 hours: absolute, whatever the clocks of the zone do (reliability.md 5)."""
        return self.over_at + timedelta(hours=THANK_YOU_HOURS)


class ParticipantTime(models.Model):
    """One person's time taken by one interview; the database lets no two overlap (R212)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="taken_times")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="taken_times")
    during = DateTimeRangeField()
    is_blocking = models.BooleanField(default=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="no_two_at_once",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(is_blocking=True),
            ),
            models.UniqueConstraint(fields=["person", "interview"], name="one_time_per_interview"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.during}"


class TimeWindow(models.Model):
    """A span in which somebody can talk: offered with a request, in answer to it, or to move an interview (R66)."""

    request = models.ForeignKey(InterviewRequest, models.CASCADE, null=True, blank=True, related_name="windows")
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="proposals")
    offered_by = models.CharField(max_length=7, choices={"student": "The student", "alum": "The alum"})
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64, validators=[known_zone])  # the zone in which it was written

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(request__isnull=False, interview__isnull=True)
                | Q(request__isnull=True, interview__isnull=False),
                name="window_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["request", "starts_at"], name="windows_of_request")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} to {self.ends_at:%H:%M}"


class LifecycleEvent(models.Model):
    """What happened to a request or an interview, when, and by whom. Only ever added to."""

    request = models.ForeignKey(InterviewRequest, models.CASCADE, null=True, blank=True, related_name="events")
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="events")
    event = models.CharField(max_length=20)
    was = models.CharField(max_length=9, blank=True)
    became = models.CharField(max_length=9)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor = models.CharField(max_length=7)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="events_of_request")]

    def __str__(self) -> str:
        return f"{self.event}: {self.was} -> {self.became}"
