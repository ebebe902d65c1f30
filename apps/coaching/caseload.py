"""The rows of a coach's caseload: each student's reason in words, and how far they are (R231).

Who stands on a page, and in which order, attention.py says; here it is asked what is said of those few, in a fixed
number of queries that are sent as one. What a student keeps to themselves (a person, or the whole network) is neither
shown nor counted, as in `visible_to`; only a draft that they handed in for reading is read whoever it goes to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.coaching.attention import LATEST_THANKS, SOON, Clock
from apps.coaching.letters import LETTERS, ONCE_IN
from apps.coaching.models import Kind, SharedNote
from apps.coaching.sharing import SHARED, interviews
from apps.database.prepared import among, fetch_together, prepared
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.network.models import Touch
from apps.students.models import Cohort, StudentProfile
from apps.web.answers import page_of_a_row

COLUMNS = (
    *("program", "class_year", "goal_conversations", "shares_network", "user", "cohort"),
    *("user__name", "user__preferred_name", "user__sort_key", "user__email", "user__joined_at"),
)


@dataclass(frozen=True)
class Case:
    """One student's row: the reason to look today, if any, and how far they are."""

    profile: StudentProfile
    held: int  # this term
    reason: "Reason | None"
    praise: str = ""

    @property
    def student(self) -> User:
        return self.profile.user

    @property
    def wanted(self) -> int:
        return max(self.profile.goal_conversations, self.held, 1)


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


def cases(coach: User, students: Mapping[int, str], clock: Clock) -> list[Case]:
    """Return the rows of these students in their order; each stands beside the reason that is named first."""
    keys, now = list(students), clock.now
    profiles, waiting, unthanked, coming, talks, touches, requests, written = fetch_together(
        _students.bind(coach.pk, keys),
        _waiting.bind(coach.pk, keys, now),
        _unthanked.bind(coach.pk, keys, now, now - timedelta(hours=THANK_YOU_HOURS), now - LATEST_THANKS),
        _coming.bind(coach.pk, keys, now, now + SOON),
        _talks.bind(coach.pk, keys, clock.term),
        _touches.bind(keys),
        _requests.bind(keys),
        _written.bind(keys, now - ONCE_IN),
    )
    facts = Facts(
        coach=coach,
        now=now,
        reviews={review.about.student_id: review for review in waiting},
        late={interview.student_id: interview for interview in unthanked},
        coming={interview.student_id: interview for interview in coming},
        talks={talk["student"]: talk for talk in talks},
        touched=dict(touches),
        letters={letters["student"]: letters for letters in requests},
        written={(student, kind): at for student, kind, at in written},
    )
    of_student = {profile.user_id: profile for profile in profiles}
    return [facts.case(of_student[pk], reason) for pk, reason in students.items() if pk in of_student]


@prepared
def _students(coach: int, students: Sequence[int]) -> QuerySet[StudentProfile]:
    profiles = StudentProfile.objects.filter(among(students, "user"), coach=coach).select_related("user")
    return profiles.only(*COLUMNS).fetch_mode(FETCH_RAISE)


# The next three begin with the latest: of several rows of one student the last is kept, which is the earliest.


@prepared
def _waiting(coach: int, students: Sequence[int], now: datetime) -> QuerySet[Review]:
    theirs = Q(among(students, "request__student")) | Q(among(students, "text__student"))
    reviews = Review.objects.of_coach(coach).waiting(now).filter(theirs)
    return reviews.select_related("request__contact", "text__interview__contact").order_by("-asked_at")


@prepared
def _unthanked(
    coach: int, students: Sequence[int], now: datetime, until: datetime, since: datetime
) -> QuerySet[Interview]:
    late = interviews(coach).filter(among(students, "student")).awaiting_thanks(now).ended_between(since, until)
    return late.select_related("contact").order_by("-ends_at")


@prepared
def _coming(coach: int, students: Sequence[int], now: datetime, until: datetime) -> QuerySet[Interview]:
    coming = interviews(coach).filter(among(students, "student")).coming(now).filter(starts_at__lte=until)
    return coming.select_related("contact").order_by("-starts_at")


@prepared
def _talks(coach: int, students: Sequence[int], term: datetime) -> "QuerySet[Interview, Talks]":
    held = Q(status=InterviewStatus.COMPLETED)
    talks = interviews(coach).filter(among(students, "student")).values("student")
    return talks.annotate(
        thanked=Max("thank_you__sent_at"),
        ever=Count("pk", filter=held),
        held=Count("pk", filter=held & Q(starts_at__gte=term)),
    )


@prepared
def _touches(students: Sequence[int]) -> QuerySet[Touch, tuple[int, datetime]]:
    touches = Touch.objects.real().filter(SHARED, among(students, "student"))
    return touches.values_list("student").annotate(last=Max("at")).values_list("student", "last")


@prepared
def _requests(students: Sequence[int]) -> "QuerySet[InterviewRequest, Letters]":  # words: ok
    requests = InterviewRequest.objects.filter(SHARED, among(students, "student")).values("student")
    return requests.annotate(draft_since=Min("created_at", filter=Q(status=RequestStatus.DRAFT)))


@prepared
def _written(students: Sequence[int], since: datetime) -> QuerySet[SharedNote, tuple[int, str, datetime]]:
    """Return when each student got which kind of letter from a coach, since then, the latest last."""
    letters = SharedNote.objects.letters().filter(among(students, "student"), created_at__gt=since)
    return letters.order_by("created_at").values_list("student", "kind", "created_at")


class Talks(TypedDict):
    """One student's conversations: how many were held ever and this term, and when they last thanked somebody."""

    student: int
    ever: int
    held: int
    thanked: datetime | None


class Letters(TypedDict):
    """One student's requests: since when the oldest draft lies."""

    student: int
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

    def case(self, profile: StudentProfile, reason: str) -> Case:
        talks = self.talks.get(profile.user_id)
        return Case(
            profile=profile,
            held=talks["held"] if talks else 0,
            reason=self._reason(reason, profile),
            praise=self._praise(profile, talks),
        )

    def _reason(self, key: str, profile: StudentProfile) -> Reason | None:
        """Put a reason in words; nothing where it went between the two questions to the database."""
        student = profile.user_id
        if key == "review" and student in self.reviews:
            return self._draft(self.reviews[student])
        if key == "thanks" and student in self.late:
            return self._late(self.late[student], profile)
        if key == "first" and student in self.coming:
            return self._first_talk(self.coming[student], profile)
        letters = self.letters.get(student)
        if key == "unsent" and letters and letters["draft_since"]:
            return self._never_sent(letters["draft_since"], profile)
        if key == "quiet" and student in self.touched:
            return self._quiet(self.touched[student], profile)
        return self._not_started(profile) if key == "unstarted" else None

    def _draft(self, review: Review) -> Reason:
        if review.request is None:
            text = f"{review.named[0].upper()}{review.named[1:]}, {times.ago(review.asked_at, self.now)}"
            url = page_of_a_row("text_review").format(review.text_id)
            return Reason("review", "pencil-square", "plum", "A text to read", text, "Read it", url)
        text = f"To {review.request.contact.name}, {times.ago(review.asked_at, self.now)}"
        url = page_of_a_row("review").format(review.request_id)
        return Reason("review", "pencil-square", "plum", "A draft to review", text, "Review draft", url)

    def _late(self, interview: Interview, profile: StudentProfile) -> Reason:
        title = f"Thank-you is {times.since(interview.thank_by, self.now)} late"
        text = f"Talked with {interview.contact.name} {times.on_day(interview.over_at, self.now, self.coach.zone)}"
        return self._write("thanks", "clock-history", "brick", title, text, Kind.THANK, profile)

    def _first_talk(self, interview: Interview, profile: StudentProfile) -> Reason:
        zone = interview.clock_of(self.coach.zone)  # in person that of the place, which is named
        where = f" {times.zone_name(zone)}" if str(zone) != str(self.coach.zone) else ""
        title = f"First conversation {times.day_name(interview.starts_at, self.now, zone)}"
        text = f"At {times.clock(interview.starts_at, zone)}{where}, {interview.minutes} minutes"
        return self._write("first", "mic", "gold", title, text, Kind.WISH, profile)

    def _never_sent(self, since: datetime, profile: StudentProfile) -> Reason:
        text = f"Started {times.ago(since, self.now)}"
        title = "First request, never sent"
        return self._write("unsent", "hourglass-split", "gold", title, text, Kind.OFFER, profile)

    def _quiet(self, last: datetime, profile: StudentProfile) -> Reason:
        talks = self.talks.get(profile.user_id)
        held = talks["ever"] if talks else 0
        before = f"{held} {'conversation' if held == 1 else 'conversations'} before that"
        title, text = f"No activity for {times.since(last, self.now)}", before if held else "No conversations yet"
        return self._write("quiet", "thermometer-low", "fjord", title, text, Kind.HELLO, profile)

    def _not_started(self, profile: StudentProfile) -> Reason:
        text = f"Joined {times.ago(profile.user.joined_at, self.now)}"
        return self._write("unstarted", "flag", "fjord", "Hasn’t started yet", text, Kind.START, profile)

    def _write(
        self, key: str, icon: str, colour: str, title: str, text: str, kind: Kind, profile: StudentProfile
    ) -> Reason:
        """A reason to send a short letter; where that was done within the week, to look how it goes."""
        at = self.written.get((profile.user_id, kind))
        if at:
            text = f"{text}. Emailed {times.on_day(at, self.now, self.coach.zone)}"
            return self._see(key, icon, colour, title, text, profile)
        url = page_of_a_row("caseload_student").format(profile.pk) + f"write/{kind.value}/"
        return Reason(key, icon, colour, title, text, LETTERS[kind].title, url)

    @staticmethod
    def _see(key: str, icon: str, colour: str, title: str, text: str, profile: StudentProfile) -> Reason:
        url = page_of_a_row("caseload_student").format(profile.pk)
        return Reason(key, icon, colour, title, text, "Open student", url)

    def _praise(self, profile: StudentProfile, talks: Talks | None) -> str:
        if talks and talks["held"] and talks["held"] >= profile.goal_conversations:
            goal = profile.goal_conversations
            return f"reached the goal of {goal} {'conversation' if goal == 1 else 'conversations'}."
        if talks and talks["thanked"] and talks["thanked"] > self.now - timedelta(days=7):
            return "thanked someone this week."
        return ""


@dataclass(frozen=True)
class Totals:
    """A coach's figures of the term: conversations held, thanked within 48 hours (per cent; None of none)."""

    held: int
    in_time: int | None


def totals(coach: User, term: datetime) -> Totals:
    rows = _totals.bind(coach.pk, term).fetch()
    held, in_time = rows[0][1:] if rows else (0, 0)
    return Totals(held=held, in_time=round(100 * in_time / held) if held else None)


@prepared
def _totals(coach: int, term: datetime) -> QuerySet[Interview, tuple[Any, ...]]:
    held = interviews(coach).filter(status=InterviewStatus.COMPLETED, starts_at__gte=term)
    in_time = Q(thank_you__sent_at__lte=F("talked_until") + timedelta(hours=THANK_YOU_HOURS))
    counted = held.order_by().values_list("student__student_profile__coach")
    return counted.annotate(held=Count("pk"), in_time=Count("pk", filter=in_time))


@prepared
def cohorts(coach: int) -> QuerySet[Cohort]:
    return Cohort.objects.filter(students__coach=coach).distinct().order_by("name")
