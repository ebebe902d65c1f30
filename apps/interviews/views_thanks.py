"""The thank-you within 48 hours: write it, send it or say that it was sent, and what comes after (R102 to R113)."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.interviews import actions, thanks_check, thanks_draft, thanks_page
from apps.interviews.forms_thanks import ThankedForm, ThanksForm
from apps.interviews.models import Channel, Interview
from apps.web import Refused, after, invalid, names_of, refused, show

PAGE, AFTER, TWO_TEXTS = "interviews/thank_you.html", "interviews/thanked.html", "interviews/two_texts.html"


@require_safe
@allow("interviews.edit", Interview)
def thank_you(request, interview):
    """The note, until it is sent; then what comes after."""
    if _is_sent(interview):
        return after(request, "thanked", interview.pk)
    return show(request, PAGE, thanks_page.context(interview, timezone.now()))


def _is_sent(interview):
    return hasattr(interview, "thank_you") and bool(interview.thank_you.sent_at)


# --- writing ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
def thanks_save(request, interview):
    """Save what changed. A script asks by itself and gets JSON; the button comes back to the page."""
    is_script = request.headers.get("X-Autosave") == "1"
    form = ThanksForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422) if is_script else _again(request, interview, form)
    try:
        saved = _save(request, interview, form)
    except actions.ThanksConflict as conflict:
        return _conflict(request, interview, conflict, form, is_script)
    except Refused as error:
        return HttpResponse(str(error), status=403) if is_script else refused(request, error, "thank_you", interview.pk)
    if is_script:
        return JsonResponse({"version": saved.version})
    return after(request, "thank_you", interview.pk, say="Saved. The clock runs on, so do not leave it for long.")


def _save(request, interview, form):
    version = request.POST.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 9 else -1
    return actions.save_thanks(interview, version=number, values=form.values, now=timezone.now())


def _again(request, interview, form):
    return invalid(request, PAGE, thanks_page.context(interview, timezone.now(), form))


def _conflict(request, interview, conflict, form, is_script):
    """Show both texts, the saved one and this one; nothing is overwritten (B11)."""
    changed = [
        (form[name].label, getattr(conflict.newer, name), value)
        for name, value in form.values.items()
        if getattr(conflict.newer, name) != value
    ]
    context = {"changed": changed, "sentence": str(conflict), "back": f"/conversations/{interview.pk}/thanks/"}
    return render(request, f"{TWO_TEXTS}#texts" if is_script else TWO_TEXTS, context, status=409)


@require_POST
@allow("interviews.edit", Interview)
def thanks_preview(request, interview):
    """The remarks and the letter for what stands in the form now; nothing is saved."""
    note = _typed(request, interview)
    page = thanks_page.context(interview, timezone.now(), note=note, is_swap=True)
    return render(request, f"{PAGE}#reading", names_of(page))


def _typed(request, interview):
    note, form = thanks_page.note_of(interview, timezone.now()), ThanksForm(request.POST)
    form.is_valid()  # what is invalid keeps its saved words
    for name, value in form.values.items():
        setattr(note, name, value)
    return note


@require_POST
@allow("interviews.edit", Interview)
def thanks_hint(request, interview):
    """Use a suggested sentence, keep one's own, or put in something from the debrief."""
    form, now = ThanksForm(request.POST), timezone.now()
    if not form.is_valid():
        return _again(request, interview, form)
    try:
        _save(request, interview, form)
        _answer(request.POST, interview, now)
    except actions.ThanksConflict as conflict:
        return _conflict(request, interview, conflict, form, False)
    except Refused as error:
        return refused(request, error, "thank_you", interview.pk)
    return after(request, f"/conversations/{interview.pk}/thanks/#good")


def _answer(data, interview, now):
    fresh = Interview.objects.get(pk=interview.pk)
    debrief = getattr(fresh, "debrief", None)
    remarks = {hint.key: hint for hint in thanks_check.review(thanks_page.note_of(fresh, now), fresh, debrief)}
    pieces = {piece.key: piece for piece in thanks_draft.pieces_of(fresh, debrief)}
    if data.get("put") in pieces:
        return actions.put_sentence(fresh, sentence=pieces[data["put"]].sentence, now=now)
    if data.get("keep") in remarks:
        return actions.keep_wording(fresh, key=data["keep"], now=now)
    one = remarks.get(data.get("use"))
    if one is None or not one.suggestion:
        raise actions.Stale("You have changed the sentence already.")
    if not one.sentence:
        return actions.put_sentence(fresh, sentence=one.suggestion, now=now)
    return actions.use_wording(fresh, sentence=one.sentence, suggestion=one.suggestion, now=now)


# --- sending ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
def thanks_send(request, interview):
    """Save the last words and let Rapport send the note; or go on to say how it was sent by hand."""
    form = ThanksForm(request.POST)
    if not form.is_valid():
        return _again(request, interview, form)
    try:
        note = _save(request, interview, form)
        if note.channel != Channel.RAPPORT:
            return after(request, "thanked", interview.pk)
        actions.send_thanks(interview, by=request.user, now=timezone.now())
    except actions.ThanksConflict as conflict:
        return _conflict(request, interview, conflict, form, False)
    except Refused as error:
        return refused(request, error, "thank_you", interview.pk)
    return after(request, "thanked", interview.pk)


@require_POST
@allow("interviews.edit", Interview)
def thanks_back(request, interview):
    """Take it back before it leaves."""
    try:
        actions.take_thanks_back(interview)
    except Refused as error:
        return refused(request, error, "thanked", interview.pk)
    return after(request, "thank_you", interview.pk, say="It is a draft again. Nothing was sent.")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
def thanked(request, interview):
    """Before it is sent: say how and when they were thanked. Afterwards: what comes next."""
    now = timezone.now()
    if request.method != "POST":
        return show(request, AFTER, thanks_page.thanked_context(interview, now))
    form = ThankedForm(request.POST, zone=request.user.zone)
    if not form.is_valid():
        return invalid(request, AFTER, thanks_page.thanked_context(interview, now, form))
    channel, at = form.cleaned_data["channel"], form.cleaned_data["sent_at"]
    try:
        actions.thanked_by_hand(interview, channel=channel, at=at, by=request.user, now=now)
    except Refused as error:
        form.add_error(None, str(error))
        return invalid(request, AFTER, thanks_page.thanked_context(interview, now, form))
    return after(request, "thanked", interview.pk, say=f"Noted. {interview.contact.first_name} has heard from you.")
