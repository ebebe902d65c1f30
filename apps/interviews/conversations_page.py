"""All of a student's conversations, and one of them: where it stands, what is next, what happened (R2, R215).

It reads and arranges. Stages and next steps are progress.py's; which moves make sense is lifecycle.py's.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.db.models import FETCH_RAISE, Exists, OuterRef, Q

from apps.accounts import times
from apps.interviews import calendar, progress
from apps.interviews.forms import ImpactForm, PlaceForm
from apps.interviews.lifecycle import CLOSED, INTERVIEW_MOVES, UNDER_WAY, InterviewStatus, RequestStatus, open_moves
from apps.interviews.models import ImpactNote, Interview, InterviewRequest, LifecycleEvent, ReviewComment
from apps.interviews.prepare_page import is_warm, their_time
from apps.interviews.request_page import STORY
from apps.interviews.said_of import words_for

A_PAGE = 20
WIDEST = timedelta(hours=5)  # the longest way there is, and then some
AT_ONCE = 10  # closed requests: the latest; each person's own page has them all


@dataclass(frozen=True)
class Line:
    """One row of the list: an interview or a request, and what is next with it. `is_mine`: it waits for the student."""

    row: Any
    step: progress.Step | None
    is_mine: bool = True


# --- all of them ------------------------------------------------------------------------------------------------------


def overview(student, now, page):
    """Return what is coming, what waits for somebody, what was, and what came to nothing."""
    talks = progress.with_progress(Interview.objects.filter(student=student))
    ahead = Q(status=InterviewStatus.SCHEDULED, ends_at__gt=now)
    coming = talks.filter(ahead).order_by("starts_at", "pk").fetch_mode(FETCH_RAISE)
    past = Interview.objects.filter(student=student).exclude(ahead)
    past = progress.with_progress(past).order_by("-starts_at", "-pk").fetch_mode(FETCH_RAISE)
    zone = student.zone
    found = Paginator(past, A_PAGE).get_page(page)
    lines = {
        "coming": [Line(row, progress.next_step(row, now, zone)) for row in coming],
        "waiting": [Line(row, _waits_for(row, now, zone), _is_mine(row)) for row in _under_way(student)],
        "past": [Line(row, _left_to_do(row, now)) for row in found],
    }
    return {
        "now": now,
        **lines,
        "first": _first([line for line in chain(*lines.values()) if line.step and line.is_mine]),
        "page": found,
        "closed": _closed(student) if found.number == 1 else [],
        "section": "conversations",
    }


def _first(lines):
    """Return the line whose button is filled: the clock of a thank-you before anything else."""
    return min(lines, key=lambda line: not line.step.clock, default=None)


def _under_way(student):
    """Return requests that are open, those that wait for the student first."""
    comments = ReviewComment.objects.filter(review__request=OuterRef("pk"), is_done=False)
    rows = (
        InterviewRequest.objects.filter(student=student, status__in=UNDER_WAY)
        .select_related("contact__organization", "student__student_profile__coach")
        .annotate(has_comments=Exists(comments))
        .order_by("-updated_at", "-pk")
        .fetch_mode(FETCH_RAISE)
    )
    return sorted(rows, key=lambda row: not _is_mine(row))


def _is_mine(asked):
    return asked.status == RequestStatus.DRAFT or (asked.status == RequestStatus.COUNTERED and asked.turn == "student")


def _waits_for(asked, now, zone):
    """Return where a request stands, as a step."""
    first, coach = asked.contact.first_name, asked.student.student_profile.coach
    reader = coach.first_name if coach else "Your coach"
    if asked.status == RequestStatus.DRAFT:
        said = f"{reader} left comments. " if asked.has_comments else ""
        return _request(asked, "Draft", f"{said}Begun {times.ago(asked.created_at, now)}.", "Finish it")
    if asked.status == RequestStatus.IN_REVIEW:
        return _request(asked, f"With {reader}", f"{reader} reads it before it leaves.", "Look at it")
    if _is_mine(asked):
        what, action = ("with a question", "Answer it") if asked.has_question else ("with other times", "Pick a time")
        text = f"{first} answered {times.ago(asked.answered_at or asked.updated_at, now)} {what}."
        return _request(asked, "Your turn", text, action)
    until = f"{first} can answer until {times.until(asked.deadline_at, now, zone)}."
    if asked.status == RequestStatus.COUNTERED:
        return _request(asked, "They have your times", until, "Look at it")
    if asked.leaves_at and asked.leaves_at > now:
        leaves = f"{times.day_name(asked.leaves_at, now, zone)} at {times.clock(asked.leaves_at, zone)}"
        return _request(asked, "About to leave", f"It leaves {leaves}. Until then you can take it back.", "Look at it")
    return _request(asked, "Sent", f"{times.ago(asked.sent_at, now).capitalize()}. {until}", "Look at it")


def _request(asked, title, text, action):
    return progress.Step(title, text, asked.get_absolute_url(), action)


def _left_to_do(interview, now):
    """Return what is still to do after a talk, or nothing."""
    if interview.status in progress.ENDED_EARLY and not interview.asked_to_move:
        return None
    done = interview.is_written and interview.thanked_at
    return None if done else progress.next_step(interview, now, interview.student_zone)


def _closed(student):
    rows = InterviewRequest.objects.filter(student=student, status__in=CLOSED).select_related("contact")
    return list(rows.order_by("-updated_at", "-pk").fetch_mode(FETCH_RAISE)[:AT_ONCE])


# --- one of them ------------------------------------------------------------------------------------------------------


def page(interview, person, now, *, place=None, impact=None):
    """Return everything about one conversation. `place`, `impact`: the form with a mistake in it, if there was one."""
    talk = progress.with_progress(Interview.objects.filter(pk=interview.pk)).get()
    talk.student = person
    zone, contact = person.zone, talk.contact
    is_coming = talk.status == InterviewStatus.SCHEDULED and talk.ends_at > now
    return {
        "interview": talk,
        "contact": contact,
        "said": words_for(contact.pronouns),
        "now": now,
        "asked": talk.request,
        "stages": progress.stages(talk, now, zone),
        "step": progress.next_step(talk, now, zone),
        "hours": times.minutes(talk.over_at, now) // 60,
        "is_coming": is_coming,
        "is_warm": is_warm(talk, now),
        "is_over": talk.is_over(now),
        "is_unsaid": talk.status == InterviewStatus.SCHEDULED and talk.ends_at <= now,
        "is_written": talk.is_written,
        "thanked_at": talk.thanked_at,
        "moves": open_moves(INTERVIEW_MOVES, talk.status, "student"),
        "their_time": their_time(talk),
        "be_there": calendar.be_there(talk),
        "google": calendar.google_url(talk, person),
        "outlook": calendar.outlook_url(talk, person),
        "outlook_live": calendar.outlook_url(talk, person, host="outlook.live.com"),
        "tight": _without_time_for_the_way(talk) if is_coming else [],
        "place_form": place or PlaceForm(initial={"place": talk.place, "travel_minutes": talk.travel_minutes}),
        "offered": list(talk.proposals.order_by("starts_at", "pk")) if is_coming else [],
        "impact": impact or _impact(talk) if talk.status == InterviewStatus.COMPLETED else None,
        "story": _story(talk),
        "section": "conversations",
    }


def _without_time_for_the_way(talk):
    """Return whom the student talks with so close to `talk` that the way does not fit between (R72)."""
    start, end = calendar.away(talk)
    near = Q(starts_at__lt=end + WIDEST, ends_at__gt=start - WIDEST)
    others = Interview.objects.filter(near, student=talk.student_id, status=InterviewStatus.SCHEDULED)
    return [
        other.contact.name
        for other in others.exclude(pk=talk.pk).select_related("contact").order_by("starts_at", "pk")
        if calendar.away(other)[0] < end and start < calendar.away(other)[1]
    ]


def _impact(talk):
    note = ImpactNote.objects.filter(interview=talk).first()
    return ImpactForm(initial={"body": note.body, "is_shared": note.is_shared} if note else None)


HAPPENED = {  # event: what you did, what they did
    "reschedule": ("You took the other time", "{first} took the other time"),
    "retime": ("You moved it", "{first} moved it"),
    "propose": ("You asked for another time", "{first} asked for another time"),
    "keep": ("You kept the agreed time", "{first} kept the agreed time"),
    "place": ("You said where", ""),
    "cancel": ("You called it off", "{first} called it off"),
    "start": ("You started the clock", ""),
    "complete": ("You talked", ""),
    "no_show": ("You said that it did not happen", "{first} said that it did not happen"),
    "set_again": ("You took a new time", "{first} took a new time"),
}


def _story(interview):
    """Return what happened, in words, the first thing first: of the request, then of the conversation."""
    mine = Q(interview=interview) | Q(request=interview.request_id) if interview.request_id else Q(interview=interview)
    rows = LifecycleEvent.objects.filter(mine).order_by("at", "pk")
    told = [{"said": _said(row, interview.contact.first_name), "at": row.at, "note": row.note} for row in rows]
    return [line for line in told if line["said"]]


def _said(event, first):
    if event.request_id:
        return STORY.get(event.event, "").replace("They", first)
    by_me, by_them = HAPPENED.get(event.event, ("", ""))
    return (by_them if event.actor == "alum" else by_me).format(first=first)
