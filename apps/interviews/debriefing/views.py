"""After the talk: say whether it took place, write down what was learned, finish it (R95 to R101)."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock import times
from apps.interviews.debriefing import actions, forms, page, paper
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.autosave import Posted, autosaved, saved, version_of
from apps.web.gate import whole_number

PAGE = "interviews/debriefing/debrief.html"


@require_safe
@allow("interviews.edit", Interview)
def debrief(request: Request, interview: Interview) -> HttpResponse:
    return show(request, PAGE, page.context(interview, timezone.now()))


@require_POST
@allow("interviews.edit", Interview)
@back_to("debrief")
def happened(request: Request, interview: Interview) -> HttpResponse:
    """Did it take place? Yes opens the debrief; no ends it there."""
    act = actions.did_not_happen if request.POST.get("answer") == "no" else actions.took_place
    act(interview, by=request.user, now=timezone.now())
    return after(request, "debrief", interview.pk)


def _posted(request: Request, interview: Interview) -> list[Posted]:
    kept = forms.days_of(getattr(interview, "debrief", None) or Debrief(interview=interview))
    return forms.forms_of(request.POST, kept=kept, today=times.local_date(timezone.now(), interview.student.zone))


def _again(request: Request, interview: Interview, *filled: Posted) -> HttpResponse:
    return invalid(request, PAGE, page.context(interview, timezone.now(), wrong=filled))


words_kept = autosaved("Two versions of your reflection", forms=_posted, again=_again, to="debrief")


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def debrief_save(request: Request, interview: Interview, *filled: Posted) -> HttpResponse:
    """Save what changed, and open a line, put in a note or keep a photo where that was pressed."""
    add, note = request.POST.get("add", ""), request.POST.get("note", "")
    fresh = _save(request, interview, *filled, add=add)
    if (said := _photos(request, interview)) is not None:
        return after(request, f"/conversations/{interview.pk}/debrief/#paper", say=said)
    use = ""
    if (key := whole_number(note.partition(" ")[0])) is not None:
        fresh, use = actions.use_note(interview, note=key, use=note.partition(" ")[2])
    if not (add or note):
        return saved(request, fresh, "today", say="Saved. Finish it while you remember it.")
    part = {"person": "#refer", "step": "#steps"}.get(add) or (f"#note-{key}" if use else "#learned")
    return saved(request, fresh, f"/conversations/{interview.pk}/debrief/{part}")


def _photos(request: Request, interview: Interview) -> str | None:
    """Keep the photos that came along, take one out, or put it back. Returns what to say; None: it was none of it."""
    now, photos = timezone.now(), request.FILES.getlist("photo")
    if (out := whole_number(request.POST.get("photo_out"))) is not None:
        paper.take_out(interview, note=out, now=now)
        return "Photo deleted. You can undo this for a day."
    if (back := whole_number(request.POST.get("photo_back"))) is not None:
        paper.put_back(interview, note=back, now=now)
        return "Photo restored."
    if photos:
        paper.keep(interview, photos)
        return "Saved. Only you can see your photos."
    if request.POST.get("add") == "photo":
        raise Refused("Choose a photo first.")
    return None


def _save(request: Request, interview: Interview, *filled: Posted, add: str = "") -> Debrief:
    values = forms.values_of(filled)
    return actions.save_debrief(interview, version=version_of(request), values=values, add=add)


@require_POST
@allow("interviews.edit", Interview)
@words_kept
def debrief_finish(request: Request, interview: Interview, *filled: Posted) -> HttpResponseBase:
    """Save the last words, let them have their effect, and go on to the thank-you."""
    if filled:
        _save(request, interview, *filled)
    _photos(request, interview)
    actions.finish_debrief(interview, now=timezone.now())
    return after(request, "thank_you", interview.pk)
