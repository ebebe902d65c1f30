"""The question bank: what fits one conversation, what its plan covers, and how it came into the database (R75 to R77).

It decides what is suggested, and in which order. Planning a question is actions/preparing.py's.
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
    taken, said = {row.question_id for row in planned}, {row.text for row in planned}
    rows = Question.objects.filter(is_closing=False, is_active=True).order_by("pk")
    return [row for row in rows if row.pk not in taken and row.text not in said]


def suggested(
    rows: Iterable[Question], planned: Iterable[PlannedQuestion], *, relation: str, stage: str
) -> list[Question]:
    """Return the few questions to look at first: made for this acquaintance, then what the plan does not cover yet."""
    covered = {row.theme for row in planned}
    fitting = [row for row in rows if row.relation in ("", relation) and row.stage in ("", stage)]
    order = sorted(fitting, key=lambda row: (row.relation == "", row.theme in covered, row.stage == "", row.pk))
    return _one_of_each(order)[:SUGGESTED]


def _one_of_each(rows: Iterable[Question]) -> list[Question]:
    """Return the rows with the first of every theme first."""
    seen: set[str] = set()
    first: list[Question] = []
    rest: list[Question] = []
    for row in rows:
        (rest if row.theme in seen else first).append(row)
        seen.add(row.theme)
    return first + rest


def start(rows: Iterable[Question], *, relation: str, stage: str) -> list[Question]:
    """Return a good first plan: one question a theme, in the order in which a talk goes."""
    order = suggested([row for row in rows if row.theme in SURE_START], [], relation=relation, stage=stage)
    by_theme = {row.theme: row for row in reversed(order)}
    return [by_theme[theme] for theme in SURE_START if theme in by_theme]
