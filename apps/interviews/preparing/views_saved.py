"""Questions that a student keeps for every conversation, on the page of one of them: save, remove, put back."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing import saved
from apps.interviews.preparing.views import LET_GO, PAGE, answer, context_of, here, refuse
from apps.web.answers import after, if_refused, show
from apps.web.gate import whole_number


@require_POST
@allow("interviews.edit", Interview)
@if_refused(refuse)
def save(request: Request, interview: Interview) -> HttpResponse:
    """Save a question of this plan or of the bank for other conversations, or remove one, or put it back."""
    now, let_go = timezone.now(), request.session.pop(LET_GO, None)
    if (number := whole_number(request.POST.get("remove"))) is not None:
        return _removed(request, interview, saved.let_go(request.user, number=number))
    if "again" in request.POST and let_go:
        kept = saved.keep_again(request.user, let_go)
    elif (bank := whole_number(request.POST.get("bank"))) is not None:
        kept = saved.save_from_bank(request.user, question=bank, now=now)
    else:
        kept = saved.save_planned(interview, number=whole_number(request.POST.get("number")) or 0, now=now)
    return answer(request, interview, f"Saved for other conversations: {kept.text}")


def _removed(request: Request, interview: Interview, fields: dict[str, object]) -> HttpResponse:
    request.session[LET_GO] = fields
    if request.htmx:
        return show(request, PAGE, context_of(request, interview, let_go=fields), swap="plan")
    return after(request, here(request, interview, "bank", unsaved=1))
