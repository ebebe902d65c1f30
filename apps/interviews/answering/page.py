"""What the alum sees of one request (R207). It reads and arranges; all of theirs is home_page.py's.

The page of a mailed link shows nothing beyond what its mail said, and what students read of the alum's own work.
"""

import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.blocking import is_blocked
from apps.alumni.forms import LimitForm, PauseForm
from apps.alumni.models import Format
from apps.clock import times, zone_names, zones
from apps.clock.local_times import hours_between
from apps.clock.two_clocks import spoken_hours
from apps.interviews.answering import actions
from apps.interviews.answering.current import Current, current_of
from apps.interviews.answering.forms import SuggestForm
from apps.interviews.asking.letter import tidied
from apps.interviews.lifecycle import reported
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import CALLED_OFF, OPEN, InterviewStatus, RequestStatus
from apps.interviews.lifecycle.reported import Reported
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import busy, calendar, slots, week_page
from apps.interviews.scheduling.forms import WindowsForm
from apps.interviews.scheduling.slots import Slot
from apps.interviews.scheduling.week import Span
from apps.interviews.scheduling.week_page import Frame
from apps.policy.models import Policy
from apps.web.answers import Refused
from apps.wording.pronouns import Pronouns, pronouns_of

ANSWERS = ("reply", "offer_again")  # by the student, to what the alum said
HOW = {
    "video": "{name} will send the link",
    "phone": "{name} will call you",
    "in_person": "You’ll agree on a place",
    "visit": "{name} comes to see where you work",
}
ZONES = (  # offered first; any other can be chosen by its place in the list below
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"),
    *("Pacific/Honolulu", "America/Toronto", "America/Sao_Paulo", "Europe/London", "Europe/Dublin", "Europe/Berlin"),
    *("Africa/Lagos", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo"),
    *("Australia/Sydney", "Pacific/Auckland"),
)


type Days = list[tuple[date, list[Slot]]]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed into the form of an act that was refused, to stand there again."""

    act: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    windows: WindowsForm | None = None
    suggest: SuggestForm | None = None
    limit: LimitForm | None = None
    pause: PauseForm | None = None
    work: forms.ModelForm | None = None


@dataclass(frozen=True, kw_only=True)
class SaidSoFar:
    """What the two have said beside the letter: the alum's last times and words, the answer to them, who was named."""

    times: list[TimeWindow]
    note: str
    answer: str
    named: list[str]


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What is agreed, in the reader's zone, with the ways into a calendar, and the times that could be instead."""

    when: str
    how: str
    google: str
    outlook: str
    outlook_live: str
    asked_to_move: bool
    reason: str  # why the student asks
    offered: list[TimeWindow]
    move_days: Days
    left: int  # how often the alum may still ask for another time


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """One request as the alum sees it, through either door: what was asked, what is agreed, what they can do."""

    asked: InterviewRequest
    student: User
    pronouns: Pronouns
    now: datetime
    zone: str
    zones: list[str]
    every_zone: list[tuple[str, str | list[tuple[str, str]]]]
    student_zone: str
    distance: str
    introduction: str
    paragraphs: list[str]
    is_open: bool
    waits_for_student: bool
    said_so_far: SaidSoFar
    days: Days
    formats: list[tuple[str, str, str]]
    interview: Interview | None
    is_set: bool
    is_over: bool
    is_fresh: bool  # it is the answer to a press; opened later, the page says what is so
    events: Agreed | None
    windows: WindowsForm
    suggest: SuggestForm
    limit: LimitForm
    cap: int  # as it is now; the form may hold another
    pause: PauseForm
    tried: str  # the act that was refused
    typed: Mapping[str, str]
    refusal: Refused | None
    is_kept: bool  # whether the form of the refused act stands on the page; else its words are shown to copy
    current: Current | None  # one thing of the alum's profile to confirm
    peace_until: date | None
    can_reconsider: bool
    left: int  # places of this month
    is_paused: bool
    is_blocked: bool  # the student, from asking again
    is_listed: bool
    page_url: str
    times_url: str
    ics_url: str
    act_urls: Mapping[str, str]
    report: Reported | None  # what the alum told the office about it
    policy: Policy


def own_zone(asked: InterviewRequest) -> str:
    """Return the name of the alum's zone: where a conversation is set, the one in which they agreed."""
    interview = Interview.objects.filter(request=asked).first()
    if interview is not None:
        return zone_names.current(interview.alum_zone)
    return zone_names.current(asked.alum.time_zone if asked.alum else asked.student.time_zone)


def zone_of(request: HttpRequest, asked: InterviewRequest) -> ZoneInfo:
    """Return the zone to show times in: the one chosen on this page, else the alum's."""
    chosen = request.POST.get("zone") or request.GET.get("zone") or ""
    return ZoneInfo(zone_names.current(chosen) if chosen in zoneinfo.available_timezones() else own_zone(asked))


def context(
    asked: InterviewRequest,
    person: User,
    now: datetime,
    zone: ZoneInfo,
    typed: Typed,
    *,
    page_url: str,
    times_url: str,
    ics_url: str,
    act_urls: Mapping[str, str],
    refusal: Refused | None = None,
    is_fresh: bool = False,
) -> AnswerPage:
    student, alum, policy = asked.student, asked.alum, Policy.now()
    offered = actions.open_slots(asked, by="student", now=now) if asked.is_open else []
    interview = Interview.objects.filter(request=asked).select_related("student", "contact", "request").first()
    page = AnswerPage(
        asked=asked,
        student=student,
        pronouns=pronouns_of(student.pronouns),
        now=now,
        zone=str(zone),
        zones=sorted({str(zone), own_zone(asked), *ZONES}),
        every_zone=zones.every_place(),
        student_zone=student.time_zone,
        distance=distance(student, zone, min((slot.starts_at for slot in offered), default=now)),
        introduction=introduction(asked),
        paragraphs=[tidied(text) for text in asked.parts if text.strip()],
        is_open=asked.status in OPEN,
        waits_for_student=asked.waits_for_student,
        said_so_far=_said_so_far(asked),
        days=slots.by_day(offered, zone),
        formats=_formats(asked),
        interview=interview,
        is_set=interview is not None and interview.status == InterviewStatus.SCHEDULED,
        is_over=interview is not None and interview.ends_at <= now,
        is_fresh=is_fresh,
        events=_set(interview, person, zone, now) if interview else None,
        windows=typed.windows or WindowsForm(zone=zone),
        suggest=typed.suggest or SuggestForm(),
        limit=typed.limit or LimitForm(alum=alum, policy=policy),
        cap=limits.cap(alum, policy) if alum else 0,
        pause=typed.pause or PauseForm(today=limits.today(now, policy)),
        tried=typed.act,
        typed=typed.words,
        refusal=refusal,
        is_kept=False,
        current=current_of(asked, now, typed.work),
        peace_until=_peace_until(asked, now, policy),
        can_reconsider=_can_reconsider(asked, now),
        left=limits.places_left(alum, now, policy) if alum else 0,
        is_paused=bool(alum and alum.pauses_on(limits.today(now, policy))),
        is_blocked=is_blocked(asked.alum_id, asked.student_id),
        is_listed=bool(alum and alum.listing == "listed"),
        page_url=page_url,
        times_url=times_url,
        ics_url=ics_url,
        act_urls=act_urls,
        report=reported.by(person, asked),
        policy=policy,
    )
    return replace(page, is_kept=page.tried in _forms_of(page))


def week_frame(asked: InterviewRequest, zone: str, now: datetime, *, back: str, is_by_link: bool) -> Frame | None:
    """Return what stands around the week on which an alum offers times, or None where there is nothing to offer."""
    interview = Interview.objects.filter(request=asked).select_related("student", "contact").first()
    if interview is None:
        return _counter_frame(asked, zone, now, back, is_by_link) if asked.status in OPEN else None
    is_set = interview.status == InterviewStatus.SCHEDULED and interview.ends_at > now
    if not (is_set or interview.status in CALLED_OFF) or not scheduling.moves_left(interview, actor="alum"):
        return None
    first = asked.student.first_name
    stays = f" The time you agreed on stays until {first} picks another." if is_set else f" {first} picks one of them."
    frame = _counter_frame(asked, zone, now, back, is_by_link)
    return replace(
        frame,
        heading="Suggest other times",
        lead=f"One or two is plenty.{stays}",
        back_says="Back to the conversation",
        button=f"Ask {first} to move" if is_set else f"Send to {first}",
        minutes=interview.minutes,
        blocks=[
            *week_page.of_alum(asked.alum_user_id, asked.student, now, shows_free=frame.pattern is not None, but=asked),
            *([week_page.as_agreed(interview)] if is_set else []),
            *week_page.as_offered(_spans(scheduling.move_slots(interview, actor="alum", now=now)), first),
        ],
        about=interview,
        key_busy=f"{frame.key_busy}, or as agreed" if is_set and frame.key_busy else "As agreed",
        offered=week_page.spans_of(interview.proposals.filter(offered_by="alum", ends_at__gt=now)),
    )


def _counter_frame(asked: InterviewRequest, zone: str, now: datetime, back: str, is_by_link: bool) -> Frame:
    student, first = asked.student, asked.student.first_name
    shows_free = busy.of(student).shows_free
    offered = actions.open_slots(asked, by="student", now=now) if asked.is_open else []
    return Frame(
        heading=f"Suggest other times to {first}",
        lead=f"One or two is plenty. {first} picks {asked.minutes} minutes, and you both get an invitation.",
        back=back,
        back_says=f"Back to {first}’s times",
        button=f"Send to {first}",
        sides=week_page.with_student(zone, student, asked.alum),
        minutes=asked.minutes,
        blocks=[
            *week_page.of_alum(asked.alum_user_id, student, now, shows_free=shows_free, but=asked),
            *week_page.as_offered(_spans(offered), first),
        ],
        pattern=busy.pattern(student, week_page.BUSY, f"{first} is busy") if shows_free else None,
        free_says=f"{first}’s busy times are marked. Other hours should work." if shows_free else "",
        about=asked,
        side="alum",
        offered=week_page.spans_of(asked.windows.filter(offered_by="alum", ends_at__gt=now)),
        distance=distance(student, ZoneInfo(zone), now),
        usual_says=week_page.quoted("You", asked.alum),
        key_usual="Your usual times",
        key_busy=f"{first} is busy" if shows_free else "",
        key_offered=f"{first} offered",
        note_label=f"A message for {first}",
        section="alum_home",
        is_by_link=is_by_link,
    )


def _spans(found: Iterable[Slot]) -> list[Span]:
    return [Span(slot.starts_at, slot.ends_at) for slot in found]


def _can_reconsider(asked: InterviewRequest, now: datetime) -> bool:
    return asked.status == RequestStatus.DECLINED and asked.deadline_at is not None and now < asked.deadline_at


def _forms_of(page: AnswerPage) -> tuple[str, ...]:
    """Return the acts whose form stands on the page and so shows what was typed; else the words are shown to copy."""
    always: tuple[str, ...] = ("limit",) if page.is_listed else ()
    always += ("pause",) if page.is_listed and not page.is_paused else ()
    always += ("work",) if page.current else ()
    if page.interview:
        return (*always, "move", "cancel") if page.is_set and not page.is_over else always
    others = (*always, "counter", "question", "decline", "suggest") if page.is_open else always
    return (*others, "accept") if page.days else others


def distance(student: User, zone: ZoneInfo, at: datetime) -> str:
    """The student is six hours behind you, on the day that is meant."""
    hours = hours_between(zone, student.time_zone, at)
    if not hours:
        return f"It’s the same time for {student.first_name}."
    return f"{student.first_name} is {spoken_hours(abs(hours))} {'ahead of' if hours > 0 else 'behind'} you."


def introduction(asked: InterviewRequest) -> str:
    """She is a junior in public health. Adele Farrow suggested you."""
    profile = asked.student.student_profile
    pronouns = pronouns_of(asked.student.pronouns)
    line = f"{pronouns.subject.capitalize() if pronouns.is_one else asked.student.first_name} is {profile.described}."
    return f"{line} {asked.referral.referrer.name} suggested you." if asked.referral and _is_named(asked) else line


def _is_named(asked: InterviewRequest) -> bool:
    """Whether the letter itself names who suggested the alum."""
    letter = " ".join(asked.sent_text.split())
    return bool(asked.referral and asked.referral.may_use_name and asked.referral.referrer.name in letter)


def _said_so_far(asked: InterviewRequest) -> SaidSoFar:
    events = list(asked.events.filter(event__in=(*ANSWERS, "suggest")).order_by("pk"))
    answers = [event for event in events if event.event in ANSWERS] if asked.turn == "alum" else []
    return SaidSoFar(
        times=[window for window in asked.windows.order_by("starts_at", "pk") if window.offered_by == "alum"],
        note=asked.answer_note,
        answer=answers[-1].note if answers else "",
        named=[event.note for event in events if event.event == "suggest"],
    )


def _peace_until(asked: InterviewRequest, now: datetime, policy: Policy) -> date | None:
    """Return the day before which the student cannot ask again, or None where nothing is in the way."""
    until = asked.sent_at + timedelta(days=policy.cooling_off_days) if asked.sent_at else now
    return limits.today(until, policy) if until > now else None


def _formats(asked: InterviewRequest) -> list[tuple[str, str, str]]:
    name = asked.student.first_name
    return [
        (value, Format(value).label, HOW[value].format(name=name)) for value in Format.values if value in asked.formats
    ]


def _set(interview: Interview, person: User, zone: ZoneInfo, now: datetime) -> Agreed:
    open_still = [
        window for window in interview.proposals.order_by("starts_at", "pk") if _wished(interview, [window], now)
    ]
    asked_for = [window for window in open_still if window.offered_by == "student"]
    left, both = scheduling.moves_left(interview, actor="alum"), (interview.student_id, interview.alum_user_id)
    moves = scheduling.move_slots(interview, actor="alum", now=now) if left else _wished(interview, asked_for, now)
    return Agreed(
        when=times.when(interview.starts_at, interview.ends_at, zone),
        how=calendar.how(interview, person),
        google=calendar.google_url(interview, person),
        outlook=calendar.outlook_url(interview, person),
        outlook_live=calendar.outlook_url(interview, person, host="outlook.live.com"),
        asked_to_move=bool(asked_for),
        reason=scheduling.reason_of(interview, "student") if asked_for else "",
        offered=[window for window in open_still if window.offered_by == "alum"],
        move_days=slots.by_day(slots.free(moves, both, now, but=interview), zone),
        left=left,
    )


def _wished(interview: Interview, windows: Iterable[TimeWindow], now: datetime) -> list[Slot]:
    """Return the times of a wish that can still be chosen: to say yes to the other's wish is always possible."""
    return slots.cut(windows, minutes=interview.minutes, now=now)
