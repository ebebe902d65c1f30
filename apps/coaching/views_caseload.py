"""The caseload: who needs the coach and why, filtered, kept as a view, taken along as a file (R231)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.core.paginator import Page, Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.audit import trail
from apps.clock import times
from apps.coaching import attention
from apps.coaching import caseload as caseloads
from apps.coaching.attention import A_PAGE, Clock, Found, Totals
from apps.coaching.filters import IN_METHOD, IN_SEARCH, VIEWS, Wanted
from apps.coaching.forms import SavedViewForm
from apps.coaching.letters import LETTER_OF
from apps.coaching.models import Kind, SavedView
from apps.database.prepared import AsOne, fetch_together
from apps.policy.models import Policy, the_policy
from apps.practice.models import Practice
from apps.students.disclosures import disclose_each
from apps.students.models import Cohort
from apps.tables import leaving
from apps.web.answers import after, invalid, show

AT_ONCE = 500  # rows that are held in memory while a file is written
A_DAY = timedelta(days=1)
MOST_PAGES = 10**6
GONE = "caseload_view_gone"  # in the session: the saved view that was deleted last


@dataclass(frozen=True)
class CaseloadPage:
    """Who needs the coach, in one of the page's views, and how the whole caseload does."""

    now: datetime
    policy: Policy
    wanted: Wanted
    view: str
    views: list[tuple[str, str, int, str]]  # its key, its name, how many are in it, its address
    cases: list[caseloads.Case]
    page: Page[int]
    urgent: int  # who needs the coach for another reason than not having started
    unstarted: int
    count: int  # the whole caseload
    well: list[caseloads.Case]
    cohorts: list[Cohort]
    programs: list[str]
    stages: list[tuple[str, dict[str, str]]]
    is_unknown: bool  # no student of theirs is in the cohort of the address
    totals: Totals
    practices: list[Practice]  # of today
    saved: list[SavedView]
    view_form: SavedViewForm
    export: str  # the same choice as a file
    is_chosen: bool  # all on this page
    choose: str  # the address of that
    kind: str  # of the letter that fits the view


@require_safe
@allow("coaching.caseload")
def caseload(request: Request) -> HttpResponse:
    return _page(request, request.GET)


def _page(request: Request, said: QueryDict, view_form: SavedViewForm | None = None) -> HttpResponse:
    """Show the caseload; `view_form` is a view that could not be kept."""
    now, coach = timezone.now(), request.user
    today = times.local_date(now, coach.zone)
    day = (times.midnight(today, coach.zone), times.midnight(today + A_DAY, coach.zone))
    policies, (saved, practices) = fetch_together(
        the_policy.bind(), AsOne(caseloads.saved_views.bind(coach.pk), caseloads.practices.bind(coach.pk, *day))
    )
    policy = Policy.first(policies)
    wanted, clock = Wanted.read(_said(said)), Clock(now, policy.term_since(coach.zone))
    found, page = _found(coach.pk, wanted, clock, _number(said.get("page", "")))
    named = {*found.keys}
    well = found.well if wanted.view == "today" else []  # none of these is named in that view
    shown = caseloads.cases(coach, [*found.students, *well], clock)
    cohorts = caseloads.cohorts(found.cohorts) if found.cohorts else []
    seen = [case.student.user_id for case in shown]
    disclose_each(seen, viewer=coach, what="How you are doing, in the coach’s caseload", now=now)
    booked = [one.student_id for one in practices]
    disclose_each(booked, viewer=coach, what="Your practice interview, in the coach’s caseload", now=now)
    content = CaseloadPage(
        now=now,
        policy=policy,
        wanted=wanted,
        view=wanted.view,
        views=[(key, name, found.figures[key], f"?{wanted.of(key).query}") for key, name in VIEWS.items()],
        cases=[case for case in shown if case.student.user_id in named],
        page=page,
        urgent=found.figures["today"] - found.figures["only_unstarted"],
        unstarted=found.figures["unstarted"],
        count=found.everybody,
        well=[case for case in shown if case.student.user_id not in named],
        cohorts=cohorts,
        programs=found.programs,
        stages=[("Next step", IN_METHOD), ("Where they are in their search", IN_SEARCH)],
        is_unknown=_is_unknown(said.get("cohort", ""), wanted, cohorts),
        totals=found.totals,
        practices=practices,
        saved=saved,
        view_form=view_form or SavedViewForm(),
        export=f"{reverse('caseload_export')}?{wanted.query}",
        is_chosen="chosen" in said,
        choose=f"?{wanted.query}&page={page.number}&chosen=all#students",
        kind=LETTER_OF.get(wanted.view, Kind.HELLO).value,
    )
    return (invalid if view_form else show)(request, "coaching/caseload.html", content)


def _said(data: QueryDict) -> dict[str, str]:
    return {name: str(data[name]) for name in data}


def _found(coach: int, wanted: Wanted, clock: Clock, number: int) -> tuple[Found, Page[int]]:
    """Return the students of a page, and the page: the last one where the address names one behind it."""
    found = attention.find(coach, wanted, clock, offset=(number - 1) * A_PAGE, most=A_PAGE)
    page = Paginator(range(found.count), A_PAGE).get_page(number)
    if page.number != number:
        found = attention.find(coach, wanted, clock, offset=(page.number - 1) * A_PAGE, most=A_PAGE)
    return found, page


def _number(said: str) -> int:
    is_number = said.isascii() and said.isdecimal() and len(said) < len(str(MOST_PAGES))
    return max(int(said), 1) if is_number else 1


def _is_unknown(said: str, wanted: Wanted, cohorts: list[Cohort]) -> bool:
    return bool(said) and wanted.cohort not in {cohort.pk for cohort in cohorts}


# --- taken along ------------------------------------------------------------------------------------------------------

COLUMNS = ("Student", "Email", "Field of study", "Class", "Cohort", "Why", "Detail", "Conversations", "Goal")


@require_safe
@allow("coaching.caseload")
def export(request: Request) -> HttpResponseBase:
    """The chosen students as a file; taking it is a line in the audit log, and one for each student."""
    now, policy, coach = timezone.now(), Policy.now(), request.user
    wanted, clock = Wanted.read(_said(request.GET)), Clock(now, policy.term_since(coach.zone))
    found = attention.find(coach.pk, wanted, clock, most=None)
    trail.exported(request, "coaching_caseload", found.count)
    what = "How you are doing, in the coach’s caseload as a file"
    disclose_each(found.keys, viewer=coach, what=what, now=now)
    cohorts = {cohort.pk: cohort.name for cohort in caseloads.cohorts(found.cohorts)}

    def rows() -> Iterator[tuple[object, ...]]:
        for some in batched(found.students, AT_ONCE):
            yield from (_row(case, cohorts) for case in caseloads.cases(coach, some, clock))

    return leaving.download(f"rapport-caseload-{now:%Y-%m-%d}.csv", COLUMNS, rows())


def _row(case: caseloads.Case, cohorts: dict[int, str]) -> tuple[object, ...]:
    student, reason = case.student, case.reason
    shares = student.shares_network
    return (
        student.called,
        student.email,
        student.program,
        student.class_year or "",
        cohorts.get(student.cohort_id or 0, ""),
        reason.title if reason else "",
        reason.text if reason else "",
        case.held if shares else "Network not shared",
        student.goal_conversations if shares else "",
    )


# --- saved views ------------------------------------------------------------------------------------------------------


@require_POST
@allow("coaching.caseload")
@once
def view_save(request: Request) -> HttpResponse:
    """Keep the filters under a name; a name that is there already now means these."""
    form, wanted = SavedViewForm(request.POST), Wanted.read(_said(request.POST))
    if not form.is_valid():
        return _page(request, request.POST, form)
    name = form.cleaned_data["name"]
    SavedView.objects.update_or_create(coach=request.user, name=name, defaults={"query": wanted.query})
    return after(request, f"{reverse('caseload')}?{wanted.query}", say=f"View “{name}” saved.")


@require_POST
@allow("coaching.own_view", SavedView)
def view_remove(request: Request, view: SavedView) -> HttpResponse:
    request.session[GONE] = {"name": view.name, "query": view.query}
    view.delete()
    return after(request, "caseload", say=f"View “{view.name}” deleted.", undo=reverse("caseload_view_back"))


@require_POST
@allow("coaching.caseload")
def view_back(request: Request) -> HttpResponse:
    """Undo the last deletion of a view."""
    gone = request.session.pop(GONE, None)
    if gone is None:
        return after(request, "caseload", say="You already undid this.")
    try:
        with transaction.atomic():
            SavedView.objects.create(coach=request.user, **gone)
    except IntegrityError:
        return after(request, "caseload", say=f"There is another view called “{gone['name']}” now.")
    return after(request, f"{reverse('caseload')}?{gone['query']}", say=f"View “{gone['name']}” restored.")
