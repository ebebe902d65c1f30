"""The page with a week on it: a student offers times for a draft, an alum counters, either asks to move.

It knows what lies in the week already and what a form of it says; which half hours there are is week.py's. Whoever
opens a page says what stands around the week (`Frame`), and what to do with the times in the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.clock.local_times import hours_between
from apps.clock.two_clocks import spoken_hours
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.lifecycle.models import Interview, InterviewRequest, ParticipantTime, TimeWindow
from apps.interviews.lifecycle.moves import UNDER_WAY, RequestStatus
from apps.interviews.scheduling import usual, week
from apps.interviews.scheduling.forms import Window, WindowForm, is_filled
from apps.interviews.scheduling.week import Block, Sides, Span, Week
from apps.interviews.scheduling.windows import MOST_WINDOWS, check_window
from apps.web.answers import HtmxRequest, Refused, show
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
    offered: Sequence[Span] = ()
    distance: str = ""
    usual_says: str = ""  # the alum's own words, with who said them
    key_usual: str = ""  # what the tint means
    key_busy: str = ""
    note_label: str = ""  # without one there is no room for a line
    needs_note: bool = False
    section: str = ""
    is_by_link: bool = False


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
    refusal: str
    most: int
    is_swap: bool
    section: str


@dataclass(frozen=True)
class _Choice:
    """What a form of the page says."""

    spans: list[Span]
    first: date
    is_whole: bool
    day: int | None


type Save = Callable[[list[Window], str], HttpResponseBase]


def answer(request: HtmxRequest, frame: Frame, save: Save) -> HttpResponseBase:
    """Show a week, take up what is typed, take out what is removed, or give the times to `save`."""
    now = timezone.now()
    data = request.POST if request.method == "POST" else request.GET
    choice = _choice(data, frame, now, is_sent=request.method == "POST")
    typed, note = _typed(data, frame), NoteForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, frame, choice, now, typed, note)
    if typed.is_bound and not request.htmx:
        if not typed.is_valid():
            return _show(request, frame, choice, now, typed, note, status=422)
        starts_at, ends_at, _ = typed.window
        choice = replace(choice, spans=week.joined([*choice.spans, Span(starts_at, ends_at)]))
        typed = _typed(QueryDict(), frame)
    if "offer" not in request.POST:
        return _show(request, frame, choice, now, typed, note)
    refusal = _refusal(choice.spans, frame, now)
    if refusal or not note.is_valid():
        return _show(request, frame, choice, now, typed, note, refusal=refusal, status=422)
    zone = frame.sides.zone
    try:
        return save([(span.starts_at, span.ends_at, zone) for span in choice.spans], note.cleaned_data["note"])
    except Stale:
        raise
    except Refused as error:
        return _show(request, frame, choice, now, typed, note, refusal=str(error), status=error.status)


def _typed(data: QueryDict, frame: Frame) -> WindowForm:
    return WindowForm(data if is_filled(data, TYPED) else None, zone=frame.sides.zone, prefix=TYPED)


def _choice(data: QueryDict, frame: Frame, now: datetime, *, is_sent: bool) -> _Choice:
    spans = _spans(data) if is_sent else week.joined(frame.offered)
    shown, wish = data.get("shown", ""), data.get("week", "")
    return _Choice(
        spans=[span for span in spans if span.value != data.get("remove")],
        first=week.shown_week(wish or shown, now, frame.sides.zone),
        is_whole=data.get("all", data.get("every")) == "1",
        day=whole_number(data.get("day")) if wish in ("", shown) else None,
    )


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
            refusal=_why_not(span, spans[:number], frame.minutes, now),
        )
        for number, span in enumerate(spans)
    ]


def _why_not(span: Span, others: Sequence[Span], minutes: int, now: datetime) -> str:
    try:
        check_window(span.starts_at, span.ends_at, others, minutes=minutes, now=now)
    except Refused as error:
        return str(error)
    return ""


def _show(
    request: HtmxRequest,
    frame: Frame,
    choice: _Choice,
    now: datetime,
    typed: WindowForm,
    note: NoteForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    page = WeekPage(
        frame=frame,
        week=week.week_of(
            choice.first,
            frame.sides,
            chosen=choice.spans,
            blocks=frame.blocks,
            now=now,
            is_whole=choice.is_whole,
            shown_day=choice.day,
        ),
        picked=_picked(choice.spans, frame, now),
        typed=typed,
        note=note,
        refusal=refusal,
        most=MOST_WINDOWS,
        is_swap=bool(request.htmx),
        section=frame.section,
    )
    return show(request, TEMPLATE, page, swap="picked", status=status)


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


def apart(sides: Sides, at: datetime) -> str:
    """Dublin is 6 hours ahead of you."""
    hours, city = hours_between(sides.zone, sides.other_zone, at), times.city(sides.other_zone)
    if not hours:
        return f"{city} keeps the same time as you."
    return f"{city} is {spoken_hours(abs(hours))} {'ahead of' if hours > 0 else 'behind'} you."


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


def of_alum(alum_id: int | None, student: User, now: datetime, *, but: InterviewRequest | None) -> list[Block]:
    """Return when the alum has a conversation, and when the student is busy: that, and nothing more."""
    own = [Block(span, "talk", "Conversation", "you have a conversation") for _, span in _taken(alum_id, now, but)]
    name = student.first_name
    return [*own, *(Block(span, "busy", "Busy", f"{name} is busy") for _, span in _taken(student.pk, now, but))]


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
