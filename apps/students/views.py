"""The student's first page, their introduction, and whom to ask for help."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, public
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.students import actions, spoken
from apps.students.forms import IntroductionForm, LinesForm, WelcomeForm
from apps.students.models import Introduction, StudentProfile
from apps.web.answers import HtmxRequest, after, invalid, page, show
from apps.web.autosave import autosaved, saved, version_of
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


# --- the introduction -------------------------------------------------------------------------------------------------

PAGE = "students/introduction.html"


@dataclass(frozen=True)
class IntroductionPage:
    mine: Introduction
    form: IntroductionForm
    length: spoken.Length


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def introduction(request: Request) -> HttpResponseBase:
    mine, _ = Introduction.objects.get_or_create(student=request.user)
    if request.method == "POST":
        return _save(request, mine)
    return show(request, PAGE, _page(mine, IntroductionForm(instance=mine)))


def _posted(request: Request, mine: Introduction) -> list[IntroductionForm]:
    return [IntroductionForm(request.POST, instance=mine)]


def _again(request: Request, mine: Introduction, form: IntroductionForm) -> HttpResponse:
    return invalid(request, PAGE, _page(mine, form))


@autosaved("Two versions of your introduction", forms=_posted, again=_again, to=lambda mine: page("introduction"))
def _save(request: Request, mine: Introduction, form: IntroductionForm) -> HttpResponse:
    """Save what changed."""
    fresh = actions.save_introduction(by=request.user, version=version_of(request), values=form.values)
    return saved(request, fresh, "introduction", say="Saved. Come back whenever you like.")


def _lines(request: Request, mine: Introduction) -> list[LinesForm]:
    return [LinesForm(request.POST, instance=mine)]


def _lines_again(request: Request, mine: Introduction, form: LinesForm) -> HttpResponse:
    """What cannot be taken stands on the page of the introduction, where there is room to put it right."""
    return invalid(request, PAGE, _page(mine, IntroductionForm(request.POST, instance=mine)))


@require_POST
@allow("students.own")
def introduction_lines(request: Request) -> HttpResponseBase:
    """Save the introduction that a newcomer wrote on Today, a line for each part."""
    mine, _ = Introduction.objects.get_or_create(student=request.user)
    return _save_lines(request, mine)


@autosaved("Two versions of your introduction", forms=_lines, again=_lines_again, to=lambda mine: page("introduction"))
def _save_lines(request: Request, mine: Introduction, form: LinesForm) -> HttpResponse:
    fresh = actions.save_introduction(by=request.user, version=version_of(request), values=form.values)
    missing = 3 - len(fresh.parts)
    if missing == 3:
        messages.info(request, "The lines are still blank. One is enough to start.")
        return saved(request, fresh, "today")
    say = f"Saved. {missing} more line{'s' if missing > 1 else ''} to go." if missing else "Your introduction is saved."
    return saved(request, fresh, "today", say=say)


@require_POST
@allow("students.own")
def introduction_measure(request: Request) -> HttpResponse:
    """The length, and the whole of it, of what stands in the form now; nothing is saved."""
    form = IntroductionForm(request.POST, instance=Introduction(student=request.user))
    form.is_valid()  # too long a part still has a length
    typed = Introduction(**{name: request.POST.get(name, "") for name in spoken.PARTS})
    return show(request, f"{PAGE}#measure", _page(typed, form))


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
