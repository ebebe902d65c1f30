"""A coach or somebody of the office suggests a person to students, sees what came of it, takes it back (R235)."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.students.disclosures import disclose_each
from apps.suggestions import actions, page
from apps.suggestions.actions import Made, Proposal
from apps.suggestions.forms import SuggestForm
from apps.suggestions.models import Suggestion
from apps.web.answers import Refused, after, back_to, invalid, made, show

PAGE, GIVEN = "suggestions/suggest.html", "suggestions/given.html"
SHOWN = "Suggestions to you"


@allow("suggestions.make")
@once
def suggest(request: Request) -> HttpResponse:
    """Choose students and a person, say why. Looking for people keeps what was typed."""
    now, is_post = timezone.now(), request.method == "POST"
    typed = request.POST if is_post else request.GET
    alum, is_sent = page.chosen_alum(request.user, typed), is_post and typed.get("do") == "send"
    form = SuggestForm(request.POST if is_sent else None, has_alum=alum is not None, initial=_kept(typed))
    students = page.chosen_students(request.user, typed)
    if is_sent and not students:
        form.add_error(None, "Choose at least one student.")
    if is_sent and form.is_valid():
        said = form.cleaned_data
        name, about = said["person"]
        proposal = Proposal(alum, name, about, said["why"], said["to_alum"], said["email"])
        users = [one.user for one in students]
        sent = made(form, lambda: actions.suggest(users, proposal, by=request.user, now=now))
        if sent:
            undo = f"{reverse('suggest_back')}?press={sent.batch}"
            return after(request, "suggestions_given", say=_what_became(sent, proposal.called), undo=undo)
    shown = page.suggest(request.user, typed, now, form=form, back=reverse("suggestions_given"))
    disclose_each([one.user_id for one in (*shown.to, *shown.found)], viewer=request.user, what=SHOWN, now=now)
    return (invalid if form.is_bound and form.errors else show)(request, PAGE, shown)


def _kept(typed: dict[str, str]) -> dict[str, str]:
    return {name: str(typed.get(name, ""))[:700] for name in ("person", "email", "why", "to_alum")}


def _what_became(sent: Made, called: str) -> str:
    n, out = len(sent.to), len(sent.left_out)
    said = f"{called} is suggested to {sent.to[0].called if n == 1 else f'{n} students'}."
    if out == 1:
        return f"{said} {sent.left_out[0][1]}"
    return f"{said} {out} students were left out." if out else said


@require_safe
@allow("suggestions.make")
def given(request: Request) -> HttpResponse:
    now = timezone.now()
    shown = page.given(request.user, request.GET, now)
    seen = [line.suggestion.student_id for line in shown.page]
    disclose_each(seen, viewer=request.user, what=SHOWN, now=now)
    return show(request, GIVEN, shown)


@require_POST
@allow("suggestions.make")
@back_to("suggestions_given")
def back(request: Request) -> HttpResponse:
    """Undo what the press in the address suggested, as far as nobody has answered."""
    try:
        batch = UUID(request.GET.get("press", ""))
    except ValueError as error:
        raise Refused(actions.GONE) from error
    n = actions.take_back(batch, by=request.user, now=timezone.now())
    return after(request, "suggestions_given", say=f"{n} {'suggestion was' if n == 1 else 'suggestions were'} undone.")


def _to_given(suggestion: Suggestion) -> str:
    return reverse("suggestions_given")


@require_POST
@allow("suggestions.withdraw", Suggestion)
@back_to(_to_given)
def withdraw(request: Request, suggestion: Suggestion) -> HttpResponse:
    now = timezone.now()
    if "undo" in request.POST:
        actions.put_back(suggestion, now=now)
        return after(request, "suggestions_given", say="The suggestion is back.")
    was_open = suggestion.state == Suggestion.State.OPEN
    actions.withdraw(suggestion, now=now)
    return after(request, "suggestions_given", say="Suggestion withdrawn.", undo=request.path if was_open else "")
