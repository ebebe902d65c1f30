"""Calendar files: one conversation to download, and the private address to subscribe to (R213)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import allow, gone, public, quiet, signed_in
from apps.accounts.models import MailLink, User
from apps.accounts.requests import Request
from apps.interviews.lifecycle import links
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.scheduling import calendar
from apps.network.models import ActionStep
from apps.web.answers import HtmxRequest, after, show

BACK = timedelta(days=90)
SHOWN = (InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED)
TYPE = "text/calendar; charset=utf-8"


@require_safe
@allow("interviews.edit", Interview)
def interview_ics(request: Request, interview: Interview) -> HttpResponse:
    content = calendar.download(interview, reader=request.user, now=timezone.now())
    return HttpResponse(
        content, content_type=TYPE, headers={"Content-Disposition": 'attachment; filename="conversation.ics"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def calendar_page(request: Request) -> HttpResponse:
    """Make the private address, show it once, or close it."""
    now = timezone.now()
    if request.method == "POST" and request.POST.get("close"):
        links.close_feed(request.user, now=now)
        return after(request, "calendar", say="The link no longer works.")
    made = links.feed_url(request.user, now=now) if request.method == "POST" else ""
    return show(request, "interviews/scheduling/calendar.html", CalendarPage(made, links.has_feed(request.user, now)))


@dataclass(frozen=True)
class CalendarPage:
    """The private address: `made` just now (it is shown once), or whether there is one."""

    made: str
    has_feed: bool


@require_safe
@public
def feed(request: HtmxRequest, token: str) -> HttpResponse:
    """Everything of one person, for a calendar program that knows the address."""
    now = timezone.now()
    link = MailLink.objects.found(token, now)
    if link is None or link.purpose != links.FEED or not link.person.is_active:
        return gone(request)
    own = Q(student=link.person) | Q(alum__user=link.person)
    rows = Interview.objects.filter(own, status__in=SHOWN, ends_at__gt=now - BACK)
    rows = rows.select_related("student", "contact", "alum", "request").order_by("starts_at", "pk")
    content = calendar.feed(rows, reader=link.person, now=now, steps=_steps(link.person, now))
    return quiet(HttpResponse(content, content_type=TYPE), referrer="no-referrer")


def _steps(person: User, now: datetime) -> QuerySet[ActionStep]:
    """Return what is to be done by a day, but for what is about somebody who was removed."""
    steps = ActionStep.objects.filter(student=person, done_at=None, due_on__gte=(now - BACK).date())
    shown = steps.filter(Q(contact=None) | Q(contact__archived_at=None)).select_related("contact")
    return shown.order_by("due_on", "pk")
