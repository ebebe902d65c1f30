"""The three texts that a student can share: what stands in each, part by part, and how other words get into it.

It decides what of a text a coach reads: of a plan the questions and what the student wants to learn, never the research
or the notes. Each part is written by the act of its own room, which counts its versions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from apps.interviews.lifecycle.acts import Stale, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing import actions as preparing
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.sharing.models import Kind, SharedText
from apps.interviews.thanking import actions as thanking
from apps.interviews.thanking.models import ThankYou
from apps.students import actions as students
from apps.students.models import Introduction
from apps.students.spoken import PARTS
from apps.students.versions import expert_of
from apps.web.answers import Refused


@dataclass(frozen=True)
class Passage:
    """One part of a text."""

    key: str
    label: str
    words: str
    most: int  # characters


def passages(text: SharedText) -> list[Passage]:
    """Return the parts that say something, in their order."""
    found = _introduction(text) if text.interview is None else _of_talk(Kind(text.kind), text.interview)
    return [passage for passage in found if passage.words.strip()]


def _introduction(text: SharedText) -> Iterable[Passage]:
    row = Introduction.objects.filter(student=text.student_id).first()
    names = [*PARTS, *(expert_of(part) for part in PARTS)]
    return [_column(row, name) for name in names] if row else []


def _column(row: Introduction | ThankYou | QuestionPlan, name: str) -> Passage:
    field = row._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name))
    return Passage(name, label[0].upper() + label[1:], getattr(row, name), getattr(field, "max_length", None) or 3000)


def _of_talk(kind: Kind, interview: Interview) -> Iterable[Passage]:
    if kind == Kind.THANKS:
        note = ThankYou.objects.filter(interview=interview).first()
        if note is None:
            return []
        return [_column(note, "subject"), replace(_column(note, "body"), label="Your note")]
    plan = QuestionPlan.objects.filter(interview=interview).first()
    if plan is None:
        return []
    questions = plan.questions.order_by("position", "pk")
    return [_column(plan, "goals"), *(_question(question) for question in questions)]


def _question(question: PlannedQuestion) -> Passage:
    label = f"Question {question.position}{', must ask' if question.is_must else ''}"
    return Passage(f"q{question.pk}", label, question.text, 300)


def words_of(text: SharedText) -> dict[str, str]:
    """Return {part: its words}."""
    return {passage.key: passage.words for passage in passages(text)}


def is_open(text: SharedText, now: datetime) -> bool:
    """Whether the student can still change it: a note until it is on its way, questions until the talk is over."""
    if text.interview is None:
        return True
    if text.kind == Kind.PLAN:
        return preparing.may_change(text.interview, now)
    note = ThankYou.objects.filter(interview=text.interview_id).first()
    return note is None or not (note.sent_at or note.send_at)


def begin(text: SharedText, now: datetime) -> None:
    """Let a note that is only proposed yet be the student's own. Raises Refused where there is nothing to read."""
    if text.interview is not None and text.kind == Kind.THANKS:
        thanking.save_thanks(text.interview, version=-1, values={}, now=now)
    if not is_open(text, now):
        raise Stale(CLOSED[Kind(text.kind)])
    if not [passage for passage in passages(text) if passage.key != "goals"]:
        raise Refused(EMPTY[Kind(text.kind)])


CLOSED = {
    Kind.INTRODUCTION: "",
    Kind.THANKS: "This note is on its way already.",
    Kind.PLAN: "This conversation is over. You can’t change its questions.",
}
EMPTY = {
    Kind.INTRODUCTION: "Write at least one part first.",
    Kind.THANKS: "Write your note first.",
    Kind.PLAN: "Choose at least one question first.",
}


def locked(text: SharedText) -> list[Passage]:
    """Return the parts as they are now; nothing else writes into them until the end of the transaction."""
    if text.interview is None:
        list(Introduction.objects.select_for_update(no_key=True, of=("self",)).filter(student=text.student_id))
    else:
        lock(text.interview)
    return passages(text)


def put(text: SharedText, passage: Passage, words: str, *, now: datetime) -> None:
    """Write other words into a part of a locked text, as its next version. Raises Refused where they are too long."""
    if len(words) > passage.most:
        raise Refused(f"This wording makes the part longer than {passage.most} characters. Shorten the part first.")
    if text.interview is None:
        version = Introduction.objects.values_list("version", flat=True).get(student=text.student_id)
        students.save_introduction(by=text.student, version=version, values={passage.key: words}, now=now)
    elif text.kind == Kind.THANKS:
        version = ThankYou.objects.values_list("version", flat=True).get(interview=text.interview)
        thanking.save_thanks(text.interview, version=version, values={passage.key: words}, now=now)
    elif passage.key == "goals":
        version = QuestionPlan.objects.values_list("version", flat=True).get(interview=text.interview)
        preparing.save_research(text.interview, version=version, values={"goals": words}, now=now)
    else:
        number = int(passage.key.removeprefix("q"))
        preparing.change_question(text.interview, number=number, values={"text": words}, now=now)


def home_of(text: SharedText) -> str:
    """Return where the student writes it."""
    if text.interview_id is None:
        return reverse("introduction")
    return reverse("thank_you" if text.kind == Kind.THANKS else "prepare", args=[text.interview_id])
