"""The students who can’t ask an alum again, and those who have asked and still can: the alum’s own page of both."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.alumni import blocking
from apps.alumni.models import AlumniProfile, BlockedStudent
from apps.interviews.answering import actions
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.web.answers import after, back_to, show

A_PAGE = 30


@dataclass(frozen=True)
class BlockedPage:
    """Who can’t ask this alum, the last first, and a page of those who can."""

    blocked: list[BlockedStudent]
    page: Page[User]
    now: datetime
    section: str = "alum_home"


@require_safe
@allow("alumni.own")
def blocked(request: Request) -> HttpResponse:
    alum, now = _own(request), timezone.now()
    rows = alum.blocked_students.select_related("student").fetch_mode(FETCH_RAISE).order_by("-at", "-pk")
    others = _met(alum, now).exclude(blocked_by__alum=alum).fetch_mode(FETCH_RAISE).order_by("name", "pk")
    page = Paginator(others, A_PAGE).get_page(request.GET.get("page"))
    return show(request, "interviews/answering/blocked.html", BlockedPage(list(rows), page, now))


@require_POST
@allow("alumni.own")
@back_to("alum_blocked")
def block(request: Request, pk: int) -> HttpResponse:
    """Block one student, or with `undo` let them ask again."""
    alum, now = _own(request), timezone.now()
    student = _met(alum, now).filter(pk=pk).first()
    if student is None:
        raise Http404
    if request.POST.get("undo"):
        blocking.unblock(alum, student)
        return after(request, "alum_blocked", say=f"{student.first_name} can ask you again.")
    actions.block(alum, student, by=request.user, now=now)
    first = student.first_name
    return after(request, "alum_blocked", say=f"{first} can’t ask you again. We don’t tell {first}.")


def _own(request: Request) -> AlumniProfile:
    return get_object_or_404(AlumniProfile.objects.visible_to(request.user), user=request.user)


def _met(alum: AlumniProfile, now: datetime) -> QuerySet[User]:
    """Return the students whose request reached the alum, with whom a conversation was set, or who was introduced."""
    asked = InterviewRequest.objects.filter(alum=alum, leaves_at__lte=now).values("student")
    talked = Interview.objects.filter(alum=alum).values("student")
    introduced = alum.warm_introductions.filter(answered_at__isnull=False).values("student")
    shut = alum.blocked_students.values("student")
    return User.objects.filter(Q(pk__in=asked) | Q(pk__in=talked) | Q(pk__in=introduced) | Q(pk__in=shut))
