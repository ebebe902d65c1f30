"""Telling several people how it goes, each in a note of their own."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.network import undo, updates
from apps.network.models import Contact, LetterDraft, ProgressUpdate
from apps.web.answers import after, invalid, show
from apps.web.autosave import Conflict
from apps.web.fields import ProseField
from apps.web.gate import whole_number
from apps.wording.hints import PLACEHOLDER

UPDATE = "network/update.html"


class NewsForm(forms.Form):
    """What is new, and for whom."""

    news = ProseField(
        label="What’s new, for everyone",
        help_text="Three sentences are enough. They go in the middle of each note.",
        max_length=2000,
        error_messages={"required": "Write what’s new first."},
    )

    def __init__(self, data: QueryDict | None = None, *, student: User) -> None:
        super().__init__(data, auto_id="update_%s")
        offered = list(updates.offered(student)[: updates.MOST_OFFERED])
        self.offers = bool(offered)
        self.fields["people"] = forms.MultipleChoiceField(
            label="Who to write to",
            choices=[(str(person.pk), person.name) for person in offered],
            initial=[str(person.pk) for person in offered[:CHOSEN_AT_FIRST]],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields["other"] = forms.ChoiceField(
            label="Someone else",
            choices=[("", "Choose from your network"), *_names(student, but=[person.pk for person in offered])],
            required=False,
        )

    def clean(self) -> None:
        if not self.cleaned_data.get("people") and not self.cleaned_data.get("other") and "other" not in self.errors:
            self.add_error("people" if self.offers else "other", "Choose at least 1 person.")

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in [*self.cleaned_data["people"], self.cleaned_data["other"]] if pk]


CHOSEN_AT_FIRST = 4


def _names(student: User, *, but: list[int]) -> list[tuple[str, str]]:
    people = Contact.objects.filter(student=student, archived_at=None).exclude(pk__in=but)
    rows = people.order_by("sort_key", "pk").values_list("pk", "name", "organization__name")[:4_000]
    return [(str(pk), f"{name} ({place})" if place else name) for pk, name, place in rows]


@dataclass(frozen=True)
class Letter:
    """One letter as it stands, or as it was typed and could not be taken."""

    draft: LetterDraft
    body: str
    is_chosen: bool
    error: str = ""


@dataclass(frozen=True)
class UpdatePage:
    """First the news and the people; then one letter for each."""

    form: NewsForm | None
    update: ProgressUpdate | None
    letters: list[Letter]
    news: str
    others: list[tuple[str, str]]
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.own")
def update(request: Request) -> HttpResponse:
    """Begin an update, look at its letters, and say which were sent."""
    begun = updates.current(request.user)
    if begun is None:
        return _begin(request)
    if request.method != "POST":
        return show(request, UPDATE, _letters_page(request, begun))
    return _ACTS.get(request.POST.get("do", ""), _save)(request, begun)


def _begin(request: Request) -> HttpResponse:
    form = NewsForm(request.POST or None, student=request.user)
    if request.method == "POST" and form.is_valid():
        people = Contact.objects.filter(student=request.user, pk__in=form.chosen).order_by("sort_key", "pk")
        updates.begin(request.user, news=form.cleaned_data["news"], people=people, now=timezone.now())
        return after(request, "progress_update", say="Here is a first draft for each. Nothing was sent.")
    answer = invalid if request.method == "POST" else show
    return answer(request, UPDATE, UpdatePage(form, None, [], "", []))


def _letters_page(
    request: Request,
    begun: ProgressUpdate,
    *,
    typed: bool = False,
    error: str = "",
    wrong: dict[int, str] | None = None,
) -> UpdatePage:
    drafts, data = updates.letters(begun), request.POST
    return UpdatePage(
        form=None,
        update=begun,
        letters=[
            Letter(
                draft,
                data.get(f"body_{draft.pk}", draft.body) if typed else draft.body,
                typed and str(draft.pk) in data.getlist("send"),
                (wrong or {}).get(draft.pk, ""),
            )
            for draft in drafts
        ],
        news=data.get("news", begun.news) if typed else begun.news,
        others=_names(request.user, but=[draft.contact_id for draft in drafts]),
        error=error,
    )


def _typed(request: Request, begun: ProgressUpdate) -> dict[int, tuple[int, str]]:
    """Return the letters as they were posted, with the version that each was shown in."""
    found = {}
    for draft in updates.letters(begun):
        body = request.POST.get(f"body_{draft.pk}")
        if body is not None:
            version = whole_number(request.POST.get(f"version_{draft.pk}"))
            found[draft.pk] = (
                -1 if version is None else version,
                ProseField(max_length=8000, required=False).clean(body),
            )
    return found


def _kept(request: Request, begun: ProgressUpdate) -> HttpResponse | None:
    """Keep what was typed; where that cannot be, return the page that says why, with all that was typed."""
    try:
        updates.keep(begun, _typed(request, begun))
    except forms.ValidationError:
        said = "A note is too long. Keep each below 8,000 characters."
        return invalid(request, UPDATE, _letters_page(request, begun, typed=True, error=said))
    except Conflict as conflict:
        return invalid(request, UPDATE, _letters_page(request, begun, typed=True, error=str(conflict)))
    return None


def _save(request: Request, begun: ProgressUpdate) -> HttpResponse:
    return _kept(request, begun) or after(request, "network", say="Saved as drafts. Nothing was sent.")


def _refresh(request: Request, begun: ProgressUpdate) -> HttpResponse:
    if wrong := _kept(request, begun):
        return wrong
    others = updates.put_news(begun, news=request.POST.get("news", "")[:2000])
    say = "Saved. Your news is in every note."
    if others:
        letters = "1 letter" if others == 1 else f"{others} letters"
        say = f"Saved. You changed {letters} by hand, so we left {'it' if others == 1 else 'them'} alone."
    return after(request, "progress_update", say=say)


def _add(request: Request, begun: ProgressUpdate) -> HttpResponse:
    if wrong := _kept(request, begun):
        return wrong
    person = Contact.objects.filter(
        student=request.user, archived_at=None, pk=whole_number(request.POST.get("other")) or 0
    ).first()
    if person is None:
        page = _letters_page(request, begun, error="Choose someone from your network.")
        return invalid(request, UPDATE, page)
    updates.add(begun, [person])
    return after(request, "progress_update", say=f"Added a note to {person.first_name}.")


def _sent(request: Request, begun: ProgressUpdate) -> HttpResponse:
    if wrong := _kept(request, begun):
        return wrong
    chosen = {number for one in request.POST.getlist("send") for number in [whole_number(one)] if number is not None}
    letters = [draft for draft in updates.letters(begun) if draft.pk in chosen]
    gaps = {draft.pk: problem for draft in letters for problem in [_problem(draft.body)] if problem}
    if gaps or not letters:
        said = "" if gaps else "Check at least 1 note you sent."
        return invalid(request, UPDATE, _letters_page(request, begun, typed=True, error=said, wrong=gaps))
    people = updates.sent(begun, chosen, now=timezone.now())
    goal = "progress_update" if updates.current(request.user) else "network"
    return after(request, goal, say=f"Saved. You wrote to {undo.listed(people)} today.")


def _problem(body: str) -> str:
    gap = PLACEHOLDER.search(body)
    if gap:
        return f"“{gap.group()}” is a placeholder. Replace it with your own words."
    return "" if body.strip() else "This note is empty."


@dataclass(frozen=True)
class ForgetPage:
    """The question before letters are thrown away."""

    question: str
    text: str
    action: str
    back: str
    hidden: dict[str, str]


def _forget(request: Request, begun: ProgressUpdate) -> HttpResponse:
    if "sure" not in request.POST:
        said = "The notes you didn’t send are deleted. This can’t be undone."
        sure = {"do": "forget", "sure": "1"}
        page = ForgetPage("Delete this update?", said, "Delete update", reverse("progress_update"), sure)
        return show(request, "components/confirm.html", page)
    updates.forget(begun)
    return after(request, "network", say="Deleted the update. Nothing was sent.")


_ACTS = {"refresh": _refresh, "add": _add, "sent": _sent, "save": _save, "forget": _forget}
