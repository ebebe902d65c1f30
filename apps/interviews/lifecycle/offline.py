"""Which pages a browser may keep for a talk without a connection: the plan and the live page of what is coming.

The service worker (static/js/offline-worker.js) keeps what this says, under the person whose page it is, and nothing
else; a page that says nothing here is never kept, and takes an older copy of itself out (ADR 30).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus

OWNER = "X-Offline-Owner"  # in an answer: it may be kept, by this person
AHEAD = timedelta(days=14)
RUNS_OVER = timedelta(days=1)
PAGES = ("prepare", "live")
MOST = 5

type Page = Callable[..., HttpResponse]


def is_coming(interview: Interview, now: datetime) -> bool:
    """Whether a talk is set, near, and not long over."""
    is_near = interview.starts_at - AHEAD <= now < interview.ends_at + RUNS_OVER
    return interview.status == InterviewStatus.SCHEDULED and is_near


def pages_of(student: User, now: datetime) -> list[str]:
    """Return the addresses to keep: the nearest talks first, so that a full browser keeps those."""
    talks = Interview.objects.filter(
        student=student, status=InterviewStatus.SCHEDULED, starts_at__lte=now + AHEAD, ends_at__gt=now - RUNS_OVER
    )
    return [reverse(page, args=[pk]) for pk in _first(talks.order_by("starts_at", "pk")) for page in PAGES]


def _first(talks: Any) -> list[int]:
    return list(talks.values_list("pk", flat=True)[:MOST])


def may_be_kept(view: Page) -> Page:
    """Say of a page of a talk, under its door, that its reader may keep it while the talk is coming."""

    @wraps(view)
    def page(request: Request, interview: Interview, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, interview, *args, **kwargs)
        if is_coming(interview, timezone.now()) and not request.htmx:
            response[OWNER] = str(request.user.pk)
        return response

    return page
