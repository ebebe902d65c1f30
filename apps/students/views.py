"""The student's first page, their introduction, and whom to ask for help."""

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, public
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.students import actions, spoken
from apps.students.forms import IntroductionForm, WelcomeForm
from apps.students.models import Introduction, StudentProfile
from apps.web import HtmxRequest, after, invalid, names_of, show

# --- the first visit --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WelcomePage:
    form: WelcomeForm
    coach: User | None


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def welcome(request: Request) -> HttpResponse:
    """Ask three things before the first page, once; each may be left for later."""
    profile = request.user.student_profile
    if request.POST.get("later"):
        actions.welcome(profile, now=timezone.now())
        return redirect("today")
    form = WelcomeForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        actions.welcome(profile, now=timezone.now())
        return after(request, "today", say="Good. This page is where every visit begins.")
    answer = invalid if request.method == "POST" else show
    return answer(request, "students/welcome.html", WelcomePage(form, profile.coach))


# --- the introduction -------------------------------------------------------------------------------------------------

PAGE = "students/introduction.html"


@dataclass(frozen=True)
class IntroductionPage:
    mine: Introduction
    form: IntroductionForm
    length: spoken.Length


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def introduction(request: Request) -> HttpResponse:
    """Show it; save what changed. A script asks by itself and gets JSON."""
    mine, _ = Introduction.objects.get_or_create(student=request.user)
    if request.method != "POST":
        return show(request, PAGE, _page(mine, IntroductionForm(instance=mine)))
    is_script = request.headers.get("X-Autosave") == "1"
    form = IntroductionForm(request.POST, instance=mine)
    if not form.is_valid():
        return HttpResponse(status=422) if is_script else invalid(request, PAGE, _page(mine, form))
    try:
        saved = actions.save_introduction(by=request.user, version=_version(request), values=form.values)
    except actions.Conflict as conflict:
        return _conflict(request, conflict, form, is_script)
    if is_script:
        return JsonResponse({"version": saved.version})
    return after(request, "introduction", say="Saved. Come back to it whenever you like.")


def _version(request: Request) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else -1


def _conflict(request: Request, conflict: actions.Conflict, form: IntroductionForm, is_script: bool) -> HttpResponse:
    """Show both texts; nothing is overwritten."""
    changed = [
        (form[name].label, getattr(conflict.newer, name), value)
        for name, value in form.values.items()
        if getattr(conflict.newer, name) != value
    ]
    template = "students/introduction_conflict.html"
    context = {"changed": changed, "sentence": str(conflict)}
    return render(request, f"{template}#texts" if is_script else template, context, status=409)


@require_POST
@allow("students.own")
def introduction_measure(request: Request) -> HttpResponse:
    """The length, and the whole of it, of what stands in the form now; nothing is saved."""
    form = IntroductionForm(request.POST, instance=Introduction(student=request.user))
    form.is_valid()  # too long a part still has a length
    typed = Introduction(**{name: request.POST.get(name, "") for name in spoken.PARTS})
    return render(request, f"{PAGE}#measure", names_of(_page(typed, form)))


def _page(mine: Introduction, form: IntroductionForm) -> IntroductionPage:
    return IntroductionPage(mine, form, spoken.measure(mine))


# --- help -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HelpPage:
    coach: User | None


@require_safe
@public
def help_page(request: HtmxRequest) -> HttpResponse:
    """Say who to ask: one's own coach, where there is one, and the office."""
    profile: StudentProfile | None = getattr(request.user, "student_profile", None)
    return show(request, "students/help.html", HelpPage(profile.coach if profile else None))
