"""After the talk: say whether it took place, write down what was learned, finish it (R95 to R101)."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.interviews import actions, debrief_page, debrief_rows
from apps.interviews.models import Interview
from apps.web import Refused, after, invalid, refused, show

PAGE, TWO_TEXTS = "interviews/debrief.html", "interviews/two_texts.html"


@require_safe
@allow("interviews.edit", Interview)
def debrief(request, interview):
    return show(request, PAGE, debrief_page.context(interview, timezone.now()))


@require_POST
@allow("interviews.edit", Interview)
def happened(request, interview):
    """Did it take place? Yes opens the debrief; no ends it there."""
    now = timezone.now()
    try:
        if request.POST.get("answer") == "no":
            actions.did_not_happen(interview, by=request.user, now=now)
            return after(request, "debrief", interview.pk)
        actions.took_place(interview, by=request.user, now=now)
    except Refused as error:
        return refused(request, error, "debrief", interview.pk)
    return after(request, "debrief", interview.pk)


@require_POST
@allow("interviews.edit", Interview)
def debrief_save(request, interview):
    """Save what changed. A script asks by itself and gets JSON; a button comes back to the page."""
    is_script = request.headers.get("X-Autosave") == "1"
    filled = debrief_rows.forms_of(request.POST)
    if not _are_valid(filled):
        return HttpResponse(status=422) if is_script else _again(request, interview, filled)
    add = request.POST.get("add", "")
    try:
        saved = _save(request, interview, filled, add=add)
        if request.POST.get("note", "").isdecimal():
            saved = actions.use_note(interview, note=int(request.POST["note"]))
    except actions.DebriefConflict as conflict:
        return _conflict(request, interview, conflict, filled, is_script)
    except Refused as error:
        return HttpResponse(str(error), status=403) if is_script else refused(request, error, "debrief", interview.pk)
    if is_script:
        return JsonResponse({"version": saved.version})
    return _saved(request, interview, add)


def _saved(request, interview, add):
    page = f"/conversations/{interview.pk}/debrief/"
    if add or request.POST.get("note"):
        return after(request, page + {"person": "#refer", "step": "#steps"}.get(add, "#learned"))
    return after(request, "today", say="Saved. Come back to it while you still hear it.")


def _are_valid(filled):
    return not [form for form in filled if not form.is_valid()]  # asks every one: each line says what is wrong with it


def _save(request, interview, filled, *, add=""):
    version = request.POST.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 9 else -1
    return actions.save_debrief(interview, version=number, values=debrief_rows.values_of(filled), add=add)


def _again(request, interview, filled):
    return invalid(request, PAGE, debrief_page.context(interview, timezone.now(), wrong=filled))


def _conflict(request, interview, conflict, filled, is_script):
    """Show both texts, the saved one and this one; nothing is overwritten (B11)."""
    labels, typed = debrief_rows.labels_of(filled), debrief_rows.values_of(filled)
    changed = [
        (labels[name], debrief_rows.said(conflict.newer.get(name)), debrief_rows.said(value))
        for name, value in typed.items()
        if debrief_rows.said(conflict.newer.get(name)) != debrief_rows.said(value)
    ]
    context = {"changed": changed, "sentence": str(conflict), "back": f"/conversations/{interview.pk}/debrief/"}
    return render(request, f"{TWO_TEXTS}#texts" if is_script else TWO_TEXTS, context, status=409)


@require_POST
@allow("interviews.edit", Interview)
def debrief_finish(request, interview):
    """Save the last words, let them have their effect, and go on to the thank-you."""
    filled = debrief_rows.forms_of(request.POST)
    if not _are_valid(filled):
        return _again(request, interview, filled)
    try:
        if filled:
            _save(request, interview, filled)
        actions.finish_debrief(interview, now=timezone.now())
    except actions.DebriefConflict as conflict:
        return _conflict(request, interview, conflict, filled, False)
    except Refused as error:
        return refused(request, error, "debrief", interview.pk)
    return after(request, "thank_you", interview.pk)
