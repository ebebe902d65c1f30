"""The answers: the student’s on their own page, the alum’s from the link of their mail, without signing in (R235)."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, by_link, entrance
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.alumni import blocking
from apps.policy.models import Policy
from apps.students.disclosures import disclose
from apps.suggestions import answering, mails, page
from apps.suggestions.models import Answer, Suggestion, WarmIntroduction
from apps.web.answers import HtmxRequest, Refused, after, back_to, show

MINE, QUESTION = "suggestions/mine.html", "suggestions/introduction.html"

# --- the student ------------------------------------------------------------------------------------------------------


def _to_mine(row: Suggestion | WarmIntroduction) -> str:
    return reverse("suggestions")


@require_safe
@allow("students.own")
def mine(request: Request) -> HttpResponse:
    """Who was suggested to the student. What they see here for the first time is not new any more."""
    now = timezone.now()
    shown = page.mine(request.user, request.GET, now)
    unseen = [line.suggestion.pk for line in shown.lines if line.suggestion.seen_at is None]
    if unseen:
        Suggestion.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=now)
    return show(request, MINE, shown)


@require_POST
@allow("suggestions.answer", Suggestion)
@back_to(_to_mine)
def ask(request: Request, suggestion: Suggestion) -> HttpResponse:
    """Ask an alum oneself, or take somebody from outside the directory into the network."""
    now = timezone.now()
    if suggestion.alum is None:
        contact = answering.add(suggestion, now=now)
        return after(request, contact, say=f"{contact.name} is in your network.")
    return after(request, answering.ask(suggestion, now=now))


@require_POST
@allow("suggestions.answer", Suggestion)
@back_to(_to_mine)
def agree(request: Request, suggestion: Suggestion) -> HttpResponse:
    introduction = answering.agree(suggestion, now=timezone.now())
    said = f"We’ll ask {introduction.suggestion.first_name} in 5 minutes. You hear from us either way."
    return after(request, "suggestions", say=said, undo=reverse("suggestion_change_mind", args=[introduction.pk]))


@require_POST
@allow("suggestions.answer", WarmIntroduction)
@back_to(_to_mine)
def change_mind(request: Request, introduction: WarmIntroduction) -> HttpResponse:
    if answering.change_mind(introduction, now=timezone.now()):
        return after(request, "suggestions", say="Undone. No one was asked.")
    return after(request, "suggestions", say="There will be no introduction.")


@require_POST
@allow("suggestions.answer", Suggestion)
@back_to(_to_mine)
def pass_on(request: Request, suggestion: Suggestion) -> HttpResponse:
    now = timezone.now()
    if "undo" in request.POST:
        answering.bring_back(suggestion, now=now)
        return after(request, "suggestions", say=f"The suggestion of {suggestion.called} is back.")
    answering.pass_on(suggestion, now=now)
    return after(request, "suggestions", say=f"{suggestion.called}: not for me.", undo=request.path)


# --- the alum ---------------------------------------------------------------------------------------------------------


enter_link = entrance(mails.PURPOSE, "warm_introduction")


ACTS: dict[str, Callable[..., None]] = {
    "yes": answering.accept,
    "no": answering.decline,
    "undo": answering.undo,
}


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(mails.PURPOSE, WarmIntroduction)
def introduction(request: HtmxRequest, introduction: WarmIntroduction, person: User) -> HttpResponse:
    """May a student be introduced to you? GET shows, POST answers; answering again shows the same page."""
    now, error = timezone.now(), ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act:
            try:
                act(introduction, now=now)
                return redirect("warm_introduction", introduction.pk)
            except Refused as refusal:
                error = str(refusal)
        else:
            error = "Choose one of the buttons."
    if request.user.is_authenticated and request.user.pk not in (person.pk, introduction.student_id):  # of the office
        disclose(introduction.student_id, viewer=request.user, what="A warm introduction of yours", now=now)
    shown = _question(introduction, now, error)
    return show(request, QUESTION, shown, status=422 if error else 200)


def _question(introduction: WarmIntroduction, now: datetime, error: str) -> page.IntroductionPage:
    fresh = WarmIntroduction.objects.select_related("suggestion__author", "student__student_profile", "alum").get(
        pk=introduction.pk
    )
    profile, author = getattr(fresh.student, "student_profile", None), mails.author_of(fresh)
    is_answered = fresh.state in (Answer.INTRODUCED, Answer.DECLINED)
    shut = blocking.is_blocked(fresh.alum_id, fresh.student_id)
    return page.IntroductionPage(
        introduction=fresh,
        first=fresh.suggestion.first_name,
        student=fresh.student,
        studies=profile.program if profile else "",
        author=author.called if author else "",
        is_open=fresh.state == Answer.ASKED and fresh.answer_by > now and fresh.student.is_active and not shut,
        can_undo=is_answered and not shut and fresh.answered_at is not None and fresh.answered_at + mails.UNDO > now,
        now=now,
        error=error,
        policy=Policy.now(),
    )
