"""The page with a week on it: a student offers times for a draft, an alum counters, either asks to move.

It knows what lies in the week already and what a form of it says; which half hours there are is week.py's. Whoever
opens a page says what stands around the week (`Frame`), and what to do with the times in the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.lifecycle.models import Interview, InterviewRequest, ParticipantTime, TimeWindow
from apps.interviews.lifecycle.moves import UNDER_WAY, RequestStatus, Side
from apps.interviews.scheduling import busy, choosing, usual, week
from apps.interviews.scheduling.choosing import About
from apps.interviews.scheduling.forms import Window, WindowForm, WindowsForm, is_filled
from apps.interviews.scheduling.models import ChosenTimes
from apps.interviews.scheduling.week import Block, Pattern, Sides, Span, Week
from apps.interviews.scheduling.windows import MOST_WINDOWS, check_window
from apps.policy.working_days import days_off
from apps.web.answers import HtmxRequest, Refused, after, show
from apps.web.autosave import Conflict, Difference, both, is_script, saved, version_of
from apps.web.fields import NoteForm
from apps.web.gate import whole_number

TEMPLATE = "interviews/scheduling/week_page.html"
TYPED = "new"
MOST_READ = 1000  # boxes of one form


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around a week."""

    heading: str
    lead: str
    back: str
    back_says: str
    button: str
    sides: Sides
    minutes: int
    blocks: Sequence[Block]
    pattern: Pattern | None = None  # when the student is busy every week
    about: About | None = None  # for what the times are: without it nothing is kept while they are chosen
    side: Side = "student"  # who chooses
    offered: Sequence[Span] = ()
    most: int = MOST_WINDOWS
    distance: str = ""
    usual_says: str = ""  # the alum's own words, with who said them
    key_usual: str = ""  # what the tint means
    key_busy: str = ""
    key_offered: str = ""
    free_says: str = ""  # what an alum reads where the student lets them see the free hours
    note_label: str = ""  # without one there is no room for a line
    needs_note: bool = False
    section: str = ""
    is_by_link: bool = False
    has_busy_times: bool = False  # whether a student's way to their weekly pattern stands here


@dataclass(frozen=True)
class Picked:
    """One time that is chosen, on both clocks, and why it cannot be offered."""

    span: Span
    there: str
    is_usual: bool
    refusal: str


@dataclass(frozen=True, kw_only=True)
class WeekPage:
    """The week with all that is chosen, whichever week it was chosen in."""

    frame: Frame
    week: Week
    picked: list[Picked]
    typed: WindowForm
    note: NoteForm
    version: int
    is_kept: bool  # what is chosen is saved as it is chosen
    refusal: str
    is_swap: bool
    section: str


@dataclass(frozen=True)
class _Choice:
    """What a form of the page says."""

    spans: list[Span]
    first: date
    is_whole: bool
    day: int | None
    off: frozenset[date]


type Save = Callable[[list[Window], str], HttpResponseBase]


def answer(request: HtmxRequest, frame: Frame, save: Save) -> HttpResponseBase:
    """Show a week, take up what is typed, take out what is removed, or give the times to `save`.

    What is chosen is kept with each post, also of the script (static/js/autosave.js); a week in another window that
    would write over something newer is shown both.
    """
    now, is_sent = timezone.now(), request.method == "POST"
    kept = choosing.kept(frame.about, frame.side) if frame.about else None
    data: QueryDict = request.POST if is_sent else request.GET
    if is_sent and "bring" in data:
        data = _brought(data, frame, kept)
    choice = _choice(data, frame, kept, now, is_sent=is_sent)
    note = NoteForm(data if is_sent else None, initial={"note": kept.note if kept else ""})
    desk = _Desk(request, frame, choice, now, _typed(data, frame), note, kept)
    if not is_sent:
        return _show(desk)
    if is_script(request) and not note.is_valid():
        return HttpResponse(status=422)
    if desk.typed.is_bound and not request.htmx and not is_script(request):
        if not desk.typed.is_valid():
            return _show(desk, status=422)
        starts_at, ends_at, _ = desk.typed.window
        choice = replace(choice, spans=week.joined([*choice.spans, Span(starts_at, ends_at)]))
        desk = replace(desk, choice=choice, typed=_typed(QueryDict(), frame))
    if frame.about and kept and note.is_valid() and not request.htmx:
        try:
            desk = replace(desk, kept=_keep(desk, frame.about))
        except Conflict as conflict:
            return _both(desk, conflict)
    if is_script(request) and desk.kept:
        return saved(request, desk.kept, request.get_full_path())
    if "busy" in request.POST and frame.has_busy_times:
        return after(request, f"{reverse('busy_week')}?{urlencode({'back': request.get_full_path()})}")
    return _offer(desk, save) if "offer" in request.POST else _show(desk)


@dataclass(frozen=True)
class _Desk:
    """A week as somebody works on it."""

    request: HtmxRequest
    frame: Frame
    choice: _Choice
    now: datetime
    typed: WindowForm
    note: NoteForm
    kept: ChosenTimes | None


def _keep(desk: _Desk, about: About) -> ChosenTimes:
    data, frame = desk.request.POST, desk.frame
    is_chosen = bool(data.keys() & {"slot", "span", "remove"}) or not is_script(desk.request)
    return choosing.keep(
        about,
        frame.side,
        version=desk.kept.version if desk.kept and "bring" in data else version_of(desk.request),
        offered=frame.offered,
        spans=desk.choice.spans if is_chosen else None,
        note=desk.note.cleaned_data["note"] if "note" in data else None,
    )


def _both(desk: _Desk, conflict: Conflict) -> HttpResponse:
    newer, zone = conflict.newer, desk.frame.sides.zone
    spans = week.joined(week.typed_spans(newer.get("spans") or ()))
    found = [
        Difference("Times", _in_words(spans, zone), _in_words(desk.choice.spans, zone)),
        Difference(desk.frame.note_label or "Message", newer.get("note", ""), desk.note.cleaned_data["note"]),
    ]
    different = [each for each in found if each.saved != each.typed]
    return both(desk.request, "Two choices of times", conflict, different, desk.request.get_full_path())


def _in_words(spans: Iterable[Span], zone: str) -> str:
    return "\n".join(times.when(span.starts_at, span.ends_at, zone) for span in spans)


def _offer(desk: _Desk, save: Save) -> HttpResponseBase:
    frame, spans = desk.frame, desk.choice.spans
    refusal = _refusal(spans, frame, desk.now)
    if refusal or not desk.note.is_valid():
        return _show(desk, refusal=refusal, status=422)
    windows = [(span.starts_at, span.ends_at, frame.sides.zone) for span in spans]
    try:
        response = save(windows, desk.note.cleaned_data["note"])
    except Stale:
        raise
    except Refused as error:
        return _show(desk, refusal=str(error), status=error.status)
    if frame.about:
        choosing.offered(frame.about, frame.side)
    return response


def _brought(data: QueryDict, frame: Frame, kept: ChosenTimes | None) -> QueryDict:
    """Return the form of a page that leads here, with the times typed on it beside those chosen before."""
    chosen = (choosing.spans_of(kept) if kept else None) or week.joined(frame.offered)
    form = WindowsForm(data, zone=frame.sides.zone)
    typed = [Span(row.window[0], row.window[1]) for row in form.rows if row.is_bound and row.is_valid()]
    data = data.copy()
    data.setlist("span", [span.value for span in week.joined([*chosen, *typed])])
    if kept and not data.get("note"):
        data["note"] = kept.note
    return data


def _typed(data: QueryDict, frame: Frame) -> WindowForm:
    return WindowForm(data if is_filled(data, TYPED) else None, zone=frame.sides.zone, prefix=TYPED)


def _choice(data: QueryDict, frame: Frame, kept: ChosenTimes | None, now: datetime, *, is_sent: bool) -> _Choice:
    chosen = choosing.spans_of(kept) if kept else None
    spans = _spans(data) if is_sent else week.joined(frame.offered) if chosen is None else chosen
    shown, wish = data.get("shown", ""), data.get("week", "")
    off = days_off(times.local_date(now, frame.sides.zone))
    return _Choice(
        spans=[span for span in spans if span.value != data.get("remove")],
        first=week.shown_week(wish or shown or _of_the_chosen(spans, frame, now), now, frame.sides.zone, off),
        is_whole=data.get("all", data.get("every")) == "1",
        day=_day(data) if wish in ("", shown) else None,
        off=off,
    )


def _of_the_chosen(spans: Iterable[Span], frame: Frame, now: datetime) -> str:
    """Return the day of the first chosen time to come, as a wish: who comes back sees what they chose."""
    return min(
        (str(times.local_date(span.starts_at, frame.sides.zone)) for span in spans if span.ends_at > now), default=""
    )


def _day(data: QueryDict) -> int | None:
    day = whole_number(data.get("day"))
    return day if day in range(1, 8) else None


def _spans(data: QueryDict) -> list[Span]:
    boxes = week.half_hours(data.getlist("slot")[:MOST_READ])
    return week.joined([*boxes, *week.typed_spans(data.getlist("span")[:MOST_READ])])


def _refusal(spans: Sequence[Span], frame: Frame, now: datetime) -> str:
    if not spans:
        return "Choose at least one time first."
    refusals = [picked.refusal for picked in _picked(spans, frame, now) if picked.refusal]
    return f"Check your times. {refusals[0]}" if refusals else ""


def _picked(spans: Sequence[Span], frame: Frame, now: datetime) -> list[Picked]:
    return [
        Picked(
            span=span,
            there=week.in_words(span, frame.sides),
            is_usual=week.is_usual(span, frame.sides),
            refusal=_why_not(span, spans[:number], frame, now),
        )
        for number, span in enumerate(spans)
    ]


def _why_not(span: Span, others: Sequence[Span], frame: Frame, now: datetime) -> str:
    try:
        check_window(span.starts_at, span.ends_at, others, minutes=frame.minutes, now=now, most=frame.most)
    except Refused as error:
        return str(error)
    return ""


def _show(desk: _Desk, *, refusal: str = "", status: int = 200) -> HttpResponse:
    frame, choice = desk.frame, desk.choice
    page = WeekPage(
        frame=frame,
        week=week.week_of(
            choice.first,
            frame.sides,
            chosen=choice.spans,
            blocks=frame.blocks,
            pattern=frame.pattern,
            off=choice.off,
            now=desk.now,
            is_whole=choice.is_whole,
            shown_day=choice.day,
        ),
        picked=_picked(choice.spans, frame, desk.now),
        typed=desk.typed,
        note=desk.note,
        version=desk.kept.version if desk.kept else 0,
        is_kept=desk.kept is not None,
        refusal=refusal,
        is_swap=bool(desk.request.htmx),
        section=frame.section,
    )
    return show(desk.request, TEMPLATE, page, swap="picked", status=status)


# --- what is known of the two -----------------------------------------------------------------------------------------


def with_alum(zone: str, contact_name: str, alum: AlumniProfile | None, other_zone: str, possessive: str) -> Sides:
    """Return the sides of a week that a student opens."""
    return Sides(
        zone=zone,
        other_zone=other_zone,
        other=contact_name,
        usual_zone=alum.time_zone if alum else "",
        usual_hours=usual.hours_of(alum.usual_times) if alum else (),
        usual_words=f"one of {possessive} usual times",
    )


def with_student(zone: str, student: User, alum: AlumniProfile | None) -> Sides:
    """Return the sides of a week that an alum opens."""
    return Sides(
        zone=zone,
        other_zone=student.time_zone,
        other=student.first_name,
        usual_zone=alum.time_zone if alum else "",
        usual_hours=usual.hours_of(alum.usual_times) if alum else (),
        usual_words="one of your usual times",
    )


def quoted(name: str, alum: AlumniProfile | None) -> str:
    """Return what an alum has written of the times that suit them."""
    return f"{name} wrote about good times: “{alum.usual_times}”" if alum and alum.usual_times else ""


def spans_of(windows: Iterable[TimeWindow]) -> list[Span]:
    return [Span(window.starts_at, window.ends_at) for window in windows]


def of_student(student: User, now: datetime, *, but: InterviewRequest | None = None) -> list[Block]:
    """Return a student's conversations, and what they have offered to others."""
    talks = [
        Block(span, "talk", taken.interview.contact.first_name, f"you talk with {taken.interview.contact.first_name}")
        for taken, span in _taken(student.pk, now, but)
    ]
    return [*talks, *_held(student, now, but)]


def of_alum(
    alum_id: int | None, student: User, now: datetime, *, shows_free: bool, but: InterviewRequest | None
) -> list[Block]:
    """Return when the alum has a conversation; and when the student is busy, only where they chose to show it."""
    own = [Block(span, "talk", "You talk", "you have a conversation") for _, span in _taken(alum_id, now, but)]
    if not shows_free:
        return own
    name = student.first_name
    return [*own, *(Block(span, "busy", BUSY, f"{name} is busy") for _, span in _taken(student.pk, now, but))]


BUSY = "Busy"  # of a lesson as of a conversation: an alum cannot tell which


def own_pattern(student: User) -> Pattern:
    """Return when a student is busy every week, as they see it."""
    return busy.pattern(student, BUSY, "you’re busy")


def as_offered(spans: Iterable[Span], name: str) -> list[Block]:
    """Return what the other side offers already; it can be chosen."""
    return [Block(span, "offered", "Offered", f"{name} offered this") for span in week.joined(spans)]


def as_agreed(interview: Interview) -> Block:
    """Return the time that holds until another is chosen."""
    return Block(Span(interview.starts_at, interview.ends_at), "busy", "As agreed", "the time you agreed on")


def _taken(person: int | None, now: datetime, but: InterviewRequest | None) -> list[tuple[ParticipantTime, Span]]:
    rows = ParticipantTime.objects.filter(person=person, during__endswith__gt=now).order_by("pk")
    if but is not None:
        rows = rows.exclude(interview__request=but)
    spans = ((row, row.during.lower, row.during.upper) for row in rows.select_related("interview__contact"))
    return [(row, Span(lower, upper)) for row, lower, upper in spans if lower and upper]


def _held(student: User, now: datetime, but: InterviewRequest | None) -> list[Block]:
    """Return what a student has offered to others who can still say yes."""
    asked = [status for status in UNDER_WAY if status != RequestStatus.DRAFT]
    windows: QuerySet[TimeWindow] = TimeWindow.objects.filter(
        request__student=student, request__status__in=asked, offered_by="student", ends_at__gt=now
    )
    if but is not None:
        windows = windows.exclude(request=but)
    found = windows.select_related("request__contact").order_by("starts_at", "pk")
    return [_block_of(window, window.request) for window in found if window.request]


def _block_of(window: TimeWindow, request: InterviewRequest) -> Block:
    name = request.contact.first_name
    return Block(Span(window.starts_at, window.ends_at), "held", f"For {name}", f"offered to {name}")
