"""The office's pages: the first, people, the question bank, policy. Mail is views_mail.py's, tables views_tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.fetch_modes import FETCH_RAISE
from django.forms import BaseModelFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import closing
from apps.accounts.access import allow
from apps.accounts.models import AccountEvent, Role, User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni.models import AlumniProfile
from apps.interviews.preparing.models import Question, Theme
from apps.moderation.models import Outcome, Report
from apps.office import overview as office_overview
from apps.office import people as office_people
from apps.office.forms import CohortForm, Cohorts, PersonForm, PolicyForm, QuestionForm, StudentForm
from apps.policy.models import Policy
from apps.privacy import erasures
from apps.privacy.models import Erasure, Hold
from apps.students.disclosures import disclose, disclose_each
from apps.students.models import Cohort, StudentProfile
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import edits, overtaken, wanted

A_PAGE = 30
WARNINGS = 5  # that the page of a person names
ENTRIES = 10  # of the directory, beside the accounts
RECORD = "Your account and student record"
type FormPage = PersonPage | QuestionPage | PolicyPage | CohortsPage


@require_safe
@allow("office.run")
def overview(request: Request) -> HttpResponse:
    """The office's first page: what needs a person today, and how the term goes."""
    return show(request, "office/overview.html", office_overview.page(timezone.now()))


def _answer(request: Request, template: str, page: FormPage) -> HttpResponse:
    """Show a form; one that was posted, and is shown still, could not be accepted."""
    return (invalid if request.method == "POST" else show)(request, template, page)


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeoplePage:
    """People by name or address, and in which role."""

    page: Page[User]
    q: str
    chosen: str
    roles: list[tuple[str, str]]
    listed: int  # alumni in the directory, with an account or without
    entries: list[AlumniProfile]  # who fit what was typed and have no account, listed or not
    more_entries: bool  # than these


@require_safe
@allow("office.run")
def people(request: Request) -> HttpResponse:
    words, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    page = Paginator(office_people.found(words, role), A_PAGE).get_page(request.GET.get("page"))
    students = [someone.pk for someone in page if Role.STUDENT in someone.roles]
    what = "Your address, coach and cohort, in the office’s list"
    disclose_each(students, viewer=request.user, what=what, now=timezone.now())
    listed = AlumniProfile.objects.listed().count()
    asks_for_entries = bool(words) and role in ("", Role.ALUM)
    entries = list(AlumniProfile.objects.without_account(words)[: ENTRIES + 1]) if asks_for_entries else []
    shown = PeoplePage(page, words, role, Role.choices, listed, entries[:ENTRIES], len(entries) > ENTRIES)
    return show(request, "office/people.html", shown)


@dataclass(frozen=True)
class PersonPage:
    """Somebody to add, or one person, with what only a student has."""

    form: PersonForm
    student: StudentForm | None = None
    someone: User | None = None
    events: Sequence[AccountEvent] = ()  # what happened to the account, the newest first
    waiting: Erasure | None = None  # the deletion that can still be called off
    hold: Hold | None = None
    blocked_by: int = 0  # alumni whom this student can’t ask again: how many, not who
    warned: Sequence[Report] = ()  # reports after which they were sent a warning, the newest first


@allow("office.run")
@once
def person_add(request: Request) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = office_people.add(form)
        say = f"{person.called} can now sign in with a code. They get no email: send them the link to this site."
        return after(request, "office_person", person.pk, say=say)
    return _answer(request, "office/person.html", PersonPage(form))


@allow("office.run")
@back_to("office_person")
@edits
def person(request: Request, pk: int) -> HttpResponse:
    someone = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=someone)
    student = None
    if Role.STUDENT in someone.roles:
        profile = StudentProfile.objects.filter(user=someone).first() or StudentProfile(user=someone)
        student = StudentForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid() and (student is None or student.is_valid()):
        return overtaken(request, f"Two versions of {someone.called}", form, student) or _save_person(
            request, form, student
        )
    if student is not None:
        disclose(pk, viewer=request.user, what=RECORD, now=timezone.now())
    warned = Report.objects.filter(about=someone, outcome=Outcome.WARNED)
    page = PersonPage(
        form,
        student,
        someone,
        office_people.events_of(someone),
        waiting=erasures.waiting(someone),
        hold=erasures.hold_on(someone),
        blocked_by=someone.blocked_by.count(),
        warned=list(warned.order_by("-handled_at", "-pk")[:WARNINGS]),
    )
    return _answer(request, "office/person.html", page)


def _save_person(request: Request, form: PersonForm, student: StudentForm | None) -> HttpResponse:
    someone: User = form.instance
    if someone == request.user and Role.OFFICE not in form.cleaned_data["roles"]:
        raise Refused("You can’t remove your own office role. Ask a colleague to do it.")
    said = office_people.save(form, student, by=request.user, now=timezone.now())
    return after(request, "office_person", someone.pk, say=" ".join(["Saved.", *said]))


@dataclass(frozen=True)
class ClosePage:
    """The question before somebody signs in no more."""

    someone: User
    consequences: list[str]


@allow("office.run")
@back_to("office_person")
def person_close(request: Request, pk: int) -> HttpResponse:
    """Say what will happen, then let somebody sign in no more."""
    someone, now = get_object_or_404(User, pk=pk), timezone.now()
    if request.method != "POST":
        if Role.STUDENT in someone.roles:
            disclose(pk, viewer=request.user, what=RECORD, now=now)
        return show(request, "office/person_close.html", ClosePage(someone, closing.foreseen(someone, now)))
    office_people.close(someone, by=request.user, now=now)
    return after(request, "office_person", pk, say=f"{someone.called}’s account is closed.")


@require_POST
@allow("office.run")
@back_to("office_person")
def person_reopen(request: Request, pk: int) -> HttpResponse:
    someone = get_object_or_404(User, pk=pk)
    office_people.reopen(someone, by=request.user, now=timezone.now())
    return after(request, "office_person", pk, say=f"{someone.called} can sign in again.")


# --- the question bank ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionsPage:
    """The question bank, of one theme or all."""

    page: Page[Question]
    themes: list[tuple[str, str, int]]  # value, words, how many
    theme: str
    count: int


@require_safe
@allow("office.run")
def questions(request: Request) -> HttpResponse:
    theme = request.GET.get("theme", "")
    rows = Question.objects.order_by("theme", "-is_active", "text", "pk")
    rows = rows.filter(theme=theme) if theme in Theme.values else rows
    counts = dict(Question.objects.order_by().values_list("theme").annotate(n=Count("pk")))
    page = QuestionsPage(
        page=Paginator(rows.fetch_mode(FETCH_RAISE), A_PAGE).get_page(request.GET.get("page")),
        themes=[(value, label, counts.get(value, 0)) for value, label in Theme.choices],
        theme=theme,
        count=sum(counts.values()),
    )
    return show(request, "office/questions.html", page)


@dataclass(frozen=True)
class QuestionPage:
    """One question of the bank, or a new one."""

    form: QuestionForm
    question: Question | None


@allow("office.run")
@once
@edits
def question(request: Request, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(Question, pk=pk) if pk else None
    form = QuestionForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        if row and (both := overtaken(request, "Two versions of this question", form)):
            return both
        form.save()
        seen = "Students can see it now." if form.instance.is_active else "Students don’t see it."
        return after(request, "office_questions", say=f"Saved. {seen}")
    return _answer(request, "office/question.html", QuestionPage(form, row))


@require_POST
@allow("office.run")
@once
def question_switch(request: Request, pk: int) -> HttpResponse:
    """Show a question to students, or no longer; plans that use it keep it."""
    row = get_object_or_404(Question, pk=pk)
    row.is_active = wanted(request, now=row.is_active)
    row.save(update_fields=["is_active"])
    say = (
        "Students can see it again."
        if row.is_active
        else "Students no longer see it. Question lists that use it keep it."
    )
    return after(request, "office_questions", say=say)


# --- policy -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PolicyPage:
    """What holds for everybody."""

    form: PolicyForm


@allow("office.run")
@edits
def policy(request: Request) -> HttpResponse:
    form = PolicyForm(request.POST or None, instance=Policy.now())
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of the settings", form):
            return both
        form.save()
        return after(request, "office_policy", say="Saved. It applies from now on.")
    return _answer(request, "office/policy.html", PolicyPage(form))


@dataclass(frozen=True)
class CohortsPage:
    """What a coach reads first of each cohort."""

    forms: "BaseModelFormSet[Cohort, CohortForm]"
    policy: Policy


@allow("office.run")
@edits
def cohorts(request: Request) -> HttpResponse:
    """What a coach reads first of each cohort, where that differs from the policy (R233, R236)."""
    rows = Cohort.objects.annotate(size=Count("students")).order_by("name", "pk")
    forms = Cohorts(request.POST or None, queryset=rows)
    if request.method == "POST" and forms.is_valid():
        if both := overtaken(request, "Two versions of the cohorts", *forms):
            return both
        forms.save()
        return after(request, "office_cohorts", say="Saved. It applies from now on.")
    return _answer(request, "office/cohorts.html", CohortsPage(forms, Policy.now()))
