"""The page on which a student marks when they are busy every week, and who may see what is left free (R68)."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.scheduling import busy
from apps.interviews.scheduling.busy import BusyTime
from apps.interviews.scheduling.models import BusyWeek
from apps.interviews.scheduling.week import Sides, Week
from apps.web import autosave
from apps.web.answers import after, show
from apps.web.autosave import Conflict, Difference
from apps.web.gate import whole_number

TEMPLATE = "interviews/scheduling/busy_week.html"
MOST_READ = 1000  # boxes of one form


@dataclass(frozen=True, kw_only=True)
class BusyPage:
    """A week that stands for every week, and the choice who sees it."""

    week: Week
    sides: Sides
    busy: list[BusyTime]
    shows_free: bool
    version: int
    back: str
    is_swap: bool
    section: str = "conversations"


@dataclass(frozen=True)
class _Marked:
    """What a form of the page says; None where it says nothing of it."""

    half_hours: list[int] | None
    shows_free: bool | None


def _marked(data: QueryDict) -> _Marked:
    return _Marked(
        half_hours=busy.half_hours_of(_names(data)) if "slot" in data else None,
        shows_free=bool(data["shows_free"]) if "shows_free" in data else None,
    )


def _names(data: QueryDict) -> list[str]:
    """Return the boxes that are chosen, without those of a span to remove."""
    names = data.getlist("slot")[:MOST_READ]
    first, _, last = data.get("remove", "").partition("/")
    return [name for name in names if not (first <= name < last)] if last else names


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def busy_week(request: Request) -> HttpResponseBase:
    """Mark when you are busy: saved as it is drawn, and by its button."""
    student, data = request.user, request.POST if request.method == "POST" else request.GET
    row, marked = busy.of(student), _marked(request.POST)
    if request.method == "POST" and not request.htmx:
        try:
            row = busy.save(student, version=autosave.version_of(request), **vars(marked))
        except Conflict as conflict:
            return _both(request, conflict, marked)
        if autosave.is_script(request):
            return autosave.saved(request, row, _back(data))
        if "save" in data:
            return after(request, _back(data), say="Your busy times are saved.")
    half_hours = row.half_hours if marked.half_hours is None else marked.half_hours
    return show(request, TEMPLATE, _page(data, row, half_hours, is_swap=bool(request.htmx)), swap="picked")


def _page(data: QueryDict, row: BusyWeek, half_hours: list[int], *, is_swap: bool) -> BusyPage:
    is_whole = data.get("all", data.get("every")) == "1"
    day = whole_number(data.get("day"))
    return BusyPage(
        week=busy.drawn(half_hours, is_whole=is_whole, day=day if day in range(1, 8) else None),
        sides=busy.SIDES,
        busy=busy.in_words(half_hours),
        shows_free=row.shows_free,
        version=row.version,
        back=_back(data),
        is_swap=is_swap,
    )


def _both(request: Request, conflict: Conflict, marked: _Marked) -> HttpResponse:
    found = [
        Difference("Busy every week", _words(conflict.newer.get("half_hours", [])), _words(marked.half_hours or [])),
        Difference("Alumni see when you’re free", *map(_yes, (conflict.newer.get("shows_free"), marked.shows_free))),
    ]
    different = [each for each in found if each.saved != each.typed]
    return autosave.both(request, "Two versions of your busy times", conflict, different, request.get_full_path())


def _words(half_hours: list[int]) -> str:
    return "\n".join(f"{time.day}, {time.hours}" for time in busy.in_words(half_hours))


def _yes(value: object) -> str:
    return "" if value is None else "Yes" if value else "No"


def _back(data: QueryDict) -> str:
    """Return the page somebody came from, of our own site; else their conversations."""
    page = data.get("back", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, None)
    return page if is_ours else reverse("conversations")
