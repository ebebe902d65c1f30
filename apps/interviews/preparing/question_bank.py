"""The question bank: what fits one conversation, what its plan covers, and how it came into the database (R75 to R77).

It decides what is suggested, and in which order. Planning a question is actions.py's.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from apps.interviews.preparing.models import PlannedQuestion, Question, Theme
from apps.tables.reading import read
from apps.tables.synonyms import QUESTIONS

FILE = Path(__file__).parents[1] / "data" / "questions.csv"
SUGGESTED = 6
SURE_START = (Theme.PATH, Theme.DAY, Theme.ORGANISATION, Theme.FIELD, Theme.ADVICE, Theme.FIT)


def bring_in() -> None:
    """Put the bank of the file into a database that lost it; what is there already stays as the office has it."""
    table = read(FILE.read_bytes(), QUESTIONS)
    columns = table.match(QUESTIONS).known
    rows = [_question({ours: row.cells[place] for ours, place in columns.items()}) for row in table]
    Question.objects.bulk_create(rows, ignore_conflicts=True)


def _question(row: dict[str, str]) -> Question:
    return Question(
        theme=row["theme"],
        text=row["text"],
        why=row["why"],
        minutes=int(row["minutes"]),
        is_closing=row["closing"] == "1",
        stage="" if row["stage"] == "any" else row["stage"],
        relation="" if row["relation"] == "any" else row["relation"],
    )


def closing() -> list[Question]:
    """Return the questions of the last four minutes, always asked (R93)."""
    return list(Question.objects.filter(is_closing=True, is_active=True).order_by("pk"))


def offered(planned: Sequence[PlannedQuestion]) -> list[Question]:
    """Return the questions of the bank that are not in a plan yet, in the order of the bank."""
    taken, texts = {question.question_id for question in planned}, {question.text for question in planned}
    questions = Question.objects.filter(is_closing=False, is_active=True).order_by("pk")
    return [question for question in questions if question.pk not in taken and question.text not in texts]


def suggested(
    questions: Iterable[Question],
    planned: Iterable[PlannedQuestion],
    *,
    relation: str,
    stage: str,
    themes: Sequence[str] = (),
) -> list[Question]:
    """Return the few questions to look at first: made for this acquaintance, then what the plan does not cover yet.

    `themes` come before the others, in their order (students.aims).
    """
    covered = {question.theme for question in planned}
    fitting = [
        question for question in questions if question.relation in ("", relation) and question.stage in ("", stage)
    ]
    order = sorted(
        fitting,
        key=lambda question: (
            question.relation == "",
            question.theme in covered,
            themes.index(question.theme) if question.theme in themes else len(themes),
            question.stage == "",
            question.pk,
        ),
    )
    return _one_of_each(order)[:SUGGESTED]


def _one_of_each(questions: Iterable[Question]) -> list[Question]:
    """Return the questions with the first of every theme first."""
    seen: set[str] = set()
    first: list[Question] = []
    rest: list[Question] = []
    for question in questions:
        (rest if question.theme in seen else first).append(question)
        seen.add(question.theme)
    return first + rest


def start(questions: Iterable[Question], *, relation: str, stage: str) -> list[Question]:
    """Return a good first plan: one question a theme, in the order in which a talk goes."""
    order = suggested(
        [question for question in questions if question.theme in SURE_START], [], relation=relation, stage=stage
    )
    by_theme = {question.theme: question for question in reversed(order)}
    return [by_theme[theme] for theme in SURE_START if theme in by_theme]
