"""During the talk: the clock, one question at a time, quick notes, the close (R87 to R99).

Each act answers a browser with scripts by the state as it is now, and one without by the page.
"""

import uuid
from urllib.parse import urlencode

from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.interviews import live_page
from apps.interviews.actions import live as talk
from apps.interviews.forms_live import FORMS
from apps.interviews.lifecycle import InterviewStatus
from apps.interviews.models import Interview
from apps.web import Refused, after, invalid, refused, show

PAGE = "interviews/live.html"
KEEP = "keep"  # no act of its own: only what was typed
TYPED = {  # whatever button is pressed, what was typed goes along with it, first
    "note": ("text",),
    "add": ("added",),
    "person": ("name",),
    "close": ("may_connect", "may_stay_in_touch", "summary"),
}

ALONE = {"unname"}  # its own small form names somebody, and nothing else was typed there


@require_safe
@never_cache
@allow("interviews.edit", Interview)
def live(request, interview):
    return show(request, PAGE, live_page.context(request, interview, timezone.now()))


@require_safe
@never_cache
@allow("interviews.edit", Interview)
def live_state(request, interview):
    """The facts as they are now, for a page that was away or is open on a second device."""
    return JsonResponse(live_page.state(request, interview, timezone.now()))


@require_POST
@allow("interviews.edit", Interview)
def live_act(request, interview, act):
    """Do what was typed and pressed, each once."""
    if act not in FORMS and act != KEEP:
        raise Http404
    now = timezone.now()
    forms = [(name, FORMS[name](_own(request.POST, name, act))) for name in _names(request.POST, act)]
    if not all(form.is_valid() for _, form in forms):
        return _invalid(request, interview, forms, now)
    try:
        for name, form in forms:
            interview = talk.do(interview, name, now=now, by=request.user, **form.cleaned_data)
    except Refused as error:
        return _refused(request, interview, error)
    return _done(request, interview, act, now)


def _names(post, act):
    if act in ALONE:
        return [act]
    typed = [name for name, fields in TYPED.items() if name != act and any(post.get(field) for field in fields)]
    return [*typed, act] if act != KEEP else typed


def _own(post, name, act):
    """Give what goes along with a button an id of its own, made from the id of the press."""
    if name == act or not post.get("client_id"):
        return post
    own = post.copy()
    own["client_id"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{post['client_id']} {name}"))
    return own


def _is_script(request):
    return request.headers.get("X-Live") == "1"


def _invalid(request, interview, forms, now):
    errors = [sentence for _, form in forms for field in form.errors for sentence in form.errors[field]]
    if _is_script(request):
        return JsonResponse({"say": " ".join(errors)}, status=422)
    return invalid(request, PAGE, live_page.context(request, interview, now, errors=errors, typed=request.POST))


def _refused(request, interview, error):
    if _is_script(request):
        return JsonResponse({"say": str(error)}, status=error.status)
    return refused(request, error, "live", interview.pk)


def _done(request, interview, act, now):
    if _is_script(request):
        return JsonResponse(live_page.state(request, interview, now))
    if act == "end" and interview.status == InterviewStatus.COMPLETED:
        return after(request, "debrief", interview.pk, say="Write it down while you still hear it.")
    phase = live_page.clock_of(interview, now).phase
    return redirect(f"{reverse('live', args=[interview.pk])}{_where(request.POST, act, phase)}")


def _where(post, act, phase):
    """Stay on the part that the person was on; a tick or a skip goes on to the next open question."""
    view, question = post.get("view"), post.get("question")
    if view not in ("talk", "closing") or act == "more":
        return ""
    if view == "closing":
        return "?show=closing"
    if question and act in STAYS:
        return f"?{urlencode({'show': 'talk', 'q': question})}"
    return "?show=talk" if phase in ("closing", "over") else ""


STAYS = ("note", "drop", "reopen", KEEP)
