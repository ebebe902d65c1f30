"""Before the talk: the questions, the research, what to see to, and the list to take along (R75 to R86).

Each act answers htmx with the plan as it is now, and everybody else with the page.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.lifecycle.goals import goals_of
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.offline import may_be_kept
from apps.interviews.preparing import actions, checklist, introducing, page
from apps.interviews.preparing.forms import ChangeForm, OwnQuestionForm, ResearchForm
from apps.interviews.preparing.models import PlannedQuestion, Theme
from apps.web.answers import Refused, after, back_to, if_refused, invalid, refused, show
from apps.web.autosave import autosaved, saved, version_of
from apps.web.edits import overtaken
from apps.web.gate import whole_number

PAGE = "interviews/preparing/prepare.html"
HIRES = "hires"  # among the ticks: the student says that this person decides on jobs (R84)
LET_GO = "let_go"  # in the session: the saved question that can be put back
TAKEN_OUT = "taken_out"  # in the session: the question that can be put back


@require_safe
@allow("interviews.edit", Interview)
@may_be_kept
def prepare(request: Request, interview: Interview) -> HttpResponse:
    return show(request, PAGE, context_of(request, interview), swap="plan")


@require_safe
@allow("interviews.edit", Interview)
def question_list(request: Request, interview: Interview) -> HttpResponse:
    """The list as it is taken along: on paper, or on the phone."""
    context = page.context(interview, request.user, timezone.now())
    return show(request, "interviews/preparing/prepare_list.html", context)


def context_of(request: Request, interview: Interview, undo: bool = False, **more: Any) -> page.PreparePage:
    theme = request.POST.get("shown", request.GET.get("theme", ""))
    taken_out = request.session.get(TAKEN_OUT) if "undo" in request.GET or undo else None
    more.setdefault("asks_of", whole_number(request.GET.get("own")))
    more.setdefault("let_go", request.session.get(LET_GO) if "unsaved" in request.GET else None)
    return page.context(interview, request.user, timezone.now(), theme=theme, taken_out=taken_out, **more)


def here(request: Request, interview: Interview, part: str = "plan", **query: str | int) -> str:
    if request.POST.get("shown"):
        query["theme"] = request.POST["shown"]
    address = reverse("prepare", args=[interview.pk])
    return f"{address}{'?' if query else ''}{urlencode(query)}#{part}"


def answer(
    request: Request, interview: Interview, say: str, part: str = "plan", own: PlannedQuestion | None = None
) -> HttpResponse:
    """Show the plan as it is now; `part` is what a page without a script scrolls to.

    `own` is the student's own question whose theme is to be looked at.
    """
    if request.htmx:
        return show(
            request, PAGE, context_of(request, interview, did=say, asks_of=own.pk if own else None), swap="plan"
        )
    query = {"own": own.pk} if own else {}
    return after(request, here(request, interview, part, **query), say=say)


def refuse(request: Request, error: Refused, interview: Interview, number: int = 0) -> HttpResponse:
    if request.htmx and not isinstance(error, Stale):
        return invalid(request, PAGE, context_of(request, interview, refusal=str(error)), swap="plan")
    return refused(request, error, here(request, interview))


# --- questions --------------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
@if_refused(refuse)
def add(request: Request, interview: Interview) -> HttpResponse:
    """From the bank, in one's own words, from an earlier plan, a first six, or the one just taken out."""
    now, bank, taken_out = timezone.now(), whole_number(request.POST.get("bank")), request.session.pop(TAKEN_OUT, None)
    if bank is not None:
        return _added(request, interview, actions.add_from_bank(interview, question=bank, now=now))
    if (kept := whole_number(request.POST.get("saved"))) is not None:
        return _added(request, interview, actions.add_saved(interview, saved=kept, now=now))
    if "back" in request.POST and taken_out and taken_out["interview"] == interview.pk:
        return _added(request, interview, actions.put_back(interview, fields=taken_out, now=now))
    if (earlier := whole_number(request.POST.get("copy"))) is not None:
        copied = actions.copy_from(interview, earlier=earlier, now=now)
        said = "1 question" if len(copied) == 1 else f"{len(copied)} questions"
        return answer(request, interview, f"Copied {said}. Change any that don’t fit.")
    if "begin" in request.POST:
        count = len(actions.begin(interview, now=now))
        added = "1 question" if count == 1 else f"{count} questions"
        return answer(request, interview, f"Added {added}. Change any that don’t fit.")
    form = OwnQuestionForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, context_of(request, interview, own=form), swap="plan")
    own = actions.add_own(interview, text=form.cleaned_data["text"], now=now)
    return _added(request, interview, own, own=own)


def _added(
    request: Request, interview: Interview, question: PlannedQuestion, own: PlannedQuestion | None = None
) -> HttpResponse:
    return answer(request, interview, f"Added question {question.position}: {question.text}", f"q{question.pk}", own)


@require_POST
@allow("interviews.edit", Interview)
@if_refused(refuse)
def question(request: Request, interview: Interview, number: int) -> HttpResponse:
    """Move, star, change or take out one question."""
    act = ACTS.get(request.POST.get("act", ""), _change)
    request.session.pop(TAKEN_OUT, None)
    return act(request, interview, number, timezone.now())


def _move(request: Request, interview: Interview, number: int, now: datetime) -> HttpResponse:
    to, steps = whole_number(request.POST.get("to")), {"up": -1, "down": 1}.get(request.POST["act"], 0)
    row = actions.move_question(interview, number=number, now=now, steps=steps, to=to)
    return answer(request, interview, f"Moved to question {row.position}.", f"q{row.pk}")


def _star(request: Request, interview: Interview, number: int, now: datetime) -> HttpResponse:
    row = actions.star(interview, number=number, on=request.POST["act"] == "star", now=now)
    say = f"Starred question {row.position}." if row.is_must else f"Removed the star from question {row.position}."
    return answer(request, interview, say, f"q{row.pk}")


def _about(request: Request, interview: Interview, number: int, now: datetime) -> HttpResponse:
    """Say what a question is about; the choice stays open, so that a slip is put right with one more press."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        raise Refused("Choose one of the topics.")
    row = actions.change_question(interview, number=number, values={"theme": theme}, now=now)
    say = f"Question {row.position} counts as “{row.get_theme_display()}”."
    return answer(request, interview, say, f"q{row.pk}", own=row)


def _take_out(request: Request, interview: Interview, number: int, now: datetime) -> HttpResponse:
    fields = actions.take_out(interview, number=number, now=now)
    request.session[TAKEN_OUT] = {**fields, "interview": interview.pk}
    if request.htmx:
        return show(request, PAGE, context_of(request, interview, undo=True), swap="plan")
    return after(request, here(request, interview, undo=1))


def _change(request: Request, interview: Interview, number: int, now: datetime) -> HttpResponse:
    row = PlannedQuestion.objects.filter(plan__interview=interview, pk=number).first()
    if row is None:
        raise Stale("That question was removed.")
    goals = goals_of(row.plan.goals)
    form = ChangeForm(request.POST, instance=row, goals=goals, prefix=f"q{row.pk}")
    if not form.is_valid():
        return invalid(request, PAGE, context_of(request, interview, change=form), swap="plan")
    if both := overtaken(request, "Two versions of one question", form, back=here(request, interview)):
        return both
    actions.change_question(interview, number=number, values=form.cleaned_data, now=now)
    return answer(request, interview, f"Saved question {row.position}.", f"q{row.pk}")


ACTS = {"up": _move, "down": _move, "move": _move, "star": _star, "unstar": _star, "out": _take_out, "about": _about}


# --- research, and what to see to -------------------------------------------------------------------------------------


def _posted(request: Request, interview: Interview) -> list[ResearchForm]:
    return [ResearchForm(request.POST, instance=actions.plan_of(interview))]


def _typed(request: Request, interview: Interview, form: ResearchForm) -> HttpResponse:
    """Show what was typed again, with what to do about it; the rest of the form as it is saved."""
    return invalid(request, PAGE, context_of(request, interview, research=form))


@require_POST
@allow("interviews.edit", Interview)
@autosaved("Two versions of your notes", forms=_posted, again=_typed, to="prepare")
def research(request: Request, interview: Interview, form: ResearchForm) -> HttpResponse:
    """Save what changed."""
    version, now = version_of(request), timezone.now()
    plan = actions.save_research(interview, version=version, values=form.values, now=now)
    return saved(request, plan, here(request, interview, "research"), say="Saved.")


@require_POST
@allow("interviews.edit", Interview)
@back_to("prepare")
def checks(request: Request, interview: Interview) -> HttpResponse:
    """Remember what is ticked."""
    known = {HIRES, *(check.key for check in checklist.checks(interview, request.user.zone))}
    checked = sorted(known.intersection(request.POST.getlist("checked")))
    actions.tick(interview, checked=checked, now=timezone.now())
    if request.htmx:
        return HttpResponse(status=204)
    return after(request, here(request, interview, "ready"), say="Checklist saved.")


@require_POST
@allow("interviews.edit", Interview)
@back_to("prepare")
def attire(request: Request, interview: Interview) -> HttpResponse:
    """Choose at what kind of place they work, as far as clothes go (R82)."""
    kind = request.POST.get("kind", "")
    actions.choose_attire(interview, kind=kind if kind in checklist.ATTIRE else "", now=timezone.now())
    return after(request, here(request, interview, "ready"), say="Saved what to wear.")


# --- the introduction -------------------------------------------------------------------------------------------------


@require_POST
@allow("interviews.edit", Interview)
def introduction_version(request: Request, interview: Interview) -> HttpResponse:
    """Say which of the two versions this person hears."""
    in_field = request.POST.get("field") == "1"
    introducing.say(interview, in_field=in_field)
    words = "the words of your field" if in_field else "plain words"
    return after(
        request,
        f"{reverse('prepare', args=[interview.pk])}#intro",
        say=f"Saved. {interview.contact.first_name} hears {words}.",
    )
