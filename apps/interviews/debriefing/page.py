"""What the debrief page shows: the fields, the lines for people and steps, the notes from the talk in the margin.

It reads and arranges; it changes nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.forms import BaseForm

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.debriefing import forms, paper
from apps.interviews.debriefing.forms import DebriefForm
from apps.interviews.debriefing.models import (
    FIT,
    Aim,
    Debrief,
    Finding,
    Gain,
    GoalReturn,
    NamedPerson,
    PaperNote,
    PromisedStep,
)
from apps.interviews.debriefing.notes import Note, notes_of
from apps.interviews.debriefing.two_devices import BothState, both_of
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.stages import Stage, StageName, stages_of
from apps.network.models import Contact, NamePermission
from apps.policy.models import Policy
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import two
from apps.wording import person_name
from apps.wording.pronouns import Pronouns, pronouns_of
from apps.wording.text import folded

PROMPTS = (  # R8, beside the five gains, which ask for themselves
    "What fills a typical day that no web page mentions?",
    "Which courses, majors or skills matter there?",
    "What would they do differently if they were at your stage again?",
)
GAINS = {  # R6: what is asked of each of the five
    Gain.CLARITY: "What is clearer to you than yesterday: a path, a course, a major?",
    Gain.OPENINGS: "How do people like you get started in this field?",
    Gain.CONFIDENCE: "What do you trust yourself to do now?",
    Gain.FIELD: "What is changing in the field?",
    Gain.STRENGTHS: "Which of your strengths would you use there? What would be hard for you?",
}
SEEN = "What did you see there: the rooms, the pace, how people talk to each other?"  # R17: where they met at a place
_CLASS_MARK = re.compile(r"\s*[’']\d\d\s*$")
# shown as typed, where it could not be saved
TYPED = ("learned", "surprised", "agreed", "quote", "thought", *(gain.words for gain in Gain))
PERMISSIONS = {
    NamePermission.YES: "Yes",
    NamePermission.INTRO_FIRST: "Introduce me first",
    NamePermission.NO: "No",
    NamePermission.NOT_ASKED: "I forgot to ask",
}


type State = Literal["ahead", "ask", "write", "not", "cancelled"]
ENDED: Mapping[str, State] = {InterviewStatus.COMPLETED: "write", InterviewStatus.NO_SHOW: "not"}
type Bad = Mapping[str | None, BaseForm]  # the posted forms with a mistake, by their prefix


@dataclass(frozen=True)
class Line:
    """One person or one step on the page: its place, what stands in it, and what is wrong with it."""

    place: int
    title: str
    prefix: str
    row: NamedPerson | PromisedStep
    form: BaseForm | None = None
    due: str = ""  # of a step: the day, as a browser writes it
    listed: limits.Availability | None = None  # whether a person of this name, in the directory, can be asked


@dataclass(frozen=True)
class Answer:
    """A question that was put at the close, what can be said to it, and what was said ("": nobody asked)."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    said: str


@dataclass(frozen=True)
class Goal:
    """Something the student hoped to learn, and what became of it."""

    prefix: str
    text: str
    outcome: str
    words: str


@dataclass(frozen=True)
class GainLine:
    """One of the five things a conversation can give: whether it did, and in words."""

    value: str
    label: str
    asks: str
    name: str  # of the field for its words
    words: str
    is_ticked: bool


@dataclass(frozen=True, kw_only=True)
class StagePage:
    """What every page after a talk shows: with whom it was, and how far it has come."""

    interview: Interview
    contact: Contact
    pronouns: Pronouns
    stages: list[Stage]
    section: str = "conversations"


@dataclass(frozen=True, kw_only=True)
class DebriefPage(StagePage):
    """The fields, the lines for people and steps, and the notes from the talk in the margin."""

    state: State
    now: datetime
    debrief: Debrief
    form: DebriefForm
    errors: list[BaseForm]  # the forms with a mistake
    goals: list[Goal]
    goal_outcomes: list[tuple[str, str]]
    coach: User | None
    people: list[Line]
    steps: list[Line]
    answers: list[Answer]
    permissions: list[tuple[NamePermission, str]]
    ticks: list[tuple[str, str]]
    aims: list[tuple[str, str]]
    gains: list[GainLine]
    has_gained: bool
    findings: list[tuple[str, str]]
    fits: list[tuple[str, str, int | None]]  # name, label, what was ticked
    fit_words: list[tuple[int, str]]
    rated: list[tuple[str, str, int | None]]
    prompts: tuple[str, ...]
    notes: list[Note]
    both: list[BothState]
    photos: list[PaperNote]
    photo_help: str
    photo_accept: str
    hours: int  # since it was over
    resources: list[Resource]  # what of the office’s shelf fits after a conversation


def state_of(interview: Interview, now: datetime) -> State:
    """Return what the page is: ahead, ask (did it happen?), write, not, cancelled."""
    if interview.status == InterviewStatus.SCHEDULED:
        return "ask" if interview.ends_at <= now else "ahead"
    return ENDED.get(interview.status, "cancelled")


def context(interview: Interview, now: datetime, wrong: Iterable[BaseForm] = ()) -> DebriefPage:
    """Return the page; `wrong` are the posted forms that could not be saved."""
    debrief, wrong = getattr(interview, "debrief", None) or Debrief(interview=interview), list(wrong)
    for typed in wrong:
        if isinstance(typed, DebriefForm):  # a line that is wrong takes nothing of the rest away
            for name, value in typed.values.items():
                setattr(debrief, name, value)
    bad = {form.prefix: form for form in wrong if form.errors}
    form = _form(debrief, bad.get(None))
    gains = _gains(debrief, form)
    return DebriefPage(
        interview=interview,
        contact=interview.contact,
        pronouns=pronouns_of(interview.contact.pronouns),
        state=state_of(interview, now),
        stages=stages_of(interview, here=StageName.REFLECT, now=now),
        debrief=debrief,
        form=form,
        errors=list(bad.values()),
        goals=_goals(debrief),
        goal_outcomes=GoalReturn.Outcome.choices,
        coach=interview.student.student_profile.coach,
        people=_lines(debrief, "person", wrong, now),
        steps=_lines(debrief, "step", wrong, now),
        answers=[_answer(name, getattr(debrief, name)) for name in ("may_connect", "may_stay_in_touch")],
        permissions=list(PERMISSIONS.items()),
        ticks=[(kind.value, kind.label) for kind in forms.TICKS],
        aims=Aim.choices,
        gains=gains,
        has_gained=any(gain.is_ticked or gain.words for gain in gains),
        findings=Finding.choices,
        fits=[(f.name, str(f.verbose_name), getattr(debrief, f.name)) for f in Debrief._meta.fields if f.name in FITS],
        fit_words=list(FIT.items()),
        rated=[("fit_before", "before", debrief.fit_before), ("fit_after", "now", debrief.fit_after)],
        prompts=(SEEN, *PROMPTS) if interview.is_meeting else PROMPTS,
        notes=notes_of(debrief),
        both=both_of(interview),
        photos=paper.of(interview, now),
        photo_help=paper.HELP,
        photo_accept=paper.ACCEPT,
        hours=times.hours(interview.over_at, now),
        resources=two(Topic.AFTER),
        now=now,
    )


def _goals(debrief: Debrief) -> list[Goal]:
    """Return what was hoped to be learned, as it is written now, with what was said of it."""
    said = {row.place: row for row in debrief.goals.all()} if debrief.pk else {}
    return [
        Goal(f"goal-{place}", text, *((said[place].outcome, said[place].words) if place in said else ("", "")))
        for place, text in enumerate(forms.hoped(debrief.interview))
    ]


def _gains(debrief: Debrief, form: DebriefForm) -> list[GainLine]:
    return [
        GainLine(gain.value, gain.label, asks, gain.words, form[gain.words].value() or "", gain in debrief.gains)
        for gain, asks in GAINS.items()
    ]


def _answer(name: str, said: bool | None) -> Answer:
    field = DebriefForm.base_fields[name]
    return Answer(name, str(field.label), field.widget.choices, "" if said is None else str(said).lower())


FITS = ("fit_skills", "fit_nature", "fit_goals")


def _form(debrief: Debrief, posted: BaseForm | None) -> DebriefForm:
    """Return a form with every field, holding what was typed where it could not be saved."""
    typed = {} if posted is None else {name: posted.data.get(name) for name in posted.fields if name in TYPED}
    return DebriefForm(instance=debrief, initial=typed)


def _lines(debrief: Debrief, kind: Literal["person", "step"], posted: Iterable[BaseForm], now: datetime) -> list[Line]:
    """Return the lines as they are saved; with forms that could not be, as they were typed, right or wrong."""
    typed = {str(form.prefix): form for form in posted if form.prefix}
    rows = forms.rows(debrief, kind)
    rows += [forms.ROWS[kind][0]() for _ in range(forms.FEWEST[kind] - len(rows))]
    while f"{kind}-{len(rows)}" in typed:
        rows.append(forms.ROWS[kind][0]())
    for n, row in enumerate(rows):
        _put(row, typed.get(f"{kind}-{n}"))
    listed = _listed(rows, debrief.interview.student_id, now) if kind == "person" else {}
    return [
        Line(
            place=n,
            title=f"{kind.capitalize()} {n + 1}",
            prefix=f"{kind}-{n}",
            row=row,
            form=typed.get(f"{kind}-{n}"),
            due=_due(row, typed.get(f"{kind}-{n}")),
            listed=listed.get(getattr(row, "name", "")),
        )
        for n, row in enumerate(rows)
    ]


def _put(row: NamedPerson | PromisedStep, typed: BaseForm | None) -> None:
    """Let a line say what was typed into it; a day stands beside it, for one that is wrong is none."""
    for name in typed.fields if typed else ():
        if name != "due_on" and typed is not None:
            setattr(row, name, typed.data.get(typed.add_prefix(name), ""))


def _due(row: NamedPerson | PromisedStep, typed: BaseForm | None) -> str:
    if typed and "due_on" in typed.fields:
        return str(typed.data.get(typed.add_prefix("due_on"), ""))
    due_on = getattr(row, "due_on", None)
    return due_on.isoformat() if due_on else ""


def _listed(people: Iterable[NamedPerson], student_id: int, now: datetime) -> dict[str, limits.Availability]:
    """Return {name: whether a listed alum of this name can be asked, and what the directory says of it}."""
    plain = {person.name: _CLASS_MARK.sub("", person.name) for person in people if person.name}
    found = AlumniProfile.objects.listed().filter(
        sort_key__in=[person_name.read(name).sort_key for name in plain.values()]
    )
    alumni = {folded(alum.name): alum for alum in found.order_by("-pk")}
    policy = Policy.now()
    records = limits.records(alumni.values(), now, policy, student=student_id)
    free = {
        name: limits.availability(alum, records.get(alum.pk, limits.Record()), now, policy)
        for name, alum in alumni.items()
    }
    return {name: free[folded(short)] for name, short in plain.items() if folded(short) in free}
