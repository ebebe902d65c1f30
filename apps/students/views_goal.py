"""The student's goal, what they share with their coach, and who looked."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.students.forms_goal import GoalForm
from apps.students.models import Disclosure
from apps.web.answers import after, invalid, show
from apps.web.edits import edits, overtaken


@dataclass(frozen=True)
class GoalPage:
    form: GoalForm


@allow("students.own")
@edits
def goal(request: Request) -> HttpResponse:
    form = GoalForm(request.POST or None, instance=request.user.student_profile)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of your goal", form):
            return both
        form.save()
        return after(request, "today", say="Goal saved.")
    answer = invalid if request.method == "POST" else show
    return answer(request, "students/goal.html", GoalPage(form))


class Viewed(TypedDict):
    """What somebody saw on one day, and how often."""

    viewer_name: str
    what: str
    on: date
    last: Any
    times: Any


@dataclass(frozen=True)
class LooksPage:
    page: Page[Viewed]


@require_safe
@allow("students.own")
def looks(request: Request) -> HttpResponse:
    """Who saw what, a line for each day: somebody who opens a list ten times a day would bury all else."""
    on = TruncDate("at", tzinfo=request.user.zone)
    lines = Disclosure.objects.filter(student=request.user).values("viewer_name", "what", on=on)
    viewed = lines.annotate(last=Max("at"), times=Count("pk")).order_by("-last", "what", "viewer_name")
    page = Paginator(viewed, 30).get_page(request.GET.get("page"))
    return show(request, "students/looks.html", LooksPage(page))
