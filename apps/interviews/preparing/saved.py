"""Questions that a student keeps for every conversation: saved from a plan or the bank, planned again, let go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.interviews.lifecycle.acts import Stale, act, lock_people
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.models import PlannedQuestion, Question, SavedQuestion
from apps.web.answers import Refused

MOST = 50
FIELDS = ("text", "theme", "minutes", "question_id")


def saved_by(student: User) -> list[SavedQuestion]:
    """Return a student's saved questions, the newest first."""
    return list(SavedQuestion.objects.filter(student=student).order_by("-saved_at", "-pk"))


@act
def save_planned(interview: Interview, *, number: int, now: datetime) -> SavedQuestion:
    """Keep a question of a plan, in the words it has there."""
    row = PlannedQuestion.objects.filter(plan__interview=interview, pk=number).first()
    if row is None:
        raise Stale("That question was removed.")
    return _save(interview.student, {name: getattr(row, name) for name in FIELDS}, now)


@act
def save_from_bank(student: User, *, question: int, now: datetime) -> SavedQuestion:
    """Keep a question of the bank."""
    row = Question.objects.filter(pk=question, is_active=True).first()
    if row is None:
        raise Stale("That question is no longer in the question bank. Choose another.")
    return _save(student, {"text": row.text, "theme": row.theme, "minutes": row.minutes, "question_id": row.pk}, now)


def _save(student: User, fields: Mapping[str, Any], now: datetime) -> SavedQuestion:
    lock_people(student.pk)
    mine = SavedQuestion.objects.filter(student=student)
    if known := mine.filter(text=fields["text"]).first():
        return known
    if mine.count() >= MOST:
        raise Refused(f"You can save up to {MOST} questions. Remove one first.")
    return SavedQuestion.objects.create(student=student, saved_at=now, **fields)


@act
def let_go(student: User, *, number: int) -> dict[str, Any]:
    """Keep a question no longer. Returns what `keep_again` needs. In plans it stays."""
    row = SavedQuestion.objects.filter(student=student, pk=number).first()
    if row is None:
        raise Stale("You’ve already removed that question.")
    fields = {name: getattr(row, name) for name in FIELDS} | {"saved_at": row.saved_at.isoformat()}
    row.delete()
    return fields


@act
def keep_again(student: User, fields: Mapping[str, Any]) -> SavedQuestion:
    """Undo `let_go`: it stands where it stood."""
    kept = {name: fields[name] for name in FIELDS}
    if not Question.objects.filter(pk=kept["question_id"]).exists():
        kept["question_id"] = None
    return _save(student, kept, datetime.fromisoformat(fields["saved_at"]))
