"""The student's goal, what they share with their coach, and who looked."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.students.forms_goal import GoalForm
from apps.students.models import Look
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


@dataclass(frozen=True)
class LooksPage:
    page: Page[Look]


@require_safe
@allow("students.own")
def looks(request: Request) -> HttpResponse:
    every_look = Look.objects.filter(student=request.user).order_by("-at", "-pk")
    page = Paginator(every_look, 30).get_page(request.GET.get("page"))
    return show(request, "students/looks.html", LooksPage(page))
