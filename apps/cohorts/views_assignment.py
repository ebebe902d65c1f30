"""Assignments: the coach's grid of progress, and the student's page with the reflection."""

from collections.abc import Iterator
from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.cohorts import actions, page
from apps.cohorts.forms import AssignmentForm, ReflectionForm
from apps.cohorts.models import Assignment, Reflection
from apps.policy.models import Policy
from apps.students.disclosures import disclose, disclose_each
from apps.students.models import Cohort
from apps.tables.leaving import download
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.autosave import autosaved, saved, version_of
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

FORM, GRID, READ = "cohorts/assignment_form.html", "cohorts/assignment.html", "cohorts/reflection.html"
MINE = "cohorts/mine.html"
SHOWN = "How far you are with an assignment"
USUAL = timedelta(days=42)
HEADER = ["Student", "Email", "Student ID", "State", "Conversations", "Scheduled", "Reflection", "Latest"]


@allow("cohorts.see", Cohort)
@once
def add(request: Request, cohort: Cohort) -> HttpResponse:
    """Give a cohort something to do by a day."""
    now = timezone.now()
    today = times.local_date(now, Policy.now().time_zone)
    fresh = Assignment(
        cohort=cohort, conversations=3, from_on=today, due_on=today + USUAL, made_by=request.user, made_at=now
    )
    form = AssignmentForm(request.POST if request.method == "POST" else None, instance=fresh, today=today)
    if form.is_bound and form.is_valid():
        assignment = actions.assign(form.save(commit=False))
        return after(request, "assignment", assignment.pk, say="Assigned. Students see it on their page now.")
    return (invalid if form.is_bound else show)(request, FORM, page.AssignmentFormPage(cohort, form, is_new=True))


@allow("assignments.change", Assignment)
@edits
def edit(request: Request, assignment: Assignment) -> HttpResponse:
    today = times.local_date(timezone.now(), Policy.now().time_zone)
    form = AssignmentForm(request.POST if request.method == "POST" else None, instance=assignment, today=today)
    if form.is_bound and form.is_valid():
        if both := overtaken(request, "Two versions of the assignment", form):
            return both
        actions.assign(form.save(commit=False))
        return after(request, "assignment", assignment.pk, say="Saved. Students see it like this from now on.")
    shown = page.AssignmentFormPage(assignment.cohort, form, is_new=False)
    return (invalid if form.is_bound else show)(request, FORM, shown)


@require_safe
@allow("assignments.see", Assignment)
def grid(request: Request, assignment: Assignment) -> HttpResponse:
    """Each student, and how far they are."""
    now = timezone.now()
    can_change = request.user.has_perm("assignments.change", assignment)
    group, number = request.GET.get("group", ""), request.GET.get("page")
    shown = page.grid_page(assignment, request.user, now, group=group, number=number, can_change=can_change)
    disclose_each([line.profile.user_id for line in shown.lines], viewer=request.user, what=SHOWN, now=now)
    return show(request, GRID, shown)


@require_POST
@allow("assignments.see", Assignment)
@back_to("assignment")
def excuse(request: Request, assignment: Assignment) -> HttpResponse:
    """Ask it of the chosen students no longer, or, undone, again."""
    numbers = (whole_number(pk) for pk in request.POST.getlist("s")[:3000])
    chosen = [pk for pk in numbers if pk is not None]
    kept = f"excused:{assignment.pk}"
    if "undo" in request.POST:
        actions.ask_again(assignment, request.session.pop(kept, None) or chosen, by=request.user)
        return after(request, "assignment", assignment.pk, say="It’s asked of them again.")
    excused = actions.excuse(assignment, chosen, by=request.user, now=timezone.now())
    if not excused:
        raise Refused("Choose at least one student who isn’t excused yet.")
    request.session[kept] = excused
    say = f"{len(excused)} {'student is' if len(excused) == 1 else 'students are'} excused."
    return after(request, "assignment", assignment.pk, say=say, undo=request.path)


@require_safe
@allow("assignments.see", Assignment)
def export(request: Request, assignment: Assignment) -> HttpResponseBase:
    """The grid as a table."""
    now = timezone.now()
    lines = page.everybody(assignment, request.user, now)
    disclose_each([line.profile.user_id for line in lines], viewer=request.user, what=SHOWN, now=now)

    def rows() -> Iterator[list[object]]:
        for line in lines:
            who = line.profile
            written = "Handed in" if line.is_handed_in else "Draft" if line.reflection else ""
            yield [
                *(who.user.called, who.user.email, who.external_id or "", line.name),
                *(line.held, line.booked, written, line.latest),
            ]

    return download(f"assignment-{assignment.due_on:%Y-%m-%d}.csv", HEADER, rows())


@require_safe
@allow("reflections.read", Reflection)
def reflection_read(request: Request, reflection: Reflection) -> HttpResponse:
    """What a student handed in, to their coach."""
    what = "Your reflection on an assignment"
    disclose(reflection.student_id, viewer=request.user, what=what, now=timezone.now())
    return show(request, READ, page.ReflectionPage(reflection, reflection.assignment))


# --- the student ------------------------------------------------------------------------------------------------------


@require_safe
@allow("students.own")
def mine(request: Request) -> HttpResponse:
    return show(request, MINE, page.mine_page(request.user, timezone.now()))


def _typed(request: Request, assignment: Assignment) -> list[ReflectionForm]:
    if request.user.student_profile.cohort_id != assignment.cohort_id:
        raise Http404
    return [ReflectionForm(request.POST)]


def _again(request: Request, assignment: Assignment, form: ReflectionForm) -> HttpResponse:
    raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))


def _mine(assignment: Assignment) -> str:
    return f"{reverse('my_assignments')}#assignment-{assignment.pk}"


@require_POST
@allow("assignments.do", Assignment)
@back_to(_mine)
@autosaved("Two versions of your reflection", forms=_typed, again=_again, to=_mine)
def reflection(request: Request, assignment: Assignment, form: ReflectionForm) -> HttpResponse:
    """Save the draft; hand it in, or take it back."""
    now, student = timezone.now(), request.user
    if "undo" in request.POST:
        actions.reopen(assignment, student, now=now)
        return after(request, _mine(assignment), say="It’s a draft again. Your coach can’t read it now.")
    text = form.values.get("text")
    row = Reflection(assignment=assignment, student=student)
    if text is not None:
        row = actions.write(assignment, student, version=version_of(request), text=text)
    if request.POST.get("do") == "hand-in":
        actions.hand_in(assignment, student, now=now)
        return after(request, _mine(assignment), say="Handed in. Your coach can read it.", undo=request.path)
    return saved(request, row, _mine(assignment), say="Draft saved. Only you see it.")
