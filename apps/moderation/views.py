"""Telling the office about somebody, through three doors; and the office’s list of what it was told."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import closing
from apps.accounts.access import allow, by_link
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.models import InterviewRequest
from apps.moderation import actions
from apps.moderation.forms import DecideForm, ReportForm
from apps.moderation.models import Outcome, Report
from apps.students.disclosures import disclose
from apps.web.answers import HtmxRequest, after, back_to, done, invalid, show

A_PAGE = 30
METHODS = ["GET", "HEAD", "POST"]
THANKS = "Thank you. The office will look into it. We will not tell {} that you reported this."


@dataclass(frozen=True)
class ReportPage:
    """Telling the office about the other side of one request."""

    form: ReportForm
    about: User | None
    back: str
    report: Report | None  # one of theirs that the office has not handled: the form stands no more


@require_http_methods(METHODS)
@allow("interviews.edit", InterviewRequest)
@once
def by_student(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _report(request, asked, request.user, back="request")


@require_http_methods(METHODS)
@allow("interviews.answer", InterviewRequest)
@once
def by_alum(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _report(request, asked, request.user, back="alum_request")


@require_http_methods(METHODS)
@by_link(links.ANSWER, InterviewRequest)
def by_holder(request: HtmxRequest, asked: InterviewRequest, person: User) -> HttpResponse:
    return _report(request, asked, person, back="answer")


def _report(request: HtmxRequest, asked: InterviewRequest, person: User, *, back: str) -> HttpResponse:
    about, form, now = actions.other_side(asked, person), ReportForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def tell() -> Report:
            return actions.report(asked, by=person, reason=told["reason"], words=told["words"], now=now)

        if done(form, tell):
            return after(request, back, asked.pk, say=THANKS.format(about.first_name if about else ""))
    open_one = Report.objects.open().filter(reporter=person, request=asked).first()
    page = ReportPage(form, about, reverse(back, args=[asked.pk]), open_one)
    return (invalid if request.method == "POST" else show)(request, "moderation/report.html", page)


# --- the office -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportsPage:
    """The reports that wait, oldest first, and those that were handled."""

    waiting: list[Report]
    page: Page[Report]
    section: str = "office_people"


@require_safe
@allow("office.run")
def reports(request: Request) -> HttpResponse:
    every = Report.objects.select_related("about", "reporter", "handled_by").fetch_mode(FETCH_RAISE)
    handled = every.exclude(outcome="").order_by("-handled_at", "-pk")
    page = Paginator(handled, A_PAGE).get_page(request.GET.get("page"))
    return show(request, "moderation/reports.html", ReportsPage(list(every.open().order_by("created_at", "pk")), page))


@dataclass(frozen=True)
class OneReport:
    """One report, what it speaks of, what closing the account would do, and the decision."""

    report: Report
    form: DecideForm
    foreseen: list[str]
    earlier: int  # how many others there were about this person
    section: str = "office_people"


@require_http_methods(METHODS)
@allow("office.run", Report)
@back_to("office_report")
def one(request: Request, report: Report) -> HttpResponse:
    form, now = DecideForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        _decide(report, form, request.user)
        return after(request, "office_reports", say=SAID[form.cleaned_data["outcome"]])
    if report.request is not None:
        disclose(report.request.student_id, viewer=request.user, what="A report and the request it’s about", now=now)
    page = OneReport(
        report=report,
        form=form,
        foreseen=closing.foreseen(report.about, now) if report.about and not report.outcome else [],
        earlier=Report.objects.filter(about=report.about).exclude(pk=report.pk).count() if report.about else 0,
    )
    return (invalid if request.method == "POST" else show)(request, "moderation/one.html", page)


SAID = {
    Outcome.NOTHING: "Closed. We thank whoever reported it and say that you looked into it.",
    Outcome.WARNED: "The warning is on its way. Whoever reported it hears that you looked into it.",
    Outcome.BLOCKED: "The account is closed. Whoever reported it hears that you looked into it.",
}


def _decide(report: Report, form: DecideForm, by: User) -> None:
    told, now = form.cleaned_data, timezone.now()
    match told["outcome"]:
        case Outcome.WARNED:
            actions.warn(report, by=by, text=told["text"], note=told["note"], now=now)
        case Outcome.BLOCKED:
            actions.block(report, by=by, note=told["note"], now=now)
        case _:
            actions.dismiss(report, by=by, note=told["note"], now=now)
