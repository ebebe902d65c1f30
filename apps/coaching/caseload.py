"""The rows of a coach's caseload: each student's reason in words, and how far they are (R231).

Who stands on a page, and in which order, attention.py says; here it is asked what is said of those few, in a fixed
number of queries that are sent as one. What a student keeps to themselves (a person, or the whole network) is neither
shown nor counted, as in `visible_to`; only a draft that they handed in for reading is read whoever it goes to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.clock import times
from apps.coaching.attention import JUST, LATEST_THANKS, SOON, Clock, Standing
from apps.coaching.letters import LETTERS, ONCE_IN
from apps.coaching.models import Kind, SavedView, SharedNote
from apps.coaching.sharing import interviews
from apps.database.prepared import among, fetch_together, prepared
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview
from apps.practice.models import Practice
from apps.students.models import Cohort, StudentProfile
from apps.web.answers import page_of_a_row
from apps.wording.named import Named, name_columns


class Shown(NamedTuple):
    """What a row shows of a student: a tuple, which takes a tenth of the time of two models."""

    pk: int  # of the profile
    user_id: int
    name: str
    preferred_name: str
    sort_key: str
    email: str
    program: str
    class_year: int | None
    cohort_id: int | None
    goal_conversations: int
    shares_network: bool


class Student(Named, Shown):
    """One student of a caseload."""

    __slots__ = ()


@dataclass(frozen=True)
class Case:
    """One student's row: the reason to look today, if any, and how far they are."""

    student: Student
    held: int  # this term
    reason: "Reason | None"
    praise: str = ""

    @property
    def wanted(self) -> int:
        return max(self.student.goal_conversations, self.held, 1)


@dataclass(frozen=True)
class Reason:
    """Why a student is on today's list."""

    key: str  # of filters.REASONS
    icon: str
    colour: str
    title: str
    text: str
    button: str
    url: str


class Late(NamedTuple):
    """A conversation that waits for its thank-you."""

    student: int
    name: str  # of the person they talked with
    over_at: datetime


def cases(coach: User, standings: Sequence[Standing], clock: Clock) -> list[Case]:
    """Return the rows of these students in their order; each stands beside the reason that is named first."""
    keys, now = [standing.student for standing in standings], clock.now
    reviewed, thanking, first = (
        [standing.student for standing in standings if standing.reason == key] for key in ("review", "thanks", "first")
    )
    students, waiting, unthanked, coming, written = fetch_together(
        _students.bind(coach.pk, keys),
        _waiting.bind(coach.pk, reviewed, now),
        _unthanked.bind(coach.pk, thanking, now, now - timedelta(hours=THANK_YOU_HOURS), now - LATEST_THANKS),
        _coming.bind(coach.pk, first, now, now + SOON),
        _written.bind(keys, now - ONCE_IN),
    )
    facts = Facts(
        coach=coach,
        now=now,
        reviews={review.about.student_id: review for review in waiting},
        late={late.student: late for late in starmap(Late, unthanked)},
        coming={interview.student_id: interview for interview in coming},
        written={(student, kind): at for student, kind, at in written},
    )
    by_key = {student.user_id: student for student in starmap(Student, students)}
    return [facts.case(by_key[each.student], each) for each in standings if each.student in by_key]


@prepared
def _students(coach: int, students: Sequence[int]) -> QuerySet[StudentProfile, tuple[Any, ...]]:
    person = ("user__name", "user__preferred_name", "user__sort_key", "user__email")
    studies = ("program", "class_year", "cohort", "goal_conversations", "shares_network")
    profiles = StudentProfile.objects.filter(among(students, "user"), coach=coach)
    return profiles.order_by().values_list("pk", "user", *person, *studies)


# The next three begin with the latest: of several rows of one student the last is kept, which is the earliest.


@prepared
def _waiting(coach: int, students: Sequence[int], now: datetime) -> QuerySet[Review]:
    theirs = Q(among(students, "request__student")) | Q(among(students, "text__student"))
    reviews = Review.objects.of_coach(coach).waiting(now).filter(theirs)
    return reviews.select_related("request__contact", "text__interview__contact").order_by("-asked_at")


@prepared
def _unthanked(
    coach: int, students: Sequence[int], now: datetime, until: datetime, since: datetime
) -> QuerySet[Interview, tuple[Any, ...]]:
    late = interviews(coach).filter(among(students, "student")).awaiting_thanks(now).ended_between(since, until)
    over_at = Coalesce("talked_until", "ends_at")
    return late.order_by("-ends_at").values_list("student", "contact__name", over_at)


@prepared
def _coming(coach: int, students: Sequence[int], now: datetime, until: datetime) -> QuerySet[Interview]:
    coming = interviews(coach).filter(among(students, "student")).coming(now).filter(starts_at__lte=until)
    shown = coming.only("student", "starts_at", "minutes", "format", "alum_zone")
    return shown.order_by("-starts_at").fetch_mode(FETCH_RAISE)


@prepared
def _written(students: Sequence[int], since: datetime) -> QuerySet[SharedNote, tuple[int, str, datetime]]:
    """Return when each student got which kind of letter from a coach, since then, the latest last."""
    letters = SharedNote.objects.letters().filter(among(students, "student"), created_at__gt=since)
    return letters.order_by("created_at").values_list("student", "kind", "created_at")


@dataclass(frozen=True)
class Facts:
    """What the reasons of the students of a page say, by student."""

    coach: User
    now: datetime
    reviews: Mapping[int, Review]
    late: Mapping[int, Late]
    coming: Mapping[int, Interview]
    written: Mapping[tuple[int, str], datetime]

    def case(self, student: Student, standing: Standing) -> Case:
        return Case(
            student=student,
            held=standing.held,
            reason=self._reason(student, standing),
            praise=self._praise(student, standing),
        )

    def _reason(self, student: Student, standing: Standing) -> "Reason | None":
        """Put a reason in words; nothing where it went between the two questions to the database."""
        key, pk, since = standing.reason, standing.student, standing.since
        if key == "review" and pk in self.reviews:
            return self._draft(self.reviews[pk])
        if key == "thanks" and pk in self.late:
            return self._late(self.late[pk], student)
        if key == "first" and pk in self.coming:
            return self._first_talk(self.coming[pk], student)
        if key == "unsent" and since:
            return self._never_sent(since, student)
        if key == "quiet" and since:
            return self._quiet(since, standing.ever, student)
        return self._not_started(since, student) if key == "unstarted" and since else None

    def _draft(self, review: Review) -> Reason:
        if review.request is None:
            text = f"{review.named[0].upper()}{review.named[1:]}, {times.ago(review.asked_at, self.now)}"
            url = page_of_a_row("text_review").format(review.text_id)
            return Reason("review", "pencil-square", "plum", "A text to read", text, "Read it", url)
        text = f"To {review.request.contact.name}, {times.ago(review.asked_at, self.now)}"
        url = page_of_a_row("review").format(review.request_id)
        return Reason("review", "pencil-square", "plum", "A draft to review", text, "Review draft", url)

    def _late(self, late: Late, student: Student) -> Reason:
        title = f"Thank-you is {times.since(late.over_at + timedelta(hours=THANK_YOU_HOURS), self.now)} late"
        text = f"Talked with {late.name} {times.on_day(late.over_at, self.now, self.coach.zone)}"
        return self._write("thanks", "clock-history", "brick", title, text, Kind.THANK, student)

    def _first_talk(self, interview: Interview, student: Student) -> Reason:
        zone = interview.clock_of(self.coach.zone)  # in person that of the place, which is named
        where = f" {times.zone_name(zone)}" if str(zone) != str(self.coach.zone) else ""
        title = f"First conversation {times.day_name(interview.starts_at, self.now, zone)}"
        text = f"At {times.clock(interview.starts_at, zone)}{where}, {interview.minutes} minutes"
        return self._write("first", "mic", "gold", title, text, Kind.WISH, student)

    def _never_sent(self, since: datetime, student: Student) -> Reason:
        text = f"Started {times.ago(since, self.now)}"
        title = "First request, never sent"
        return self._write("unsent", "hourglass-split", "gold", title, text, Kind.OFFER, student)

    def _quiet(self, last: datetime, held: int, student: Student) -> Reason:
        before = f"{held} {'conversation' if held == 1 else 'conversations'} before that"
        title, text = f"No activity for {times.since(last, self.now)}", before if held else "No conversations yet"
        return self._write("quiet", "thermometer-low", "fjord", title, text, Kind.HELLO, student)

    def _not_started(self, joined: datetime, student: Student) -> Reason:
        text = f"Joined {times.ago(joined, self.now)}"
        return self._write("unstarted", "flag", "fjord", "Hasn’t started yet", text, Kind.START, student)

    def _write(self, key: str, icon: str, colour: str, title: str, text: str, kind: Kind, student: Student) -> Reason:
        """A reason to send a short letter; where that was done within the week, to look how it goes."""
        at = self.written.get((student.user_id, kind))
        if at:
            text = f"{text}. Emailed {times.on_day(at, self.now, self.coach.zone)}"
            return self._see(key, icon, colour, title, text, student)
        url = page_of_a_row("caseload_student").format(student.pk) + f"write/{kind.value}/"
        return Reason(key, icon, colour, title, text, LETTERS[kind].title, url)

    @staticmethod
    def _see(key: str, icon: str, colour: str, title: str, text: str, student: Student) -> Reason:
        url = page_of_a_row("caseload_student").format(student.pk)
        return Reason(key, icon, colour, title, text, "Open student", url)

    def _praise(self, student: Student, standing: Standing) -> str:
        goal = student.goal_conversations
        if standing.held and standing.held >= goal:
            return f"reached the goal of {goal} {'conversation' if goal == 1 else 'conversations'}."
        if standing.thanked and standing.thanked > self.now - JUST:
            return "thanked someone this week."
        return ""


# --- beside the rows --------------------------------------------------------------------------------------------------


@prepared
def cohorts(keys: Sequence[int]) -> QuerySet[Cohort]:
    return Cohort.objects.filter(among(keys)).order_by("name")


@prepared
def practices(coach: int, begin: datetime, end: datetime) -> QuerySet[Practice]:
    """Return the practice interviews of a day, as far as a line of them says."""
    rows = Practice.objects.filter(coach=coach, status="booked", starts_at__gte=begin, starts_at__lt=end)
    rows = rows.select_related("student__student_profile", "interview__contact").order_by("starts_at", "pk")
    talk = ("student__student_profile__shares_network", "interview__contact__name", "interview__contact__is_private")
    return rows.only("starts_at", *name_columns("student"), *talk).fetch_mode(FETCH_RAISE)


@prepared
def saved_views(coach: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(coach=coach).order_by("name", "pk")
