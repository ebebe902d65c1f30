"""What is due around one conversation: before it, and what has to be written once it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db.models import QuerySet, Value

from apps.alumni.models import Format
from apps.clock import times
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import THANK_YOU_HOURS, Interview, InterviewQuerySet
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.preparing.models import PlannedQuestion
from apps.interviews.scheduling.calendar import EARLY, be_there
from apps.reminders.models import How, Notice
from apps.reminders.rule import (
    CANNOT_WAIT,
    DAY,
    LOOKBACK,
    NOW_OR_NOT,
    WEEK,
    H,
    NoticeText,
    Rule,
    hour_of,
    page_at,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

FIRST_WORD, LAST_WORD = 20, THANK_YOU_HOURS - 8  # hours after the talk, at which a thank-you is brought to mind (R102)


class AsOf(TypedDict):
    asked_at: datetime  # the moment for which the rule was asked


type Unthanked = WithAnnotations[Interview, AsOf]


def _interviews() -> InterviewQuerySet:
    return Interview.objects.select_related("student", "contact")


def _coming(now: datetime, before: timedelta, until: timedelta) -> InterviewQuerySet:
    """Scheduled interviews that begin within `before`, asked only while that is news."""
    return _interviews().filter(
        status=InterviewStatus.SCHEDULED, starts_at__lte=now + before, starts_at__gt=now + until
    )


def _says_tomorrow(talk: Interview) -> NoticeText:
    person = talk.student
    return NoticeText(
        person=person,
        title=f"You talk with {talk.contact.name} on {times.weekday(talk.starts_at, talk.clock_of(person.zone))}",
        text=f"{_span(talk)}, {talk.get_format_display().lower()}. "
        "Read your questions again, and put your top 3 first.",
        url=page_at("prepare", talk.pk),
    )


def _span(talk: Interview) -> str:
    """Say from when until when, on the student's clock; in person on that of the place, which is named."""
    span = times.span(talk.starts_at, talk.ends_at, talk.clock_of(talk.student.zone))
    return f"{span} {times.zone_name(talk.alum_zone)}" if talk.is_meeting else span


def _to_take_along(notice: Notice) -> dict[str, object]:
    """Where the talk is, when to leave, and the starred questions (without stars, all), as they stand by then."""
    talk = Interview.objects.select_related("contact").filter(pk=notice.subject_id).first()
    if talk is None:
        return {}
    planned = list(PlannedQuestion.objects.filter(plan__interview=talk).order_by("position"))
    top = [question.text for question in planned if question.is_must]
    shown = top or [question.text for question in planned]
    return {
        "where": _where(talk),
        "way": _way(talk),
        "questions": shown,
        "is_top": bool(top),
        "rest": len(planned) - len(shown),
    }


def _way(talk: Interview) -> str:
    """Say when to leave for a meeting in person, by the minutes that the student gave."""
    if not talk.is_meeting:
        return ""
    there = f"Be there by {be_there(talk)}."
    if not talk.travel_minutes:
        return there
    minutes = f"{talk.travel_minutes} minute{'' if talk.travel_minutes == 1 else 's'}"
    leave = times.clock(talk.starts_at - EARLY - timedelta(minutes=talk.travel_minutes), talk.alum_zone)
    return f"{there} You planned {minutes} for the way, so leave by {leave}."


def _where(talk: Interview) -> str:
    """Say by which link, at which number or in which place one meets, or that it is not known yet."""
    names: dict[str, str] = {Format.VIDEO: "The link", Format.PHONE: "The number"}
    name = names.get(talk.format, "The place")
    return f"{name}: {talk.place}" if talk.place else f"{name} is not noted yet. Ask {talk.contact.first_name} today."


def _says_hour(talk: Interview) -> NoticeText:
    place, zone = f" {talk.place}." if talk.place else "", talk.clock_of(talk.student.zone)
    hour = f"{times.weekday(talk.starts_at, zone)} {times.clock(talk.starts_at, zone)}"
    return NoticeText(
        person=talk.student,
        title=f"{hour}: you talk with {talk.contact.name}",
        text=f"{_span(talk)}.{place} Find a quiet place and keep your questions open.{_test(talk)}",
        url=page_at("prepare", talk.pk),
    )


def _test(talk: Interview) -> str:
    """Say what is tried 15 minutes before (R73): no mail of its own follows this one."""
    at = times.clock(talk.starts_at - H / 4, talk.student.zone)
    tests = {
        Format.VIDEO: f" At {at}, test the link, with sound and video.",
        Format.PHONE: f" At {at}, check your signal.",
    }
    return tests.get(Format(talk.format), "")


def _coming_from_afar(now: datetime) -> InterviewQuerySet:
    """Talks by video or phone in the last quarter of an hour before they begin (R73)."""
    return _coming(now, H / 4, 0 * H).filter(format__in=[Format.VIDEO, Format.PHONE])


def _says_quarter(talk: Interview) -> NoticeText:
    start, where = times.clock(talk.starts_at, talk.student.zone), talk.place
    test = f"Test the link, with sound and video: {where}" if where else "Check that you have the link."
    if talk.format == Format.PHONE:
        test = (
            f"Check that your phone has a signal. The number is {where}"
            if where
            else "Check that your phone has a signal."
        )
    return NoticeText(
        person=talk.student,
        title=f"At {start} you talk with {talk.contact.name}",
        text=f"Go somewhere quiet, and silence your notifications. {test}",
        url=page_at("prepare", talk.pk),
    )


def _ended(now: datetime) -> InterviewQuerySet:
    """The time has passed, nobody cancelled, nothing written down."""
    return _interviews().awaiting_debrief(now).ended_between(now - LOOKBACK, now)


def _says_write(talk: Interview) -> NoticeText:
    return NoticeText(
        person=talk.student,
        title=f"Save what you learned from {talk.contact.first_name}",
        text="5 minutes now save you an hour next week. Start with the sentence you would repeat to a friend.",
        url=page_at("debrief", talk.pk),
    )


def _unthanked(hours: int, until: int) -> Callable[[datetime], QuerySet[Unthanked]]:
    """Not thanked, and the conversation over for at least `hours` and less than `until` hours: one rule at a time."""

    def due(now: datetime) -> QuerySet[Unthanked]:
        talks = _interviews().awaiting_thanks(now).ended_between(now - until * H, now - hours * H)
        return talks.annotate(asked_at=Value(now))

    return due


def _says_thank(talk: Unthanked) -> NoticeText:
    if talk.asked_at >= talk.thank_by:
        return _says_late(talk)
    by = hour_of(talk.thank_by, talk.student)
    return NoticeText(
        person=talk.student,
        title=f"Thank {talk.contact.name} by {by}",
        text=f"You talked on {times.weekday(talk.over_at, talk.student.zone)}. People remember a note within 2 days; "
        "a note next week means less.",
        url=page_at("thank_you", talk.pk),
    )


def _says_late(talk: Interview) -> NoticeText:
    return NoticeText(
        person=talk.student,
        title=f"{talk.contact.name} hasn’t heard from you yet",
        text="The 2 days are over. Late is far better than never. Three honest sentences are enough.",
        url=page_at("thank_you", talk.pk),
    )


def _in_their_words(notice: Notice) -> dict[str, object]:
    """What the student wrote down of the talk, and the way out for who has thanked already."""
    debrief = Debrief.objects.filter(interview=notice.subject_id).first()
    return {
        "quote": debrief.quote if debrief else "",
        "aside": "Already thanked them another way? Mark it as sent to stop the clock:",
        "aside_url": page_at("thanked", notice.subject_id),
    }


GROUP = "Before and after conversations"
TALKS = [
    Rule(
        name="interview-tomorrow",
        group=GROUP,
        label="The day before a conversation",
        why="24 hours before, with your questions.",
        due=lambda now: _coming(now, 24 * H, 1 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - 24 * H,
        says=_says_tomorrow,
        lasts=23 * H,
        action="See your questions",
        thing="interview",
        rests=H,
        offers=NOW_OR_NOT,
        is_in_pause=True,
        adds=_to_take_along,
    ),
    Rule(
        name="interview-hour",
        group=GROUP,
        label="An hour before a conversation",
        why="Where it is, and your questions.",
        due=lambda now: _coming(now, 1 * H, 0 * H),
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - H,
        says=_says_hour,
        lasts=H,
        action="Open your questions",
        thing="interview",
        rests=H,
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="interview-quarter",
        group=GROUP,
        label="15 minutes before a video or phone conversation",
        why="If no other email about it came in the hour before. A check that the link or number works.",
        due=_coming_from_afar,
        key=("pk", "starts_at"),
        due_at=lambda row: row.starts_at - H / 4,
        says=_says_quarter,
        lasts=H / 4,
        action="Open your questions",
        thing="interview",
        rests=H,
        offers=NOW_OR_NOT,
        is_in_pause=True,
    ),
    Rule(
        name="write-down",
        group=GROUP,
        label="Save what you learned",
        why="As soon as a conversation is over, while you remember it.",
        due=_ended,
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at,
        says=_says_write,
        lasts=WEEK,
        action="Reflect",
    ),
    Rule(
        name="thank-you-first",
        group=GROUP,
        label="Thank them",
        why="20 hours after you talked, if you haven’t yet.",
        due=_unthanked(FIRST_WORD, until=LAST_WORD),
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at + FIRST_WORD * H,
        says=_says_thank,
        lasts=(LAST_WORD - FIRST_WORD) * H,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        deadline=lambda row: row.thank_by,
        offers=CANNOT_WAIT,
        is_in_pause=True,
        adds=_in_their_words,
    ),
    Rule(
        name="thank-you-second",
        group=GROUP,
        label="Thank them, second reminder",
        why="8 hours before the 2 days are over.",
        due=_unthanked(LAST_WORD, until=72),  # a worker that was away still sends it, once
        key=("pk", "sequence"),
        due_at=lambda row: row.over_at + LAST_WORD * H,
        says=_says_thank,
        lasts=(72 - LAST_WORD) * H,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        deadline=lambda row: row.thank_by,
        offers=CANNOT_WAIT,
        is_in_pause=True,
        adds=_in_their_words,
    ),
    Rule(
        name="thank-you-late",
        group=GROUP,
        label="A thank-you is late",
        why="It appears in To do, without an email.",
        due=_unthanked(THANK_YOU_HOURS, until=60 * 24),
        key=("pk", "sequence"),
        due_at=lambda row: row.thank_by,
        says=_says_late,
        lasts=3 * DAY,
        action="Write the note",
        thing="thank-you",
        is_one_task=True,
        how=How.NEVER,
        offers=(How.NEVER,),
    ),
]
