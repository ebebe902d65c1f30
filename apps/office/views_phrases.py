"""The office's page on what reads like asking for a job: try sentences, switch rules off, add phrases of its own."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.office.forms_phrases import PhraseForm, TryForm
from apps.policy.models import Phrase
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import wanted
from apps.wording import rulebook

PAGE = "office/phrases.html"
TAKEN_OUT = "phrase_taken_out"  # in the session: what the phrase that was removed last said
KEPT = ("kind", "pattern", "explanation", "suggestion", "is_on")


@allow("office.run")
def phrases_page(request: Request) -> HttpResponse:
    """Show the rules and try sentences; a new phrase is tried the same way before it is saved."""
    if request.method != "POST":
        return show(request, PAGE, _page(TryForm(request.GET), PhraseForm()))
    form, tried = PhraseForm(request.POST), TryForm(request.POST)
    if not form.is_valid():
        return invalid(request, PAGE, _page(tried, form))
    if "try" in request.POST:
        return show(request, PAGE, _page(tried, form, form.trial))
    form.save()
    return after(request, "office_phrases", say="Saved. It applies to every request from now on.")


@dataclass(frozen=True)
class PhrasesPage:
    """The rules, the office's own phrases, and what was caught in the sentences that were tried."""

    form: PhraseForm
    trying: TryForm
    results: list[tuple[str, rulebook.Caught | None]]
    is_trial: bool
    own: list[Phrase]
    rules: list[tuple[rulebook.Rule, bool]]  # and whether it is switched off
    classes: list[tuple[str, str]]
    section: str = "questions"


def _page(tried: TryForm, form: PhraseForm, trial: rulebook.PhraseRow | None = None) -> PhrasesPage:
    rules, changed = rulebook.current(trial), list(Phrase.objects.order_by("-pk"))
    off = {row.pattern for row in changed if row.kind == Phrase.Kind.OFF}
    return PhrasesPage(
        form=form,
        trying=tried,
        results=[(line, next(iter(rules.caught(line)), None)) for line in tried.lines],
        is_trial=trial is not None,
        own=[row for row in changed if row.kind != Phrase.Kind.OFF],
        rules=[(rule, rule.name in off) for rule in rulebook.shipped().rules],
        classes=rulebook.listed_classes(),
    )


@require_POST
@allow("office.run")
@once
def rule_switch(request: Request, name: str) -> HttpResponse:
    """Switch a rule that ships off, or on again."""
    if name not in {rule.name for rule in rulebook.shipped().rules}:
        raise Http404
    off = Phrase.objects.filter(kind=Phrase.Kind.OFF, pattern=name)
    is_on = wanted(request, now=not off.exists())
    if is_on:
        off.delete()
    else:
        Phrase.objects.get_or_create(kind=Phrase.Kind.OFF, pattern=name)
    say = "Turned on. Students see this hint again." if is_on else "Turned off. Students no longer see this hint."
    return after(request, "office_phrases", say=say)


@require_POST
@allow("office.run")
@once
def phrase_switch(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Phrase.objects.exclude(kind=Phrase.Kind.OFF), pk=pk)
    row.is_on = wanted(request, now=row.is_on)
    row.save(update_fields=["is_on"])
    return after(request, "office_phrases", say="Turned on." if row.is_on else "Turned off.")


@require_POST
@allow("office.run")
def phrase_remove(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Phrase.objects.exclude(kind=Phrase.Kind.OFF), pk=pk)
    row.delete()
    request.session[TAKEN_OUT] = {name: getattr(row, name) for name in KEPT}
    return after(request, "office_phrases", say=f"Removed: “{row.pattern}”.", undo=reverse("office_phrase_back"))


@require_POST
@allow("office.run")
@back_to("office_phrases")
def phrase_back(request: Request) -> HttpResponse:
    """Undo the last removal of a phrase: it is as it was, also off where it was off."""
    kept = request.session.pop(TAKEN_OUT, None)
    if kept is None or Phrase.objects.filter(kind=kept["kind"], pattern=kept["pattern"]).exists():
        raise Refused("There’s nothing left to undo.")
    Phrase.objects.create(**kept)
    return after(request, "office_phrases", say=f"Restored: “{kept['pattern']}”.")
