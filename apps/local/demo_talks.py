"""How the demo world writes history: a request, a conversation and what followed, as rows that could have happened.

The acts of apps.interviews mail people and look at the clock; history must do neither. So the rows are written here,
in the order in which they would have come about, under the database's own constraints. It decides no texts.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from apps.interviews.letter import letter_of
from apps.interviews.lifecycle import InterviewStatus, RequestStatus
from apps.interviews.models import (
    Debrief,
    Interview,
    InterviewRequest,
    LifecycleEvent,
    LiveNote,
    NamedPerson,
    ParticipantTime,
    PlannedQuestion,
    QuestionPlan,
    Review,
    ReviewComment,
    ThankYou,
    TimeWindow,
)
from apps.interviews.wall_clock import reading
from apps.network import actions as network
from apps.network.models import Touch
from apps.policy.models import Policy

H, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER_DAYS = 14
PATHS = {
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


@dataclass
class Book:
    """Whose time is taken, so that nobody in the demo world is in two places."""

    now: object
    taken: dict = field(default_factory=dict)

    def free(self, people, starts_at, minutes=60):
        """Return the first full hour from `starts_at` on in which all `people` are free, and take it."""
        while any(self._clash(person, starts_at, minutes) for person in people):
            starts_at += H
        self.take(people, starts_at, minutes)
        return starts_at

    def take(self, people, starts_at, minutes):
        for person in people:
            self.taken.setdefault(person, []).append((starts_at, starts_at + timedelta(minutes=minutes)))

    def _clash(self, person, starts_at, minutes):
        ends_at = starts_at + timedelta(minutes=minutes)
        return any(start < ends_at and starts_at < end for start, end in self.taken.get(person, []))


def named(*parts):
    """Return an id that is the same in every demo world."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(["rapport", *map(str, parts)]))


def on_the_hour(moment, zone, hour, minute=0):
    """Return `hour` o'clock in `zone` on the day of `moment`, moved off a weekend, as a UTC instant."""
    local = moment.astimezone(zone)
    local -= timedelta(days=max(0, local.weekday() - 4))
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def day_at(moment, zone, *, days, hour, minute=0):
    """Return a time of day in `zone`, so many days from `moment`, as a UTC instant."""
    local = moment.astimezone(zone) + timedelta(days=days)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def half_hour(moment):
    """Return `moment` rounded down to the half hour."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


# --- the request ------------------------------------------------------------------------------------------------------


def request(student, contact, letter, *, status, created_at, sent_at=None, answered_at=None, note="", turn="", **more):
    """Write a request as it stands, with the events that led there."""
    sent = status not in (RequestStatus.DRAFT, RequestStatus.IN_REVIEW)
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
        leaves_at=sent_at + timedelta(minutes=5) if sent else None,
        deadline_at=sent_at + ANSWER_DAYS * DAY if sent else None,
        answered_at=answered_at,
        answer_note=note,
        turn=turn or ("alum" if status == RequestStatus.SENT else ""),
        **more,
    )
    moments = {"submit": created_at, "send": sent_at, "expire": sent_at and sent_at + ANSWER_DAYS * DAY}
    _events(row, PATHS[status], {**moments, "end": answered_at or sent_at})
    InterviewRequest.objects.filter(pk=row.pk).update(
        created_at=created_at, updated_at=answered_at or sent_at or created_at
    )
    if sent:
        network.touch(contact, Touch.Kind.ASKED, at=sent_at, note=letter.subject, key=f"asked:{row.pk}:{row.version}")
    if answered_at and status != RequestStatus.WITHDRAWN:
        network.touch(contact, Touch.Kind.ANSWERED, at=answered_at, note=note, key=f"answered:{row.pk}")
    return row


def _events(row, path, moments):
    was = RequestStatus.DRAFT
    steps = {"submit": RequestStatus.IN_REVIEW, "send": RequestStatus.SENT}
    for event in path:
        became = steps.get(event, row.status)
        actor = ACTORS.get(event, "alum")
        LifecycleEvent.objects.create(
            request=row,
            event=event,
            was=was,
            became=became,
            by=row.student if actor == "student" else row.alum.user if actor == "alum" and row.alum else None,
            actor=actor,
            at=moments.get(event) or moments["end"],
        )
        was = became


def windows(row, starts, *, by="student", zone=None):
    """Offer two hours at each of `starts`; the request ends with the last of them, if that comes first.

    What a student offers stands in the letter, as the real act of sending writes it.
    """
    zone = zone or row.student.time_zone
    made = [
        TimeWindow(request=row, offered_by=by, starts_at=start, ends_at=start + 2 * H, zone=zone) for start in starts
    ]
    TimeWindow.objects.bulk_create(made)
    written = InterviewRequest.objects.filter(pk=row.pk)
    last = max(window.ends_at for window in made)
    if row.is_open and last < row.deadline_at:
        written.update(deadline_at=last)
    if row.sent_at and by == "student":
        written.update(sent_text=letter_of(row, made, university=Policy.now().university).text)


def was_read(row, coach):
    """Let a coach have read a sent request first: submitted in the evening, approved when it left."""
    asked_at = row.sent_at - 13 * H
    review(row, coach, asked_at=asked_at, verdict=Review.Verdict.APPROVED, answered_at=row.sent_at)
    row.events.filter(event="send").update(event="approve", was=RequestStatus.IN_REVIEW, by=coach, actor="coach")
    tell(row, "submit", was=RequestStatus.DRAFT, became=RequestStatus.IN_REVIEW, by=row.student, at=asked_at)


def was_returned(row, coach, *, asked_at, answered_at, comments):
    """Let a coach have read a draft and given it back with comments."""
    verdict = Review.Verdict.RETURNED
    review(row, coach, asked_at=asked_at, verdict=verdict, answered_at=answered_at, comments=comments)
    tell(row, "submit", was=RequestStatus.DRAFT, became=RequestStatus.IN_REVIEW, by=row.student, at=asked_at)
    tell(row, "return", was=RequestStatus.IN_REVIEW, became=RequestStatus.DRAFT, by=coach, at=answered_at)


def tell(row, event, *, was, became, by, at):
    """Add one event to a request's story."""
    actor = "student" if by == row.student else "coach" if by.is_coach else "alum"
    LifecycleEvent.objects.create(request=row, event=event, was=was, became=became, by=by, actor=actor, at=at)


def review(row, coach, *, asked_at, verdict=Review.Verdict.WAITING, answered_at=None, comments=()):
    """Let the coach have been asked, and perhaps have answered with comments."""
    reading = Review.objects.create(
        request=row, coach=coach, verdict=verdict, asked_at=asked_at, due_at=asked_at + DAY, answered_at=answered_at
    )
    for part, anchor, text, suggestion in comments:
        ReviewComment.objects.create(review=reading, part=part, anchor=anchor, text=text, suggestion=suggestion)
    return reading


# --- the conversation -------------------------------------------------------------------------------------------------


def interview(row, *, starts_at, status=InterviewStatus.SCHEDULED, minutes=20, format="video", agreed_at, **more):
    """Write the conversation that a request led to, and take both people's time for it."""
    student, contact = row.student, row.contact
    alum_zone = (contact.alum.time_zone if contact.alum else contact.time_zone) or student.time_zone
    ends_at = starts_at + timedelta(minutes=minutes)
    made = Interview.objects.create(
        student=student,
        contact=contact,
        alum=contact.alum,
        request=row,
        status=status,
        uid=named("interview", student.email, contact.name),
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
        zone=alum_zone,
        agreed_wall_clock=reading(starts_at, alum_zone),
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


def _place(format, contact):
    if format == "phone":
        return "218-555-0144"
    if format == "in_person":
        return f"{contact.organization.name if contact.organization else 'Their office'}, front desk"
    return f"https://meet.tamarack.example/{named('room', contact.name).hex[:10]}"


def happened(made, event, *, was, became, actor, at, note=""):
    """Add one event to an interview's story."""
    by = {"student": made.student, "alum": made.alum.user if made.alum else None}.get(actor)
    LifecycleEvent.objects.create(
        interview=made, event=event, was=was, became=became, by=by, actor=actor, note=note, at=at
    )


def held(row, *, starts_at, agreed_at, talked_minutes=None, minutes=20, **more):
    """Write a conversation that took place."""
    until = starts_at + timedelta(minutes=talked_minutes or minutes + 3)
    made = interview(
        row,
        starts_at=starts_at,
        agreed_at=agreed_at,
        minutes=minutes,
        status=InterviewStatus.COMPLETED,
        started_at=starts_at + timedelta(minutes=1),
        talked_until=until,
        **more,
    )
    happened(
        made, "complete", was=InterviewStatus.SCHEDULED, became=InterviewStatus.COMPLETED, actor="student", at=until
    )
    network.touch(made.contact, Touch.Kind.TALKED, at=until, key=f"talked:{made.pk}")
    return made


def plan(made, questions, **research):
    """Write the question plan: `questions` are (text, theme, minutes, must, bank row or None)."""
    row = QuestionPlan.objects.create(interview=made, **research)
    PlannedQuestion.objects.bulk_create(
        PlannedQuestion(
            plan=row, text=text, theme=theme, minutes=minutes, is_must=must, question=bank, position=position
        )
        for position, (text, theme, minutes, must, bank) in enumerate(questions, 1)
    )
    return row


def notes(made, lines):
    """Write live notes, three minutes apart."""
    for number, (kind, text) in enumerate(lines, 1):
        at = made.starts_at + timedelta(minutes=3 * number)
        LiveNote.objects.create(interview=made, client_id=named("note", made.uid, number), kind=kind, text=text, at=at)


# --- what followed ----------------------------------------------------------------------------------------------------


def debrief(made, *, finished_at, talk, **more):
    """Write down what was learned. `talk` holds learned, surprised, agreed, quote, and perhaps a summary."""
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


def name(written, person, about, *, permission, at):
    """Somebody was named: they go onto the map with a referral. Returns the referral."""
    referral = network.name_person(
        written.interview.contact, name=person, name_permission=permission, now=at, about=about
    )
    NamedPerson.objects.create(debrief=written, name=person, about=about, name_permission=permission, referral=referral)
    return referral


def thank(made, body, *, sent_at, subject="Thank you for yesterday"):
    """Write the thank-you that was sent."""
    note = ThankYou.objects.create(interview=made, subject=subject, body=body, sent_at=sent_at)
    network.touch(made.contact, Touch.Kind.THANKED, at=sent_at, note=body[:300], key=f"thanked:{made.pk}")
    return note
