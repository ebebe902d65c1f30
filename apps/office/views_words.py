"""The office's page on its own search words: what students type, and what it means here (R274).

A word is tried before it is saved: what a search finds today, and what it would find then. All searches know a word
from the moment it is saved.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock.regions import spelled_lazily
from apps.directory import own_words, word_trial
from apps.directory.word_trial import Trial
from apps.office.forms_words import SearchWordForm, TryForm
from apps.policy.models import Policy, SearchWord
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import edits, overtaken

DELETED = "search_word_deleted"  # in the session: what the word that was deleted last said
KINDS = {
    SearchWord.Kind.OCCUPATION: "Occupations",
    SearchWord.Kind.FIELD: "Fields and majors",
    SearchWord.Kind.PLACE: "Places",
    SearchWord.Kind.ORGANIZATION: spelled_lazily("Organizations"),
}
KEPT = ("kind", "phrase", "means")


@dataclass(frozen=True)
class WordsPage:
    """The office's own words, one to add, and what a search makes of them."""

    form: SearchWordForm
    trying: TryForm
    own: list[tuple[str, list[SearchWord]]]  # by what they are
    trial: Trial | None
    is_new: bool  # what is tried is the word to add
    section: str = "office_policy"


@allow("office.run")
@once
def search_words(request: Request) -> HttpResponse:
    """List the words, and add one; `q` tries a search without them and with them."""
    trying = TryForm(request.GET)
    if request.method != "POST":
        saved = own_words.rows()
        return show(
            request,
            "office/words.html",
            _page(
                SearchWordForm(initial={"phrase": request.GET.get("phrase", "")[:60]}),
                trying,
                _trial(trying.text, [], saved),
            ),
        )
    form = SearchWordForm(request.POST)
    if not form.is_valid():
        return invalid(request, "office/words.html", _page(form, trying))
    if "try" in request.POST:
        saved = own_words.rows()
        trial = _trial(form.tried, saved, [*saved, form.row])
        return show(request, "office/words.html", _page(form, trying, trial, is_new=True))
    form.save()
    return after(request, "office_words", say=f"Saved. Every search knows “{form.instance.phrase}” now.")


def _page(form: SearchWordForm, trying: TryForm, trial: Trial | None = None, *, is_new: bool = False) -> WordsPage:
    rows = sorted(SearchWord.objects.all(), key=lambda row: (row.phrase.casefold(), row.pk))
    by_kind = [(str(label), [row for row in rows if row.kind == kind]) for kind, label in KINDS.items()]
    return WordsPage(form, trying, [(label, kept) for label, kept in by_kind if kept], trial, is_new)


def _trial(text: str, before: list[own_words.Row], rows: list[own_words.Row]) -> Trial | None:
    return word_trial.trial(text, before, rows, timezone.now(), Policy.now()) if text else None


@dataclass(frozen=True)
class WordPage:
    form: SearchWordForm
    word: SearchWord
    trial: Trial | None
    section: str = "office_policy"


@allow("office.run")
@once
@edits
def search_word(request: Request, pk: int) -> HttpResponse:
    """Change one word."""
    word = get_object_or_404(SearchWord, pk=pk)
    form = SearchWordForm(request.POST or None, instance=word)
    if request.method != "POST":
        return show(request, "office/word.html", WordPage(form, word, None))
    if not form.is_valid():
        return invalid(request, "office/word.html", WordPage(form, word, None))
    if "try" in request.POST:
        saved = SearchWord.objects.order_by("pk")
        others = list(saved.exclude(pk=pk).values_list(*KEPT))
        trial = _trial(form.tried, own_words.rows(), [*others, form.row])
        return show(request, "office/word.html", WordPage(form, word, trial))
    if both := overtaken(request, "Two versions of this word", form):
        return both
    form.save()
    return after(request, "office_words", say=f"Saved. Every search knows “{word.phrase}” now.")


@require_POST
@allow("office.run")
def search_word_delete(request: Request, pk: int) -> HttpResponse:
    word = get_object_or_404(SearchWord, pk=pk)
    word.delete()
    request.session[DELETED] = {name: getattr(word, name) for name in KEPT}
    return after(request, "office_words", say=f"Deleted: “{word.phrase}”.", undo=reverse("office_word_back"))


@require_POST
@allow("office.run")
@back_to("office_words")
def search_word_back(request: Request) -> HttpResponse:
    """Undo the last deletion of a word."""
    kept = request.session.pop(DELETED, None)
    if kept is None or SearchWord.objects.filter(kind=kept["kind"], phrase__iexact=kept["phrase"]).exists():
        raise Refused("There’s nothing left to undo.")
    SearchWord.objects.create(**kept)
    return after(request, "office_words", say=f"Restored: “{kept['phrase']}”.")
