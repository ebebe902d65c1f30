"""A debrief as a flat set of named values, as its page posts them: fields, people by place, steps by place.

A person or a step is known by its place on the page ("person-1-name"), so that a row saved twice while it is written
stays one row. Rows are never taken out while the page may be open; empty ones are dropped when it is finished.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from django import forms
from django.http import QueryDict

from apps.interviews.debriefing.models import (
    Aim,
    Debrief,
    Finding,
    Gain,
    GoalReturn,
    LiveNote,
    NamedPerson,
    PromisedStep,
)
from apps.interviews.lifecycle.goals import MOST_GOALS, goals_of
from apps.interviews.lifecycle.models import Interview
from apps.network.models import NamePermission, Outcome
from apps.web.autosave import Posted
from apps.web.fields import DayField, between, farthest

MOST_ROWS = 12
_NOTE = re.compile(r"^(note-[1-9]\d{0,14})-finding$", re.MULTILINE)  # a note is known by its key: it is there already
FEWEST = {"person": 1, "step": 2}  # lines that the page shows before anything is saved
TICKS = (
    Outcome.Kind.PATH,
    Outcome.Kind.TRAINING,
    Outcome.Kind.INSIGHT,
    Outcome.Kind.SHADOW,
    Outcome.Kind.LEAD,
)  # a name and a résumé have fields of their own; applying comes later
RATED = [(n, str(n)) for n in range(1, 6)]


class AnswerField(forms.NullBooleanField):
    """What the other said: true is yes, false is no, and nothing is that nobody asked. A ticked box is a yes."""

    widget = forms.RadioSelect(choices=[("true", "Yes"), ("false", "Rather not"), ("", "I didn’t ask")])

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # as NullBooleanField does
        return True if value == "on" else super().to_python(value)


class DebriefForm(Posted, forms.ModelForm):
    outcomes = forms.MultipleChoiceField(choices=[(k.value, k.label) for k in TICKS], required=False)
    aims = forms.MultipleChoiceField(choices=Aim, required=False)
    gains = forms.MultipleChoiceField(choices=Gain, required=False)
    may_connect = AnswerField(label="May you connect on LinkedIn?")
    may_stay_in_touch = AnswerField(label="May you stay in touch?")
    fit_before = forms.TypedChoiceField(choices=RATED, coerce=int, empty_value=None, required=False)
    fit_after = forms.TypedChoiceField(choices=RATED, coerce=int, empty_value=None, required=False)

    class Meta:
        model = Debrief
        fields = [
            *("learned", "surprised", "agreed", "quote", "may_connect", "may_stay_in_touch", "asked_for_resume"),
            *("thought", "shares_thought"),
            *("fit_before", "fit_after", "fit_skills", "fit_nature", "fit_goals", "aims", "gains", "outcomes"),
            *(gain.words for gain in Gain),
        ]


class NoteForm(Posted, forms.Form):
    """What a note from the conversation was, compared with what was expected."""

    finding = forms.ChoiceField(choices=[("", "Not said"), *Finding.choices], required=False)


class GoalForm(Posted, forms.Form):
    """What became of something that the student hoped to learn."""

    outcome = forms.ChoiceField(choices=[("", "Not said"), *GoalReturn.Outcome.choices], required=False)
    words = forms.CharField(label="In a few words", max_length=300, required=False)


class PersonForm(Posted, forms.Form):
    name = forms.CharField(max_length=150, required=False)
    about = forms.CharField(label="What they do", max_length=200, required=False)
    name_permission = forms.ChoiceField(choices=NamePermission, required=False)


class StepForm(Posted, forms.Form):
    """Something to do, from today on; one whose day has passed can be saved again as it is (`since`)."""

    text = forms.CharField(label="What you’ll do", max_length=240, required=False)
    due_on = DayField(label="By", required=False)

    def __init__(self, *args: Any, since: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "due_on" in self.fields:
            between(self.fields["due_on"], since, farthest(today))


type Kind = Literal["person", "step"]
type Row = NamedPerson | PromisedStep
type Values = dict[str, Any]  # by the name under which each is posted

KINDS: dict[Kind, type[PersonForm | StepForm]] = {"person": PersonForm, "step": StepForm}
ROWS: dict[Kind, tuple[type[Row], str]] = {
    "person": (NamedPerson, "named_people"),
    "step": (PromisedStep, "promised_steps"),
}


def forms_of(data: QueryDict, *, kept: Mapping[int, date], today: date) -> list[Posted]:
    """Return every form that the posted data fills: the debrief's own, and one for each person and step.

    `kept`: the days of the saved steps, by their place.
    """
    found: list[Posted] = [DebriefForm(data)]
    found += [NoteForm(data, prefix=prefix) for prefix in dict.fromkeys(_NOTE.findall("\n".join(data)))]
    found += [GoalForm(data, prefix=f"goal-{n}") for n in range(MOST_GOALS)]
    found += [PersonForm(data, prefix=f"person-{n}", auto_id="%s") for n in range(MOST_ROWS)]
    found += [
        StepForm(data, prefix=f"step-{n}", auto_id="%s", since=first_day(kept.get(n), today), today=today)
        for n in range(MOST_ROWS)
    ]
    return [form for form in found if form.fields]


def first_day(kept: date | None, today: date) -> date:
    """Return the first day that a step can be dated: today, or the day that it had and that has passed."""
    return min(kept or today, today)


def days_of(debrief: Debrief) -> dict[int, date]:
    """Return the days of the saved steps, by their place on the page."""
    return {n: row.due_on for n, row in enumerate(rows(debrief, "step")) if row.due_on}


def values_of(filled: Iterable[Posted]) -> Values:
    """Return the clean values of valid forms."""
    return {form.add_prefix(name): value for form in filled for name, value in form.values.items()}


def stored(debrief: Debrief) -> Values:
    """Return everything that is saved."""
    found: Values = {name: getattr(debrief, name) for name in DebriefForm.Meta.fields}
    found |= {f"note-{note.pk}-finding": note.finding for note in debrief.interview.notes.all()}
    for row in debrief.goals.all() if debrief.pk else ():
        found |= {f"goal-{row.place}-outcome": row.outcome, f"goal-{row.place}-words": row.words}
    for kind, form in KINDS.items():
        for n, row in enumerate(rows(debrief, kind)):
            found |= {f"{kind}-{n}-{name}": getattr(row, name) for name in form.base_fields}
    return found


def rows(debrief: Debrief, kind: Kind) -> list[Any]:
    """Return the saved people or steps, in the order of the page."""
    return list(getattr(debrief, ROWS[kind][1]).order_by("pk")) if debrief.pk else []


def write(debrief: Debrief, values: Mapping[str, Any]) -> None:
    """Put clean values into an existing debrief and its rows. The caller holds the lock and saves the debrief."""
    own = {name: value for name, value in values.items() if name in DebriefForm.Meta.fields}
    for name, value in own.items():
        setattr(debrief, name, value)
    for name, value in values.items():
        if (note := _NOTE.match(name)) is not None:
            LiveNote.objects.filter(interview=debrief.interview_id, pk=note[1].removeprefix("note-")).update(
                finding=value
            )
    _write_goals(debrief, {name: value for name, value in values.items() if name.startswith("goal-")})
    for kind in KINDS:
        _write_rows(debrief, kind, {name: value for name, value in values.items() if name.startswith(f"{kind}-")})


def hoped(interview: Interview) -> list[str]:
    """Return what the student hoped to learn: as the questions were prepared with, else as the request said."""
    plan = getattr(interview, "plan", None)
    asked = interview.request.goals if interview.request else ""
    return goals_of(plan.goals if plan and plan.goals else asked)


def _write_goals(debrief: Debrief, values: Mapping[str, Any]) -> None:
    by_place: dict[int, Values] = {}
    for name, value in values.items():
        _, place, field = name.split("-", 2)
        by_place.setdefault(int(place), {})[field] = value
    goals = hoped(debrief.interview) if by_place else []
    for number, fields in by_place.items():
        if number < len(goals):
            fresh = {"goal": goals[number], **fields}
            debrief.goals.update_or_create(place=number, defaults=fields, create_defaults=fresh)


def _write_rows(debrief: Debrief, kind: Kind, values: Mapping[str, Any]) -> None:
    by_place: dict[int, Values] = {}
    for name, value in values.items():
        _, place, field = name.split("-", 2)
        by_place.setdefault(int(place), {})[field] = value
    if not any(any(fields.values()) for fields in by_place.values()) and not rows(debrief, kind):
        return
    fill_up(debrief, kind, max(by_place, default=-1) + 1)
    for n, row in enumerate(rows(debrief, kind)):
        if n in by_place:
            _change(row, by_place[n])


def _change(row: Row, fields: Values) -> None:
    if "name_permission" in fields and not fields["name_permission"]:
        fields = fields | {"name_permission": NamePermission.NOT_ASKED}
    type(row).objects.filter(pk=row.pk).update(**fields)


def fill_up(debrief: Debrief, kind: Kind, count: int) -> None:
    """See to it that there are at least `count` rows, the new ones empty."""
    model = ROWS[kind][0]
    for _ in range(min(count, MOST_ROWS) - len(rows(debrief, kind))):
        model.objects.create(debrief=debrief)


def add_line(debrief: Debrief, kind: Kind) -> None:
    """Open one more empty line than the page has shown."""
    fill_up(debrief, kind, max(len(rows(debrief, kind)), FEWEST[kind]) + 1)
