"""The student's conversations: all of them, one of them, and what can be done with one that is set (R2, R215)."""

from django.contrib import messages
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import times
from apps.accounts.access import allow
from apps.interviews import actions, conversations_page, slots
from apps.interviews.forms import ArrangeForm, ImpactForm, NoteForm, PlaceForm, WindowsForm
from apps.interviews.lifecycle import INTERVIEW_MOVES, InterviewStatus, open_moves
from apps.interviews.models import Interview
from apps.interviews.said_of import words_for
from apps.policy.models import Policy
from apps.web import Refused, after, invalid, refused, show

PAGE, MOVE = "interviews/conversation.html", "interviews/interview_move.html"
CANCEL = "interviews/interview_cancel.html"


@require_safe
@allow("interviews.own")
def conversations(request):
    found = conversations_page.overview(request.user, timezone.now(), request.GET.get("page"))
    return show(request, "interviews/conversations.html", found)


@require_safe
@allow("interviews.edit", Interview)
def conversation(request, interview):
    return show(request, PAGE, conversations_page.page(interview, request.user, timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
def move(request, interview):
    """Take one of the alum's other times, offer some, or type in what was agreed anew."""
    now, zone = timezone.now(), request.user.time_zone
    if request.method != "POST":
        return show(request, MOVE, _context(interview, now, zone))
    typed = _typed(request, interview)
    if not all(form.is_valid() for form in typed.values()):
        return invalid(request, MOVE, _context(interview, now, zone, **typed))
    try:
        return _move(request, interview, now, **typed)
    except Refused as error:
        messages.error(request, str(error))
        interview.refresh_from_db()
        return show(request, MOVE, _context(interview, now, zone, **typed), status=error.status)


def _typed(request, interview):
    """Return the forms that were posted, by their names on the page."""
    note, zone = NoteForm(request.POST), request.user.time_zone
    if request.POST.get("slot") or request.POST.get("keep"):
        return {"note": note}
    if interview.alum_id is None:
        return {"note": note, "arrange": _retime_form(request.POST, interview, zone)}
    return {"note": note, "windows": WindowsForm(request.POST, zone=zone)}


def _move(request, interview, now, note, windows=None, arrange=None):
    said = {"note": note.cleaned_data["note"], "by": request.user, "now": now}
    if arrange:
        actions.retime(interview, starts_at=arrange.cleaned_data["starts_at"], **said)
        return after(request, interview, say="The new time is set.")
    if windows:
        actions.propose(interview, windows=windows.windows, actor="student", **said)
        holds = " Until then the old time holds." if interview.status == InterviewStatus.SCHEDULED else ""
        return after(request, interview, say=f"{interview.contact.first_name} is asked.{holds}")
    if request.POST.get("keep"):
        actions.keep(interview, actor="student", **said)
        return after(request, interview, say=f"The time stays as it was. {interview.contact.first_name} hears of it.")
    actions.reschedule(interview, slot=request.POST["slot"], actor="student", **said)
    return after(request, interview, say="The new time is set. Both calendars hear of it.")


def _retime_form(data, interview, zone):
    data = data.copy()
    data.setdefault("format", interview.format)
    return ArrangeForm(data, zone=zone, ahead=True)


def _context(interview, now, zone, note=None, windows=None, arrange=None):
    offered = actions.move_slots(interview, actor="student", now=now)
    return {
        "interview": interview,
        "contact": interview.contact,
        "now": now,
        "moves": open_moves(INTERVIEW_MOVES, interview.status, "student"),
        "days": slots.by_day(slots.beside(offered, interview.student, now, but=interview), zone),
        "left": actions.moves_left(interview, actor="student"),
        "needs_reason": Policy.now().move_reason and interview.status == InterviewStatus.SCHEDULED,
        "is_asked": interview.proposals.exists(),
        "asked_for": interview.proposals.filter(offered_by="student").order_by("starts_at", "pk"),
        "note": note or NoteForm(),
        "windows": windows or WindowsForm(zone=zone),
        "arrange": arrange or ArrangeForm(zone=zone, initial={"format": interview.format}),
        "section": "conversations",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
def cancel(request, interview):
    """Ask once, with room for a line, then call it off."""
    note = NoteForm(request.POST if request.method == "POST" else None)
    if not note.is_bound:
        return show(request, CANCEL, _cancelling(interview, note))
    if not note.is_valid():
        return invalid(request, CANCEL, _cancelling(interview, note))
    is_theirs = interview.alum_id is None and request.POST.get("who") == "them"
    actor = "alum" if is_theirs else "student"
    try:
        actions.cancel(interview, actor=actor, by=request.user, now=timezone.now(), note=note.cleaned_data["note"])
    except Refused as error:
        interview.refresh_from_db()
        if interview.status == InterviewStatus.CANCELLED:  # pressed twice, or the other was faster
            return refused(request, error, interview)
        messages.error(request, str(error))
        return show(request, CANCEL, _cancelling(interview, note) | {"is_refused": True}, status=error.status)
    return after(request, interview, say=_called_off(interview, is_theirs))


def _cancelling(interview, note):
    """Return what the page asks; to somebody outside the directory the student writes, so it holds words for that."""
    contact, student = interview.contact, interview.student
    when = times.when(interview.starts_at, None, interview.student_zone)
    words = (
        f"Dear {contact.first_name},\n\nI am sorry: I cannot keep our talk of {when}. If you are still willing, I "
        f"would be glad of any later time.\n\nWith thanks,\n{student.first_name}"
    )
    said = words_for(contact.pronouns)
    told = {"interview": interview, "contact": contact, "said": said, "words": words, "note": note}
    return told | {"section": "conversations"}


def _called_off(interview, is_theirs):
    if interview.alum_id:
        return "Called off. Both calendars hear of it."
    if is_theirs:
        return "Noted. It is out of your calendar."
    return f"It is out of your calendar. Tell {interview.contact.first_name} yourself, if you have not yet."


@require_POST
@allow("interviews.edit", Interview)
def place(request, interview):
    """The link, number or address, for both."""
    now, form = timezone.now(), PlaceForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, conversations_page.page(interview, request.user, now, place=form))
    try:
        actions.set_place(interview, **form.cleaned_data, by=request.user, now=now)
    except Refused as error:
        return refused(request, error, interview)
    knows = f"{interview.contact.first_name} knows where now." if interview.alum_id else "It is written down."
    return after(request, interview, say=knows)


@require_POST
@allow("interviews.edit", Interview)
def impact(request, interview):
    """What came of it, and whether the other may read it."""
    form = ImpactForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, conversations_page.page(interview, request.user, timezone.now(), impact=form))
    try:
        actions.note_impact(interview, **form.cleaned_data, now=timezone.now())
    except Refused as error:
        return refused(request, error, interview)
    first = interview.contact.first_name
    is_read = form.cleaned_data["body"] and form.cleaned_data["is_shared"] and interview.alum_id
    return after(request, interview, say=f"{first} can read it now." if is_read else "Kept. Only you see it.")
