"""What is due, asked as questions (reliability.md 1, R221, R222).

A rule is a QuerySet of what is due at `now`, and what to say about each row. There is nothing to schedule and nothing
to revoke: a reminder whose reason has gone is simply no longer in the answer, and a sweep that comes a day late finds
the same occasions once. Keys hold the version of what they speak of, so that a moved interview asks anew.

This module decides what is due. It does not decide whether a person wants to hear of it (preferences.py) nor how it is
delivered (sweep.py and apps.mail).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from apps.accounts import times
from apps.accounts.models import User
from apps.interviews.lifecycle import InterviewStatus, RequestStatus
from apps.interviews.models import Interview, InterviewRequest, Review
from apps.network.models import ActionStep, Cadence, Outcome, Referral
from apps.reminders.models import How, Notice

H = timedelta(hours=1)
MORNING = time(8)  # occasions that belong to a day, not to an instant, begin at eight in the person's own zone


@dataclass(frozen=True)
class Said:
    """What one notice says to one person."""

    person: User
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Rule:
    """One kind of occasion. `due` must be safe to ask at any time, as often as one likes."""

    name: str
    label: str  # on the preferences page
    due: Callable[[datetime], QuerySet[Any]]
    key: Callable[[Any], str]
    due_at: Callable[[Any], datetime]
    says: Callable[[Any], Said]
    lasts: timedelta  # after this it is too late to be worth a mail
    how: How = How.AT_ONCE  # unless the person chose otherwise
    choosable: bool = True
    role: str = "student"  # who hears of it
    day_of: Callable[[Any], Any] | None = None  # for day rules: the date, compared in the person's zone

    def rows(self, now):
        """Return the rows due at `now`; day rules are narrowed here, in each person's own zone."""
        rows = self.due(now)
        if self.day_of is None:
            return list(rows)
        return [row for row in rows if self.due_at(row) <= now]

    def still_holds(self, notice, now):
        """Whether the occasion of `notice` is still due at `now`: asked again just before sending."""
        rows = self.due(now).filter(pk=notice.subject_id)
        return any(self.key(row) == notice.key for row in rows)


def _morning(day, person):
    """Eight in the morning of `day` where the person is, as a UTC instant."""
    return datetime.combine(day, MORNING, tzinfo=person.zone).astimezone(UTC)


def _hour(moment, person):
    """Friday 3:52 pm: an hour within the next days, on the person's own clock."""
    return f"{times.weekday(moment, person.zone)} {times.clock(moment, person.zone)}"


def _interviews():
    return Interview.objects.select_related("student", "contact")


def _first_name(row):
    return row.contact.first_name


# --- the conversation -------------------------------------------------------------------------------------------------


def _key(name):
    return lambda row: f"{name}:interview:{row.pk}:v{row.sequence}"


def _coming(now, before, until):
    """Scheduled interviews that begin within `before`, asked only while that is news."""
    return _interviews().filter(
        status=InterviewStatus.SCHEDULED, starts_at__lte=now + before, starts_at__gt=now + until
    )


def _says_tomorrow(row):
    person = row.student
    return Said(
        person=person,
        title=f"You talk with {row.contact.name} on {times.weekday(row.starts_at, person.zone)}",
        text=f"{times.span(row.starts_at, row.ends_at, person.zone)}, {row.get_format_display().lower()}. "
        "Read your questions once more and put the three that matter first.",
        url=reverse("prepare", args=[row.pk]),
    )


def _says_hour(row):
    place = f" {row.place}." if row.place else ""
    return Said(
        person=row.student,
        title=f"In an hour: {row.contact.name}",
        text=f"{times.span(row.starts_at, row.ends_at, row.student.zone)}.{place} "
        "Find a quiet place and have your list at hand.",
        url=reverse("prepare", args=[row.pk]),
    )


def _ended(now):
    """The time has passed, nobody cancelled, nothing written down."""
    return _interviews().awaiting_debrief(now)


def _says_write(row):
    return Said(
        person=row.student,
        title=f"Write down what {_first_name(row)} told you",
        text="Five minutes now are worth an hour next week. Start with the sentence you would repeat to a friend.",
        url=reverse("debrief", args=[row.pk]),
    )


def _unthanked(hours, until):
    """Not thanked, and the conversation over for at least `hours` and less than `until` hours: one rule at a time."""

    def due(now):
        newest, oldest = now - hours * H, now - until * H
        over = Q(talked_until=None, ends_at__lte=newest, ends_at__gt=oldest)
        return _interviews().awaiting_thanks(now).filter(over | Q(talked_until__lte=newest, talked_until__gt=oldest))

    return due


def _says_thank(row):
    by = _hour(row.thank_by, row.student)
    return Said(
        person=row.student,
        title=f"Thank {row.contact.name} by {by}",
        text=f"You talked on {times.weekday(row.over_at, row.student.zone)}. A note within two days is remembered; "
        "a note next week is only polite. Your own sentence is already in the draft.",
        url=reverse("thank_you", args=[row.pk]),
    )


def _says_late(row):
    return Said(
        person=row.student,
        title=f"{row.contact.name} has not heard from you yet",
        text="The two days are over. Late is far better than never: three honest sentences are enough.",
        url=reverse("thank_you", args=[row.pk]),
    )


# --- the request ------------------------------------------------------------------------------------------------------


def _waiting_for_student(now):
    """They offered other times and the student has not chosen for a day (R70)."""
    return InterviewRequest.objects.select_related("student", "contact").filter(
        status=RequestStatus.COUNTERED, turn="student", answered_at__lte=now - 24 * H
    )


def _says_replied(row):
    return Said(
        person=row.student,
        title=f"{row.contact.name} is waiting for you to pick a time",
        text=f"{_first_name(row)} answered on {times.weekday(row.answered_at, row.student.zone)} with other times.",
        url=reverse("request", args=[row.pk]),
    )


def _waiting_reviews(now):
    return Review.objects.select_related("coach", "request__student", "request__contact").filter(
        verdict=Review.Verdict.WAITING, coach__isnull=False, asked_at__lte=now, request__status=RequestStatus.IN_REVIEW
    )


def _says_review(row):
    return Said(
        person=row.coach,
        title=f"{row.request.student.called} would like you to read a request",
        text=f"To {row.request.contact.name}. It leaves by itself on {_hour(row.due_at, row.coach)}.",
        url=reverse("review", args=[row.request_id]),
    )


# --- keeping in touch -------------------------------------------------------------------------------------------------


def _open_loops(now):
    """The person who was named has been talked with a day ago, and the one who named them has not heard (R108)."""
    talked = Interview.objects.filter(
        contact=OuterRef("contact"), status=InterviewStatus.COMPLETED, talked_until__lte=now - 24 * H
    )
    return (
        Referral.objects.select_related("student", "referrer", "contact")
        .filter(Exists(talked), loop_closed_at=None, referrer__archived_at=None)
        .annotate(talked_until=models.Subquery(talked.order_by("talked_until").values("talked_until")[:1]))
    )


def _says_loop(row):
    return Said(
        person=row.student,
        title=f"Tell {row.referrer.name} how it went with {row.contact.name}",
        text="People like to hear what became of their introductions. Two sentences are enough.",
        url=reverse("contact", args=[row.referrer_id]),
    )


def _cadences(now):
    return Cadence.objects.select_related("student", "contact").filter(
        due_on__lte=(now + 14 * H).date(), contact__archived_at=None
    )


def _says_cadence(row):
    return Said(
        person=row.student,
        title=f"A good week to write to {row.contact.name}",
        text="You wanted to stay in touch. Tell them one thing that happened because you talked.",
        url=reverse("contact", args=[row.contact_id]),
    )


def _steps(now):
    return ActionStep.objects.select_related("student", "contact").filter(
        done_at=None, due_on__lte=(now + 14 * H).date()
    )


def _says_step(row):
    about = f"You said so to {row.contact.name}. " if row.contact else ""
    return Said(
        person=row.student,
        title=row.text,
        text=f"{about}Done, or is there a better day for it?",
        url=reverse("contact", args=[row.contact_id]) if row.contact_id else reverse("today"),
    )


def _second_thanks(now):
    """The student applied or was offered something because of a conversation (R117)."""
    return Outcome.objects.select_related("student", "contact").filter(
        kind__in=[Outcome.Kind.APPLIED, Outcome.Kind.OFFER],
        second_thanks_at=None,
        happened_on__lte=(now + 14 * H).date(),
        contact__archived_at=None,
    )


def _says_second(row):
    return Said(
        person=row.student,
        title=f"Thank {row.contact.name} a second time",
        text="Their advice led to something. Let them know; there is nothing to ask for.",
        url=reverse("contact", args=[row.contact_id]),
    )


DAY = timedelta(days=1)

RULES = [
    Rule(
        name="interview-tomorrow",
        label="You talk with somebody tomorrow",
        due=lambda now: _coming(now, 24 * H, 1 * H),
        key=_key("interview-tomorrow"),
        due_at=lambda row: row.starts_at - 24 * H,
        says=_says_tomorrow,
        lasts=23 * H,
    ),
    Rule(
        name="interview-hour",
        label="You talk with somebody in an hour",
        due=lambda now: _coming(now, 1 * H, 0 * H),
        key=_key("interview-hour"),
        due_at=lambda row: row.starts_at - H,
        says=_says_hour,
        lasts=H,
    ),
    Rule(
        name="write-down",
        label="Write down what you learned",
        due=_ended,
        key=_key("write-down"),
        due_at=lambda row: row.over_at,
        says=_says_write,
        lasts=3 * DAY,
    ),
    Rule(
        name="thank-you-first",
        label="Thank somebody: 20 hours after you talked",
        due=_unthanked(20, until=40),
        key=_key("thank-you-first"),
        due_at=lambda row: row.over_at + 20 * H,
        says=_says_thank,
        lasts=20 * H,
    ),
    Rule(
        name="thank-you-second",
        label="Thank somebody: 40 hours after you talked",
        due=_unthanked(40, until=72),  # a worker that was away still sends it, once
        key=_key("thank-you-second"),
        due_at=lambda row: row.over_at + 40 * H,
        says=_says_thank,
        lasts=32 * H,
    ),
    Rule(
        name="thank-you-late",
        label="A thank-you is late",
        due=_unthanked(48, until=60 * 24),
        key=_key("thank-you-late"),
        due_at=lambda row: row.thank_by,
        says=_says_late,
        lasts=3 * DAY,
        how=How.NEVER,
        choosable=False,
    ),
    Rule(
        name="replied",
        label="Somebody offered other times and waits for you",
        due=_waiting_for_student,
        key=lambda row: f"replied:request:{row.pk}:{row.answered_at:%Y%m%d%H%M%S}",
        due_at=lambda row: row.answered_at + 24 * H,
        says=_says_replied,
        lasts=3 * DAY,
    ),
    Rule(
        name="review-waiting",
        label="A student's request waits for you to read it",
        due=_waiting_reviews,
        key=lambda row: f"review-waiting:review:{row.pk}",
        due_at=lambda row: row.asked_at,
        says=_says_review,
        lasts=DAY,
        role="coach",
        how=How.NEVER,  # the act of submitting mails the coach already: one mail per event and person
    ),
    Rule(
        name="close-loop",
        label="Tell the one who introduced you how it went",
        due=_open_loops,
        key=lambda row: f"close-loop:referral:{row.pk}",
        due_at=lambda row: row.talked_until + 24 * H,
        says=_says_loop,
        lasts=7 * DAY,
    ),
    Rule(
        name="cadence",
        label="A good week to write to somebody",
        due=_cadences,
        key=lambda row: f"cadence:{row.pk}:{row.due_on}",
        due_at=lambda row: _morning(row.due_on, row.student),
        day_of=lambda row: row.due_on,
        says=_says_cadence,
        lasts=7 * DAY,
    ),
    Rule(
        name="action-step",
        label="Something you said you would do",
        due=_steps,
        key=lambda row: f"action-step:{row.pk}:{row.due_on}",
        due_at=lambda row: _morning(row.due_on, row.student),
        day_of=lambda row: row.due_on,
        says=_says_step,
        lasts=7 * DAY,
    ),
    Rule(
        name="second-thanks",
        label="Their advice led to something: thank them again",
        due=_second_thanks,
        key=lambda row: f"second-thanks:outcome:{row.pk}",
        due_at=lambda row: _morning(row.happened_on, row.student),
        day_of=lambda row: row.happened_on,
        says=_says_second,
        lasts=14 * DAY,
    ),
]

BY_NAME = {rule.name: rule for rule in RULES}


def notice_for(rule, row):
    """Return the unsaved notice that `rule` gives for `row`."""
    said = rule.says(row)
    due_at = rule.due_at(row)
    return Notice(
        key=rule.key(row),
        rule=rule.name,
        person=said.person,
        subject_id=row.pk,
        title=said.title[:200],
        text=said.text,
        url=said.url,
        due_at=due_at,
        expires_at=due_at + rule.lasts,
    )
