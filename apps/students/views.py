"""The student's first page, their introduction, and whom to ask for help."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, public
from apps.accounts.requests import Request
from apps.autosave import autosaved, saved, version_of
from apps.students import actions, spoken
from apps.students.forms import IntroductionForm, WelcomeForm
from apps.students.models import Introduction
from apps.web import after, invalid, page, show

# --- the first visit --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def welcome(request):
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
    return answer(request, "students/welcome.html", {"form": form, "coach": profile.coach})


# --- the introduction -------------------------------------------------------------------------------------------------

PAGE = "students/introduction.html"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def introduction(request: Request) -> HttpResponseBase:
    mine, _ = Introduction.objects.get_or_create(student=request.user)
    if request.method == "POST":
        return _save(request, mine)
    return show(request, PAGE, _context(mine, IntroductionForm(instance=mine)))


def _posted(request: Request, mine: Introduction) -> list[IntroductionForm]:
    return [IntroductionForm(request.POST, instance=mine)]


def _again(request: Request, mine: Introduction, form: IntroductionForm) -> HttpResponse:
    return invalid(request, PAGE, _context(mine, form))


@autosaved("Two texts of your introduction", forms=_posted, again=_again, to=lambda mine: page("introduction"))
def _save(request: Request, mine: Introduction, form: IntroductionForm) -> HttpResponse:
    """Save what changed."""
    fresh = actions.save_introduction(by=request.user, version=version_of(request), values=form.values)
    return saved(request, fresh, "introduction", say="Saved. Come back to it whenever you like.")


@require_POST
@allow("students.own")
def introduction_measure(request):
    """The length, and the whole of it, of what stands in the form now; nothing is saved."""
    form = IntroductionForm(request.POST, instance=Introduction(student=request.user))
    form.is_valid()  # too long a part still has a length
    typed = Introduction(**{name: request.POST.get(name, "") for name in spoken.PARTS})
    return render(request, f"{PAGE}#measure", _context(typed, form))


def _context(mine, form):
    return {"mine": mine, "form": form, "length": spoken.measure(mine)}


# --- help -------------------------------------------------------------------------------------------------------------


@require_safe
@public
def help_page(request):
    """Say who to ask: one's own coach, where there is one, and the office."""
    profile = getattr(request.user, "student_profile", None)
    return show(request, "students/help.html", {"coach": profile.coach if profile else None})
