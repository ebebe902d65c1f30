"""The thank-you within 48 hours: write it, send it or say that it was sent, and what comes after (R102 to R113)."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock import times
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle import acts
from apps.interviews.lifecycle.models import Interview
from apps.interviews.thanking import actions, checks, first_draft
from apps.interviews.thanking import page as thanks_page
from apps.interviews.thanking.forms import ScheduleForm, ThankedForm, ThanksForm
from apps.interviews.thanking.models import ThanksChannel, ThankYou
from apps.web.answers import after, back_to, done, invalid, show
from apps.web.autosave import autosaved, saved, version_of

PAGE, AFTER = "interviews/thanking/thank_you.html", "interviews/thanking/thanked.html"


@require_safe
@allow("interviews.edit", Interview)
def thank_you(request: Request, interview: Interview) -> HttpResponse:
    """The note, until it is sent or scheduled; then what comes after."""
    if interview.thanked_at or interview.thanks_leave_at:
        return after(request, "thanked", interview.pk)
    return show(request, PAGE, thanks_page.context(interview, timezone.now()))


# --- writing ----------------------------------------------------------------------------------------------------------


def _posted(request: Request, interview: Interview) -> list[ThanksForm]:
    return [ThanksForm(request.POST, student=request.user)]


def _again(request: Request, interview: Interview, form: ThanksForm) -> HttpResponse:
    return invalid(request, PAGE, thanks_page.context(interview, timezone.now(), form))


words_kept = autosaved("Two versions of your note", forms=_posted, again=_again, to="thank_you")


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def thanks_save(request: Request, interview: Interview, form: ThanksForm) -> HttpResponse:
    """Save what changed."""
    note = _save(request, interview, form)
    say = "Saved. Send it soon: a note within 48 hours is the one people remember."
    return saved(request, note, "thank_you", interview.pk, say=say)


def _save(request: Request, interview: Interview, form: ThanksForm) -> ThankYou:
    return actions.save_thanks(interview, version=version_of(request), values=form.values, now=timezone.now())


@require_POST
@allow("interviews.edit", Interview)
def thanks_preview(request: Request, interview: Interview) -> HttpResponse:
    """The remarks and the letter for what stands in the form now; nothing is saved."""
    note = _typed(request, interview)
    page = thanks_page.context(interview, timezone.now(), note=note, is_swap=True)
    return show(request, f"{PAGE}#reading", page)


def _typed(request: Request, interview: Interview) -> ThankYou:
    note, form = thanks_page.note_of(interview, timezone.now()), ThanksForm(request.POST, student=request.user)
    form.is_valid()  # what is invalid keeps its saved words
    for name, value in form.values.items():
        setattr(note, name, value)
    return note


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def thanks_hint(request: Request, interview: Interview, form: ThanksForm) -> HttpResponse:
    """Use a suggested sentence, keep one's own, or put in something from the debrief."""
    _save(request, interview, form)
    _answer(request.POST, interview, timezone.now())
    return after(request, f"/conversations/{interview.pk}/thanks/#good")


def _answer(data: QueryDict, interview: Interview, now: datetime) -> None:
    fresh = Interview.objects.get(pk=interview.pk)
    debrief: Debrief | None = getattr(fresh, "debrief", None)
    remarks = {hint.key: hint for hint in checks.review(thanks_page.note_of(fresh, now), fresh, debrief)}
    pieces = {piece.key: piece for piece in first_draft.pieces_of(fresh, debrief)}
    put, keep = data.get("put", ""), data.get("keep", "")
    if put in pieces:
        return actions.put_sentence(fresh, sentence=pieces[put].sentence, now=now)
    if keep in remarks:
        return actions.keep_wording(fresh, key=keep, now=now)
    remark = remarks.get(data.get("use", ""))
    if remark is None or not remark.suggestion:
        raise acts.Stale("You’ve already changed that sentence.")
    if not remark.sentence:
        return actions.put_sentence(fresh, sentence=remark.suggestion, now=now)
    return actions.use_wording(fresh, sentence=remark.sentence, suggestion=remark.suggestion, now=now)


# --- sending ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def thanks_send(request: Request, interview: Interview, form: ThanksForm) -> HttpResponse:
    """Save the last words and let Rapport send the note; or go on to say how it was sent by hand."""
    note = _save(request, interview, form)
    if note.channel == ThanksChannel.RAPPORT:
        actions.send_thanks(interview, by=request.user, now=timezone.now())
    return after(request, "thanked", interview.pk)


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def thanks_schedule(request: Request, interview: Interview, form: ThanksForm) -> HttpResponseBase:
    """Save the last words and let the note leave at a time within the 48 hours."""
    _save(request, interview, form)

    def again(wrong: ScheduleForm) -> HttpResponse:
        return invalid(request, PAGE, thanks_page.context(interview, timezone.now(), schedule=wrong))

    return _schedule(request, interview, again)


def _schedule(
    request: Request, interview: Interview, again: Callable[[ScheduleForm], HttpResponse]
) -> HttpResponseBase:
    now, form = timezone.now(), ScheduleForm(request.POST, zone=request.user.zone)

    def act() -> None:
        actions.schedule_thanks(interview, send_at=form.cleaned_data["send_at"], by=request.user, now=now)

    if not (form.is_valid() and done(form, act)):
        return again(form)
    leaves = times.until(form.cleaned_data["send_at"], now, request.user.zone)
    return after(request, "thanked", interview.pk, say=f"Scheduled. We’ll send your note {leaves}.")


@require_POST
@allow("interviews.edit", Interview)
@back_to("thanked")
def thanks_time(request: Request, interview: Interview) -> HttpResponseBase:
    """Give a scheduled note another time, or send it now."""
    if "now" in request.POST:
        actions.send_thanks(interview, by=request.user, now=timezone.now())
        return after(request, "thanked", interview.pk)

    def again(wrong: ScheduleForm) -> HttpResponse:
        return invalid(request, AFTER, thanks_page.thanked_context(interview, timezone.now(), schedule=wrong))

    return _schedule(request, interview, again)


@require_POST
@allow("interviews.edit", Interview)
@back_to("thanked")
def thanks_back(request: Request, interview: Interview) -> HttpResponse:
    """Take it back before it leaves."""
    actions.take_thanks_back(interview)
    return after(request, "thank_you", interview.pk, say="Your note wasn’t sent. It’s a draft again.")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
def thanked(request: Request, interview: Interview) -> HttpResponseBase:
    """Before it is sent: say how and when they were thanked. Afterwards: what comes next."""
    now = timezone.now()
    if request.method != "POST":
        channel = request.GET.get("way", "")
        return show(request, AFTER, thanks_page.thanked_context(interview, now, channel=channel))
    form = ThankedForm(request.POST, zone=request.user.zone)
    if form.is_valid() and done(form, lambda: _thank_by_hand(request, interview, form, now)):
        say = f"Saved. You thanked {interview.contact.first_name}."
        return after(request, "thanked", interview.pk, say=say)
    return invalid(request, AFTER, thanks_page.thanked_context(interview, now, form))


def _thank_by_hand(request: Request, interview: Interview, form: ThankedForm, now: datetime) -> None:
    channel, at = form.cleaned_data["channel"], form.cleaned_data["sent_at"]
    actions.thanked_by_hand(interview, channel=channel, at=at, by=request.user, now=now)
