"""How the demo world writes history: a request, a conversation and what followed, as rows that could have happened.

The acts of apps.interviews mail people and look at the clock; history must do neither. So the rows are written here,
in the order in which they would have come about, under the database's own constraints. It decides no texts.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, NotRequired, TypedDict

from apps.accounts.models import User
from apps.clock.local_times import wall_clock_of
from apps.interviews.asking.letter import letter_of
from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime, TimeWindow
from apps.interviews.lifecycle.moves import InterviewStatus, RequestStatus
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan
from apps.interviews.thanking.models import ThankYou
from apps.network import actions as network
from apps.network.models import Contact, NamePermission, Referral, Touch
from apps.policy.models import Policy
from apps.policy.working_days import one_working_day

H, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER_DAYS = 14
PATHS: Mapping[str, list[str]] = {
    RequestStatus.DRAFT: [],
    RequestStatus.IN_REVIEW: ["submit"],
    RequestStatus.SENT: ["send"],
    RequestStatus.COUNTERED: ["send", "counter"],
    RequestStatus.ACCEPTED: ["send", "accept"],
    RequestStatus.DECLINED: ["send", "decline"],
    RequestStatus.EXPIRED: ["send", "expire"],
    RequestStatus.WITHDRAWN: ["send", "withdraw"],
}
ACTORS = {
    "submit": "student",
    "send": "student",
    "withdraw": "student",
    "accept": "alum",
    "decline": "alum",
    "expire": "clock",
}


@dataclass
class Letter:
    """The four parts of a request, and what else the student wrote into it."""

    subject: str
    who: str
    connection: str
    why: str
    ask: str
    goals: str = ""


class Talk(TypedDict):
    """What was said in a conversation."""

    learned: str
    surprised: str
    agreed: str
    quote: str
    summary: NotRequired[str]


class Planned(NamedTuple):
    """One question of a plan; `bank`: from where it comes."""

    text: str
    theme: str
    minutes: int
    is_must: bool
    bank: Question | None = None


class Comment(NamedTuple):
    """What a coach says of one part of a draft; `anchor` are the words that it is about."""

    part: str
    anchor: str
    text: str
    suggestion: str


type Person = int | None  # the id of an account, if there is one


@dataclass
class Book:
    """Whose time is taken, so that nobody in the demo world is in two places."""

    taken: dict[Person, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def free(self, people: Collection[Person], starts_at: datetime, minutes: int = 60) -> datetime:
        """Return the first full hour from `starts_at` on in which all `people` are free, and take it."""
        while any(self._clash(person, starts_at, minutes) for person in people):
            starts_at += H
        self.take(people, starts_at, minutes)
        return starts_at

    def take(self, people: Iterable[Person], starts_at: datetime, minutes: int) -> None:
        for person in people:
            self.taken.setdefault(person, []).append((starts_at, starts_at + timedelta(minutes=minutes)))

    def _clash(self, person: Person, starts_at: datetime, minutes: int) -> bool:
        ends_at = starts_at + timedelta(minutes=minutes)
        return any(start < ends_at and starts_at < end for start, end in self.taken.get(person, []))


def named(*parts: object) -> uuid.UUID:
    """Return an id that is the same in every demo world."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(["rapport", *map(str, parts)]))


def on_the_hour(moment: datetime, zone: tzinfo, hour: int, minute: int = 0) -> datetime:
    """Return `hour` o'clock in `zone` on the day of `moment`, moved off a weekend, as a UTC instant."""
    local = moment.astimezone(zone)
    local -= timedelta(days=max(0, local.weekday() - 4))
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def day_at(moment: datetime, zone: tzinfo, *, days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of day in `zone`, so many days from `moment`, as a UTC instant."""
    local = moment.astimezone(zone) + timedelta(days=days)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def half_hour(moment: datetime) -> datetime:
    """Return `moment` rounded down to the half hour."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


# --- the request ------------------------------------------------------------------------------------------------------


def request(
    student: User,
    contact: Contact,
    letter: Letter,
    *,
    status: str,
    created_at: datetime,
    sent_at: datetime | None = None,
    answered_at: datetime | None = None,
    note: str = "",
    turn: str = "",
    **more: Any,  # what else stands in the row
) -> InterviewRequest:
    """Write a request as it stands, with the events that led there."""
    deadline_at = sent_at + ANSWER_DAYS * DAY if sent_at else None
    row = InterviewRequest.objects.create(
        student=student,
        contact=contact,
        alum=contact.alum,
        status=status,
        subject=letter.subject[:120],
        part_who=letter.who,
        part_connection=letter.connection,
        part_why=letter.why,
        part_ask=letter.ask,
        goals=letter.goals,
        formats=["video", "phone"],
        sent_at=sent_at,
        leaves_at=sent_at + timedelta(minutes=5) if sent_at else None,
        deadline_at=deadline_at,
        answered_at=answered_at,
        answer_note=note,
        turn=turn or ("alum" if status == RequestStatus.SENT else ""),
        **more,
    )
    moments = {"submit": created_at, "send": sent_at, "expire": deadline_at}
    _events(row, PATHS[status], moments, end=answered_at or sent_at or created_at)
    InterviewRequest.objects.filter(pk=row.pk).update(
        created_at=created_at, updated_at=answered_at or sent_at or created_at
    )
    if sent_at:
        network.touch(contact, Touch.Kind.ASKED, at=sent_at, note=letter.subject, key=f"asked:{row.pk}:{row.version}")
    if answered_at and status != RequestStatus.WITHDRAWN:
        network.touch(contact, Touch.Kind.ANSWERED, at=answered_at, note=note, key=f"answered:{row.pk}")
    return row


def _events(
    request: InterviewRequest, path: Iterable[str], moments: Mapping[str, datetime | None], *, end: datetime
) -> None:
    was: str = RequestStatus.DRAFT
    people = {"student": request.student, "alum": request.alum.user if request.alum else None}
    steps = {"submit": RequestStatus.IN_REVIEW, "send": RequestStatus.SENT}
    for event in path:
        became = steps.get(event, request.status)
        actor = ACTORS.get(event, "alum")
        LifecycleEvent.objects.create(
            request=request,
            event=event,
            was=was,
            became=became,
            by=people.get(actor),
            actor=actor,
            at=moments.get(event) or end,
        )
        was = became


def windows(
    request: InterviewRequest, starts: Iterable[datetime], *, by: str = "student", zone: str | None = None
) -> None:
    """Offer two hours at each of `starts`; the request ends with the last of them, if that comes first.

    What a student offers stands in the letter, as the real act of sending writes it.
    """
    zone = zone or request.student.time_zone
    made = [
        TimeWindow(request=request, offered_by=by, starts_at=start, ends_at=start + 2 * H, zone=zone)
        for start in starts
    ]
    TimeWindow.objects.bulk_create(made)
    written = InterviewRequest.objects.filter(pk=request.pk)
    last = max(window.ends_at for window in made)
    if request.is_open and request.deadline_at and last < request.deadline_at:
        written.update(deadline_at=last)
    if request.sent_at and by == "student":
        written.update(sent_text=letter_of(request, made, university=Policy.now().university).text)


def was_read(request: InterviewRequest, coach: User | None) -> None:
    """Let a coach have read a sent request first: submitted in the evening, approved when it left."""
    if request.sent_at is None:
        raise ValueError("Nobody has read a letter that did not leave.")
    asked_at = request.sent_at - 13 * H
    review(request, coach, asked_at=asked_at, verdict=Review.Verdict.APPROVED, answered_at=request.sent_at)
    request.events.filter(event="send").update(event="approve", was=RequestStatus.IN_REVIEW, by=coach, actor="coach")
    tell(request, "submit", was=RequestStatus.DRAFT, became=RequestStatus.IN_REVIEW, by=request.student, at=asked_at)


def was_returned(
    request: InterviewRequest,
    coach: User | None,
    *,
    asked_at: datetime,
    answered_at: datetime,
    comments: Iterable[Comment],
) -> None:
    """Let a coach have read a draft and given it back with comments."""
    verdict = Review.Verdict.RETURNED
    review(request, coach, asked_at=asked_at, verdict=verdict, answered_at=answered_at, comments=comments)
    tell(request, "submit", was=RequestStatus.DRAFT, became=RequestStatus.IN_REVIEW, by=request.student, at=asked_at)
    tell(request, "return", was=RequestStatus.IN_REVIEW, became=RequestStatus.DRAFT, by=coach, at=answered_at)


def tell(request: InterviewRequest, event: str, *, was: str, became: str, by: User | None, at: datetime) -> None:
    """Add one event to a request's story, by the student or by their coach."""
    actor = "student" if by == request.student else "coach"
    LifecycleEvent.objects.create(request=request, event=event, was=was, became=became, by=by, actor=actor, at=at)


def review(
    request: InterviewRequest,
    coach: User | None,
    *,
    asked_at: datetime,
    verdict: str = Review.Verdict.WAITING,
    answered_at: datetime | None = None,
    comments: Iterable[Comment] = (),
) -> Review:
    """Let the coach have been asked, and perhaps have answered with comments."""
    reading = Review.objects.create(
        request=request,
        coach=coach,
        verdict=verdict,
        asked_at=asked_at,
        due_at=one_working_day(asked_at),
        answered_at=answered_at,
    )
    for comment in comments:
        ReviewComment.objects.create(review=reading, **comment._asdict())
    return reading


# --- the conversation -------------------------------------------------------------------------------------------------


def interview(
    request: InterviewRequest,
    *,
    starts_at: datetime,
    agreed_at: datetime | None,
    status: str = InterviewStatus.SCHEDULED,
    minutes: int = 20,
    format: str = "video",
    **more: Any,  # what else stands in the row
) -> Interview:
    """Write the conversation that a request led to, and take both people's time for it."""
    student, contact = request.student, request.contact
    alum_zone = (contact.alum.time_zone if contact.alum else contact.time_zone) or student.time_zone
    ends_at = starts_at + timedelta(minutes=minutes)
    made = Interview.objects.create(
        student=student,
        contact=contact,
        alum=contact.alum,
        request=request,
        status=status,
        uid=named("interview", student.email, contact.name),
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
        zone=alum_zone,
        agreed_wall_clock=wall_clock_of(starts_at, alum_zone),
        format=format,
        place=_place(format, contact),
        student_zone=student.time_zone,
        alum_zone=alum_zone,
        **more,
    )
    Interview.objects.filter(pk=made.pk).update(created_at=agreed_at)
    if status != InterviewStatus.CANCELLED:
        people = [student, *([contact.alum.user] if contact.alum and contact.alum.user else [])]
        for person in people:
            ParticipantTime.objects.create(person=person, interview=made, during=(starts_at, ends_at))
    return made


def _place(format: str, contact: Contact) -> str:
    if format == "phone":
        return "218-555-0144"
    if format == "in_person":
        return f"{contact.organization.name if contact.organization else 'Their office'}, front desk"
    return f"https://meet.tamarack.example/{named('room', contact.name).hex[:10]}"


def happened(made: Interview, event: str, *, was: str, became: str, actor: str, at: datetime, note: str = "") -> None:
    """Add one event to an interview's story."""
    by = {"student": made.student, "alum": made.alum.user if made.alum else None}.get(actor)
    LifecycleEvent.objects.create(
        interview=made, event=event, was=was, became=became, by=by, actor=actor, note=note, at=at
    )


def held(
    request: InterviewRequest,
    *,
    starts_at: datetime,
    agreed_at: datetime | None,
    talked_minutes: int | None = None,
    minutes: int = 20,
    format: str = "video",
) -> Interview:
    """Write a conversation that took place."""
    until = starts_at + timedelta(minutes=talked_minutes or minutes + 3)
    made = interview(
        request,
        starts_at=starts_at,
        agreed_at=agreed_at,
        minutes=minutes,
        status=InterviewStatus.COMPLETED,
        started_at=starts_at + timedelta(minutes=1),
        talked_until=until,
        format=format,
    )
    happened(
        made, "complete", was=InterviewStatus.SCHEDULED, became=InterviewStatus.COMPLETED, actor="student", at=until
    )
    network.touch(made.contact, Touch.Kind.TALKED, at=until, key=f"talked:{made.pk}")
    return made


def plan(made: Interview, questions: Iterable[Planned], **research: str) -> QuestionPlan:
    """Write the question plan, with what was found out."""
    plan = QuestionPlan.objects.create(interview=made, **research)
    PlannedQuestion.objects.bulk_create(
        PlannedQuestion(
            plan=plan,
            text=planned.text,
            theme=planned.theme,
            minutes=planned.minutes,
            is_must=planned.is_must,
            question=planned.bank,
            position=position,
        )
        for position, planned in enumerate(questions, 1)
    )
    return plan


def notes(made: Interview, lines: Iterable[tuple[str, str]]) -> None:
    """Write live notes, each a kind and a text, three minutes apart."""
    for number, (kind, text) in enumerate(lines, 1):
        at = made.starts_at + timedelta(minutes=3 * number)
        LiveNote.objects.create(interview=made, client_id=named("note", made.uid, number), kind=kind, text=text, at=at)


# --- what followed ----------------------------------------------------------------------------------------------------


def debrief(
    made: Interview,
    *,
    finished_at: datetime,
    talk: Talk,
    **more: Any,  # what else stands in the row
) -> Debrief:
    """Write down what was learned."""
    return Debrief.objects.create(
        interview=made,
        learned=talk["learned"],
        surprised=talk["surprised"],
        agreed=talk["agreed"],
        quote=talk["quote"],
        summary=talk.get("summary", ""),
        finished_at=finished_at,
        **more,
    )


def name(written: Debrief, person: str, about: str, *, permission: NamePermission, at: datetime) -> Referral:
    """Somebody was named: they go onto the map with a referral. Returns the referral."""
    referral = network.name_person(
        written.interview.contact, name=person, name_permission=permission, now=at, about=about
    )
    NamedPerson.objects.create(debrief=written, name=person, about=about, name_permission=permission, referral=referral)
    return referral


def thank(made: Interview, body: str, *, sent_at: datetime, subject: str = "Thank you for yesterday") -> ThankYou:
    """Write the thank-you that was sent."""
    note = ThankYou.objects.create(interview=made, subject=subject, body=body, sent_at=sent_at)
    network.touch(made.contact, Touch.Kind.THANKED, at=sent_at, note=body[:300], key=f"thanked:{made.pk}")
    return note
