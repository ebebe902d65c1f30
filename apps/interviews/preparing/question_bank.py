"""The question bank: what fits one conversation, what its plan covers, and how it came into the database (R75 to R77).

It decides what is suggested, and in which order. Planning a question is actions.py's.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from apps.alumni.models import Format
from apps.interviews.preparing.models import PlannedQuestion, Question, Theme
from apps.network.models import Relation
from apps.students.models import Stage
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
    way: str = "",
) -> list[Question]:
    """Return the few questions to look at first: made for this acquaintance, then what the plan does not cover yet.

    `themes` come before the others, in their order (students.aims); what suits the `way` they talk, by phone, video or
    in person, before what does not.
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
            not suits(question, way),
            themes.index(question.theme) if question.theme in themes else len(themes),
            question.stage == "",
            question.pk,
        ),
    )
    return _one_of_each(order)[:SUGGESTED]


def suits(question: Question, way: str) -> bool:
    """Whether a question is the better for the way they talk."""
    return question.minutes <= SHORT if way == Format.PHONE else question.theme == BY_WAY.get(way)


SHORT = 2  # minutes: by phone nobody sees that the other is still thinking
BY_WAY: dict[str, str] = {
    Format.VIDEO: Theme.DAY,
    Format.IN_PERSON: Theme.ORGANISATION,
    Format.VISIT: Theme.ORGANISATION,
}
WAYS: dict[str, str] = {
    Format.PHONE: "It’s short, which helps by phone.",
    Format.VIDEO: "By video, {first} can show you something.",
    Format.IN_PERSON: "You meet in person, so you can ask about what you see.",
    Format.VISIT: "You see the workplace, so you can ask about it.",
}
RELATIONS: dict[str, str] = {
    Relation.FAMILY: "{first} is family or community.",
    Relation.FRIEND: "{first} is a friend or fellow student.",
    Relation.PROFESSOR: "{first} taught or mentored you.",
    Relation.WORK: "You worked with {first}.",
    Relation.COACH: "{first} is a career coach.",
    Relation.ALUM: "{first} went to your university.",
    Relation.REFERRED: "Someone suggested {first} to you.",
    Relation.EVENT: "You met {first} at an event.",
    Relation.LINKEDIN: "You found {first} on LinkedIn.",
    Relation.WEBSITE: "You found {first} on a website.",
}
STAGES: dict[str, str] = {
    Stage.UNDECIDED: "It fits because you’re still looking around.",
    Stage.EXPLORING: "It fits because you’re comparing a few ideas.",
    Stage.DECIDED: "It fits because you know the field.",
    Stage.SEARCHING: "It fits because you’re already applying.",
}
UNCOVERED: dict[str, str] = {
    Theme.PATH: "No question is about their path yet.",
    Theme.DAY: "No question is about a typical day yet.",
    Theme.FIELD: "No question is about the field yet.",
    Theme.ORGANISATION: "No question is about the place they work yet.",
    Theme.FIT: "No question is about whether it fits you yet.",
    Theme.ADVICE: "No question asks for advice yet.",
}


def reason(question: Question, planned: Iterable[PlannedQuestion], *, first: str, way: str) -> str:
    """Say in words why a question is suggested: the strongest of its reasons; "" where it is only one more."""
    uncovered = question.theme not in {one.theme for one in planned}
    said = [
        RELATIONS.get(question.relation, "") if question.relation else "",
        WAYS.get(way, "") if suits(question, way) else "",
        STAGES.get(question.stage, "") if question.stage else "",
        UNCOVERED.get(question.theme, "") if uncovered else "",
    ]
    return next((sentence for sentence in said if sentence), "").format(first=first)


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
