"""The student's pages of one request while it is a draft. What is said about its words is checks.py's."""

from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.asking import actions, checks, draft_page, reviews, what_works
from apps.interviews.asking import leaving as asking
from apps.interviews.asking.forms import LeavingForm, RequestForm, ResearchCardForm, SentForm
from apps.interviews.asking.letter import recipient_zone
from apps.interviews.asking.models import PARTS
from apps.interviews.lifecycle import acts
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.interviews.scheduling import week_page
from apps.interviews.scheduling.forms import Window, WindowForm, is_filled
from apps.network.models import Contact
from apps.web.answers import Refused, View, after, back_to, if_refused, invalid, refused, show
from apps.web.autosave import autosaved, saved, version_of
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

COMPOSER = "interviews/asking/request.html"
RESEARCH = "interviews/asking/request_research.html"

# --- opening ----------------------------------------------------------------------------------------------------------


@require_POST
@allow("alumni.ask", AlumniProfile)
@back_to()
def ask(request: Request, alum: AlumniProfile) -> HttpResponse:
    """Open the one draft to this alum, or the request under way."""
    return after(request, actions.open_draft(alum, by=request.user, now=timezone.now()))


@require_POST
@allow("network.edit", Contact)
@back_to()
def ask_contact(request: Request, contact: Contact) -> HttpResponse:
    """The same for somebody of the student's own network; who has left the directory is asked as anybody outside it."""
    if contact.alum and not _is_reached_outside(contact, contact.alum):
        return after(request, actions.open_draft(contact.alum, by=request.user, now=timezone.now()))
    return after(request, actions.open_outside(contact, by=request.user, now=timezone.now()))


def _is_reached_outside(contact: Contact, alum: AlumniProfile) -> bool:
    """Whether an alum has left the directory, and the student has an address of their own for them."""
    is_silent = alum.is_do_not_contact or alum.is_deceased
    has_left = alum.listing != Listing.LISTED and not is_silent
    return has_left and bool(contact.email or contact.phone or contact.linkedin)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@back_to()
@edits
def research(request: Request, asked: InterviewRequest) -> HttpResponse:
    """What the student found out before writing, in three lines, or why they go without (R45)."""
    if asked.status != RequestStatus.DRAFT:
        return after(request, asked)
    if request.method != "POST":
        return show(request, RESEARCH, draft_page.research(asked))
    form = ResearchCardForm(request.POST, instance=asked)
    if not form.is_valid():
        return invalid(request, RESEARCH, draft_page.research(InterviewRequest.objects.get(pk=asked.pk), form))
    if both := overtaken(request, "Two versions of your research", form):
        return both
    actions.research(asked, values=form.cleaned_data)
    return after(request, asked)


# --- writing ----------------------------------------------------------------------------------------------------------


def _posted(request: Request, asked: InterviewRequest) -> list[RequestForm]:
    return [RequestForm(request.POST, instance=asked)]


def _composer(
    request: Request,
    asked: InterviewRequest,
    form: RequestForm | None = None,
    *,
    refused_window: WindowForm | None = None,
    tried: bool = False,
    status: int = 422,
) -> HttpResponse:
    """Show the composer again with all that was typed in any of its forms, and what to do about it."""
    fresh, data = InterviewRequest.objects.get(pk=asked.pk), request.POST
    for name, value in form.values.items() if form else ():
        setattr(fresh, name, value)
    if form and "version" in data:
        fresh.version = version_of(request)
    window = refused_window or (_window(request) if is_filled(request.POST, _prefix(request)) else None)
    leaving = LeavingForm(data, zone=recipient_zone(asked)) if "leaves" in data else None
    sent = SentForm(data, zone=request.user.time_zone) if "channel" in data else None
    page = draft_page.context(
        fresh, timezone.now(), form=form, window_form=window, leaving=leaving, tried=tried, sent_form=sent
    )
    return show(request, COMPOSER, page, status=status)


words_kept = autosaved("Two versions of one text", forms=_posted, again=_composer)


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_kept
def save(request: Request, asked: InterviewRequest, form: RequestForm) -> HttpResponse:
    """Save what changed."""
    values = form.values | _leaving(request, asked)
    fresh = actions.save(asked, version=version_of(request), values=values)
    return saved(request, fresh, fresh, say="Saved. Come back whenever you like.")


def _leaving(request: Request, asked: InterviewRequest) -> dict[str, datetime | None]:
    """Keep the chosen time too, when the whole form was sent."""
    form = LeavingForm(request.POST, zone=recipient_zone(asked))
    return {"send_at": form.cleaned_data["send_at"]} if "leaves_time" in request.POST and form.is_valid() else {}


def _window(request: Request) -> WindowForm:
    """Return the form of the one time that was typed: of a new one, or of the one to change."""
    return WindowForm(request.POST, zone=request.user.time_zone, prefix=_prefix(request))


def _prefix(request: Request) -> str:
    change = request.POST.get("change", "")
    return "new" if whole_number(change) is None else f"w{change}"


@require_POST
@allow("interviews.edit", InterviewRequest)
def preview(request: Request, asked: InterviewRequest) -> HttpResponse:
    """The letter and the hints for what stands in the form now; nothing is saved."""
    form = RequestForm(request.POST, instance=asked)
    form.is_valid()  # what is invalid keeps its saved words
    for name, value in form.values.items():
        setattr(asked, name, value)
    leaving = LeavingForm(request.POST, zone=recipient_zone(asked))
    tried = "tried" in request.POST
    now = timezone.now()
    what_works.counted(now)  # while one types: the page itself waits for no figures
    page = draft_page.context(asked, now, leaving=leaving, tried=tried, is_swap=True)
    return show(request, f"{COMPOSER}#preview", page)


def words_first(act: View) -> View:
    """Save the words that came along with another button before it acts, so that nothing typed is lost.

    Where they cannot be saved they are shown again, with the reason, and the button does nothing.
    """

    @wraps(act)
    def view(request: Request, asked: InterviewRequest, form: RequestForm) -> HttpResponseBase:
        if form.fields:
            asked = actions.save(asked, version=version_of(request), values=form.values)
        return act(request, asked)

    return words_kept(view)


def _not_offered(request: Request, error: Refused, asked: InterviewRequest) -> HttpResponse:
    """Say why beside the time that was typed."""
    if isinstance(error, acts.Stale):
        return refused(request, error, asked)
    form = _window(request)
    form.add_error(None, str(error))
    return _composer(request, asked, refused_window=form)


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
@if_refused(_not_offered)
def times_change(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Add, change or remove one time; the words typed meanwhile are saved too."""
    remove, replacing = whole_number(request.POST.get("remove")), whole_number(request.POST.get("change"))
    if remove is not None:
        actions.withdraw_offer(asked, window=remove)
        return _to_times(request, asked)
    form = _window(request)
    if "week" in request.POST and not is_filled(request.POST, _prefix(request)):
        return after(request, "request_times_week", asked.pk)
    if not form.is_valid():
        return _composer(request, asked, refused_window=form)
    starts_at, ends_at, zone = form.window
    actions.offer(asked, starts_at=starts_at, ends_at=ends_at, zone=zone, now=timezone.now(), replacing=replacing)
    return after(request, "request_times_week", asked.pk) if "week" in request.POST else _to_times(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@back_to()
def times_week(request: Request, asked: InterviewRequest) -> HttpResponseBase:
    """Choose the times of a draft on a week."""
    if asked.status != RequestStatus.DRAFT or asked.alum is None:
        return after(request, asked)
    now = timezone.now()

    def save(windows: list[Window], note: str) -> HttpResponse:
        actions.offer_all(asked, windows=windows, now=now)
        return _to_times(request, asked)

    return week_page.answer(request, draft_page.week_frame(asked, now), save)


def _to_times(request: Request, asked: InterviewRequest) -> HttpResponse:
    return after(request, f"{asked.get_absolute_url()}#times")


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
def hint(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Answer a hint or a coach's comment: use the suggested words, keep one's own, or note who may be named."""
    closed, taken, undone = (whole_number(request.POST.get(name, "")) for name in ("close", "take", "undo"))
    if (about := whole_number(request.POST.get("thread", ""))) is not None:
        return after(request, f"{reverse('request_versions', args=[asked.pk])}#said-{about}")
    if closed is not None:
        place = reviews.close(asked, remark=closed)
    elif taken is not None:
        place = reviews.take_wording(asked, remark=taken, now=timezone.now())
    elif undone is not None:
        place = reviews.undo_wording(asked, remark=undone)
    elif "begin" in request.POST:
        place = actions.begin(asked, now=timezone.now())
    else:
        place = _answer_hint(request.POST, asked, timezone.now())
    return after(request, f"{asked.get_absolute_url()}#part-{place}" if place in (*PARTS, "goals") else asked)


def _answer_hint(data: QueryDict, asked: InterviewRequest, now: datetime) -> str:
    """Do what a hint offers. Returns the part that it is about."""
    hints = {hint.key: hint for hint in checks.hints(checks.read(asked, now))}
    allow, keep = whole_number(data.get("allow")), data.get("keep", "")
    if allow is not None:
        actions.allow_name(asked, referrer=allow, now=now)
        return "connection"
    if keep in hints:
        actions.keep_mine(asked, key=keep)
        return hints[keep].part
    hint = hints.get(data.get("use", ""))
    if hint is None or not hint.suggestion or not hint.sentence:
        raise acts.Stale("You already changed this sentence.")
    actions.use_sentence(asked, part=hint.part, sentence=hint.sentence, suggestion=hint.suggestion)
    return hint.part


# --- sending ----------------------------------------------------------------------------------------------------------


def _not_sent(request: Request, error: Refused, asked: InterviewRequest) -> HttpResponse:
    """Say why above all that was typed; what is no draft any more is shown as it became."""
    if isinstance(error, asking.Incomplete):
        return _composer(request, asked, tried=True)
    if InterviewRequest.objects.get(pk=asked.pk).status != RequestStatus.DRAFT:
        return refused(request, error, asked)
    messages.error(request, str(error))
    return _composer(request, asked, status=error.status)


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
@if_refused(_not_sent)
def send(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Send it, or hand it to the coach first."""
    leaving = LeavingForm(request.POST, zone=recipient_zone(asked))
    if not leaving.is_valid():
        return _composer(request, asked)
    send_at = leaving.cleaned_data["send_at"]
    return after(request, actions.press_send(asked, by=request.user, now=timezone.now(), send_at=send_at))


@require_POST
@allow("interviews.edit", InterviewRequest)
@words_first
@if_refused(_not_sent)
def mark_sent(request: Request, asked: InterviewRequest) -> HttpResponse:
    """“I sent it”, for somebody outside the directory."""
    form = SentForm(request.POST, zone=request.user.time_zone)
    if not form.is_valid():
        return _composer(request, asked)
    channel, sent_at = form.cleaned_data["channel"], form.cleaned_data["sent_at"]
    sent = actions.mark_sent(asked, by=request.user, now=timezone.now(), channel=channel, sent_at=sent_at)
    return after(request, sent, say=f"Saved. You asked {sent.contact.first_name}.")


@require_POST
@allow("interviews.edit", InterviewRequest)
@back_to()
def take_back(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Back to the draft, from the five minutes or from the coach."""
    act = reviews.reclaim if asked.status == RequestStatus.IN_REVIEW else actions.take_back
    act(asked, by=request.user, now=timezone.now())
    sent = "Nothing was sent." if asked.alum else "It doesn’t count as asked."
    return after(request, asked, say=f"Your request is a draft again. {sent}")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@back_to()
def withdraw(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Ask once, then withdraw."""
    first = asked.contact.first_name
    if request.method != "POST":
        question = {
            "question": f"Withdraw your request to {first}?",
            "text": _what_withdrawing_does(asked, timezone.now()),
            "action": "Withdraw request",
            "back": asked.get_absolute_url(),
            "keep": "Keep it",
        }
        return show(request, "components/confirm.html", question)
    actions.withdraw(asked, by=request.user, now=timezone.now())
    return after(request, asked, say="Request withdrawn.")


def _what_withdrawing_does(asked: InterviewRequest, now: datetime) -> str:
    """Say who hears of it: nobody who has not read it, and nobody to whom Rapport does not write."""
    first = asked.contact.first_name
    if asked.status == RequestStatus.IN_REVIEW:
        return f"It wasn’t sent, so {first} won’t know about it. Your coach doesn’t need to review it."
    if asked.alum is None:
        return f"Rapport does not email {first}. If {first} may still reply, tell {first} yourself."
    if asked.leaves_at and now < asked.leaves_at:
        return f"It wasn’t sent, so {first} won’t know about it."
    return f"We’ll tell {first} that there’s nothing to do. It still counts as asked."


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", InterviewRequest)
@back_to()
def discard(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Ask once, then throw a draft away."""
    contact = asked.contact
    if request.method != "POST":
        question = {
            "question": f"Delete your draft to {contact.name}?",
            "text": "It was not sent to anyone. You can’t get the text back.",
            "action": "Delete draft",
            "back": asked.get_absolute_url(),
            "keep": "Keep it",
        }
        return show(request, "components/confirm.html", question)
    actions.discard(asked)
    return after(request, asked.alum or contact, say="Draft deleted.")


# --- the alum answered ------------------------------------------------------------------------------------------------
