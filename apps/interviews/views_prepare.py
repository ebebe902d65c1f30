"""Before the talk: the questions, the research, what to see to, and the list to take along (R75 to R86).

Each act answers htmx with the plan as it is now, and everybody else with the page.
"""

from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.interviews import logistics, prepare_page
from apps.interviews.actions import Stale, preparing
from apps.interviews.forms_prepare import ChangeForm, OwnQuestionForm, ResearchForm, goals_of
from apps.interviews.models import Interview, PlannedQuestion
from apps.web import Refused, after, invalid, refused, show

PAGE = "interviews/prepare.html"
TAKEN_OUT = "taken_out"  # in the session: the question that can be put back


@require_safe
@allow("interviews.edit", Interview)
def prepare(request, interview):
    return show(request, PAGE, _context(request, interview), swap="plan")


@require_safe
@allow("interviews.edit", Interview)
def question_list(request, interview):
    """The list as it is taken along: on paper, or on the phone."""
    context = prepare_page.context(interview, request.user, timezone.now())
    return show(request, "interviews/prepare_list.html", context)


def _context(request, interview, undo=False, **more):
    theme = request.POST.get("shown", request.GET.get("theme", ""))
    taken_out = request.session.get(TAKEN_OUT) if "undo" in request.GET or undo else None
    return prepare_page.context(interview, request.user, timezone.now(), theme=theme, taken_out=taken_out, **more)


def _here(request, interview, part="plan", **query):
    if request.POST.get("shown"):
        query["theme"] = request.POST["shown"]
    address = reverse("prepare", args=[interview.pk])
    return f"{address}{'?' if query else ''}{urlencode(query)}#{part}"


def _done(request, interview, say, part="plan"):
    """Show the plan as it is now; `part` is what a page without a script scrolls to."""
    if request.htmx:
        return show(request, PAGE, _context(request, interview, did=say), swap="plan")
    return after(request, _here(request, interview, part), say=say)


def _refused(request, interview, error):
    if request.htmx and not isinstance(error, Stale):
        return invalid(request, PAGE, _context(request, interview, refusal=str(error)), swap="plan")
    return refused(request, error, _here(request, interview))


# --- questions --------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
def add(request, interview):
    """From the bank, in one's own words, a first six, or the one just taken out."""
    now, taken_out = timezone.now(), request.session.pop(TAKEN_OUT, None)
    try:
        if request.POST.get("bank", "").isdecimal():
            row = preparing.add_from_bank(interview, question=int(request.POST["bank"]), now=now)
        elif "back" in request.POST and taken_out and taken_out["interview"] == interview.pk:
            row = preparing.put_back(interview, fields=taken_out, now=now)
        elif "begin" in request.POST:
            rows = preparing.begin(interview, now=now)
            return _done(request, interview, f"{len(rows)} questions to begin with. Change what does not fit.")
        else:
            return _add_own(request, interview, now)
    except Refused as error:
        return _refused(request, interview, error)
    return _done(request, interview, f"Question {row.position}: {row.text}", f"q{row.pk}")


def _add_own(request, interview, now):
    form = OwnQuestionForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, _context(request, interview, own=form), swap="plan")
    row = preparing.add_own(interview, text=form.cleaned_data["text"], now=now)
    return _done(request, interview, f"Question {row.position}: {row.text}", f"q{row.pk}")


@require_POST
@allow("interviews.edit", Interview)
def question(request, interview, number):
    """Move, star, change or take out one question."""
    act = ACTS.get(request.POST.get("act", ""), _change)
    request.session.pop(TAKEN_OUT, None)
    try:
        return act(request, interview, number, timezone.now())
    except Refused as error:
        return _refused(request, interview, error)


def _move(request, interview, number, now):
    to, steps = request.POST.get("to", ""), {"up": -1, "down": 1}.get(request.POST["act"], 0)
    target = int(to) if to.isdecimal() and len(to) < 4 else None
    row = preparing.move_question(interview, number=number, now=now, steps=steps, to=target)
    return _done(request, interview, f"It is question {row.position} now.", f"q{row.pk}")


def _star(request, interview, number, now):
    row = preparing.star(interview, number=number, on=request.POST["act"] == "star", now=now)
    say = f"Question {row.position} must be asked." if row.is_must else f"Question {row.position} may wait."
    return _done(request, interview, say, f"q{row.pk}")


def _take_out(request, interview, number, now):
    fields = preparing.take_out(interview, number=number, now=now)
    request.session[TAKEN_OUT] = fields | {"interview": interview.pk}
    if request.htmx:
        return show(request, PAGE, _context(request, interview, undo=True), swap="plan")
    return after(request, _here(request, interview, undo=1))


def _change(request, interview, number, now):
    row = PlannedQuestion.objects.filter(plan__interview=interview, pk=number).first()
    if row is None:
        raise Stale("That question is not in your plan any more.")
    goals = goals_of(row.plan.goals)
    form = ChangeForm(request.POST, instance=row, goals=goals, prefix=f"q{row.pk}")
    if not form.is_valid():
        return invalid(request, PAGE, _context(request, interview, change=form), swap="plan")
    preparing.change_question(interview, number=number, values=form.cleaned_data, now=now)
    return _done(request, interview, f"Question {row.position} is changed.", f"q{row.pk}")


ACTS = {"up": _move, "down": _move, "move": _move, "star": _star, "unstar": _star, "out": _take_out}


# --- research, and what to see to -------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
def research(request, interview):
    """Save what changed. A script asks by itself and gets JSON; the button of the form comes back to the page."""
    is_script = request.headers.get("X-Autosave") == "1"
    form = ResearchForm(request.POST, instance=preparing.plan_of(interview))
    if not form.is_valid():
        return HttpResponse(status=422) if is_script else _typed(request, interview, form)
    try:
        saved = preparing.save_research(interview, version=_version(request), values=form.values, now=timezone.now())
    except preparing.PlanConflict as conflict:
        return _conflict(request, interview, conflict, form, is_script)
    except Refused as error:
        return HttpResponse(str(error), status=403) if is_script else refused(request, error, "prepare", interview.pk)
    if is_script:
        return JsonResponse({"version": saved.version})
    return after(request, _here(request, interview, "research"), say="Saved.")


def _version(request):
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else -1


def _typed(request, interview, form):
    """Show what was typed again, with what to do about it; the rest of the form as it is saved."""
    return invalid(request, PAGE, _context(request, interview, research=form))


def _conflict(request, interview, conflict, form, is_script):
    """Show both texts, the saved one and this one; nothing is overwritten."""
    changed = [
        (form[name].label, getattr(conflict.newer, name), value)
        for name, value in form.values.items()
        if getattr(conflict.newer, name) != value
    ]
    context = {"interview": interview, "changed": changed, "sentence": str(conflict)}
    template = "interviews/prepare_conflict.html"
    return render(request, f"{template}#texts" if is_script else template, context, status=409)


@require_POST
@allow("interviews.edit", Interview)
def checks(request, interview):
    """Remember what is ticked."""
    known = {check.key for check in logistics.checks(interview, request.user.zone)}
    checked = sorted(known.intersection(request.POST.getlist("checked")))
    try:
        preparing.tick(interview, checked=checked, now=timezone.now())
    except Refused as error:
        return refused(request, error, "prepare", interview.pk)
    if request.htmx:
        return HttpResponse(status=204)
    return after(request, _here(request, interview, "ready"), say="Noted.")
