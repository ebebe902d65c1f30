"""What live mode shows: the agreed minutes, one question, the notes, the close (R87 to R99). It reads and arranges.

The page is right for the moment at which it was made; live.js carries it on from the same facts, `state`.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.middleware.csrf import get_token

from apps.accounts import times
from apps.interviews.actions import live
from apps.interviews.lifecycle import InterviewStatus
from apps.interviews.models import Debrief, LiveNote, PlannedQuestion
from apps.network.models import NamePermission
from apps.students.models import Introduction

FIVE, FOUR = 5 * 60, 4 * 60  # seconds left: look at what is still open; begin to close
LATE = timedelta(minutes=10)  # past the end: perhaps the button was forgotten
STEMS = (  # to follow up on what they said, rather than to go down a list (R90)
    "What led to that?",
    "How did you decide?",
    "What was that like, from the inside?",
    "Can you give me an example?",
    "What would you do differently now?",
    "Who else had a part in it?",
)
MUSTS = {
    "none": "Everything you must ask is asked.",
    "one": "One question you must ask is still open.",
    "many": "# questions you must ask are still open.",
}
KINDS = (  # of a note: its sign, and the word on its button
    (LiveNote.Kind.NOTE, "pencil", "Note"),
    (LiveNote.Kind.QUOTE, "chat-left-quote", "Their words"),
    (LiveNote.Kind.ACTION, "check2-square", "To do"),
)


@dataclass(frozen=True)
class Clock:
    """The agreed minutes as of `now`; without a beginning nothing runs."""

    began_at: datetime | None
    minutes: int
    now: datetime

    @property
    def until(self):
        return self.began_at and self.began_at + timedelta(minutes=self.minutes)

    @property
    def left_s(self):
        return (self.until - self.now).total_seconds()

    @property
    def gone(self):
        """Minutes gone, to the tenth, at most all of them."""
        return min(round((self.now - self.began_at).total_seconds() / 60, 1), self.minutes)

    @property
    def phase(self):
        """before, talk, five (minutes are left), closing (the last four), over."""
        if self.began_at is None:
            return "before"
        if self.left_s <= 0:
            return "over"
        return "closing" if self.left_s <= FOUR else "five" if self.left_s <= FIVE else "talk"

    @property
    def digits(self):
        """8:24, of what is left, or of what is over."""
        seconds = abs(int(self.left_s))
        return f"{seconds // 60}:{seconds % 60:02}"

    @property
    def late(self):
        return self.began_at is not None and self.now >= self.until + LATE


def clock_of(interview, now):
    return Clock(interview.started_at, interview.minutes + interview.extra_minutes, now)


def view_of(interview, clock, asked_for=""):
    """Return which part takes the page: off, done, before, talk or closing."""
    if interview.status == InterviewStatus.COMPLETED:
        return "done"
    if interview.status != InterviewStatus.SCHEDULED:
        return "off"
    if asked_for in ("talk", "closing"):
        return asked_for
    if clock.phase == "before":
        return "before"
    return "closing" if clock.phase in ("closing", "over") else "talk"


# --- the facts, for the page and for the script -----------------------------------------------------------------------


def facts(interview):
    """Read everything that the student can change here, in one query a kind."""
    debrief = Debrief.objects.filter(interview=interview).first()
    return {
        "questions": list(PlannedQuestion.objects.filter(plan__interview=interview).order_by("position", "pk")),
        "added": dict(interview.live_acts.filter(name="add").values_list("question_id", "client_id")),
        "notes": list(interview.notes.order_by("at", "pk")),
        "debrief": debrief or Debrief(interview=interview),
        "people": list(debrief.named_people.order_by("pk")) if debrief else [],
    }


def state(request, interview, now, found=None):
    """Return the facts as JSON for live.js, with the moment at which they were true."""
    found = found or facts(interview)
    debrief = found["debrief"]
    return {
        "now": _ms(now),
        "starts": _ms(interview.starts_at),
        "ends": _ms(interview.ends_at),
        "started": _ms(interview.started_at),
        "ended": _ms(interview.talked_until),
        "minutes": interview.minutes,
        "extra": interview.extra_minutes,
        "status": interview.status,
        "questions": [_question(row, found["added"].get(row.pk)) for row in found["questions"]],
        "notes": [_note(row) for row in found["notes"]],
        "may_connect": _said(debrief.may_connect),
        "may_stay_in_touch": _said(debrief.may_stay_in_touch),
        "summary": debrief.summary,
        "people": [_person(row) for row in found["people"]],
        "token": get_token(request),
    }


def _ms(moment):
    return moment and round(moment.astimezone(UTC).timestamp() * 1000)


def _question(row, key):
    mark = "asked" if row.asked_at else "skipped" if row.is_skipped else ""
    return {
        "id": str(row.pk),
        "key": key and str(key),
        "text": row.text,
        "because": row.because,
        "must": row.is_must,
        "mark": mark,
    }


def _note(row):
    return {
        "id": str(row.client_id),
        "question": row.question_id and str(row.question_id),
        "kind": row.kind,
        "text": row.text,
        "at": _ms(row.at),
    }


def _said(answer):
    return {True: "true", False: "false", None: ""}[answer]


def _person(row):
    return {
        "name": row.name,
        "about": row.about,
        "name_permission": row.name_permission,
        "fixed": bool(row.referral_id),
    }


# --- the page ---------------------------------------------------------------------------------------------------------


def context(request, interview, now, *, errors=None, typed=None):
    """Return what the template shows; `errors` and `typed` are of a form that could not be taken."""
    clock, found = clock_of(interview, now), facts(interview)
    view = view_of(interview, clock, request.GET.get("show", ""))
    current = current_of(found["questions"], request.GET.get("q", ""))
    introduction = Introduction.objects.filter(student=interview.student_id).first()
    plan = getattr(interview, "plan", None)
    return {
        "interview": interview,
        "contact": interview.contact,
        "zone": str(times.zone_of(None)),
        "now": now,
        "clock": clock,
        "view": view,
        "state": state(request, interview, now, found),
        "current": current,
        "place": _place(found["questions"], current),
        "musts": musts(found["questions"]),
        "must_words": MUSTS,
        "marked": [note for note in reversed(found["notes"]) if note.kind != LiveNote.Kind.NOTE][:3],
        "introduction": introduction,
        "plan": plan,
        "stems": STEMS,
        "kinds": KINDS,
        "press": uuid.uuid4(),
        "permissions": NamePermission.choices,
        "errors": errors or [],
        "typed": typed or {},
        "is_late": clock.late,
        "opens_at": interview.starts_at - live.EARLY,
        "agreed_passed": now >= interview.starts_at,
        "agreed_over": now >= interview.ends_at,
        **found,
    }


def current_of(questions, chosen=""):
    """Return the question chosen in the address, else the first that is open, else none."""
    named = [row for row in questions if str(row.pk) == chosen]
    still_open = [row for row in questions if not row.asked_at and not row.is_skipped]
    return next(iter(named or still_open), None)


def _place(questions, current):
    """Return which of how many the current question is, and its neighbours."""
    if current is None:
        return None
    at = questions.index(current)
    return {
        "number": at + 1,
        "count": len(questions),
        "back": questions[at - 1] if at else None,
        "next": questions[at + 1] if at + 1 < len(questions) else None,
    }


def musts(questions):
    """Say how many of the questions that must be asked are still open; nothing where none was marked."""
    marked = [row for row in questions if row.is_must]
    count = sum(not row.asked_at for row in marked)
    if not marked:
        return ""
    return MUSTS["none"] if not count else MUSTS["one"] if count == 1 else MUSTS["many"].replace("#", str(count))
