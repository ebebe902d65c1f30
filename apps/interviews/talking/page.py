"""What live mode shows: the agreed minutes, one question, the notes, the close (R87 to R99). It reads and arranges.

The page is right for the moment at which it was made; live.js carries it on from the same facts, `state`.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

from django.db.models import Q
from django.http import HttpRequest
from django.middleware.csrf import get_token

from apps.clock import times
from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.debriefing.two_devices import BothState, both_of
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.preparing import introducing
from apps.interviews.preparing.introducing import Chosen
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.talking import actions
from apps.network.models import Contact, NamePermission

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
    "none": "You’ve asked all your must-ask questions.",
    "one": "1 must-ask question is left.",
    "many": "# must-ask questions are left.",
}
KINDS = (  # of a note: its sign, and the word on its button
    (LiveNote.Kind.NOTE, "pencil", "Note"),
    (LiveNote.Kind.QUOTE, "chat-left-quote", "Their words"),
    (LiveNote.Kind.ACTION, "check2-square", "To do"),
)


type Phase = Literal["before", "talk", "five", "closing", "over"]
type View = Literal["off", "done", "before", "talk", "closing"]
CHOSEN: Mapping[str, View] = {"talk": "talk", "closing": "closing"}  # what the address can ask for


@dataclass(frozen=True)
class Clock:
    """The agreed minutes as of `now`; without a beginning nothing runs, and all of them are left."""

    began_at: datetime | None
    minutes: int
    now: datetime

    @property
    def until(self) -> datetime:
        return (self.began_at or self.now) + timedelta(minutes=self.minutes)

    @property
    def left_s(self) -> float:
        return (self.until - self.now).total_seconds()

    @property
    def gone(self) -> float:
        """Minutes gone, to the tenth, at most all of them."""
        return min(round((self.now - (self.began_at or self.now)).total_seconds() / 60, 1), self.minutes)

    @property
    def phase(self) -> Phase:
        """before, talk, five (minutes are left), closing (the last four), over."""
        if self.began_at is None:
            return "before"
        if self.left_s <= 0:
            return "over"
        return "closing" if self.left_s <= FOUR else "five" if self.left_s <= FIVE else "talk"

    @property
    def digits(self) -> str:
        """8:24, of what is left, or of what is over."""
        seconds = abs(int(self.left_s))
        return f"{seconds // 60}:{seconds % 60:02}"

    @property
    def late(self) -> bool:
        return self.began_at is not None and self.now >= self.until + LATE


def clock_of(interview: Interview, now: datetime) -> Clock:
    return Clock(interview.started_at, interview.minutes + interview.extra_minutes, now)


def view_of(interview: Interview, clock: Clock, asked_for: str = "") -> View:
    """Return which part takes the page: off, done, before, talk or closing."""
    if interview.status == InterviewStatus.COMPLETED:
        return "done"
    if interview.status != InterviewStatus.SCHEDULED:
        return "off"
    if asked_for in CHOSEN:
        return CHOSEN[asked_for]
    if clock.phase == "before":
        return "before"
    return "closing" if clock.phase in ("closing", "over") else "talk"


# --- the facts, for the page and for the script -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the student can change here. `added`: of a question, the id that the script gave it."""

    questions: list[PlannedQuestion]
    added: dict[int | None, uuid.UUID]
    both: list[BothState]
    notes: list[LiveNote]
    debrief: Debrief
    people: list[NamedPerson]


def facts(interview: Interview) -> Facts:
    """Read the facts, in one query a kind."""
    debrief = Debrief.objects.filter(interview=interview).first()
    acts = list(interview.live_acts.filter(Q(name="add") | ~Q(both=[])).order_by("at", "pk"))
    return Facts(
        questions=list(PlannedQuestion.objects.filter(plan__interview=interview).order_by("position", "pk")),
        added={act.question_id: act.client_id for act in acts if act.name == "add"},
        both=both_of(interview, acts),
        notes=list(interview.notes.order_by("at", "pk")),
        debrief=debrief or Debrief(interview=interview),
        people=list(debrief.named_people.order_by("pk")) if debrief else [],
    )


class QuestionState(TypedDict):
    id: str
    key: str | None
    text: str
    because: str
    must: bool
    mark: Literal["asked", "skipped", ""]


class NoteState(TypedDict):
    id: str
    question: str | None
    kind: str
    text: str
    at: int


class PersonState(TypedDict):
    name: str
    about: str
    name_permission: str
    fixed: bool


type Answer = Literal["true", "false", ""]


class State(TypedDict):
    """The facts as live.js reads them; moments are milliseconds since 1970."""

    now: int
    starts: int
    ends: int
    started: int | None
    ended: int | None
    minutes: int
    extra: int
    status: str
    questions: list[QuestionState]
    notes: list[NoteState]
    may_connect: Answer
    may_stay_in_touch: Answer
    summary: str
    people: list[PersonState]
    both: list[BothState]
    token: str


def state(request: HttpRequest, interview: Interview, now: datetime, known: Facts | None = None) -> State:
    """Return the facts as JSON for live.js, with the moment at which they were true."""
    known = known or facts(interview)
    return {
        "now": _ms(now),
        "starts": _ms(interview.starts_at),
        "ends": _ms(interview.ends_at),
        "started": _ms(interview.started_at) if interview.started_at else None,
        "ended": _ms(interview.talked_until) if interview.talked_until else None,
        "minutes": interview.minutes,
        "extra": interview.extra_minutes,
        "status": interview.status,
        "questions": [_question(question, known.added.get(question.pk)) for question in known.questions],
        "notes": [_note(note) for note in known.notes],
        "may_connect": _answer(known.debrief.may_connect),
        "may_stay_in_touch": _answer(known.debrief.may_stay_in_touch),
        "summary": known.debrief.summary,
        "people": [_person(person) for person in known.people],
        "both": known.both,
        "token": get_token(request),
    }


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _question(question: PlannedQuestion, key: uuid.UUID | None) -> QuestionState:
    return {
        "id": str(question.pk),
        "key": str(key) if key else None,
        "text": question.text,
        "because": question.because,
        "must": question.is_must,
        "mark": "asked" if question.asked_at else "skipped" if question.is_skipped else "",
    }


def _note(note: LiveNote) -> NoteState:
    return {
        "id": str(note.client_id),
        "question": str(note.question_id) if note.question_id else None,
        "kind": note.kind,
        "text": note.text,
        "at": _ms(note.at),
    }


def _answer(answer: bool | None) -> Answer:
    return "" if answer is None else "true" if answer else "false"


def _person(person: NamedPerson) -> PersonState:
    return {
        "name": person.name,
        "about": person.about,
        "name_permission": person.name_permission,
        "fixed": bool(person.referral_id),
    }


# --- the page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Which of how many a question is, and its neighbours."""

    number: int
    count: int
    back: PlannedQuestion | None
    next: PlannedQuestion | None


@dataclass(frozen=True, kw_only=True)
class LivePage(Facts):
    """The agreed minutes, one question, the notes, the close. `typed`: what stood in a form that was not taken."""

    interview: Interview
    contact: Contact
    zone: str
    now: datetime
    clock: Clock
    view: View
    state: State
    current: PlannedQuestion | None
    place: Place | None
    musts: str
    must_words: Mapping[str, str]
    marked: list[LiveNote]
    introduction: Chosen
    plan: QuestionPlan | None
    stems: tuple[str, ...]
    kinds: tuple[tuple[str, str, str], ...]  # of a note: its kind, its sign, the word on its button
    press: uuid.UUID
    permissions: list[tuple[str, str]]
    errors: Sequence[str]
    typed: Mapping[str, str]
    is_late: bool
    has_begun: bool  # or the agreed time has come: only then can it end
    opens_at: datetime
    agreed_passed: bool
    agreed_over: bool
    thanked: bool


def context(
    request: HttpRequest,
    interview: Interview,
    now: datetime,
    *,
    errors: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> LivePage:
    """Return the page; `errors` and `typed` are of a form that could not be taken."""
    clock, known = clock_of(interview, now), facts(interview)
    view = view_of(interview, clock, request.GET.get("show", ""))
    current = current_of(known.questions, request.GET.get("q", ""))
    return LivePage(
        interview=interview,
        contact=interview.contact,
        zone=str(times.zone_of(None)),
        now=now,
        clock=clock,
        view=view,
        state=state(request, interview, now, known),
        current=current,
        place=_place(known.questions, current),
        musts=musts(known.questions),
        must_words=MUSTS,
        marked=[note for note in reversed(known.notes) if note.kind != LiveNote.Kind.NOTE][:3],
        introduction=introducing.chosen(interview),
        plan=getattr(interview, "plan", None),
        stems=STEMS,
        kinds=KINDS,
        press=uuid.uuid4(),
        permissions=NamePermission.choices,
        errors=errors,
        typed=typed or {},
        is_late=clock.late,
        has_begun=now >= (clock.began_at or interview.starts_at),
        opens_at=interview.starts_at - actions.EARLY,
        agreed_passed=now >= interview.starts_at,
        agreed_over=now >= interview.ends_at,
        thanked=view == "done" and bool(interview.thanked_at),
        **vars(known),
    )


def current_of(questions: Sequence[PlannedQuestion], chosen: str = "") -> PlannedQuestion | None:
    """Return the question chosen in the address, else the first that is open, else none."""
    named = [question for question in questions if str(question.pk) == chosen]
    still_open = [question for question in questions if not question.asked_at and not question.is_skipped]
    return next(iter(named or still_open), None)


def _place(questions: Sequence[PlannedQuestion], current: PlannedQuestion | None) -> Place | None:
    if current is None:
        return None
    at = questions.index(current)
    return Place(
        number=at + 1,
        count=len(questions),
        back=questions[at - 1] if at else None,
        next=questions[at + 1] if at + 1 < len(questions) else None,
    )


def musts(questions: Sequence[PlannedQuestion]) -> str:
    """Say how many of the questions that must be asked are still open; nothing where none was marked."""
    marked = [question for question in questions if question.is_must]
    count = sum(not question.asked_at for question in marked)
    if not marked:
        return ""
    return MUSTS["none"] if not count else MUSTS["one"] if count == 1 else MUSTS["many"].replace("#", str(count))
