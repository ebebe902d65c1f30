"""Cohorts: who is in one, by rule or by class list, and which requests are reviewed first."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.cohorts import actions, class_file, page
from apps.cohorts.forms import EnrolForm, RuleForm
from apps.students.disclosures import disclose_each
from apps.students.models import Cohort
from apps.tables.records import Unreadable
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

COHORTS, ONE = "cohorts/cohorts.html", "cohorts/cohort.html"
BEFORE = "cohorts_before"  # in the session: who was where before the last change
SHOWN = "Your cohort, in a list of students"
MOST = 3000


def _cohorts(row: object = None) -> str:
    return reverse("cohorts")


@allow("cohorts.run")
@back_to(_cohorts)
def cohorts(request: Request) -> HttpResponse:
    """All cohorts; find students for one, look at whom was found, and enrol them."""
    if request.POST.get("do") == "enrol":
        return _enrol(request)
    programs, years = page.choices(request.user)
    name = request.GET.get("name", "")[:80]
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EnrolForm(*typed, programs=programs, years=years, name=name)
    found = _found(request, form) if form.is_bound and form.is_valid() else None
    if found is None and form.errors.get("name") and form.cleaned_data.get("file"):
        _read(request, form)  # what is wrong with the file is said at once, with what else is wrong
    if found:
        disclose_each([one.user_id for one in found.students], viewer=request.user, what=SHOWN, now=timezone.now())
    shown = page.cohorts_page(request.user, form=form, found=found, can_undo=BEFORE in request.session)
    return (invalid if form.is_bound and form.errors else show)(request, COHORTS, shown)


def _found(request: Request, form: EnrolForm) -> page.Found | None:
    """Return whom the form finds; None where the file cannot be read, or nobody is found: the form says so."""
    data = form.cleaned_data
    missing: list[str] = []
    if data["file"]:
        found = _read(request, form)
        if found is None:
            return None
        missing, students = found.missing, found.students
    else:
        students = list(page.by_rule(request.user, program=data["program"], class_year=data["class_year"]))
    if not students and not missing:
        form.add_error(None, "No students match. Choose another rule.")
        return None
    return page.found_of(data["name"], students, missing)


def _read(request: Request, form: EnrolForm) -> class_file.ClassList | None:
    try:
        return class_file.read(form.cleaned_data["file"].read(), by=request.user)
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return None


def _enrol(request: Request) -> HttpResponse:
    name = " ".join(request.POST.get("name", "").split())[:80]
    if not name:
        raise Refused("Name the cohort first.")
    cohort, before = actions.enrol(name, _chosen(request), by=request.user)
    request.session[BEFORE] = before
    count = len(before)
    say = f"{count} {'student' if count == 1 else 'students'} added to {cohort.name}."
    return after(request, "cohort", cohort.pk, say=say, undo=reverse("cohorts_undo"))


def _chosen(request: Request) -> list[int]:
    numbers = (whole_number(pk) for pk in request.POST.getlist("s")[:MOST])
    return [pk for pk in numbers if pk is not None]


@require_POST
@allow("cohorts.run")
@back_to(_cohorts)
def undo(request: Request) -> HttpResponse:
    """Take back the last change of who is where."""
    before = request.session.pop(BEFORE, None)
    if before is None:
        raise Refused("There’s nothing left to undo.")
    count = actions.put_back(before, by=request.user)
    say = f"Undone. {count} {'student is' if count == 1 else 'students are'} where they were."
    return after(request, "cohorts", say=say)


@allow("cohorts.see", Cohort)
@edits
def cohort(request: Request, cohort: Cohort) -> HttpResponse:
    """One cohort: its students, its assignments, its trend, and which requests are reviewed first."""
    now = timezone.now()
    form = RuleForm(request.POST or None, instance=cohort) if request.method == "POST" else RuleForm(instance=cohort)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, f"Two versions of {cohort.name}", form):
            return both
        form.save()
        return after(request, "cohort", cohort.pk, say="Saved. It applies from now on.")
    shown = page.cohort_page(cohort, request.user, now, rule=form, number=request.GET.get("page"))
    disclose_each([one.user_id for one in shown.page], viewer=request.user, what=SHOWN, now=now)
    return (invalid if form.is_bound else show)(request, ONE, shown)


@require_POST
@allow("cohorts.see", Cohort)
@back_to("cohort")
def leave(request: Request, cohort: Cohort) -> HttpResponse:
    """Take the chosen students out."""
    before = actions.leave(cohort, _chosen(request), by=request.user)
    if not before:
        raise Refused("Choose at least one student.")
    request.session[BEFORE] = before
    count = len(before)
    to = reverse("cohort", args=[cohort.pk]) if actions.reach(request.user).filter(cohort=cohort).exists() else ""
    say = f"{count} {'student' if count == 1 else 'students'} removed from {cohort.name}."
    return after(request, to or _cohorts(), say=say, undo=reverse("cohorts_undo"))
