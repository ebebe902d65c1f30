"""The student's conversations: all of them, one of them, and what can be done with one that is set (R2, R215)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock import times
from apps.clock.regions import spelled
from apps.clock.two_clocks import apart
from apps.interviews.lifecycle.models import Interview, TimeWindow
from apps.interviews.lifecycle.moves import INTERVIEW_MOVES, InterviewStatus, Side, open_moves
from apps.interviews.scheduling import actions, slots, week_page
from apps.interviews.scheduling.forms import ArrangeForm, Window, WindowsForm
from apps.interviews.scheduling.slots import Slot
from apps.interviews.scheduling.week import Span
from apps.interviews.scheduling.week_page import Frame
from apps.network.models import Contact
from apps.policy.models import Policy
from apps.web.answers import Refused, after, back_to, if_refused, invalid, refused, show
from apps.web.fields import NoteForm
from apps.wording.pronouns import Pronouns, pronouns_of

PAGE, MOVE = "interviews/conversations/conversation.html", "interviews/scheduling/interview_move.html"
CANCEL = "interviews/scheduling/interview_cancel.html"


@dataclass(frozen=True)
class Wish:
    """What was typed about another time: words, and the times to offer or the time that was agreed."""

    note: NoteForm
    windows: WindowsForm | None = None
    arrange: ArrangeForm | None = None

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in (self.note, self.windows, self.arrange) if form is not None)


def _wish(request: Request, interview: Interview) -> Wish:
    note, zone = NoteForm(request.POST), request.user.time_zone
    if request.POST.get("slot") or request.POST.get("keep"):
        return Wish(note)
    if interview.alum_id is None:
        return Wish(note, arrange=_retime_form(request.POST, interview, zone))
    return Wish(note, windows=WindowsForm(request.POST, zone=zone))


def _retime_form(data: QueryDict, interview: Interview, zone: str) -> ArrangeForm:
    data = data.copy()
    data.setdefault("format", interview.format)
    return ArrangeForm(data, zone=zone, ahead=True)


def _not_moved(request: Request, error: Refused, interview: Interview) -> HttpResponse:
    """Say why above all that was typed."""
    messages.error(request, str(error))
    interview.refresh_from_db()
    page = _move_page(interview, timezone.now(), request.user.time_zone, _wish(request, interview))
    return show(request, MOVE, page, status=error.status)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
@if_refused(_not_moved)
def move(request: Request, interview: Interview) -> HttpResponse:
    """Take one of the alum's other times, offer some, or type in what was agreed anew."""
    now, zone = timezone.now(), request.user.time_zone
    if request.method != "POST":
        return show(request, MOVE, _move_page(interview, now, zone))
    wish = _wish(request, interview)
    if not wish.is_valid():
        return invalid(request, MOVE, _move_page(interview, now, zone, wish))
    return after(request, interview, say=_move(request, interview, wish, now))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
@back_to()
def move_week(request: Request, interview: Interview) -> HttpResponseBase:
    """Offer the alum other times, chosen on a week."""
    now = timezone.now()
    frame = _week_frame(interview, now)
    if frame is None:
        return after(request, "interview_move", interview.pk)

    def save(windows: list[Window], note: str) -> HttpResponse:
        actions.propose(interview, windows=windows, actor="student", note=note, by=request.user, now=now)
        return after(request, interview, say=_asked(interview))

    return week_page.answer(request, frame, save)


def _asked(interview: Interview) -> str:
    first = interview.contact.first_name
    holds = f" Your current time stays until {first} chooses." if interview.status == InterviewStatus.SCHEDULED else ""
    return f"We’ve asked {first}.{holds}"


def _week_frame(interview: Interview, now: datetime) -> Frame | None:
    """Return what stands around the week of a move, or None where nothing can be offered."""
    can_move = open_moves(INTERVIEW_MOVES, interview.status, "student") & {"reschedule", "set_again"}
    if not can_move or interview.alum_id is None or not actions.moves_left(interview, actor="student"):
        return None
    contact, student, is_set = interview.contact, interview.student, interview.status == InterviewStatus.SCHEDULED
    first, alum, zone = contact.first_name, interview.alum, student.time_zone
    sides = week_page.with_alum(zone, first, alum, interview.alum_zone, pronouns_of(contact.pronouns).possessive)
    stays = f"The time you agreed on stays until {first} picks another." if is_set else f"{first} picks one of them."
    return Frame(
        heading=f"Another time with {first}",
        lead=f"Offer one or more times. {stays}",
        back=reverse("interview_move", args=[interview.pk]),
        back_says="Back",
        button=f"Ask {first} to move" if is_set else f"Ask {first}",
        sides=sides,
        minutes=interview.minutes,
        blocks=[
            *week_page.of_student(student, now, but=interview.request),
            *([week_page.as_agreed(interview)] if is_set else []),
            *week_page.as_offered(_alum_offers(interview, now), first),
        ],
        pattern=week_page.own_pattern(student),
        about=interview,
        offered=week_page.spans_of(interview.proposals.filter(offered_by="student", ends_at__gt=now)),
        has_busy_times=True,
        distance=apart(sides.zone, sides.other_zone, now),
        usual_says=week_page.quoted(first, alum),
        key_usual=f"{first}’s usual times",
        key_busy="Busy, or as agreed" if is_set else "You’re busy",
        key_offered=f"{first} offered",
        note_label="Why, in one line",
        needs_note=Policy.now().move_reason and is_set,
        section="conversations",
    )


def _alum_offers(interview: Interview, now: datetime) -> list[Span]:
    return [Span(slot.starts_at, slot.ends_at) for slot in actions.move_slots(interview, actor="student", now=now)]


def _move(request: Request, interview: Interview, wish: Wish, now: datetime) -> str:
    """Do what was wished. Returns what to say of it."""
    note, by, first = wish.note.cleaned_data["note"], request.user, interview.contact.first_name
    if wish.arrange:
        starts_at = wish.arrange.cleaned_data["starts_at"]
        actions.retime(interview, starts_at=starts_at, note=note, by=by, now=now)
        return "Your new time is saved."
    if wish.windows:
        actions.propose(interview, windows=wish.windows.windows, actor="student", note=note, by=by, now=now)
        return _asked(interview)
    if request.POST.get("keep"):
        actions.keep(interview, actor="student", note=note, by=by, now=now)
        return f"No change to the time. We’ll tell {first}."
    actions.reschedule(interview, slot=request.POST["slot"], actor="student", note=note, by=by, now=now)
    return "Rescheduled. You’ll both get an updated calendar invitation."


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """The page on which another time is found."""

    interview: Interview
    contact: Contact
    now: datetime
    moves: set[str]
    days: list[tuple[date, list[Slot]]]
    reason: str  # why the alum asks
    left: int
    needs_reason: bool
    is_asked: bool
    asked_for: QuerySet[TimeWindow]
    note: NoteForm
    windows: WindowsForm
    arrange: ArrangeForm
    section: str = "conversations"


def _move_page(interview: Interview, now: datetime, zone: str, wish: Wish | None = None) -> MovePage:
    offered = actions.move_slots(interview, actor="student", now=now)
    return MovePage(
        interview=interview,
        contact=interview.contact,
        now=now,
        moves=open_moves(INTERVIEW_MOVES, interview.status, "student"),
        days=slots.by_day(slots.beside(offered, interview.student, now, but=interview), zone),
        reason=actions.reason_of(interview, "alum"),
        left=actions.moves_left(interview, actor="student"),
        needs_reason=Policy.now().move_reason and interview.status == InterviewStatus.SCHEDULED,
        is_asked=interview.proposals.exists(),
        asked_for=interview.proposals.filter(offered_by="student").order_by("starts_at", "pk"),
        note=wish.note if wish else NoteForm(),
        windows=(wish and wish.windows) or WindowsForm(zone=zone),
        arrange=(wish and wish.arrange) or ArrangeForm(zone=zone, initial={"format": interview.format}),
    )


def _not_cancelled(request: Request, error: Refused, interview: Interview) -> HttpResponse:
    interview.refresh_from_db()
    if interview.status == InterviewStatus.CANCELLED:  # pressed twice, or the other was faster
        return refused(request, error, interview)
    messages.error(request, str(error))
    page = _cancel_page(interview, NoteForm(request.POST), is_refused=True)
    return show(request, CANCEL, page, status=error.status)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("interviews.edit", Interview)
@if_refused(_not_cancelled)
def cancel(request: Request, interview: Interview) -> HttpResponse:
    """Ask once, with room for a line, then call it off."""
    note = NoteForm(request.POST if request.method == "POST" else None)
    if not note.is_bound:
        return show(request, CANCEL, _cancel_page(interview, note))
    if not note.is_valid():
        return invalid(request, CANCEL, _cancel_page(interview, note))
    is_theirs = interview.alum_id is None and request.POST.get("who") == "them"
    actor: Side = "alum" if is_theirs else "student"
    actions.cancel(interview, actor=actor, by=request.user, now=timezone.now(), note=note.cleaned_data["note"])
    return after(request, interview, say=_called_off(interview, is_theirs))


@dataclass(frozen=True, kw_only=True)
class CancelPage:
    """The page that asks before it is called off. `words` are for the student to send, outside the directory."""

    interview: Interview
    contact: Contact
    pronouns: Pronouns
    words: str
    note: NoteForm
    is_refused: bool = False
    section: str = "conversations"


def _cancel_page(interview: Interview, note: NoteForm, *, is_refused: bool = False) -> CancelPage:
    contact, student = interview.contact, interview.student
    when = times.plain(times.when(interview.starts_at, None, interview.student_zone))
    words = (
        f"Dear {contact.first_name},\n\nI’m sorry, but I can’t make our conversation on {when}. "
        f"If you’re still willing, I’d be glad to find a later time.\n\nWith thanks,\n{student.first_name}"
    )
    return CancelPage(
        interview=interview,
        contact=contact,
        pronouns=pronouns_of(contact.pronouns),
        words=words,
        note=note,
        is_refused=is_refused,
    )


def _called_off(interview: Interview, is_theirs: bool) -> str:
    if interview.alum_id:
        return f"{spelled('Canceled')}. We’ll tell {interview.contact.first_name} and update both calendars."
    if is_theirs:
        return "Saved. It’s no longer in your calendar."
    return f"It’s no longer in your calendar. Tell {interview.contact.first_name} yourself if you haven’t yet."
