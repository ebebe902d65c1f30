"""The office's page of what gets a reply, and the same figures as a file (R276)."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.office import replies
from apps.tables import leaving
from apps.web.answers import show


@require_safe
@allow("office.run")
def what_gets_a_reply(request: Request) -> HttpResponse:
    return show(request, "office/replies.html", replies.page(timezone.now()))


@require_safe
@allow("office.run")
def replies_export(request: Request) -> HttpResponseBase:
    now = timezone.now()
    return leaving.download(f"rapport-what-gets-a-reply-{now:%Y-%m-%d}.csv", replies.COLUMNS, replies.rows(now))
