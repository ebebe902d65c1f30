"""The student's goal, what they share with their coach, and who looked."""

from django.core.paginator import Paginator
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.students.forms_goal import GoalForm
from apps.students.models import Look
from apps.web import after, invalid, show


@allow("students.own")
def goal(request):
    form = GoalForm(request.POST or None, instance=request.user.student_profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        return after(request, "today", say="Saved. It stands beside your list now.")
    answer = invalid if request.method == "POST" else show
    return answer(request, "students/goal.html", {"form": form})


@require_safe
@allow("students.own")
def looks(request):
    rows = Look.objects.filter(student=request.user).order_by("-at", "-pk")
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    return show(request, "students/looks.html", {"page": page})
