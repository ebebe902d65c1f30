"""What is due about practice interviews: to the student before and after, to the coach before, and what is to write."""

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.clock import times
from apps.database.promised import promised
from apps.practice.models import FriendPractice, FriendPracticeQuerySet, Practice, PracticeQuerySet, Status
from apps.reminders.models import How
from apps.reminders.rule import DAY, LOOKBACK, NOW_OR_NOT, WEEK, H, NoticeText, Rule, page_at


def _practices() -> PracticeQuerySet:
    return Practice.objects.filter(status=Status.BOOKED).select_related(
        "student__student_profile", "coach", "slot", "interview__contact", "feedback"
    )


def _coming(now: datetime, before: timedelta, until: timedelta) -> PracticeQuerySet:
    return _practices().filter(starts_at__lte=now + before, starts_at__gt=now + until)


def _span(practice: Practice, reader: User) -> str:
    return times.span(practice.starts_at, practice.ends_at, reader.zone)


def _says_coming(practice: Practice) -> NoticeText:
    day = times.weekday(practice.starts_at, practice.student.zone)
    return NoticeText(
        person=practice.student,
        title=f"You practice with {practice.coach.first_name} on {day}",
        text=f"{_span(practice, practice.student)}. {practice.place}. Read your introduction and your questions again.",
        url=page_at("practice_book"),
    )


def _says_hour(practice: Practice) -> NoticeText:
    start = times.clock(practice.starts_at, practice.student.zone)
    return NoticeText(
        person=practice.student,
        title=f"At {start} you practice with {practice.coach.first_name}",
        text=f"{practice.place}. Keep your questions open. You start.",
        url=page_at("practice_book"),
    )


def _says_to_coach(practice: Practice) -> NoticeText:
    day = times.weekday(practice.starts_at, practice.coach.zone)
    return NoticeText(
        person=practice.coach,
        title=f"{practice.student.called} practices with you on {day}",
        text=f"{_span(practice, practice.coach)}. {practice.place}. You play {practice.plays}.",
        url=page_at("practice_given", practice.pk),
    )


def _shared(now: datetime) -> PracticeQuerySet:
    return _practices().filter(feedback__shared_at__range=(now - LOOKBACK, now), feedback__read_at=None)


def _says_shared(practice: Practice) -> NoticeText:
    return NoticeText(
        person=practice.student,
        title=f"{practice.coach.first_name} wrote down what stood out in your practice",
        text="One thing to keep, and one thing to try.",
        url=page_at("practice_held", practice.pk),
    )


def _noticed_by_friend(now: datetime) -> FriendPracticeQuerySet:
    unread = FriendPractice.objects.filter(feedback__shared_at__range=(now - LOOKBACK, now), feedback__read_at=None)
    return unread.select_related("student", "feedback")


def _says_noticed(practice: FriendPractice) -> NoticeText:
    return NoticeText(
        person=practice.student,
        title=f"{practice.name} wrote down what stood out in your practice",
        text="One thing to keep, and one thing to try.",
        url=page_at("practice_friend_one", practice.pk),
    )


def _unwritten(now: datetime) -> PracticeQuerySet:
    """A day has passed, and the student has not been told how it went."""
    return _practices().without_feedback(now).filter(ends_at__range=(now - LOOKBACK, now - DAY))


def _says_unwritten(practice: Practice) -> NoticeText:
    day = times.day(practice.starts_at, practice.coach.zone)
    return NoticeText(
        person=practice.coach,
        title=f"Write feedback for {practice.student.called}",
        text=f"You practiced on {day}. One thing to keep and one thing to try are enough.",
        url=page_at("practice_given", practice.pk),
    )


GROUP, OF_COACH = "Practice interviews", "Your students"

PRACTICE = [
    Rule(
        name="practice-tomorrow",
        group=GROUP,
        label="The day before a practice interview",
        why="24 hours before.",
        due=lambda now: _coming(now, 24 * H, 1 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - 24 * H,
        says=_says_coming,
        lasts=23 * H,
        action="See your practice",
        thing="practice",
        rests=H,
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="practice-hour",
        group=GROUP,
        label="An hour before a practice interview",
        why="Where it is.",
        due=lambda now: _coming(now, 1 * H, 0 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - H,
        says=_says_hour,
        lasts=H,
        action="See your practice",
        thing="practice",
        rests=H,
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="practice-feedback",
        group=GROUP,
        label="Your coach shared feedback on a practice interview",
        why="When it is there for you to read.",
        due=_shared,
        key=("pk", "feedback__shared_at"),
        due_at=lambda row: promised(row.feedback.shared_at),
        says=_says_shared,
        lasts=WEEK,
        action="Read it",
    ),
    Rule(
        name="practice-friend",
        group=GROUP,
        label="A friend wrote about a practice with you",
        why="When it is there for you to read.",
        due=_noticed_by_friend,
        key=("pk", "feedback__shared_at"),
        due_at=lambda row: promised(row.feedback.shared_at),
        says=_says_noticed,
        lasts=WEEK,
        action="Read it",
    ),
    Rule(
        name="practice-with-you",
        group=OF_COACH,
        label="A student practices with you tomorrow",
        why="24 hours before.",
        due=lambda now: _coming(now, 24 * H, 1 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - 24 * H,
        says=_says_to_coach,
        lasts=23 * H,
        action="Open the practice",
        offers=NOW_OR_NOT,
        role="coach",
        is_in_pause=True,
    ),
    Rule(
        name="practice-unwritten",
        group=OF_COACH,
        label="Feedback you haven’t shared yet",
        why="A day after a practice interview.",
        due=_unwritten,
        key=("pk", "ends_at"),
        due_at=lambda row: row.ends_at + DAY,
        says=_says_unwritten,
        lasts=WEEK,
        action="Write it",
        how=How.DAILY,
        role="coach",
    ),
]
