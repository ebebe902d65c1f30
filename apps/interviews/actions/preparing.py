"""The plan of one conversation: its questions in their order, the research, the ticks before the start (R75 to R86).

Every act locks the conversation first, so that two windows take turns and the places stay 1, 2, 3 without a gap. Once
its time has passed nothing changes any more: the plan stays as it was carried into the talk.
"""

from datetime import datetime
from typing import Any

from apps.autosave import save_version
from apps.interviews import bank
from apps.interviews.actions.moves import Stale, act, lock
from apps.interviews.lifecycle import InterviewStatus
from apps.interviews.models import Interview, PlannedQuestion, Question, QuestionPlan
from apps.web import Refused

MOST_QUESTIONS = 20
MOST_MUSTS = 3  # [002]: they may not get through all of it, so three must be asked (R79)
KEPT = ("text", "theme", "because", "minutes", "goal", "is_must", "question_id")


def may_change(interview, now):
    """Return whether a plan can still change: the talk is set, and not over."""
    return interview.status == InterviewStatus.SCHEDULED and interview.ends_at > now


def plan_of(interview):
    """Return the plan, or what it would begin with, not saved."""
    found = QuestionPlan.objects.filter(interview=interview).first()
    return found or QuestionPlan(interview=interview, **_begins_with(interview))


def _begins_with(interview):
    """Return what the letter knew already: what was hoped for, and the three lines found out before it."""
    names = ("goals", "about_person", "about_organization", "about_field")
    return {name: getattr(interview.request, name) for name in names} if interview.request_id else {}


def _hold(interview: Interview, now: datetime) -> QuestionPlan:
    """Return the plan of the locked conversation, made if it is new."""
    held = lock(interview)
    if not may_change(held, now):
        raise Stale("The time of this conversation has passed. Its plan stays as it was.")
    return QuestionPlan.objects.get_or_create(interview=held, defaults=_begins_with(held))[0]


# --- the questions ----------------------------------------------------------------------------------------------------


@act
def add_from_bank(interview, *, question, now):
    """Plan a question of the bank, once. Returns it."""
    plan = _hold(interview, now)
    row = Question.objects.filter(pk=question, is_active=True, is_closing=False).first()
    if row is None:
        raise Stale("That question is not in the bank any more. Choose another.")
    return plan.questions.filter(question=row).first() or _place(plan, _from_bank(row))


def _from_bank(row):
    return {"question_id": row.pk, "text": row.text, "theme": row.theme, "minutes": row.minutes}


@act
def add_own(interview, *, text, now):
    """Plan a question in the student's own words. Returns it."""
    return _place(_hold(interview, now), {"text": text})


@act
def begin(interview, *, now):
    """Plan one question of each theme, where nothing is planned yet."""
    plan = _hold(interview, now)
    if plan.questions.exists():
        raise Stale("You have begun your plan already. Add to it from the bank.")
    profile = interview.student.student_profile
    rows = bank.start(bank.offered([]), relation=interview.contact.relation, stage=profile.stage)
    return [_place(plan, _from_bank(row)) for row in rows]


def _place(plan, fields, at=None):
    """Put a question at a place, or last."""
    rows = _in_order(plan)
    if len(rows) >= MOST_QUESTIONS:
        raise Refused("Twenty questions are more than a talk can hold. Take one out first.")
    row = PlannedQuestion.objects.create(plan=plan, position=len(rows) + 1, **fields)
    rows.insert(len(rows) if at is None else at - 1, row)
    _number(rows)
    return row


def _in_order(plan):
    return list(plan.questions.order_by("position", "pk"))


def _number(rows):
    """Give every question its place, from one."""
    moved = []
    for place, row in enumerate(rows, 1):
        if row.position != place:
            row.position = place
            moved.append(row)
    PlannedQuestion.objects.bulk_update(moved, ["position"])


def _one(rows, number):
    found = next((row for row in rows if row.pk == number), None)
    if found is None:
        raise Stale("That question is not in your plan any more.")
    return found


@act
def move_question(interview, *, number, now, steps=0, to=None):
    """Move a question so many `steps` down (negative: up), or `to` a place; at the ends it stops. Returns it."""
    rows = _in_order(_hold(interview, now))
    row = _one(rows, number)
    place = row.position + steps if to is None else to
    rows.remove(row)
    rows.insert(max(0, min(place - 1, len(rows))), row)
    _number(rows)
    return row


@act
def star(interview, *, number, on, now):
    """Mark a question as one that must be asked, or no longer; three at most. Returns it."""
    rows = _in_order(_hold(interview, now))
    row = _one(rows, number)
    if on and sum(other.is_must for other in rows if other is not row) >= MOST_MUSTS:
        raise Refused("Three must be asked, at most. Take the star off another one.")
    row.is_must = on
    row.save(update_fields=["is_must"])
    return row


@act
def change_question(interview, *, number, values, now):
    """Write wording, theme, minutes, goal and the note why. Returns it."""
    row = _one(_in_order(_hold(interview, now)), number)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


@act
def take_out(interview, *, number, now):
    """Take a question out. Returns what put_back needs."""
    rows = _in_order(_hold(interview, now))
    row = _one(rows, number)
    fields = {name: getattr(row, name) for name in KEPT} | {"position": row.position}
    rows.remove(row)
    row.delete()
    _number(rows)
    return fields


@act
def put_back(interview, *, fields, now):
    """Undo take_out: the question stands again where it stood. Returns it."""
    plan = _hold(interview, now)
    kept = {name: fields[name] for name in KEPT}
    if kept["is_must"]:
        kept["is_must"] = plan.questions.filter(is_must=True).count() < MOST_MUSTS
    if not Question.objects.filter(pk=kept["question_id"]).exists():
        kept["question_id"] = None
    return _place(plan, kept, at=fields["position"])


# --- research, and what to see to -------------------------------------------------------------------------------------


@act
def save_research(interview: Interview, *, version: int, values: dict[str, Any], now: datetime) -> QuestionPlan:
    """Write what the student found out. Returns the plan as it is now.

    Raises Conflict when somebody saved something else since `version`.
    """
    plan = _hold(interview, now)
    save_version(plan, version, values)
    return plan


@act
def tick(interview, *, checked, now):
    """Remember what is seen to."""
    plan = _hold(interview, now)
    plan.checked = checked
    plan.save(update_fields=["checked"])
