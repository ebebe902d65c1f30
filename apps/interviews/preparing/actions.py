"""The plan of one conversation: its questions in their order, the research, the ticks before the start (R75 to R86).

Every act locks the conversation first, so that two windows take turns and the places stay 1, 2, 3 without a gap. Once
its time has passed nothing changes any more: the plan stays as it was carried into the talk.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.clock import regions
from apps.interviews.lifecycle.acts import Stale, act, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.preparing import guessing, question_bank
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan, SavedQuestion
from apps.web.answers import Refused
from apps.web.autosave import save_version

MOST_QUESTIONS = 20
MOST_MUSTS = 3  # they may not get through all of it, so three must be asked (R79)
KEPT = ("text", "theme", "because", "minutes", "goal", "is_must", "question_id")
type Kept = Mapping[str, Any]  # fields of a planned question by their names


def may_change(interview: Interview, now: datetime) -> bool:
    """Return whether a plan can still change: the talk is set, and not over."""
    return interview.status == InterviewStatus.SCHEDULED and interview.ends_at > now


def plan_of(interview: Interview) -> QuestionPlan:
    """Return the plan, or what it would begin with, not saved."""
    found = QuestionPlan.objects.filter(interview=interview).first()
    return found or QuestionPlan(interview=interview, **_begins_with(interview))


def _begins_with(interview: Interview) -> dict[str, str]:
    """Return what the letter knew already: what was hoped for, and the three lines found out before it."""
    names = ("goals", "about_person", "about_organization", "about_field")
    return {name: getattr(interview.request, name) for name in names} if interview.request_id else {}


def _locked(interview: Interview, now: datetime) -> QuestionPlan:
    """Return the plan of the locked conversation, made if it is new."""
    fresh = lock(interview)
    if not may_change(fresh, now):
        raise Stale(f"This conversation is over or {regions.spelled('canceled')}. You can’t change its questions.")
    return QuestionPlan.objects.get_or_create(interview=fresh, defaults=_begins_with(fresh))[0]


# --- the questions ----------------------------------------------------------------------------------------------------


@act
def add_from_bank(interview: Interview, *, question: int, now: datetime) -> PlannedQuestion:
    """Plan a question of the bank, once. Returns it."""
    plan = _locked(interview, now)
    offered = Question.objects.filter(pk=question, is_active=True, is_closing=False).first()
    if offered is None:
        raise Stale("That question is no longer in the question bank. Choose another.")
    return plan.questions.filter(question=offered).first() or _place(plan, _from_bank(offered))


@act
def add_saved(interview: Interview, *, saved: int, now: datetime) -> PlannedQuestion:
    """Plan a question that the student saved, once. Returns it."""
    plan = _locked(interview, now)
    kept = SavedQuestion.objects.filter(pk=saved, student=interview.student_id).first()
    if kept is None:
        raise Stale("You’ve removed that question. Choose another.")
    fields = {name: getattr(kept, name) for name in ("text", "theme", "minutes", "question_id")}
    return plan.questions.filter(text=kept.text).first() or _place(plan, fields)


def _from_bank(question: Question) -> Kept:
    return {"question_id": question.pk, "text": question.text, "theme": question.theme, "minutes": question.minutes}


@act
def add_own(interview: Interview, *, text: str, now: datetime) -> PlannedQuestion:
    """Plan a question in the student's own words, with the theme that its words tell of. Returns it."""
    return _place(_locked(interview, now), {"text": text, "theme": guessing.guessed(text)})


@act
def begin(interview: Interview, *, now: datetime) -> list[PlannedQuestion]:
    """Plan one question of each theme, where nothing is planned yet."""
    plan = _locked(interview, now)
    if plan.questions.exists():
        raise Stale("You’ve already started your questions. Add more from the question bank.")
    profile = interview.student.student_profile
    questions = question_bank.start(question_bank.offered([]), relation=interview.contact.relation, stage=profile.stage)
    return [_place(plan, _from_bank(question)) for question in questions]


@act
def copy_from(interview: Interview, *, earlier: int, now: datetime) -> list[PlannedQuestion]:
    """Plan the questions of an earlier plan of the same student that are not planned yet, as far as there is room.

    What was written of that person stays there; stars come along while there are fewer than three.
    """
    plan = _locked(interview, now)
    kept = QuestionPlan.objects.filter(pk=earlier, interview__student=interview.student_id).exclude(pk=plan.pk).first()
    if kept is None:
        raise Stale("That question list is gone. Choose another.")
    planned = _in_order(plan)
    taken, stars = {question.text for question in planned}, sum(question.is_must for question in planned)
    new = [question for question in _in_order(kept) if question.text not in taken]
    if not new:
        raise Refused("You already have all of its questions.")
    made = []
    for question in new[: MOST_QUESTIONS - len(planned)]:
        fields = {name: getattr(question, name) for name in ("text", "theme", "minutes", "question_id")}
        made.append(_place(plan, fields | {"is_must": question.is_must and stars < MOST_MUSTS}))
        stars += made[-1].is_must
    if not made:
        raise Refused(f"{MOST_QUESTIONS} questions is the limit. Remove one first.")
    return made


def _place(plan: QuestionPlan, fields: Kept, at: int | None = None) -> PlannedQuestion:
    """Put a question at a place, or last."""
    questions = _in_order(plan)
    if len(questions) >= MOST_QUESTIONS:
        raise Refused(f"{MOST_QUESTIONS} questions is the limit. Remove one first.")
    question = PlannedQuestion.objects.create(plan=plan, position=len(questions) + 1, **fields)
    questions.insert(len(questions) if at is None else at - 1, question)
    _number(questions)
    return question


def _in_order(plan: QuestionPlan) -> list[PlannedQuestion]:
    return list(plan.questions.order_by("position", "pk"))


def _number(questions: Iterable[PlannedQuestion]) -> None:
    """Give every question its place, from one."""
    moved = []
    for place, question in enumerate(questions, 1):
        if question.position != place:
            question.position = place
            moved.append(question)
    PlannedQuestion.objects.bulk_update(moved, ["position"])


def _planned(questions: Iterable[PlannedQuestion], number: int) -> PlannedQuestion:
    found = next((question for question in questions if question.pk == number), None)
    if found is None:
        raise Stale("That question was removed.")
    return found


@act
def move_question(
    interview: Interview, *, number: int, now: datetime, steps: int = 0, to: int | None = None
) -> PlannedQuestion:
    """Move a question so many `steps` down (negative: up), or `to` a place; at the ends it stops. Returns it."""
    questions = _in_order(_locked(interview, now))
    question = _planned(questions, number)
    place = question.position + steps if to is None else to
    questions.remove(question)
    questions.insert(max(0, min(place - 1, len(questions))), question)
    _number(questions)
    return question


@act
def star(interview: Interview, *, number: int, on: bool, now: datetime) -> PlannedQuestion:
    """Mark a question as one that must be asked, or no longer; three at most. Returns it."""
    questions = _in_order(_locked(interview, now))
    question = _planned(questions, number)
    if on and sum(other.is_must for other in questions if other is not question) >= MOST_MUSTS:
        raise Refused(f"You can star up to {MOST_MUSTS} questions. Remove another star first.")
    question.is_must = on
    question.save(update_fields=["is_must"])
    return question


@act
def change_question(
    interview: Interview, *, number: int, values: Mapping[str, object], now: datetime
) -> PlannedQuestion:
    """Write wording, theme, minutes, goal and the note why. Returns it."""
    question = _planned(_in_order(_locked(interview, now)), number)
    for name, value in values.items():
        setattr(question, name, value)
    question.save(update_fields=list(values))
    return question


@act
def take_out(interview: Interview, *, number: int, now: datetime) -> Kept:
    """Take a question out. Returns what put_back needs."""
    questions = _in_order(_locked(interview, now))
    question = _planned(questions, number)
    fields = {name: getattr(question, name) for name in KEPT} | {"position": question.position}
    questions.remove(question)
    question.delete()
    _number(questions)
    return fields


@act
def put_back(interview: Interview, *, fields: Kept, now: datetime) -> PlannedQuestion:
    """Undo take_out: the question stands again where it stood. Returns it."""
    plan = _locked(interview, now)
    kept = {name: fields[name] for name in KEPT}
    if kept["is_must"]:
        kept["is_must"] = plan.questions.filter(is_must=True).count() < MOST_MUSTS
    if not Question.objects.filter(pk=kept["question_id"]).exists():
        kept["question_id"] = None
    return _place(plan, kept, at=fields["position"])


# --- research, and what to see to -------------------------------------------------------------------------------------


@act
def save_research(interview: Interview, *, version: int, values: Mapping[str, object], now: datetime) -> QuestionPlan:
    """Write what the student found out. Returns the plan as it is now.

    Raises Conflict when somebody saved something else since `version`.
    """
    plan = _locked(interview, now)
    save_version(plan, version, values)
    return plan


@act
def tick(interview: Interview, *, checked: list[str], now: datetime) -> None:
    """Remember what is seen to."""
    plan = _locked(interview, now)
    plan.checked = checked
    plan.save(update_fields=["checked"])


@act
def choose_attire(interview: Interview, *, kind: str, now: datetime) -> None:
    """Remember at what kind of place they work, as far as clothes go; empty: as their employer's name says."""
    plan = _locked(interview, now)
    plan.attire = kind
    plan.save(update_fields=["attire"])
