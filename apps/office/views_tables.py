"""The office brings in tables: the registrar's file of students, and questions for the bank."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils import timezone

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.preparing import bank_file
from apps.interviews.preparing.bank_file import BankFile
from apps.office import people, student_file, tables
from apps.office.student_file import StudentFile
from apps.office.tables import Kind, LookedOver, TableForm, TablePage
from apps.tables.synonyms import QUESTIONS
from apps.tables.synonyms import STUDENTS as STUDENT_NAMES
from apps.web.answers import after, back_to, invalid, show

MOST_STUDENTS = 2000


def _students(data: bytes, chosen: Mapping[str, str]) -> StudentFile:
    return student_file.read(data, most_bytes=2 * student_file.MOST_BYTES, most_rows=MOST_STUDENTS, chosen=chosen)


def _questions(data: bytes, chosen: Mapping[str, str]) -> BankFile:
    return bank_file.read(data, most_bytes=2 * bank_file.MOST_BYTES, chosen=chosen)


STUDENTS = Kind(
    name="students",
    title="Import students",
    address="office_students_import",
    synonyms=STUDENT_NAMES,
    labels=student_file.LABELS,
    needs="We need a name (or first and last name) and an email address.",
    most_bytes=student_file.MOST_BYTES,
    most_rows=MOST_STUDENTS,
    read=_students,
)
BANK = Kind(
    name="questions",
    title="Import questions",
    address="office_questions_import",
    synonyms=QUESTIONS,
    labels=bank_file.LABELS,
    needs="We need the question and its theme.",
    most_bytes=bank_file.MOST_BYTES,
    most_rows=bank_file.MOST_ROWS,
    read=_questions,
)


@allow("office.run")
@back_to("office_students_import")
def students_import(request: Request) -> HttpResponse:
    """Look over the registrar's file row by row; with `go`, bring in what was looked over."""
    template = "office/students_import.html"
    limits = f"A CSV file or a spreadsheet, up to 2 MB and {MOST_STUDENTS:,} students."
    form = TableForm(request, label="The registrar’s file", limits=limits, most_bytes=STUDENTS.most_bytes)
    looked = tables.look_over(request, form, STUDENTS) if form.is_valid() else None
    if not isinstance(looked, LookedOver):
        return looked or _choose(request, template, form)
    now = timezone.now()
    verdicts = people.judge(looked.read.rows, now=now)
    if "go" not in request.POST:
        looked.read.remarks[:0] = people.held_off(verdicts)
        return show(request, template, tables.preview(form, looked, verdicts, [*people.tally(verdicts)]))
    people.bring_in(verdicts, by=request.user, now=now)
    counts = {outcome: count for outcome, _, count in people.tally(verdicts)}
    say = f"{counts['new']} new, {counts['changed']} updated, {counts['left out']} skipped."
    return after(request, "/office/people/?role=student", say=say)


@allow("office.run")
@back_to("office_questions_import")
def questions_import(request: Request) -> HttpResponse:
    """Look over a file of questions row by row; with `go`, bring the new ones into the bank."""
    template = "office/questions_import.html"
    limits = f"A CSV file or a spreadsheet, up to 1 MB and {bank_file.MOST_ROWS:,} questions."
    form = TableForm(request, label="The file of questions", limits=limits, most_bytes=BANK.most_bytes)
    looked = tables.look_over(request, form, BANK) if form.is_valid() else None
    if not isinstance(looked, LookedOver):
        return looked or _choose(request, template, form)
    verdicts = bank_file.judge(looked.read)
    if "go" not in request.POST:
        return show(request, template, tables.preview(form, looked, verdicts, bank_file.tally(verdicts)))
    count = bank_file.bring_in(verdicts)
    say = f"{count:,} question{'' if count == 1 else 's'} added. Students can use {'it' if count == 1 else 'them'} now."
    return after(request, "office_questions", say=say)


def _choose(request: Request, template: str, form: TableForm) -> HttpResponse:
    """Show the form; one that was posted, and is shown still, could not be accepted."""
    return (invalid if request.method == "POST" else show)(request, template, TablePage(form))
