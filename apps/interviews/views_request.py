"""The student's pages of one request: writing it, and what became of it. The letter itself is composer.py's."""

from functools import wraps

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews import actions, composer, composer_page
from apps.interviews import request_page as pages
from apps.interviews.forms import (
    ArrangeForm,
    LeavingForm,
    NoteForm,
    RequestForm,
    ResearchCardForm,
    SentForm,
    WindowForm,
    WindowsForm,
    is_filled,
)
from apps.interviews.letter import recipient_zone
from apps.interviews.lifecycle import RequestStatus
from apps.interviews.models import PARTS, InterviewRequest
from apps.network.models import Contact
from apps.web import Refused, after, invalid, names_of, refused, show

COMPOSER, STATE = "interviews/request.html", "interviews/request_state.html"
RESEARCH, AGREED = "interviews/request_research.html", "interviews/request_agreed.html"

# --- opening ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("alumni.ask", AlumniProfile)
def ask(request, alum):
    """Open the one draft to this alum, or the request under way."""
    try:
        asked = actions.open_draft(alum, by=request.user, now=timezone.now())
    except Refused as error:
        return refused(request, error, alum)
    return after(request, asked)


@require_POST
@allow("network.edit", Contact)
def ask_contact(request, contact):
    """The same for somebody of the student's own network; who has left the directory is asked as anybody outside it."""
    try:
        if contact.alum_id and not _is_reached_outside(contact):
            asked = actions.open_draft(contact.alum, by=request.user, now=timezone.now())
        else:
            asked = actions.open_outside(contact, by=request.user)
    except Refused as error:
        return refused(request, error, contact)
    return after(request, asked)


def _is_reached_outside(contact):
    """Whether an alum has left the directory, and the student has an address of their own for them."""
    alum = contact.alum
    is_silent = alum.is_do_not_contact or alum.is_deceased
    has_left = alum.listing != Listing.LISTED and not is_silent
    return has_left and bool(contact.email or contact.phone or contact.linkedin)


@require_safe
@allow("interviews.edit", InterviewRequest)
def request_page(request, asked):
    """The three lines first, then the composer while it is a draft; afterwards what became of it."""
    now = timezone.now()
    if asked.status == RequestStatus.DRAFT and asked.wants_research:
        return show(request, RESEARCH, pages.research(asked))
    if asked.status == RequestStatus.DRAFT:
        return show(request, COMPOSER, composer_page.context(asked, now))
    return show(request, STATE, pages.context(asked, now))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
def research(request, asked):
    """What the student found out before writing, in three lines, or why they go without (R45)."""
    if asked.status != RequestStatus.DRAFT:
        return after(request, asked)
    if request.method != "POST":
        return show(request, RESEARCH, pages.research(asked))
    form = ResearchCardForm(request.POST, instance=asked)
    if not form.is_valid():
        return invalid(request, RESEARCH, pages.research(InterviewRequest.objects.get(pk=asked.pk), form))
    try:
        actions.research(asked, values=form.cleaned_data)
    except Refused as error:
        return refused(request, error, asked)
    return after(request, asked)


# --- writing ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", InterviewRequest)
def save(request, asked):
    """Save what changed. A script asks by itself and gets JSON; the button of the form comes back to the page."""
    is_script = request.headers.get("X-Autosave") == "1"
    form = RequestForm(request.POST, instance=asked)
    if not form.is_valid():
        return HttpResponse(status=422) if is_script else _composer(request, asked, form)
    try:
        saved = actions.save(asked, version=_version(request), values=form.values | _leaving(request, asked))
    except actions.Conflict as conflict:
        return _conflict(request, conflict, form, is_script)
    except Refused as error:
        return HttpResponse(str(error), status=403) if is_script else refused(request, error, asked)
    if is_script:
        return JsonResponse({"version": saved.version})
    return after(request, saved, say="Saved. Come back to it whenever you like.")


def _leaving(request, asked):
    """Keep the chosen time too, when the whole form was sent."""
    form = LeavingForm(request.POST, zone=recipient_zone(asked))
    return {"send_at": form.cleaned_data["send_at"]} if "leaves_time" in request.POST and form.is_valid() else {}


def _version(request):
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else -1


def _conflict(request, conflict, form, is_script):
    """Show both texts, the saved one and this one; nothing is overwritten (B11)."""
    changed = [
        (form[name].label, getattr(conflict.newer, name), value)
        for name, value in form.values.items()
        if getattr(conflict.newer, name) != value
    ]
    context = {"asked": conflict.newer, "changed": changed, "sentence": str(conflict)}
    template = "interviews/request_conflict.html"
    return render(request, f"{template}#texts" if is_script else template, context, status=409)


def _composer(request, asked, form=None, refused_window=None, tried=False, status=422):
    """Show the composer again with all that was typed in any of its forms, and what to do about it."""
    fresh, data = InterviewRequest.objects.get(pk=asked.pk), request.POST
    for name, value in form.values.items() if form else ():
        setattr(fresh, name, value)
    if form and "version" in data:
        fresh.version = _version(request)
    window = refused_window or (_window(request) if _is_typed(request) else None)
    leaving = LeavingForm(data, zone=recipient_zone(asked)) if "leaves" in data else None
    sent = SentForm(data, zone=request.user.time_zone) if "channel" in data else None
    shown = {"form": form, "window_form": window, "leaving": leaving, "tried": tried, "sent_form": sent}
    return show(request, COMPOSER, composer_page.context(fresh, timezone.now(), **shown), status=status)


def _window(request):
    """Return the form of the one time that was typed: of a new one, or of the one to change."""
    return WindowForm(request.POST, zone=request.user.time_zone, prefix=_prefix(request))


def _prefix(request):
    change = request.POST.get("change", "")
    return f"w{change}" if change.isdecimal() else "new"


def _is_typed(request):
    return is_filled(request.POST, _prefix(request))


@require_POST
@allow("interviews.edit", InterviewRequest)
def preview(request, asked):
    """The letter and the hints for what stands in the form now; nothing is saved."""
    form = RequestForm(request.POST, instance=asked)
    form.is_valid()  # what is invalid keeps its saved words
    for name, value in form.values.items():
        setattr(asked, name, value)
    leaving = LeavingForm(request.POST, zone=recipient_zone(asked))
    tried = "tried" in request.POST
    page = composer_page.context(asked, timezone.now(), leaving=leaving, tried=tried, is_swap=True)
    return render(request, f"{COMPOSER}#preview", names_of(page))


def words_first(act):
    """Save the words that came along with another button before it acts, so that nothing typed is lost.

    Where they cannot be saved they are shown again, with the reason, and the button does nothing.
    """

    @wraps(act)
    def view(request, asked):
        form = RequestForm(request.POST, instance=InterviewRequest.objects.get(pk=asked.pk))
        if not form.is_valid():
            return _composer(request, asked, form)
        try:
            saved = actions.save(asked, version=_version(request), values=form.values) if form.fields else asked
        except actions.Conflict as conflict:
            return _conflict(request, conflict, form, False)
        except Refused as error:
            return refused(request, error, asked)
        return act(request, saved)

    return view


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
def times_change(request, asked):
    """Add, change or remove one time; the words typed meanwhile are saved too."""
    now, zone = timezone.now(), request.user.time_zone
    remove, change = request.POST.get("remove", ""), request.POST.get("change", "")
    form = _window(request)
    try:
        if remove.isdecimal():
            actions.withdraw_offer(asked, window=int(remove))
            return _to_times(request, asked)
        if not form.is_valid():
            return _composer(request, asked, refused_window=form)
        starts_at, ends_at, _ = form.window
        replacing = int(change) if change.isdecimal() else None
        actions.offer(asked, starts_at=starts_at, ends_at=ends_at, zone=zone, now=now, replacing=replacing)
    except actions.Stale as error:
        return refused(request, error, asked)
    except Refused as error:
        form.add_error(None, str(error))
        return _composer(request, asked, refused_window=form)
    return _to_times(request, asked)


def _to_times(request, asked):
    return after(request, f"{asked.get_absolute_url()}#times")


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
def hint(request, asked):
    """Answer a hint: use the suggested sentence, keep one's own, or note that somebody may be named."""
    try:
        _answer_hint(request.POST, asked, timezone.now())
    except Refused as error:
        return refused(request, error, asked)
    part = request.POST.get("part", "")
    place = f"#part-{part}" if part in (*PARTS, "goals") else ""
    return after(request, asked.get_absolute_url() + place)


def _answer_hint(data, asked, now):
    found = {hint.key: hint for hint in composer.hints(composer.read(asked, now))}
    if data.get("allow", "").isdecimal():
        return actions.allow_name(asked, referrer=int(data["allow"]), now=now)
    if data.get("keep") in found:
        return actions.keep_mine(asked, key=data["keep"])
    one = found.get(data.get("use"))
    if one is None or not one.suggestion or not one.sentence:
        raise actions.Stale("You have changed the sentence already.")
    return actions.use_sentence(asked, part=one.part, sentence=one.sentence, suggestion=one.suggestion)


# --- sending ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
def send(request, asked):
    """Send it, or hand it to the coach first."""
    leaving = LeavingForm(request.POST, zone=recipient_zone(asked))
    if not leaving.is_valid():
        return _composer(request, asked)
    send_at = leaving.cleaned_data["send_at"]
    try:
        asked = actions.press_send(asked, by=request.user, now=timezone.now(), send_at=send_at)
    except actions.Incomplete:
        return _composer(request, asked, tried=True)
    except Refused as error:
        return _not_sent(request, asked, error)
    return after(request, asked)


def _not_sent(request, asked, error):
    """Say why above all that was typed; what is no draft any more is shown as it became."""
    if InterviewRequest.objects.get(pk=asked.pk).status != RequestStatus.DRAFT:
        return refused(request, error, asked)
    messages.error(request, str(error))
    return _composer(request, asked, status=error.status)


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
def mark_sent(request, asked):
    """“I sent it”, for somebody outside the directory."""
    form = SentForm(request.POST, zone=request.user.time_zone)
    if not form.is_valid():
        return _composer(request, asked)
    said = {name: form.cleaned_data[name] for name in ("channel", "sent_at")}
    try:
        asked = actions.mark_sent(asked, by=request.user, now=timezone.now(), **said)
    except actions.Incomplete:
        return _composer(request, asked, tried=True)
    except Refused as error:
        return _not_sent(request, asked, error)
    return after(request, asked, say=f"Noted: you wrote to {asked.contact.first_name}.")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
def agreed(request, asked):
    """A time that was agreed with somebody outside the directory before any letter."""
    if asked.alum or asked.status != RequestStatus.DRAFT:
        return after(request, asked)
    if request.method != "POST":
        return show(request, AGREED, pages.agreed(asked))
    form = ArrangeForm(request.POST, zone=request.user.time_zone)
    if not form.is_valid():
        return invalid(request, AGREED, pages.agreed(asked, form))
    said = {name: form.cleaned_data[name] for name in ("starts_at", "format", "place")}
    try:
        interview = actions.agreed_already(asked, by=request.user, now=timezone.now(), **said)
    except Refused as error:
        messages.error(request, str(error))
        return show(request, AGREED, pages.agreed(asked, form), status=error.status)
    return after(request, interview, say="It is in your calendar.")


@require_POST
@allow("interviews.edit", InterviewRequest)
def take_back(request, asked):
    """Back to the draft, from the five minutes or from the coach."""
    act = actions.reclaim if asked.status == RequestStatus.IN_REVIEW else actions.take_back
    try:
        act(asked, by=request.user, now=timezone.now())
    except Refused as error:
        return refused(request, error, asked)
    sent = "Nothing was sent." if asked.alum else "It does not count as asked."
    return after(request, asked, say=f"It is a draft again. {sent}")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
def withdraw(request, asked):
    """Ask once, then withdraw."""
    first = asked.contact.first_name
    if request.method != "POST":
        question = {
            "question": f"Withdraw your request to {first}?",
            "text": _what_withdrawing_does(asked, timezone.now()),
            "action": "Withdraw it",
            "back": asked.get_absolute_url(),
            "keep": "No, leave it open",
        }
        return show(request, "components/confirm.html", question)
    try:
        actions.withdraw(asked, by=request.user, now=timezone.now())
    except Refused as error:
        return refused(request, error, asked)
    return after(request, asked, say="Withdrawn.")


def _what_withdrawing_does(asked, now):
    """Say who hears of it: nobody who has not read it, and nobody to whom Rapport does not write."""
    first = asked.contact.first_name
    if asked.status == RequestStatus.IN_REVIEW:
        return f"It has not left, so {first} never hears of it. Your coach need not read it any more."
    if asked.alum is None:
        return f"Rapport does not write to {first}. If an answer may come, tell {first} yourself in a line."
    if asked.leaves_at and now < asked.leaves_at:
        return f"It has not left, so {first} never hears of it."
    return f"{first} gets a short note that there is nothing to do. It still counts as asked."


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
def discard(request, asked):
    """Ask once, then throw a draft away."""
    contact = asked.contact
    if request.method != "POST":
        question = {
            "question": f"Throw away your draft to {contact.name}?",
            "text": "It was not sent to anybody. The words are gone afterwards.",
            "action": "Throw it away",
            "back": asked.get_absolute_url(),
            "keep": "No, keep it",
        }
        return show(request, "components/confirm.html", question)
    try:
        actions.discard(asked)
    except Refused as error:
        return refused(request, error, asked)
    return after(request, asked.alum or contact, say="The draft is gone.")


# --- the alum answered ------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", InterviewRequest)
def answer(request, asked):
    """Take one of the times the alum offered, offer others, or answer their question."""
    now = timezone.now()
    windows, note = WindowsForm(request.POST, zone=request.user.time_zone), NoteForm(request.POST)
    try:
        if request.POST.get("slot"):
            slot, format = request.POST["slot"], request.POST.get("format", "")
            interview = actions.accept_offer(asked, slot=slot, format=format, by=request.user, now=now)
            return after(request, interview, say="It is set. Both of you get an invitation.")
        if not (windows.is_valid() and note.is_valid()):
            return invalid(request, STATE, pages.context(asked, now, windows=windows, note=note))
        act = actions.reply if asked.has_question else actions.offer_again
        act(asked, windows=windows.windows, note=note.cleaned_data["note"], by=request.user, now=now)
    except Refused as error:
        return _not_done(request, asked, error, windows=windows, note=note)
    return after(request, asked, say=f"{asked.contact.first_name} has your answer.")


def _not_done(request, asked, error, **typed):
    """Say why above the request as it is by now, with all that was typed."""
    messages.error(request, str(error))
    fresh = InterviewRequest.objects.get(pk=asked.pk)
    return show(request, STATE, pages.context(fresh, timezone.now(), **typed), status=error.status)


@require_POST
@allow("interviews.edit", InterviewRequest)
def arrange(request, asked):
    """Type in what was agreed beside Rapport (by a plain reply, too), or that the answer was no."""
    now, form = timezone.now(), ArrangeForm(request.POST, zone=request.user.time_zone)
    try:
        if request.POST.get("no"):
            actions.turned_down(asked, by=request.user, now=now)
            return after(request, asked, say="Noted. It says nothing about you.")
        if not form.is_valid():
            return invalid(request, STATE, pages.context(asked, now, arrange=form))
        agreed = {name: form.cleaned_data[name] for name in ("starts_at", "format", "place")}
        interview = actions.arrange(asked, by=request.user, now=now, **agreed)
    except Refused as error:
        return _not_done(request, asked, error, arrange=form)
    invited = "It is set. Both of you get an invitation."
    return after(request, interview, say=invited if asked.alum_id else "It is in your calendar.")
