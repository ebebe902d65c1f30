"""What is due about a student’s own people: loops to close, letters, steps, events, and searches they keep."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.clock import times
from apps.clock.mornings import days_begun, morning
from apps.directory import views_saved
from apps.directory.models import SavedSearch, with_news
from apps.finding.models import Event
from apps.network.models import ActionStep, Cadence, Outcome, Referral
from apps.reminders.models import How, Notice
from apps.reminders.rule import DAY, LOOKBACK, WEEK, H, NoticeText, Rule, page_at

if TYPE_CHECKING:
    from apps.directory.models import WithNews


def _open_loops(now: datetime) -> QuerySet[Referral]:
    """The person who was named has been talked with a day ago, and the one who named them has not heard (R108)."""
    referrals = Referral.objects.select_related("student", "referrer", "contact")
    return referrals.open_loops(since=now - LOOKBACK, until=now - 24 * H)


def _says_loop(referral: Referral) -> NoticeText:
    return NoticeText(
        person=referral.student,
        title=f"Tell {referral.referrer.name} how it went with {referral.contact.name}",
        text="People like to hear how it went. Two sentences are enough.",
        url=f"{page_at('contact_write', referral.referrer_id)}?loop={referral.pk}",
    )


def _day_begun(now: datetime, date: str) -> Q:
    """The row's day has begun, at eight where the student is."""
    return days_begun(now, date, "student__time_zone", not_before=LOOKBACK)


def _eight(date: str) -> Callable[[Any], datetime]:
    """The instant at which the day of a row begins for its student."""
    return lambda row: morning(getattr(row, date), row.student.zone)


def _cadences(now: datetime) -> QuerySet[Cadence]:
    rows = Cadence.objects.select_related("student", "contact")
    return rows.filter(_day_begun(now, "due_on"), contact__archived_at=None)


def _says_cadence(cadence: Cadence) -> NoticeText:
    return NoticeText(
        person=cadence.student,
        title=f"A good week to write to {cadence.contact.name}",
        text="You wanted to stay in touch. Share one thing that happened because you talked.",
        url=page_at("contact", cadence.contact_id),
    )


def _steps(now: datetime) -> QuerySet[ActionStep]:
    rows = ActionStep.objects.filter(_day_begun(now, "due_on"), done_at=None)
    shown = rows.select_related("contact").only("student", "text", "due_on", "is_theirs", "talked_on", "contact__name")
    return shown.prefetch_related("student")  # one student has many


def _says_step(step: ActionStep) -> NoticeText:
    text = f"{_about_step(step)}Is it done, or is there a better day for it?"
    if step.contact and step.is_theirs:
        text = f"{step.contact.name} said they would do this. If it hasn’t happened, a short, kind note is fine."
    return NoticeText(
        person=step.student,
        title=step.text,
        text=text,
        url=page_at("contact", step.contact_id) if step.contact_id else page_at("step_edit", step.pk),
    )


def _about_step(step: ActionStep) -> str:
    if step.contact is None:
        return ""
    if step.talked_on is None:
        return f"Your next step with {step.contact.name}. "
    return f"You planned this after you talked with {step.contact.name} on {times.long_day(step.talked_on)}. "


def _events(now: datetime) -> QuerySet[Event]:
    return Event.objects.select_related("student").filter(_day_begun(now, "asks_on"), answered_at=None)


def _says_event(event: Event) -> NoticeText:
    return NoticeText(
        person=event.student,
        title=f"Who did you meet at {event.name}?",
        text="Write down the names while you remember them. One name on each line is enough.",
        url=page_at("event", event.pk),
    )


def _second_thanks(now: datetime) -> QuerySet[Outcome]:
    """The student applied or was offered something because of a conversation (R117)."""
    return Outcome.objects.select_related("student", "contact").filter(
        _day_begun(now, "happened_on"),
        kind__in=[Outcome.Kind.APPLIED, Outcome.Kind.OFFER],
        second_thanks_at=None,
        contact__archived_at=None,
    )


def _says_second(outcome: Outcome) -> NoticeText:
    return NoticeText(
        person=outcome.student,
        title=f"Thank {outcome.contact.name} a second time",
        text="Their advice led to something. Let them know. There is nothing to ask for; they’re glad to know.",
        url=page_at("contact", outcome.contact_id),
    )


def _new_in_searches(now: datetime) -> "QuerySet[WithNews]":
    """Somebody new was found in a search that the student keeps, and they have not looked yet (R201)."""
    kept = SavedSearch.objects.kept().filter(is_muted=False).select_related("student")
    return with_news(kept, now).filter(news__gt=0)


def _says_new(saved: "WithNews") -> NoticeText:
    people = "1 new person matches" if saved.news == 1 else f"{saved.news} new people match"
    return NoticeText(
        person=saved.student,
        title=f"{people} “{saved.name}”",
        text="You saved this search, and we found them in it.",
        url=page_at("saved_search", saved.pk),
    )


def _who_is_new(notice: Notice) -> dict[str, object]:
    """Who is new, as the search finds them when the mail is written, and the link that stops mails about it."""
    now = timezone.now()
    saved = SavedSearch.objects.kept().select_related("student__student_profile").filter(pk=notice.subject_id).first()
    if saved is None:
        return {}
    return {"people": views_saved.told_of(saved, now), "stop_url": views_saved.stop_url(saved, now)}


TOUCH, FINDING = "Staying in touch", "Finding people"
MONDAYS = (How.WEEKLY, How.NEVER)  # what is looked at once a week
NETWORK = [
    Rule(
        name="close-loop",
        group=TOUCH,
        label="Tell the person who suggested someone how it went",
        why="A day after you talked with the person they suggested.",
        due=_open_loops,
        key=("pk",),
        due_at=lambda row: row.talked_at + 24 * H,
        says=_says_loop,
        lasts=WEEK,
        action="Write 2 sentences",
    ),
    Rule(
        name="cadence",
        group=TOUCH,
        label="A good week to write to someone",
        why="When it’s time, as you chose.",
        due=_cadences,
        key=("pk", "due_on"),
        due_at=_eight("due_on"),
        says=_says_cadence,
        lasts=WEEK,
        action="Write a note",
    ),
    Rule(
        name="action-step",
        group=TOUCH,
        label="A next step",
        why="On the morning of the day you chose.",
        due=_steps,
        key=("pk", "due_on"),
        due_at=_eight("due_on"),
        says=_says_step,
        lasts=WEEK,
        action="See your next step",
    ),
    Rule(
        name="event-met",
        group=TOUCH,
        label="Who you met at an event",
        why="On the morning after it.",
        due=_events,
        key=("pk", "asks_on"),
        due_at=_eight("asks_on"),
        says=_says_event,
        lasts=WEEK,
        action="Add names",
    ),
    Rule(
        name="second-thanks",
        group=TOUCH,
        label="Thank someone a second time",
        why="When their advice led to an application or an offer.",
        due=_second_thanks,
        key=("pk",),
        due_at=_eight("happened_on"),
        says=_says_second,
        lasts=14 * DAY,
        action="Write to them",
    ),
    Rule(
        name="saved-search",
        group=FINDING,
        label="Someone new matches a saved search",
        why="On Monday morning, if someone does.",
        due=_new_in_searches,
        key=("pk", "found_at"),
        due_at=lambda row: row.found_at,
        says=_says_new,
        lasts=WEEK,
        action="See who’s new",
        how=How.WEEKLY,
        offers=MONDAYS,
        adds=_who_is_new,
    ),
]
