"""A coach's caseload: who needs them today and why, in a fixed number of questions to the database (R231).

Eight queries, sent as one, for five students or five hundred; the reasons are put together here, the most urgent first.
What a student keeps to themselves (a person, or the whole network) is neither shown nor counted, as in `visible_to`;
only a draft that they handed in for reading is read whoever it goes to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.coaching.letters import LETTERS, ONCE_IN
from apps.coaching.models import CoachNote, Kind
from apps.database.prepared import fetch_together, prepared
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewQuerySet, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.network.models import Touch
from apps.students.models import Cohort, StudentProfile
from apps.web.answers import page_of_a_row

QUIET = timedelta(weeks=3)
STALE_DRAFT = timedelta(days=10)
COLUMNS = (
    *("program", "class_year", "goal_conversations", "shares_network", "user", "cohort"),
    *("user__name", "user__preferred_name", "user__sort_key"),
)
SHARED = Q(contact__is_private=False, student__student_profile__shares_network=True)
VIEWS = {
    "today": "Today",
    "all": "Everyone",
    "drafts": "Drafts to review",
    "quiet": "No activity for 3 weeks",
    "unstarted": "Not started",
}


@dataclass(frozen=True)
class Case:
    """One student's row: the reason to look today, if any, and how far they are."""

    profile: StudentProfile
    held: int  # this term
    reason: "Reason | None"
    is_quiet: bool
    is_unstarted: bool
    praise: str = ""

    @property
    def student(self) -> User:
        return self.profile.user

    @property
    def wanted(self) -> int:
        return max(self.profile.goal_conversations, self.held, 1)

    @property
    def rank(self) -> tuple[int, float]:
        return (self.reason.rank, self.reason.since) if self.reason else (9, 0)


@dataclass(frozen=True)
class Reason:
    """Why a student is on today's list."""

    rank: int
    since: float
    icon: str
    colour: str
    title: str
    text: str
    button: str
    url: str


def cases(coach: User, now: datetime, since: datetime, cohort: int | None = None) -> list[Case]:
    """Return every student of the caseload, those who need the coach today first, then by name.

    `since`: when the term began, from which each student's goal counts as on their own page.
    """
    profiles, waiting, unthanked, coming, talks, touches, requests, written = fetch_together(
        _students.bind(coach.pk),
        _waiting.bind(coach.pk),
        _unthanked.bind(coach.pk, now, now - timedelta(hours=THANK_YOU_HOURS), now - timedelta(days=30)),
        _coming.bind(coach.pk, now, now + timedelta(hours=36)),
        _talks.bind(coach.pk, since),
        _touches.bind(coach.pk),
        _requests.bind(coach.pk),
        _written.bind(coach.pk, now - ONCE_IN),
    )
    facts = Facts(
        coach=coach,
        now=now,
        reviews={review.request.student_id: review for review in waiting},
        late={interview.student_id: interview for interview in unthanked},
        coming={interview.student_id: interview for interview in coming},
        talks={talk["student"]: talk for talk in talks},
        touched=dict(touches),
        letters={letters["student"]: letters for letters in requests},
        written={(student, kind): at for student, kind, at in written},
    )
    of_cohort = (profile for profile in profiles if cohort is None or profile.cohort_id == cohort)
    return sorted((facts.case(profile) for profile in of_cohort), key=lambda case: case.rank)


@prepared
def _students(coach: int) -> QuerySet[StudentProfile]:
    profiles = StudentProfile.objects.filter(coach=coach, user__is_active=True).select_related("user").only(*COLUMNS)
    return profiles.order_by("user__sort_key", "pk").fetch_mode(FETCH_RAISE)


# The next three begin with the latest: of several rows of one student the last is kept, which is the earliest.


@prepared
def _waiting(coach: int) -> QuerySet[Review]:
    reviews = Review.objects.filter(request__student__student_profile__coach=coach, verdict=Review.Verdict.WAITING)
    return reviews.select_related("request__contact").order_by("-asked_at")


@prepared
def _unthanked(coach: int, now: datetime, until: datetime, since: datetime) -> QuerySet[Interview]:
    interviews = _interviews(coach).awaiting_thanks(now).ended_between(since, until)
    return interviews.select_related("contact").order_by("-ends_at")


@prepared
def _coming(coach: int, now: datetime, until: datetime) -> QuerySet[Interview]:
    interviews = _interviews(coach).coming(now).filter(starts_at__lte=until)
    return interviews.select_related("contact").order_by("-starts_at")


@prepared
def _talks(coach: int, since: datetime) -> "QuerySet[Interview, Talks]":
    held = Q(status=InterviewStatus.COMPLETED)
    talks = _interviews(coach).values("student").annotate(thanked=Max("thank_you__sent_at"))
    return talks.annotate(ever=Count("pk", filter=held), held=Count("pk", filter=held & Q(starts_at__gte=since)))


@prepared
def _touches(coach: int) -> QuerySet[Touch, tuple[int, datetime]]:
    touches = Touch.objects.real().filter(SHARED, student__student_profile__coach=coach)
    return touches.values_list("student").annotate(last=Max("at")).values_list("student", "last")


@prepared
def _requests(coach: int) -> "QuerySet[InterviewRequest, Letters]":  # words: ok
    requests = InterviewRequest.objects.filter(SHARED, student__student_profile__coach=coach).values("student")
    return requests.annotate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        draft_since=Min("created_at", filter=Q(status=RequestStatus.DRAFT)),
    )


@prepared
def _written(coach: int, since: datetime) -> QuerySet[CoachNote, tuple[int, str, datetime]]:
    """Return when each student got which kind of letter from a coach, since then, the latest last."""
    letters = CoachNote.objects.letters().filter(student__student_profile__coach=coach, created_at__gt=since)
    return letters.order_by("created_at").values_list("student", "kind", "created_at")


def _interviews(coach: int) -> InterviewQuerySet:
    return Interview.objects.filter(SHARED, student__student_profile__coach=coach)


class Talks(TypedDict):
    """One student's conversations: how many were held ever and this term, and when they last thanked somebody."""

    student: int
    ever: int
    held: int
    thanked: datetime | None


class Letters(TypedDict):
    """One student's requests: how many were sent, and since when the oldest draft lies."""

    student: int
    sent: int
    draft_since: datetime | None


@dataclass(frozen=True)
class Facts:
    """What is known of all students of one coach, by student."""

    coach: User
    now: datetime
    reviews: Mapping[int, Review]
    late: Mapping[int, Interview]
    coming: Mapping[int, Interview]
    talks: Mapping[int, Talks]
    touched: Mapping[int, datetime]
    letters: Mapping[int, Letters]
    written: Mapping[tuple[int, str], datetime]

    def case(self, profile: StudentProfile) -> Case:
        student = profile.user_id
        talks, letters, last = self.talks.get(student), self.letters.get(student), self.touched.get(student)
        held = talks["held"] if talks else 0
        return Case(
            profile=profile,
            held=held,
            reason=self._reason(profile, talks, last, letters),
            is_quiet=last is not None and last <= self.now - QUIET,
            is_unstarted=profile.shares_network and not letters and last is None,
            praise=self._praise(profile, talks),
        )

    def _reason(
        self, profile: StudentProfile, talks: Talks | None, last: datetime | None, letters: Letters | None
    ) -> Reason | None:
        student = profile.user_id
        ever, held = (talks["ever"], talks["held"]) if talks else (0, 0)
        if student in self.reviews:
            return self._draft(self.reviews[student])
        if student in self.late:
            return self._late(self.late[student], profile)
        if not ever and student in self.coming:
            return self._first_talk(self.coming[student], profile)
        draft_since = letters["draft_since"] if letters and not letters["sent"] else None
        if draft_since and draft_since <= self.now - STALE_DRAFT:
            return self._never_sent(draft_since, profile)
        if last is not None and last <= self.now - QUIET and held < profile.goal_conversations:
            return self._quiet(last, ever, profile)
        return None

    def _draft(self, review: Review) -> Reason:
        text = f"To {review.request.contact.name}, {times.ago(review.asked_at, self.now)}"
        url = page_of_a_row("review").format(review.request_id)
        return Reason(
            0, review.asked_at.timestamp(), "pencil-square", "plum", "A draft to review", text, "Review draft", url
        )

    def _late(self, interview: Interview, profile: StudentProfile) -> Reason:
        title = f"Thank-you is {times.since(interview.thank_by, self.now)} late"
        text = f"Talked with {interview.contact.name} {times.on_day(interview.over_at, self.now, self.coach.zone)}"
        return self._see(1, interview.ends_at, "clock-history", "brick", title, text, "Open student", profile)

    def _first_talk(self, interview: Interview, profile: StudentProfile) -> Reason:
        zone = interview.clock_of(self.coach.zone)  # in person that of the place, which is named
        where = f" {times.zone_name(zone)}" if str(zone) != str(self.coach.zone) else ""
        title = f"First conversation {times.day_name(interview.starts_at, self.now, zone)}"
        text = f"At {times.clock(interview.starts_at, zone)}{where}, {interview.minutes} minutes"
        return self._write(2, interview.starts_at, "mic", "gold", title, text, Kind.WISH, profile)

    def _never_sent(self, since: datetime, profile: StudentProfile) -> Reason:
        text = f"Started {times.ago(since, self.now)}"
        title = "First request, never sent"
        return self._write(3, since, "hourglass-split", "gold", title, text, Kind.OFFER, profile)

    def _quiet(self, last: datetime, held: int, profile: StudentProfile) -> Reason:
        text = (
            f"{held} {'conversation' if held == 1 else 'conversations'} before that" if held else "No conversations yet"
        )
        title = f"No activity for {times.since(last, self.now)}"
        return self._write(4, last, "thermometer-low", "fjord", title, text, Kind.HELLO, profile)

    def _write(
        self,
        rank: int,
        since: datetime,
        icon: str,
        colour: str,
        title: str,
        text: str,
        kind: Kind,
        profile: StudentProfile,
    ) -> Reason:
        """A reason to send a short letter; where that was done within the week, to look how it goes."""
        at = self.written.get((profile.user_id, kind))
        if at:
            text = f"{text}. Emailed {times.on_day(at, self.now, self.coach.zone)}"
            return self._see(rank, since, icon, colour, title, text, "Open student", profile)
        url = page_of_a_row("caseload_student").format(profile.pk) + f"write/{kind.value}/"
        return Reason(rank, since.timestamp(), icon, colour, title, text, LETTERS[kind].title, url)

    @staticmethod
    def _see(
        rank: int,
        since: datetime,
        icon: str,
        colour: str,
        title: str,
        text: str,
        button: str,
        profile: StudentProfile,
    ) -> Reason:
        url = page_of_a_row("caseload_student").format(profile.pk)
        return Reason(rank, since.timestamp(), icon, colour, title, text, button, url)

    def _praise(self, profile: StudentProfile, talks: Talks | None) -> str:
        if talks and talks["held"] and talks["held"] >= profile.goal_conversations:
            goal = profile.goal_conversations
            return f"reached the goal of {goal} {'conversation' if goal == 1 else 'conversations'}."
        if talks and talks["thanked"] and talks["thanked"] > self.now - timedelta(days=7):
            return "thanked someone this week."
        return ""


def shown(all_cases: Iterable[Case], view: str) -> list[Case]:
    """Return the cases of one of the page's views."""
    if view == "today":
        return [case for case in all_cases if case.reason]
    if view == "drafts":
        return [case for case in all_cases if case.reason and case.reason.rank == 0]
    if view == "quiet":
        return [case for case in all_cases if case.is_quiet]
    if view == "unstarted":
        return [case for case in all_cases if case.is_unstarted]
    return list(all_cases)


@dataclass(frozen=True)
class Totals:
    """A coach's figures of the term: conversations held, thanked within 48 hours (per cent; None of none)."""

    held: int
    in_time: int | None


def totals(coach: User) -> Totals:
    pairs = _thanked(coach.pk)
    in_time = sum(1 for until, sent in pairs if until and sent and sent - until <= timedelta(hours=THANK_YOU_HOURS))
    return Totals(held=len(pairs), in_time=round(100 * in_time / len(pairs)) if pairs else None)


@prepared
def _thanked(coach: int) -> QuerySet[Interview, tuple[datetime | None, datetime | None]]:
    return _interviews(coach).filter(status=InterviewStatus.COMPLETED).values_list("talked_until", "thank_you__sent_at")


@prepared
def cohorts(coach: int) -> QuerySet[Cohort]:
    return Cohort.objects.filter(students__coach=coach).distinct().order_by("name")
