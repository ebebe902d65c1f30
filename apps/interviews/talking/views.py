"""During the talk: the clock, one question at a time, quick notes, the close (R87 to R99).

Each act answers a browser with scripts by the state as it is now, and one without by the page.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.offline import may_be_kept
from apps.interviews.talking import actions as talk
from apps.interviews.talking import page
from apps.interviews.talking.forms import FORMS, ActForm
from apps.web.answers import Refused, after, if_refused, invalid, refused, show

PAGE = "interviews/talking/live.html"
KEEP = "keep"  # no act of its own: only what was typed
TYPED = {  # whatever button is pressed, what was typed goes along with it, first
    "note": ("text",),
    "add": ("added",),
    "person": ("name",),
    "close": ("may_connect", "may_stay_in_touch", "summary"),
}

ALONE = {"unname", "settle"}  # its own small form names somebody, and nothing else was typed there


@require_safe
@never_cache
@allow("interviews.edit", Interview)
@may_be_kept
def live(request: Request, interview: Interview) -> HttpResponse:
    return show(request, PAGE, page.context(request, interview, timezone.now()))


@require_safe
@never_cache
@allow("interviews.edit", Interview)
def live_state(request: Request, interview: Interview) -> JsonResponse:
    """The facts as they are now, for a page that was away or is open on a second device."""
    return JsonResponse(page.state(request, interview, timezone.now()))


def _refused(request: Request, error: Refused, interview: Interview, act: str) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"say": str(error)}, status=error.status)
    return refused(request, error, "live", interview.pk)


@require_POST
@allow("interviews.edit", Interview)
@if_refused(_refused)
def live_act(request: Request, interview: Interview, act: str) -> HttpResponseBase:
    """Do what was typed and pressed, each once."""
    if act not in FORMS and act != KEEP:
        raise Http404
    now = timezone.now()
    forms = [(name, FORMS[name](_own(request.POST, name, act))) for name in _names(request.POST, act)]
    if not all(form.is_valid() for _, form in forms):
        return _invalid(request, interview, forms, now)
    for name, form in forms:
        interview = talk.do(interview, name, now=now, by=request.user, **form.cleaned_data)
    return _done(request, interview, act, now)


def _names(post: QueryDict, act: str) -> list[str]:
    if act in ALONE:
        return [act]
    typed = [name for name, fields in TYPED.items() if name != act and any(post.get(field) for field in fields)]
    return [*typed, act] if act != KEEP else typed


def _own(post: QueryDict, name: str, act: str) -> QueryDict:
    """Give what goes along with a button an id of its own, made from the id of the press."""
    if name == act or not post.get("client_id"):
        return post
    own = post.copy()
    own["client_id"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{post['client_id']} {name}"))
    return own


def _is_script(request: Request) -> bool:
    return request.headers.get("X-Live") == "1"


def _invalid(
    request: Request, interview: Interview, forms: Iterable[tuple[str, ActForm]], now: datetime
) -> HttpResponse:
    errors = [str(sentence) for _, form in forms for field in form.errors for sentence in form.errors[field]]
    if _is_script(request):
        return JsonResponse({"say": " ".join(errors)}, status=422)
    return invalid(request, PAGE, page.context(request, interview, now, errors=errors, typed=request.POST))


def _done(request: Request, interview: Interview, act: str, now: datetime) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse(page.state(request, interview, now))
    if act == "end" and interview.status == InterviewStatus.COMPLETED:
        return after(request, "debrief", interview.pk, say="Write it down while you remember it.")
    if request.POST.get("view") == "debrief":
        return redirect("debrief", interview.pk)
    phase = page.clock_of(interview, now).phase
    return redirect(f"{reverse('live', args=[interview.pk])}{_where(request.POST, act, phase)}")


def _where(post: QueryDict, act: str, phase: str) -> str:
    """Stay on the part that the person was on; a tick or a skip goes on to the next open question."""
    view, question = post.get("view"), post.get("question")
    if view not in ("talk", "closing") or act in ("more", "less"):
        return ""
    if view == "closing":
        return "?show=closing"
    if question and act in STAYS:
        return f"?{urlencode({'show': 'talk', 'q': question})}"
    return "?show=talk" if phase in ("closing", "over") else ""


STAYS = ("note", "drop", "reopen", KEEP)
