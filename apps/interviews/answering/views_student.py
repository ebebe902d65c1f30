"""A request that is on its way, as its student sees it, and what they do once it is answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.answering import actions as answering
from apps.interviews.answering import agreed_beforehand
from apps.interviews.answering import sent_page as pages
from apps.interviews.asking import draft_page
from apps.interviews.asking.views import COMPOSER, RESEARCH
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.scheduling import week_page
from apps.interviews.scheduling.forms import ArrangeForm, Window, WindowsForm
from apps.web.answers import Refused, after, back_to, if_refused, invalid, show
from apps.web.fields import NoteForm

STATE, AGREED = "interviews/answering/request_state.html", "interviews/asking/request_agreed.html"


@require_safe
@allow("interviews.edit", InterviewRequest)
def request_page(request: Request, asked: InterviewRequest) -> HttpResponse:
    """The three lines first, then the composer while it is a draft; afterwards what became of it."""
    now = timezone.now()
    if asked.status == RequestStatus.DRAFT and asked.wants_research:
        return show(request, RESEARCH, draft_page.research(asked))
    if asked.status == RequestStatus.DRAFT:
        return show(request, COMPOSER, draft_page.context(asked, now))
    return show(request, STATE, pages.context(asked, now))


def _not_agreed(request: Request, error: Refused, asked: InterviewRequest) -> HttpResponse:
    messages.error(request, str(error))
    return show(request, AGREED, pages.agreed(asked, _arranged(request)), status=error.status)


def _arranged(request: Request) -> ArrangeForm:
    return ArrangeForm(request.POST, zone=request.user.time_zone)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@if_refused(_not_agreed)
def agreed(request: Request, asked: InterviewRequest) -> HttpResponse:
    """A time that was agreed with somebody outside the directory before any letter."""
    if asked.alum or asked.status != RequestStatus.DRAFT:
        return after(request, asked)
    if request.method != "POST":
        return show(request, AGREED, pages.agreed(asked))
    form = _arranged(request)
    if not form.is_valid():
        return invalid(request, AGREED, pages.agreed(asked, form))
    interview = agreed_beforehand.agreed_already(asked, by=request.user, now=timezone.now(), **form.agreed)
    return after(request, interview, say="Saved. You’ll get a calendar invitation.")


def _not_done(request: Request, error: Refused, asked: InterviewRequest, **typed: Any) -> HttpResponse:
    """Say why above the request as it is by now, with all that was typed."""
    messages.error(request, str(error))
    fresh = InterviewRequest.objects.get(pk=asked.pk)
    return show(request, STATE, pages.context(fresh, timezone.now(), **typed), status=error.status)


def _not_answered(request: Request, error: Refused, asked: InterviewRequest) -> HttpResponse:
    windows, note = _times_and_note(request)
    return _not_done(request, error, asked, windows=windows, note=note)


def _times_and_note(request: Request) -> tuple[WindowsForm, NoteForm]:
    return WindowsForm(request.POST, zone=request.user.time_zone), NoteForm(request.POST)


@require_POST
@allow("interviews.edit", InterviewRequest)
@if_refused(_not_answered)
def answer(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Take one of the times the alum offered, offer others, or answer their question."""
    now = timezone.now()
    if request.POST.get("slot"):
        slot, format = request.POST["slot"], request.POST.get("format", "")
        interview = answering.accept_offer(asked, slot=slot, format=format, by=request.user, now=now)
        return after(request, interview, say="Your conversation is scheduled. You’ll both get a calendar invitation.")
    windows, note = _times_and_note(request)
    if not (windows.is_valid() and note.is_valid()):
        return invalid(request, STATE, pages.context(asked, now, windows=windows, note=note))
    act = answering.reply if asked.has_question else answering.offer_again
    act(asked, windows=windows.windows, note=note.cleaned_data["note"], by=request.user, now=now)
    return after(request, asked, say=f"Sent to {asked.contact.first_name}.")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@back_to()
def answer_week(request: Request, asked: InterviewRequest) -> HttpResponseBase:
    """Offer the alum other times in answer to theirs, chosen on a week."""
    now = timezone.now()
    frame = pages.week_frame(asked, now)
    if frame is None:
        return after(request, asked)

    def save(windows: list[Window], note: str) -> HttpResponse:
        act = answering.reply if asked.has_question else answering.offer_again
        act(asked, windows=windows, note=note, by=request.user, now=now)
        return after(request, asked, say=f"Sent to {asked.contact.first_name}.")

    return week_page.answer(request, frame, save)


def _not_arranged(request: Request, error: Refused, asked: InterviewRequest) -> HttpResponse:
    return _not_done(request, error, asked, arrange=_arranged(request))


@require_POST
@allow("interviews.edit", InterviewRequest)
@if_refused(_not_arranged)
def arrange(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Type in what was agreed beside Rapport (by a plain reply, too), or that the answer was no."""
    now, form = timezone.now(), _arranged(request)
    if request.POST.get("no"):
        answering.turned_down(asked, by=request.user, now=now)
        return after(request, asked, say="Recorded. It isn’t about you.")
    if not form.is_valid():
        return invalid(request, STATE, pages.context(asked, now, arrange=form))
    interview = answering.arrange(asked, by=request.user, now=now, **form.agreed)
    invited = "Your conversation is scheduled. You’ll both get a calendar invitation."
    return after(request, interview, say=invited if asked.alum_id else "Saved. You’ll get a calendar invitation.")
