"""Copy a cohort with its assignments for the next term, looked at first, and undone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.cohorts import copying
from apps.cohorts.forms import CopyForm
from apps.cohorts.models import Assignment
from apps.policy.models import Policy
from apps.students.models import Cohort
from apps.web.answers import Refused, after, back_to, invalid, made, show

PAGE = "cohorts/copy.html"
COPIED = "cohort_copied"  # in the session: the cohort that was made last


@dataclass(frozen=True)
class CopyPage:
    """A cohort to be copied, and its assignments on the days of the copy."""

    cohort: Cohort
    form: CopyForm
    assignments: list[Assignment]
    today: date


@allow("cohorts.see", Cohort)
@once
def copy(request: Request, cohort: Cohort) -> HttpResponse:
    """Name the copy and its first day; look at the new days; make it."""
    now = timezone.now()
    today = times.local_date(now, Policy.now().time_zone)
    rows = list(cohort.assignments.order_by("due_at", "pk"))
    first = max((one.due_on for one in rows), default=today)
    start = max(first + timedelta(days=1), today)
    form = CopyForm(
        request.POST or None, today=today, initial={"name": "", "from_on": min(start, today + timedelta(days=366))}
    )
    is_made = request.method == "POST" and request.POST.get("do") == "copy"
    if form.is_bound and form.is_valid():
        start = form.cleaned_data["from_on"]
        if is_made and (fresh := made(form, lambda: _copy(request, cohort, form, now=now), field="name")):
            request.session[COPIED] = fresh.pk
            count = fresh.assignments.count()
            with_them = f" with {count} {'assignment' if count == 1 else 'assignments'}" if count else ""
            to = f"{reverse('cohorts')}?{urlencode({'name': fresh.name})}#add"
            say = f"{fresh.name} is there{with_them}. Add its students now."
            return after(request, to, say=say, undo=reverse("cohort_copy_back"))
    shown = CopyPage(cohort, form, copying.moved(rows, start), today)
    return (invalid if form.is_bound and form.errors else show)(request, PAGE, shown)


def _copy(request: Request, cohort: Cohort, form: CopyForm, *, now: datetime) -> Cohort:
    said = form.cleaned_data
    return copying.copy(cohort, name=said["name"], from_on=said["from_on"], by=request.user, now=now)


def _cohorts(row: object = None) -> str:
    return reverse("cohorts")


@require_POST
@allow("cohorts.run")
@back_to(_cohorts)
def back(request: Request) -> HttpResponse:
    """Undo the last copy."""
    pk = request.session.pop(COPIED, None)
    if pk is None:
        raise Refused("There’s nothing left to undo.")
    copying.take_back(pk)
    return after(request, "cohorts", say="Undone. The copy is gone.")
