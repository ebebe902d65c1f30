"""A coach's caseload: who needs them today and why, in a fixed number of questions to the database (R231).

Seven queries, sent as one, for five students or five hundred; the reasons are put together here, the most urgent first.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Min, Q
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts import times
from apps.interviews.lifecycle import InterviewStatus, RequestStatus
from apps.interviews.models import THANK_YOU_HOURS, Interview, InterviewRequest, Review
from apps.network.models import Touch
from apps.prepared import prepared, together
from apps.students.models import Cohort, StudentProfile
from apps.web import page_of_a_row

QUIET = timedelta(weeks=3)
STALE_DRAFT = timedelta(days=10)
COLUMNS = (
    *("program", "class_year", "goal_conversations", "shares_network", "user", "cohort"),
    *("user__name", "user__preferred_name"),
)
VIEWS = {
    "today": "Today",
    "all": "Everyone",
    "drafts": "Drafts to read",
    "quiet": "Quiet for three weeks",
    "unstarted": "Not started",
}


@dataclass
class Case:
    """One student's row: the reason to look today, if any, and how far they are."""

    profile: StudentProfile
    held: int
    reason: object
    is_quiet: bool
    is_unstarted: bool
    praise: str = ""

    student = property(lambda self: self.profile.user)
    wanted = property(lambda self: max(self.profile.goal_conversations, self.held, 1))

    @property
    def rank(self):
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


def cases(coach, now, cohort=None):
    """Return every student of the caseload, those who need the coach today first, then by name."""
    profiles, *found = together(
        _students.asked(coach.pk),
        _waiting.asked(coach.pk),
        _unthanked.asked(coach.pk, now, now - timedelta(hours=THANK_YOU_HOURS), now - timedelta(days=30)),
        _coming.asked(coach.pk, now, now + timedelta(hours=36)),
        _talks.asked(coach.pk),
        _touches.asked(coach.pk),
        _requests.asked(coach.pk),
    )
    facts = Facts(coach, now, *found)
    asked_for = (profile for profile in profiles if not cohort or profile.cohort_id == int(cohort))
    return sorted((facts.case(profile) for profile in asked_for), key=lambda case: case.rank)


@prepared
def _students(coach):
    rows = StudentProfile.objects.filter(coach=coach, user__is_active=True).select_related("user").only(*COLUMNS)
    return rows.order_by("user__sort_key", "pk").fetch_mode(FETCH_RAISE)


# The next three begin with the latest: of several rows of one student the last is kept, which is the earliest.


@prepared
def _waiting(coach):
    rows = Review.objects.filter(request__student__student_profile__coach=coach, verdict=Review.Verdict.WAITING)
    return rows.select_related("request__contact").order_by("-asked_at")


@prepared
def _unthanked(coach, now, until, since):
    rows = _interviews(coach).awaiting_thanks(now).ended_between(since, until)
    return rows.select_related("contact").order_by("-ends_at")


@prepared
def _coming(coach, now, until):
    rows = _interviews(coach).coming(now).filter(starts_at__lte=until)
    return rows.select_related("contact").order_by("-starts_at")


@prepared
def _talks(coach):
    held = Count("pk", filter=Q(status=InterviewStatus.COMPLETED))
    return _interviews(coach).values("student").annotate(held=held, thanked=Max("thank_you__sent_at"))


@prepared
def _touches(coach):
    rows = Touch.objects.filter(student__student_profile__coach=coach)
    return rows.values_list("student").annotate(last=Max("at")).values_list("student", "last")


@prepared
def _requests(coach):
    rows = InterviewRequest.objects.filter(student__student_profile__coach=coach).values("student")
    return rows.annotate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        draft_since=Min("created_at", filter=Q(status=RequestStatus.DRAFT)),
    )


def _interviews(coach):
    return Interview.objects.filter(student__student_profile__coach=coach)


class Facts:
    """What is known of all students of one coach, by student."""

    def __init__(self, coach, now, waiting, unthanked, coming, talks, touches, requests):
        self.coach, self.now = coach, now
        self.reviews = {row.request.student_id: row for row in waiting}
        self.late = {row.student_id: row for row in unthanked}
        self.coming = {row.student_id: row for row in coming}
        self.held = {row["student"]: row for row in talks}
        self.touched = dict(touches)
        self.asked = {row["student"]: row for row in requests}

    def case(self, profile):
        student = profile.user_id
        held = self.held.get(student, {}).get("held", 0)
        last = self.touched.get(student)
        asked = self.asked.get(student, {})
        return Case(
            profile=profile,
            held=held,
            reason=self._reason(profile, held, last, asked),
            is_quiet=last is not None and last <= self.now - QUIET,
            is_unstarted=not asked and last is None,
            praise=self._praise(profile, held),
        )

    def _reason(self, profile, held, last, asked):
        student = profile.user_id
        if student in self.reviews:
            return self._draft(self.reviews[student])
        if student in self.late:
            return self._late(self.late[student], profile)
        if not held and student in self.coming:
            return self._first_talk(self.coming[student], profile)
        if asked and not asked["sent"] and asked["draft_since"] and asked["draft_since"] <= self.now - STALE_DRAFT:
            return self._never_sent(asked["draft_since"], profile)
        if last is not None and last <= self.now - QUIET and held < profile.goal_conversations:
            return self._quiet(last, held, profile)
        return None

    def _draft(self, review):
        text = f"To {review.request.contact.name}, {times.ago(review.asked_at, self.now)}"
        url = page_of_a_row("review").format(review.request_id)
        return Reason(
            0, review.asked_at.timestamp(), "pencil-square", "plum", "A draft to read", text, "Read the draft", url
        )

    def _late(self, interview, profile):
        title = f"Thank-you is {times.since(interview.thank_by, self.now)} late"
        text = f"Talked with {interview.contact.name} {times.day_name(interview.over_at, self.now, self.coach.zone)}"
        if interview.contact.is_private or not profile.shares_network:
            text = "With somebody they keep to themselves"
        return self._see(1, interview.ends_at, "clock-history", "brick", title, text, "See how to help", profile)

    def _first_talk(self, interview, profile):
        day = times.day_name(interview.starts_at, self.now, self.coach.zone)
        title = f"First conversation {day}"
        text = f"At {times.clock(interview.starts_at, self.coach.zone)}, {interview.minutes} minutes"
        return self._see(2, interview.starts_at, "mic", "gold", title, text, "Wish them well", profile)

    def _never_sent(self, since, profile):
        text = f"Begun {times.ago(since, self.now)}"
        return self._see(
            3, since, "hourglass-split", "gold", "First request, never sent", text, "Offer to read it", profile
        )

    def _quiet(self, last, held, profile):
        text = f"{held} good {'talk' if held == 1 else 'talks'} before that" if held else "Nothing held yet"
        title = f"Quiet for {times.since(last, self.now)}"
        return self._see(4, last, "thermometer-low", "fjord", title, text, "Write to them", profile)

    @staticmethod
    def _see(rank, since, icon, colour, title, text, button, profile):
        url = page_of_a_row("caseload_student").format(profile.pk)
        return Reason(rank, since.timestamp(), icon, colour, title, text, button, url)

    def _praise(self, profile, held):
        if held and held >= profile.goal_conversations:
            return f"reached the goal of {times.number(profile.goal_conversations)}."
        thanked = self.held.get(profile.user_id, {}).get("thanked")
        if thanked and thanked > self.now - timedelta(days=7):
            return "thanked somebody this week."
        return ""


def shown(all_cases, view):
    """Return the cases of one of the page's views."""
    pick = {
        "today": lambda case: case.reason,
        "drafts": lambda case: case.reason and case.reason.rank == 0,
        "quiet": lambda case: case.is_quiet,
        "unstarted": lambda case: case.is_unstarted,
    }.get(view, lambda case: True)
    return [case for case in all_cases if pick(case)]


def totals(coach):
    """Return the coach's figures of the term: conversations held, thanked within 48 hours (per cent)."""
    pairs = _thanked(coach.pk)
    in_time = sum(1 for until, sent in pairs if sent and sent - until <= timedelta(hours=THANK_YOU_HOURS))
    return {"held": len(pairs), "in_time": round(100 * in_time / len(pairs)) if pairs else None}


@prepared
def _thanked(coach):
    return _interviews(coach).filter(status=InterviewStatus.COMPLETED).values_list("talked_until", "thank_you__sent_at")


@prepared
def cohorts(coach):
    return Cohort.objects.filter(students__coach=coach).distinct().order_by("name")
