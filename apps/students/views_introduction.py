"""The introduction: written in two versions, measured, said aloud (R21 to R29). Sharing: apps.interviews.reviewing."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.students import actions, introduction_page
from apps.students.earlier import earlier, moment
from apps.students.forms import LinesForm
from apps.students.forms_introduction import FORMS, IntroductionForm, Typed
from apps.students.introduction_page import IntroductionPage
from apps.students.models import EarlierIntroduction, Introduction
from apps.students.versions import Version
from apps.web.answers import after, invalid, page, show
from apps.web.autosave import autosaved, is_script, saved, version_of

PAGE = "students/introduction.html"


def _version(request: Request) -> Version:
    return Version.FIELD if request.GET.get("for") == Version.FIELD else Version.ANYONE


def _mine(student: User) -> Introduction:
    return Introduction.objects.get_or_create(student=student)[0]


def _address(version: Version, part: str = "") -> str:
    query = "?for=field" if version == Version.FIELD else ""
    return f"{reverse('introduction')}{query}{part}"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
def introduction(request: Request) -> HttpResponseBase:
    mine = _mine(request.user)
    if request.method == "POST":
        return _save(request, mine)
    return show(request, PAGE, _page(request, mine, _version(request)))


def _page(request: Request, mine: Introduction, version: Version, form: Typed | None = None) -> IntroductionPage:
    """The whole page, with what the introduction said earlier."""
    return introduction_page.page(request.user, mine, version, form, earlier=earlier(mine, timezone.now()))


def _posted(request: Request, mine: Introduction) -> list[Typed]:
    return [FORMS[_version(request)](request.POST, instance=mine)]


def _again(request: Request, mine: Introduction, form: Typed) -> HttpResponse:
    return invalid(request, PAGE, _page(request, mine, _version(request), form))


@autosaved("Two versions of your introduction", forms=_posted, again=_again, to=lambda mine: page("introduction"))
def _save(request: Request, mine: Introduction, form: Typed) -> HttpResponse:
    """Save what changed; with it, what a button says of the terms of one part."""
    values, version = form.values, _version(request)
    part = request.POST.get("plain", "")
    if part in values and not is_script(request):
        values[part] = actions.in_plain_words(values[part], known=introduction_page.known(mine, request.user))
    fresh = _kept(request, values)
    kept = request.POST.get("keep", "")
    if kept in values and not is_script(request):
        actions.keep_words(by=request.user, text=values[kept])
        return saved(request, fresh, _address(version, f"#part-{kept}"), say="Saved. We’ll leave these words alone.")
    if part in values:
        return saved(request, fresh, _address(version, f"#part-{part}"), say="Saved in plain words. Read it once more.")
    return saved(request, fresh, _address(version), say="Saved. Come back whenever you like.")


def _kept(request: Request, values: Mapping[str, str]) -> Introduction:
    return actions.save_introduction(
        by=request.user,
        version=version_of(request),
        values=values,
        now=timezone.now(),
        is_press=not is_script(request),
    )


@require_POST
@allow("students.edit", EarlierIntroduction)
def introduction_again(request: Request, kept: EarlierIntroduction) -> HttpResponse:
    """Use earlier words again; the sentence that says so has an undo, which is the same act with the words of now."""
    now = timezone.now()
    replaced = actions.use_again(kept, by=request.user, now=now)
    undo = reverse("introduction_again", args=[replaced.pk]) if replaced and replaced != kept else ""
    say = f"Your introduction is as it was {moment(kept, now)}."
    return after(request, _address(_version(request)), say=say, undo=undo)


def _lines(request: Request, mine: Introduction) -> list[LinesForm]:
    return [LinesForm(request.POST, instance=mine)]


def _lines_again(request: Request, mine: Introduction, form: LinesForm) -> HttpResponse:
    """What cannot be taken stands on the page of the introduction, where there is room to put it right."""
    typed = IntroductionForm(request.POST, instance=mine)
    return invalid(request, PAGE, _page(request, mine, Version.ANYONE, typed))


@require_POST
@allow("students.own")
def introduction_lines(request: Request) -> HttpResponseBase:
    """Save the introduction that a newcomer wrote on Today, a line for each part."""
    return _save_lines(request, _mine(request.user))


@autosaved("Two versions of your introduction", forms=_lines, again=_lines_again, to=lambda mine: page("introduction"))
def _save_lines(request: Request, mine: Introduction, form: LinesForm) -> HttpResponse:
    fresh = _kept(request, form.values)
    missing = 3 - len(fresh.parts)
    if missing == 3:
        messages.info(request, "The lines are still blank. One is enough to start.")
        return saved(request, fresh, "today")
    say = f"Saved. {missing} more line{'s' if missing > 1 else ''} to go." if missing else "Your introduction is saved."
    return saved(request, fresh, "today", say=say)


@require_POST
@allow("students.own")
def introduction_measure(request: Request) -> HttpResponse:
    """How long what stands in the form now is, and what of it may lose somebody; nothing is saved."""
    version, saved_one = _version(request), Introduction.objects.filter(student=request.user).first()
    typed = saved_one or Introduction(student=request.user)
    form = FORMS[version](request.POST, instance=Introduction(student=request.user))
    form.is_valid()  # too long a part still has a length
    for name in form.fields:
        setattr(typed, name, request.POST.get(name, ""))
    return show(
        request, "students/introduction_measure.html", introduction_page.page(request.user, typed, version, form)
    )
