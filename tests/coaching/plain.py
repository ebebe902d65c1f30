"""What apps/coaching/attention.py says in one statement, said once more in plain words: student by student, slowly."""

from datetime import timedelta

from apps.accounts.models import User
from apps.coaching.attention import JUST, LATEST_THANKS, QUIET, SOON, STALE_DRAFT
from apps.coaching.filters import REASONS
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import THANK_YOU_HOURS
from apps.interviews.lifecycle.moves import InterviewStatus

IN_TIME = timedelta(hours=THANK_YOU_HOURS)


class Plain:
    """One student: the moments of all their reasons, the first of which is named, and how far they are."""

    def __init__(self, student, coach, clock):
        now, profile = clock.now, student.student_profile
        shared = {"contact__is_private": False} if profile.shares_network else {"pk__in": []}
        talks = list(student.interviews.filter(**shared).select_related("thank_you"))
        touches = list(student.touches.filter(**shared).exclude(kind="note"))
        requests = list(student.requests.filter(**shared))
        waiting = Review.objects.of_coach(coach.pk).waiting(now)
        reviews = [review for review in waiting if review.about.student_id == student.pk]
        held = [talk for talk in talks if talk.status == InterviewStatus.COMPLETED]
        self.term = [talk for talk in held if talk.starts_at >= clock.term]
        self.in_time = [talk for talk in self.term if _thanked(talk) and _thanked(talk) <= talk.talked_until + IN_TIME]
        coming = [t.starts_at for t in talks if t.status == InterviewStatus.SCHEDULED and t.ends_at > now]
        drafts = [request.created_at for request in requests if request.status == "draft"]
        was_sent = any(request.sent_at for request in requests)
        last = max((touch.at for touch in touches), default=None)
        goal = profile.goal_conversations
        late = [t.ends_at for t in talks if _is_late(t, now)]
        has_anything = reviews or requests or touches or talks
        self.thanked = max(filter(None, map(_thanked, talks)), default=None)
        self.is_well = bool(self.term and len(self.term) >= goal) or bool(self.thanked and self.thanked > now - JUST)
        self.reasons = {
            "review": min((review.asked_at for review in reviews), default=None),
            "thanks": min(late, default=None),
            "first": min(coming) if coming and not held and min(coming) <= now + SOON else None,
            "unsent": min(drafts) if drafts and not was_sent and min(drafts) <= now - STALE_DRAFT else None,
            "quiet": last if last and last <= now - QUIET and len(self.term) < goal else None,
            "unstarted": student.joined_at if profile.shares_network and not has_anything else None,
        }
        self.reason = next((key for key in REASONS if self.reasons[key]), "")
        self.since = self.reasons.get(self.reason)
        self.student, self.ever = student, len(held)
        self.stage = self._stage(coming, held, was_sent) if profile.shares_network else None

    @staticmethod
    def _stage(coming, held, was_sent):
        if coming:
            return "prepare"
        if any(_thanked(talk) is None for talk in held):
            return "thank"
        return "stay_in_touch" if held else "ask" if was_sent else "find"

    @property
    def place(self):
        """The most urgent first, then since when, then by name."""
        rank = [*REASONS, ""].index(self.reason)
        return rank, self.since.timestamp() if self.since else 0, self.student.sort_key, self.student.pk

    @property
    def row(self):
        return self.student.pk, self.reason, self.since, self.ever, len(self.term), self.thanked

    def is_in(self, view):
        if view == "today":
            return bool(self.reason)
        return True if view == "all" else self.reasons[view] is not None


def _thanked(talk):
    note = getattr(talk, "thank_you", None)
    return note.sent_at if note else None


def _is_late(talk, now):
    note = getattr(talk, "thank_you", None)
    is_open = note is None or (note.sent_at is None and note.send_at is None)
    return is_open and talk.is_over(now) and now - LATEST_THANKS < talk.over_at <= now - IN_TIME


def caseload(coach, clock):
    """Return everybody of a caseload in their order, and all who belong to the coach: the figures know these too."""
    theirs = User.objects.filter(student_profile__coach=coach).select_related("student_profile")
    everyone = [Plain(student, coach, clock) for student in theirs]
    return sorted((each for each in everyone if each.student.is_active), key=lambda each: each.place), everyone
