"""All of a student's conversations, and one of them: where it stands, what is next, what happened (R2, R215).

It reads and arranges. Stages are lifecycle/stages.py's, next steps progress.py's; which moves make sense is
lifecycle/moves.py's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import chain

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Exists, OuterRef, Q

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.database.promised import promised
from apps.interviews.answering.sent_page import Told, coach_of
from apps.interviews.answering.sent_page import told as told_of
from apps.interviews.asking.models import ReviewComment
from apps.interviews.conversations import progress
from apps.interviews.debriefing.impact import ImpactForm
from apps.interviews.debriefing.models import ImpactNote
from apps.interviews.lifecycle import reported
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, TimeWindow
from apps.interviews.lifecycle.moves import (
    CALLED_OFF,
    CLOSED,
    INTERVIEW_MOVES,
    UNDER_WAY,
    InterviewStatus,
    RequestStatus,
    open_moves,
)
from apps.interviews.lifecycle.reported import Reported
from apps.interviews.lifecycle.stages import Stage, request_status, thread, with_progress
from apps.interviews.preparing.page import their_time
from apps.interviews.scheduling import calendar
from apps.interviews.scheduling.forms import PlaceForm
from apps.network.models import Contact
from apps.wording.pronouns import Pronouns, pronouns_of

A_PAGE = 20
WIDEST = timedelta(hours=5)  # the longest way there is, and then some
AT_ONCE = 10  # closed requests: the latest; each person's own page has them all


@dataclass(frozen=True)
class Line:
    """One row of the list: an interview or a request, and what is next with it. `is_mine`: it waits for the student."""

    row: Interview | InterviewRequest
    step: progress.Step | None
    is_mine: bool = True


@dataclass(frozen=True, kw_only=True)
class ConversationsPage:
    """All of a student's conversations, a page of those that are over at a time."""

    now: datetime
    next_at: str  # when the first of `coming` is, in person on the clock of its place
    coming: list[Line]
    waiting: list[Line]
    past: list[Line]
    first: Line | None  # whose button is filled
    page: Page[Interview]
    closed: list[InterviewRequest]
    section: str = "conversations"


@dataclass(frozen=True, kw_only=True)
class ConversationPage:
    """One conversation: what is agreed, what is next, and what happened."""

    interview: Interview
    contact: Contact
    pronouns: Pronouns
    now: datetime
    asked: InterviewRequest | None
    stages: list[Stage]
    step: progress.Step
    hours: int  # since it was over
    is_coming: bool
    is_over: bool
    is_unsaid: bool  # its time has passed, and nobody has said whether it took place
    is_written: bool
    thanked_at: datetime | None
    thanks_leave_at: datetime | None
    moves: set[str]
    their_time: str
    be_there: str
    is_meeting: bool
    lead_day: str
    lead_clock: str
    google: str
    outlook: str
    outlook_live: str
    tight: list[str]  # with whom the student talks so close to it that the way does not fit between
    place_form: PlaceForm
    offered: list[TimeWindow]
    impact: ImpactForm | None
    story: list[Told]
    report: Reported | None  # what the student told the office about it
    section: str = "conversations"


# --- all of them ------------------------------------------------------------------------------------------------------


def overview(student: User, now: datetime, page: str | None) -> ConversationsPage:
    """Return what is coming, what waits for somebody, what was, and what came to nothing."""
    talks = with_progress(Interview.objects.filter(student=student))
    ahead = Q(status=InterviewStatus.SCHEDULED, ends_at__gt=now)
    past = with_progress(Interview.objects.filter(student=student).exclude(ahead))
    shown = Paginator(past.order_by("-starts_at", "-pk").fetch_mode(FETCH_RAISE), A_PAGE).get_page(page)
    to_come = list(talks.filter(ahead).order_by("starts_at", "pk").fetch_mode(FETCH_RAISE))
    coming = [Line(interview, progress.next_step(interview, now, student.zone)) for interview in to_come]
    waiting = _under_way(student, now)
    over = [Line(interview, _left_to_do(interview, now)) for interview in shown]
    return ConversationsPage(
        now=now,
        next_at=_next_at(to_come[0], now, student.zone) if to_come else "",
        coming=coming,
        waiting=waiting,
        past=over,
        first=_first(chain(coming, waiting, over)),
        page=shown,
        closed=_closed(student) if shown.number == 1 else [],
    )


def _first(lines: Iterable[Line]) -> Line | None:
    """Return the line whose button is filled: the clock of a thank-you before anything else."""
    own = [line for line in lines if line.step and line.is_mine]
    running = [line for line in own if line.step and line.step.clock]
    return next(iter(running or own), None)


def _under_way(student: User, now: datetime) -> list[Line]:
    """Return requests that are open, those that wait for the student first."""
    comments = ReviewComment.objects.filter(review__request=OuterRef("pk"), is_done=False)
    requests = (
        InterviewRequest.objects.filter(student=student, status__in=UNDER_WAY)
        .select_related("contact__organization", "student__student_profile__coach")
        .annotate(has_comments=Exists(comments))
        .order_by("-updated_at", "-pk")
        .fetch_mode(FETCH_RAISE)
    )
    lines = [
        Line(asked, _waits_for(asked, now, student.zone, has_comments=asked.has_comments), _is_mine(asked))
        for asked in requests
    ]
    return sorted(lines, key=lambda line: not line.is_mine)


def _is_mine(asked: InterviewRequest) -> bool:
    return asked.status == RequestStatus.DRAFT or asked.waits_for_student


def _next_at(talk: Interview, now: datetime, own: tzinfo) -> str:
    """Return “tomorrow at 9:00 am”; of a meeting in another zone than one's own, with the name of its place's."""
    zone = talk.clock_of(own)
    at = f"{times.day_name(talk.starts_at, now, zone)} at {times.clock(talk.starts_at, zone)}"
    is_elsewhere = talk.is_meeting and str(zone) != str(own)
    return f"{at}, {times.zone_name(zone)}" if is_elsewhere else at


def _waits_for(asked: InterviewRequest, now: datetime, zone: tzinfo, *, has_comments: bool) -> progress.Step:
    """Return where a request stands, as a step."""
    title, first, coach = request_status(asked, now), asked.contact.first_name, asked.student.student_profile.coach
    reader = coach.first_name if coach else "Your coach"
    if asked.status == RequestStatus.DRAFT:
        comments = f"{reader} left comments. " if has_comments else ""
        return _request(asked, title, f"{comments}Started {times.ago(asked.created_at, now)}.", "Finish your request")
    if asked.status == RequestStatus.IN_REVIEW:
        return _request(asked, title, f"{reader} will review it before it’s sent.", "See your request")
    if _is_mine(asked):
        is_question = asked.has_question
        what, action = ("a question", "Answer the question") if is_question else ("new times", "Pick a time")
        text = f"{first} replied {times.ago(asked.answered_at or asked.updated_at, now)} with {what}."
        return _request(asked, title, text, action)
    if asked.leaves_at and asked.leaves_at > now and asked.status == RequestStatus.SENT:
        text = f"It will be sent {times.until(asked.leaves_at, now, zone)}. You can undo until then."
        return _request(asked, title, text, "See your request")
    by = f"{first} can reply by {times.until(promised(asked.deadline_at), now, zone)}."
    sent = f"Sent {times.ago(promised(asked.sent_at), now)}. " if asked.status == RequestStatus.SENT else ""
    return _request(asked, title, f"{sent}{by}", "See your request")


def _request(asked: InterviewRequest, title: str, text: str, action: str) -> progress.Step:
    return progress.Step(title, text, asked.get_absolute_url(), action)


def _left_to_do(interview: Interview, now: datetime) -> progress.Step | None:
    """Return what is still to do after a talk, or nothing."""
    if interview.status in CALLED_OFF and not interview.asked_to_move:
        return None
    done = interview.is_written and (interview.thanked_at or interview.thanks_leave_at)
    return None if done else progress.next_step(interview, now, interview.student_zone)


def _closed(student: User) -> list[InterviewRequest]:
    requests = InterviewRequest.objects.filter(student=student, status__in=CLOSED).select_related("contact")
    return list(requests.order_by("-updated_at", "-pk").fetch_mode(FETCH_RAISE)[:AT_ONCE])


# --- one of them ------------------------------------------------------------------------------------------------------


def page(
    interview: Interview,
    person: User,
    now: datetime,
    *,
    place: PlaceForm | None = None,
    impact: ImpactForm | None = None,
) -> ConversationPage:
    """Return everything about one conversation. `place`, `impact`: the form with a mistake in it, if there was one."""
    talk = with_progress(Interview.objects.filter(pk=interview.pk)).get()
    talk.student = person
    zone, contact = person.zone, talk.contact
    place_zone, is_meeting = talk.clock_of(zone), talk.is_meeting
    elsewhere = their_time(talk)
    lead_clock = times.clock(talk.starts_at, place_zone)
    is_coming = talk.status == InterviewStatus.SCHEDULED and talk.ends_at > now
    return ConversationPage(
        interview=talk,
        contact=contact,
        pronouns=pronouns_of(contact.pronouns),
        now=now,
        asked=talk.request,
        stages=thread(talk, now, zone),
        step=progress.next_step(talk, now, zone),
        hours=times.hours(talk.over_at, now),
        is_coming=is_coming,
        is_over=talk.is_over(now),
        is_unsaid=talk.status == InterviewStatus.SCHEDULED and talk.ends_at <= now,
        is_written=talk.is_written,
        thanked_at=talk.thanked_at,
        thanks_leave_at=talk.thanks_leave_at,
        moves=open_moves(INTERVIEW_MOVES, talk.status, "student"),
        their_time=elsewhere,
        is_meeting=is_meeting,
        lead_day=times.day_name(talk.starts_at, now, place_zone),
        lead_clock=f"{lead_clock} {times.zone_name(place_zone)}" if is_meeting and elsewhere else lead_clock,
        be_there=calendar.be_there(talk) if is_meeting else "",
        google=calendar.google_url(talk, person),
        outlook=calendar.outlook_url(talk, person),
        outlook_live=calendar.outlook_url(talk, person, host="outlook.live.com"),
        tight=_without_time_for_the_way(talk) if is_coming else [],
        place_form=place
        or PlaceForm(way=talk.format, initial={"place": talk.place, "travel_minutes": talk.travel_minutes}),
        offered=list(talk.proposals.order_by("starts_at", "pk")) if is_coming else [],
        impact=impact or _impact(talk) if talk.status == InterviewStatus.COMPLETED else None,
        story=_story(talk),
        report=reported.by(person, talk.request) if talk.alum_id else None,
    )


def _without_time_for_the_way(talk: Interview) -> list[str]:
    """Return whom the student talks with so close to `talk` that the way does not fit between (R72)."""
    start, end = calendar.away(talk)
    near = Q(starts_at__lt=end + WIDEST, ends_at__gt=start - WIDEST)
    others = Interview.objects.filter(near, student=talk.student_id, status=InterviewStatus.SCHEDULED)
    return [
        other.contact.name
        for other in others.exclude(pk=talk.pk).select_related("contact").order_by("starts_at", "pk")
        if calendar.away(other)[0] < end and start < calendar.away(other)[1]
    ]


def _impact(talk: Interview) -> ImpactForm:
    note = ImpactNote.objects.filter(interview=talk).first()
    return ImpactForm(initial={"body": note.body, "is_shared": note.is_shared} if note else None)


HAPPENED: Mapping[str, tuple[str, str]] = {  # event: what you did, what they did
    "reschedule": ("You accepted the new time", "{first} accepted the new time"),
    "retime": ("You rescheduled", "{first} rescheduled"),
    "propose": ("You asked to reschedule", "{first} asked to reschedule"),
    "keep": ("You kept the current time", "{first} kept the current time"),
    "place": ("You added the place", ""),
    "cancel": ("You {canceled}", "{first} {canceled}"),
    "start": ("You started the timer", ""),
    "longer": ("You have more time", ""),
    "shorter": ("You took the extra time back", ""),
    "complete": ("You talked", ""),
    "no_show": ("You marked it “Didn’t happen”", "{first} marked it “Didn’t happen”"),
    "set_again": ("You accepted a new time", "{first} accepted a new time"),
}


def _story(interview: Interview) -> list[Told]:
    """Return what happened, in words, the first thing first: of the request, then of the conversation."""
    mine = Q(interview=interview) | Q(request=interview.request_id) if interview.request_id else Q(interview=interview)
    events = list(LifecycleEvent.objects.filter(mine).order_by("at", "pk"))
    coach = coach_of(interview.request, events) if interview.request else ""
    told = [Told(_sentence(event, interview, coach), event.at, event.note) for event in events]
    return [line for line in told if line.sentence]


def _sentence(event: LifecycleEvent, interview: Interview, coach: str) -> str:
    first = interview.contact.first_name
    if event.request_id and interview.request:
        return told_of(event, interview.request, coach, first)
    by_me, by_them = HAPPENED.get(event.event, ("", ""))
    return (by_them if event.actor == "alum" else by_me).format(first=first, canceled=spelled("canceled"))
