"""What a student sees of a request that is no draft any more: where it stands, until when, what can be done.

It reads and arranges. Which buttons stand there is lifecycle.open_moves', so that page and act cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from apps.alumni.models import AlumniProfile, Format
from apps.clock import times
from apps.clock.two_clocks import apart, on_both_clocks, theirs
from apps.interviews import deadlines
from apps.interviews.answering import actions
from apps.interviews.asking import actions as asking
from apps.interviews.asking.letter import recipient_zone
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle import reported
from apps.interviews.lifecycle.models import Channel, Interview, InterviewRequest, LifecycleEvent, TimeWindow
from apps.interviews.lifecycle.moves import CLOSED, REQUEST_MOVES, RequestStatus, open_moves
from apps.interviews.lifecycle.reported import Reported
from apps.interviews.scheduling import slots, week_page
from apps.interviews.scheduling.forms import ArrangeForm, WindowsForm
from apps.interviews.scheduling.slots import Slot
from apps.interviews.scheduling.week import Span
from apps.interviews.scheduling.week_page import Frame
from apps.network.models import Contact
from apps.web.fields import NoteForm
from apps.wording.pronouns import Pronouns, pronouns_of

STORY = {
    "submit": "You asked {coach} to review it",
    "reclaim": "You changed it back to a draft",
    "return": "{coach} returned it with comments",
    "approve": "{coach} approved it",
    "send": "You sent it",
    "take_back": "You changed it back to a draft",
    "hold_back": "It wasn’t sent",
    "counter": "{first} suggested new times",
    "offer_again": "You suggested new times",
    "question": "{first} asked a question first",
    "reply": "You answered the question",
    "accept": "{first} said yes",
    "accept_offer": "You said yes",
    "arrange": "You agreed on a time",
    "decline": "{first} said “not now”",
    "reconsider": "{first} reconsidered",
    "suggest": "{first} suggested someone",
    "turned_down": "{first} said “not now”",
    "withdraw": "You withdrew it",
    "expire": "It closed without a reply",
    "nudge": "We sent one reminder",
}
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)


@dataclass(frozen=True)
class Told:
    """One thing that happened, in words, with what the person wrote who did it."""

    sentence: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """A request that is no draft any more: where it stands, until when, what can be done."""

    asked: InterviewRequest
    contact: Contact
    alum: AlumniProfile | None
    recipient: str
    pronouns: Pronouns
    now: datetime
    moves: set[str]
    can_take_back: bool
    can_unsay: bool
    leaves: str  # at the time that the student chose, on both clocks
    review: Review | None
    days: list[tuple[date, list[Slot]]]
    suggests_in_words: bool  # the alum named no time in fields, only words such as “Any Friday after 4”
    their_zone: str
    chosen_formats: list[tuple[str, str]]
    windows: WindowsForm
    note: NoteForm
    arrange: ArrangeForm
    interview: Interview | None
    others: list[AlumniProfile]
    reminder: str
    story: list[Told]
    offered: list[tuple[TimeWindow, str]]
    deadline: str
    report: Reported | None  # what the student told the office about it
    section: str = "people"


@dataclass(frozen=True, kw_only=True)
class AgreedPage:
    """The time that was agreed before any letter."""

    asked: InterviewRequest
    contact: Contact
    form: ArrangeForm
    section: str = "people"


def context(
    asked: InterviewRequest,
    now: datetime,
    windows: WindowsForm | None = None,
    note: NoteForm | None = None,
    arrange: ArrangeForm | None = None,
) -> RequestPage:
    zone, moves = asked.student.time_zone, open_moves(REQUEST_MOVES, asked.status, "student")
    other_zone = recipient_zone(asked)
    offered = actions.open_slots(asked, by="alum", now=now) if asked.turn == "student" else []
    return RequestPage(
        asked=asked,
        contact=asked.contact,
        alum=asked.alum,
        recipient=asked.alum.first_name if asked.alum else asked.contact.first_name,
        pronouns=pronouns_of(asked.contact.pronouns),
        now=now,
        moves=moves,
        can_take_back=_can_take_back(asked, now),
        can_unsay=asked.alum is None and "take_back" in moves,
        leaves=on_both_clocks(asked.leaves_at, other_zone, zone) if asked.send_at and asked.leaves_at else "",
        review=asked.reviews.order_by("-asked_at", "-pk").first(),
        days=slots.by_day(slots.beside(offered, asked.student, now), zone),
        suggests_in_words=asked.waits_for_student and not (asked.has_question or _has_windows(asked)),
        their_zone=other_zone,
        chosen_formats=[choice for choice in Format.choices if choice[0] in asked.formats],
        windows=windows or WindowsForm(zone=zone),
        note=note or NoteForm(),
        arrange=arrange or ArrangeForm(zone=zone, initial={"format": "video"}),
        interview=Interview.objects.filter(request=asked).first(),
        others=asking.alternatives(asked, now) if asked.status in CLOSED else [],
        reminder=_reminder(asked, now, zone),
        story=_story(asked, now),
        offered=_offered(asked, zone) if asked.is_open and asked.alum else [],
        deadline=times.until(asked.deadline_at, now, zone) if asked.deadline_at else "",
        report=reported.by(asked.student, asked) if asked.alum else None,
    )


def agreed(asked: InterviewRequest, form: ArrangeForm | None = None) -> AgreedPage:
    zone = asked.student.time_zone
    return AgreedPage(
        asked=asked,
        contact=asked.contact,
        form=form or ArrangeForm(zone=zone, initial={"format": "in_person"}),
    )


def week_frame(asked: InterviewRequest, now: datetime) -> Frame | None:
    """Return what stands around the week of a reply to the alum; None where it is not the student's turn."""
    if not asked.waits_for_student or asked.alum is None:
        return None
    student, first, zone = asked.student, asked.contact.first_name, asked.student.time_zone
    possessive = pronouns_of(asked.contact.pronouns).possessive
    sides = week_page.with_alum(zone, first, asked.alum, recipient_zone(asked), possessive)
    suggested = [Span(slot.starts_at, slot.ends_at) for slot in actions.open_slots(asked, by="alum", now=now)]
    return Frame(
        heading=f"Offer {first} other times",
        lead=f"{first} picks {asked.minutes} minutes inside one of them, and you both get an invitation.",
        back=asked.get_absolute_url(),
        back_says=f"Back to {first}’s reply",
        button=f"Send to {first}",
        sides=sides,
        minutes=asked.minutes,
        blocks=[*week_page.of_student(student, now, but=asked), *week_page.as_offered(suggested, first)],
        pattern=week_page.own_pattern(student),
        about=asked,
        distance=apart(sides.zone, sides.other_zone, now),
        usual_says=week_page.quoted(first, asked.alum),
        key_usual=f"{first}’s usual times",
        key_busy="You’re busy",
        key_offered=f"{first} suggested",
        note_label=f"Your answer to {first}" if asked.has_question else "Message",
        needs_note=asked.has_question,
        section="people",
        has_busy_times=True,
    )


def _has_windows(asked: InterviewRequest) -> bool:
    return any(window.offered_by == "alum" for window in asked.windows.all())


def _can_take_back(asked: InterviewRequest, now: datetime) -> bool:
    if asked.status == RequestStatus.IN_REVIEW:
        return True
    return asked.status == RequestStatus.SENT and asked.leaves_at is not None and now < asked.leaves_at


def _offered(asked: InterviewRequest, zone: str) -> list[tuple[TimeWindow, str]]:
    """Return the times that the alum can choose now, each with what it is on their clocks."""
    windows = asked.windows.filter(offered_by="student").order_by("starts_at", "pk")
    return [(window, theirs(window, zone, recipient_zone(asked))) for window in windows]


def _reminder(asked: InterviewRequest, now: datetime, zone: str) -> str:
    """Say when the alum is reminded of it, once; nobody outside the directory hears from Rapport."""
    if asked.status != RequestStatus.SENT or not asked.alum_id or asked.answered_at:
        return ""
    them, at = pronouns_of(asked.contact.pronouns).object, deadlines.nudge_at(asked)
    if asked.events.filter(event="nudge").exists():
        return f"We sent {them} one reminder."
    if at is None:
        return "There isn’t enough time before the deadline for a reminder."
    return f"We’ll remind {them} once, on {times.day(max(at, now), zone)}."


def _story(asked: InterviewRequest, now: datetime) -> list[Told]:
    events = [event for event in asked.events.order_by("at", "pk") if event.event in STORY]
    coach, first = coach_of(asked, events), asked.contact.first_name
    story = [Told(told(event, asked, coach, first), event.at, event.note) for event in events]
    if events and events[-1].event == "send" and asked.leaves_at and _can_take_back(asked, now):
        leaves = times.until(asked.leaves_at, now, asked.student.time_zone)
        story[-1] = Told(f"You chose Send. It will be sent {leaves}", events[-1].at, events[-1].note)
    return story


def told(event: LifecycleEvent, asked: InterviewRequest, coach: str, first: str) -> str:
    """Say what happened to a request; nothing where it is not worth a line. `coach`: of coach_of.

    `first` was asked. What was asked by word of mouth was not sent, and what the clock gave back was read by nobody.
    """
    if (event.event, event.actor) == ("return", "clock"):
        return "It was returned without a review"
    if event.event == "send" and asked.channel in SPOKEN:
        return "You asked"
    return STORY.get(event.event, "").format(coach=coach, first=first)


def coach_of(asked: InterviewRequest, events: Iterable[LifecycleEvent]) -> str:
    """Name who read the request last, or would; nothing where none of the events speaks of them."""
    if not any("{coach}" in STORY.get(event.event, "") for event in events):
        return ""
    review = asked.reviews.order_by("-asked_at", "-pk").select_related("coach").first()
    coach = (review and review.coach) or asked.student.student_profile.coach
    return coach.first_name if coach else "your coach"
