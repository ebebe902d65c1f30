"""Questions for the bank from a file: each row is judged before anything is written; what is there stays."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import TextChoices

from apps.interviews.preparing.forms import MOST_MINUTES
from apps.interviews.preparing.models import Question, Theme
from apps.network.models import Relation
from apps.students.models import Stage
from apps.tables.cells import plain
from apps.tables.columns import Unmatched
from apps.tables.headers import folded, with_names
from apps.tables.reading import Row
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import QUESTIONS
from apps.web.answers import Refused
from apps.wording.text import clean

MOST_BYTES, MOST_ROWS = 1024 * 1024, 2000
LABELS = {
    "text": "Question",
    "theme": "Theme",
    "why": "Why ask this",
    "stage": "Fits students who are",
    "relation": "Fits a conversation with",
    "minutes": "Minutes it takes",
    "closing": "Closing question",
}
LONGEST = {"text": 300, "why": 200}
USUAL_MINUTES = 3
ANY = {"", "any", "all", "anybody", "anyone", "everybody", "everyone", "anystage", "atanystage"}
YES = {"1", "yes", "y", "true", "x", "closing", "last", "ja", "oui", "si"}
NO = {"", "0", "no", "n", "false", "none", "nein", "non"}
EARLIER = {"aworkingday": Theme.DAY.value, "workingday": Theme.DAY.value}  # what a theme was called before
type Outcome = Literal["new", "same", "left out"]
OUTCOMES: dict[Outcome, str] = {"new": "New", "same": "Already in the bank", "left out": "Skipped"}


@dataclass(frozen=True)
class BankFile:
    """A file of questions as it stands; `rows` have their cells under our own names."""

    rows: list[tuple[Row, dict[str, str]]]
    remarks: list[str]


@dataclass(frozen=True)
class Verdict:
    """What one row of the file would do, and why."""

    number: int
    text: str
    outcome: Outcome
    reason: str = ""
    remarks: list[str] = field(default_factory=list)
    question: Question | None = None

    @property
    def why(self) -> str:
        return " ".join([self.reason, *self.remarks]).strip()


def read(data: bytes, *, most_bytes: int = MOST_BYTES, chosen: Mapping[str, str] | None = None) -> BankFile:
    """Read the bytes of a file. Raises Unreadable with a sentence for the office.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    if len(data) > most_bytes:
        raise Unreadable(f"The file is larger than {most_bytes // 1024**2} MB. Check that it’s the right one.")
    table = read_table(data, with_names(QUESTIONS, chosen or {}), most_bytes=most_bytes)
    try:
        match = table.match(QUESTIONS, chosen)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if missing := [LABELS[ours] for ours in ("text", "theme") if ours not in match.known]:
        raise Unmatched(f"Missing column{'s' if len(missing) > 1 else ''}: {' and '.join(missing)}.")
    rows = []
    for row in table:
        rows.append((row, {ours: plain(clean(row.cells[place])) for ours, place in match.known.items()}))
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} questions. Split it into 2 files.")
    if not rows:
        raise Unreadable("The file has a header row but no questions.")
    remarks = list(table.remarks)
    if unused := [name for at, name in enumerate(table.header) if name and at not in match.known.values()]:
        remarks.append(f"We don’t use these columns: {', '.join(unused[:20])}.")
    return BankFile(rows, remarks)


def judge(file: BankFile) -> list[Verdict]:
    """Say what each row would do. Reads; writes nothing."""
    there = {folded(text) for text in Question.objects.values_list("text", flat=True)}
    seen: dict[str, int] = {}
    return [_verdict(row, cells, there, seen) for row, cells in file.rows]


def _verdict(row: Row, cells: dict[str, str], there: set[str], seen: dict[str, int]) -> Verdict:
    text, mark = cells["text"], folded(cells["text"])
    problem = row.problem or _problem(cells, mark, seen)
    if problem:
        return Verdict(row.number, text[:300], "left out", problem)
    seen[mark] = row.number
    if mark in there:
        return Verdict(row.number, text, "same")
    remarks = list(row.remarks)
    return Verdict(row.number, text, "new", remarks=remarks, question=_question(cells, remarks))


def _problem(cells: dict[str, str], mark: str, seen: dict[str, int]) -> str:
    if not mark:
        return "The question is missing."
    if len(cells["text"]) > LONGEST["text"]:
        return f"The question is longer than {LONGEST['text']} characters. Shorten it."
    if mark in seen:
        return f"Row {seen[mark]} has the same question."
    if _choice(Theme, cells["theme"]) is None:
        named = f"“{cells['theme'][:40]}” isn’t a theme." if cells["theme"] else "The theme is missing."
        return f"{named} Use one of these: {', '.join(map(str, Theme.labels))}."
    return ""


def _question(cells: dict[str, str], remarks: list[str]) -> Question:
    why = cells.get("why", "")
    if len(why) > LONGEST["why"]:
        remarks.append(
            f"The reason is longer than {LONGEST['why']} characters. Only the first {LONGEST['why']} are kept."
        )
    return Question(
        text=cells["text"],
        theme=_choice(Theme, cells["theme"]) or "",
        why=why[: LONGEST["why"]],
        minutes=_minutes(cells.get("minutes", ""), remarks),
        is_closing=_is_closing(cells.get("closing", ""), remarks),
        stage=_fits(Stage, "stage", cells, remarks),
        relation=_fits(Relation, "relation", cells, remarks),
    )


def _choice(choices: type[TextChoices], written: str) -> str | None:
    """Return the value that a cell names, by itself or by its words; None where it names none."""
    names = {folded(str(name)): value for value, label in choices.choices for name in (label, value)}
    names |= EARLIER if choices is Theme else {}
    return names.get(folded(written).replace("organisation", "organization")) or names.get(folded(written))


def _fits(choices: type[TextChoices], ours: str, cells: dict[str, str], remarks: list[str]) -> str:
    written = cells.get(ours, "")
    if folded(written) in ANY:
        return ""
    value = _choice(choices, written)
    if value is None:
        remarks.append(f"We don’t know “{written[:40]}” under “{LABELS[ours]}”. This question will fit everyone.")
    return value or ""


def _minutes(written: str, remarks: list[str]) -> int:
    found = re.match(r"(\d{1,3})(?:[.,]0+)?\b", written)
    if found and 1 <= int(found[1]) <= MOST_MINUTES:
        return int(found[1])
    if written:
        remarks.append(f"“{written[:20]}” isn’t 1 to {MOST_MINUTES} minutes. We’ll use {USUAL_MINUTES}.")
    return USUAL_MINUTES


def _is_closing(written: str, remarks: list[str]) -> bool:
    said = folded(written)
    if said not in YES | NO:
        remarks.append(f"“{written[:20]}” isn’t Yes or No. We’ll use No.")
    return said in YES


def bring_in(verdicts: Iterable[Verdict]) -> int:
    """Put the new questions into the bank, all or none. Returns how many. Raises Refused where somebody was quicker."""
    new = [verdict.question for verdict in verdicts if verdict.question is not None]
    try:
        with transaction.atomic():
            return len(Question.objects.bulk_create(new))
    except IntegrityError as error:
        raise Refused("Someone just changed the question bank. Nothing was imported. Check it again.") from error


def tally(verdicts: Iterable[Verdict]) -> list[tuple[str, str, int]]:
    """Return (outcome, its words, how many) for each outcome."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return [(outcome, words, counts[outcome]) for outcome, words in OUTCOMES.items()]


def told(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as `import_questions --json` prints it, with the fields as they would be stored."""
    names = ("text", "theme", "why", "stage", "relation", "minutes", "is_closing", "is_active")
    question = verdict.question
    return {
        "number": verdict.number,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "remarks": verdict.remarks,
        "text": verdict.text,
        "fields": {name: getattr(question, name) for name in names} if question else None,
    }
