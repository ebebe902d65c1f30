"""All conversations of a student, and one of them."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.conversations import page as conversations_page
from apps.interviews.debriefing.impact import ImpactForm, note_impact
from apps.interviews.lifecycle.models import Interview
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling.forms import PlaceForm
from apps.interviews.scheduling.views import PAGE
from apps.web.answers import after, back_to, invalid, show


@require_safe
@allow("interviews.own")
def conversations(request: Request) -> HttpResponse:
    found = conversations_page.overview(request.user, timezone.now(), request.GET.get("page"))
    return show(request, "interviews/conversations/conversations.html", found)


@require_safe
@allow("interviews.edit", Interview)
def conversation(request: Request, interview: Interview) -> HttpResponse:
    return show(request, PAGE, conversations_page.page(interview, request.user, timezone.now()))


@require_POST
@allow("interviews.edit", Interview)
@back_to()
def place(request: Request, interview: Interview) -> HttpResponse:
    """The link, number or address, for both."""
    now, form = timezone.now(), PlaceForm(request.POST, way=interview.format)
    if not form.is_valid():
        return invalid(request, PAGE, conversations_page.page(interview, request.user, now, place=form))
    scheduling.set_place(interview, **form.cleaned_data, by=request.user, now=now)
    knows = f"Saved. We’ll email it to {interview.contact.first_name}." if interview.alum_id else "Saved."
    return after(request, interview, say=knows)


@require_POST
@allow("interviews.edit", Interview)
@back_to()
def impact(request: Request, interview: Interview) -> HttpResponse:
    """What came of it, and whether the other may read it."""
    form = ImpactForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, conversations_page.page(interview, request.user, timezone.now(), impact=form))
    note_impact(interview, **form.cleaned_data, now=timezone.now())
    first = interview.contact.first_name
    is_read = form.cleaned_data["body"] and form.cleaned_data["is_shared"] and interview.alum_id
    return after(
        request, interview, say=f"Saved. {first} can read it now." if is_read else "Saved. Only you can see it."
    )
