"""The student's first page, and whom to ask for help."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import allow, public
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.shelf.models import Resource
from apps.shelf.shelves import Shelf, shelves
from apps.students import actions
from apps.students.forms import WelcomeForm
from apps.students.models import StudentProfile
from apps.web.answers import HtmxRequest, after, invalid, show
from apps.web.edits import edits, overtaken

# --- the first visit --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WelcomePage:
    form: WelcomeForm
    coach: User | None


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
@edits
def welcome(request: Request) -> HttpResponse:
    """Ask three things before the first page, once; each may be left for later."""
    profile = request.user.student_profile
    if request.POST.get("later"):
        actions.welcome(profile, now=timezone.now())
        return redirect("today")
    form = WelcomeForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of your first answers", form):
            return both
        form.save()
        actions.welcome(profile, now=timezone.now())
        return after(request, "today", say="Saved. This is Today, where every visit starts.")
    answer = invalid if request.method == "POST" else show
    return answer(request, "students/welcome.html", WelcomePage(form, profile.coach))


# --- help -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HelpPage:
    coach: User | None
    shelves: list[Shelf]


@require_safe
@public
def help_page(request: HtmxRequest) -> HttpResponse:
    """Say who to ask: one's own coach, where there is one, and the office."""
    profile: StudentProfile | None = getattr(request.user, "student_profile", None)
    reads = request.user.is_authenticated and (
        request.user.is_student or request.user.is_coach or request.user.is_office
    )
    resources = Resource.objects.shown() if reads else Resource.objects.none()
    page = HelpPage(profile.coach if profile else None, shelves(resources))
    return show(request, "students/help.html", page)
