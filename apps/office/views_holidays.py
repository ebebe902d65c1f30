"""The office's holidays: one by one, or chosen from a calendar file. What they mean, apps.policy.working_days says."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.office.forms import HolidayFileForm, HolidayForm
from apps.office.holiday_file import Found
from apps.office.holiday_spans import Span, each, spans
from apps.policy.models import Holiday, Policy
from apps.web.answers import Refused, after, back_to, invalid, show

PAGE, TAKEN_OUT = "office/holidays.html", "holiday_taken_out"


@dataclass(frozen=True)
class HolidaysPage:
    """The days ahead on which the office is closed; with `found`, those of a file to choose from."""

    holidays: list[Span]
    form: HolidayForm
    file_form: HolidayFileForm
    found: list[tuple[date, str, bool]]  # the day, its name, and whether it is a holiday already
    left_out: int  # events of the file that are not whole days
    taken_out: tuple[date, date, str] | None  # the first day, the last and the name of what was removed, to put back
    section: str = "office_policy"


def _today() -> date:
    return times.local_date(timezone.now(), Policy.now().time_zone)


def _page(
    request: Request,
    form: HolidayForm | None = None,
    file_form: HolidayFileForm | None = None,
    found: Found | None = None,
) -> HolidaysPage:
    today = _today()
    holidays = list(Holiday.objects.filter(on__gte=today).order_by("on"))
    known = {holiday.on for holiday in holidays}
    return HolidaysPage(
        holidays=spans(holidays),
        form=form or HolidayForm(today=today),
        file_form=file_form or HolidayFileForm(auto_id="file-%s"),
        found=[(day, name, day in known) for day, name in found.days] if found else [],
        left_out=found.with_hours if found else 0,
        taken_out=_taken_out(request, known),
    )


def _taken_out(request: Request, known: set[date]) -> tuple[date, date, str] | None:
    """Return what was just taken out, once."""
    first, last, name = request.session.pop(TAKEN_OUT, ("", "", ""))
    if not first:
        return None
    days = each(date.fromisoformat(first), date.fromisoformat(last))
    return None if known & set(days) else (days[0], days[-1], name)


@allow("office.run")
@once
def holidays(request: Request) -> HttpResponse:
    """Show the holidays; add one."""
    form = HolidayForm(request.POST or None, today=_today())
    if request.method != "POST":
        return show(request, PAGE, _page(request, form))
    if not form.is_valid():
        return invalid(request, PAGE, _page(request, form))
    return after(request, "office_holidays", say=f"Holiday added: {form.add()}")


@require_POST
@allow("office.run")
def holidays_read(request: Request) -> HttpResponse:
    """Show the days of a calendar file, to choose from. Nothing is saved."""
    form = HolidayFileForm(request.POST, request.FILES, auto_id="file-%s")
    found = form.found(_today())
    answer = show if found else invalid
    return answer(request, PAGE, _page(request, file_form=form, found=found))


@require_POST
@allow("office.run")
@back_to("office_holidays")
def holidays_take(request: Request) -> HttpResponse:
    """Add the days that were chosen, each with its name."""
    forms = [HolidayForm(_of(chosen), today=_today()) for chosen in request.POST.getlist("day")]
    if not forms:
        raise Refused("No day was chosen. Choose at least one.")
    added = [form.add() for form in forms if form.is_valid()]
    count = len(added)
    say = f"{count} holiday{'' if count == 1 else 's'} added." if added else "These days are already holidays."
    return after(request, "office_holidays", say=say)


def _of(chosen: str) -> dict[str, str]:
    day, _, name = chosen.partition(" ")
    return {"on": day, "name": name}


@require_POST
@allow("office.run")
def holiday_remove(request: Request, pk: int) -> HttpResponse:
    """Take out a holiday, with the days in a row that the page shows as one with it."""
    first = get_object_or_404(Holiday, pk=pk)
    named = Holiday.objects.filter(name=first.name, on__gte=first.on).order_by("on")
    span = spans(named)[0]
    Holiday.objects.filter(name=span.name, on__range=(span.first, span.last)).delete()
    request.session[TAKEN_OUT] = [span.first.isoformat(), span.last.isoformat(), span.name]
    return after(request, "office_holidays")
