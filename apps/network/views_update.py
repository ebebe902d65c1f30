"""Telling several people how it goes, each in a note of their own, which Rapport sends or the student does."""

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.access import allow, by_program
from apps.accounts.models import MailLink, User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.network import undo, update_mails, updates
from apps.network.models import Contact, LetterDraft, ProgressUpdate
from apps.network.update_mails import Way
from apps.policy.models import Policy
from apps.web.answers import HtmxRequest, Refused, after, invalid, refused, show
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
        widget=forms.Textarea(attrs={"rows": 3}),
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
    error: str
    way: Way


@dataclass(frozen=True)
class UpdatePage:
    """First the news and the people; then one letter for each."""

    form: NewsForm | None
    update: ProgressUpdate | None
    letters: list[Letter]
    news: str
    others: list[tuple[str, str]]
    error: str = ""
    subject: str = ""
    minutes: int = 0  # in which what Rapport sends can be taken back
    can_send: bool = False  # any of them
    by_hand: bool = False  # some are left to the student


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.own")
@once
def update(request: Request) -> HttpResponse:
    """Begin an update, look at its letters, and say which were sent."""
    if request.method == "POST" and "undo" in request.POST:
        return _take_back(request)
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
    ways = update_mails.ways([draft.contact for draft in drafts], request.user, timezone.now())
    return UpdatePage(
        form=None,
        update=begun,
        letters=[
            Letter(
                draft,
                data.get(f"body_{draft.pk}", draft.body) if typed else draft.body,
                typed and str(draft.pk) in data.getlist("send"),
                (wrong or {}).get(draft.pk, ""),
                ways[draft.contact_id],
            )
            for draft in drafts
        ],
        news=data.get("news", begun.news) if typed else begun.news,
        others=_names(request.user, but=[draft.contact_id for draft in drafts]),
        error=error,
        subject=update_mails.subject(request.user),
        minutes=Policy.now().undo_minutes,
        can_send=any(way.to is not None for way in ways.values()),
        by_hand=any(way.to is None for way in ways.values()),
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
    """The student sent them from their own mail."""
    chosen = _chosen(request, begun, "Check at least 1 note you sent.")
    if isinstance(chosen, HttpResponse):
        return chosen
    people = updates.sent(begun, chosen, now=timezone.now())
    return after(request, _where_next(request), say=f"Saved. You wrote to {undo.listed(people)} today.")


def _send(request: Request, begun: ProgressUpdate) -> HttpResponse:
    """Rapport sends them, after the minutes in which that can be undone."""
    chosen = _chosen(request, begun, "Check at least 1 note to send.")
    if isinstance(chosen, HttpResponse):
        return chosen
    try:
        people = updates.send(begun, chosen, now=timezone.now())
    except Refused as error:
        return invalid(request, UPDATE, _letters_page(request, begun, typed=True, error=str(error)))
    minutes = Policy.now().undo_minutes
    when = f"in {minutes} {'minute' if minutes == 1 else 'minutes'}" if minutes else "now"
    say = f"Rapport sends your {'note' if len(people) == 1 else 'notes'} to {undo.listed(people)} {when}."
    take_back = f"{reverse('progress_update')}?update={begun.pk}" if minutes else ""
    return after(request, _where_next(request), say=say, undo=take_back)


def _take_back(request: Request) -> HttpResponse:
    number = whole_number(request.GET.get("update")) or 0
    begun = ProgressUpdate.objects.filter(student=request.user, pk=number).first()
    try:
        if begun is None:
            raise Refused("There’s nothing left to undo.")
        people = updates.take_back(begun)
    except Refused as error:
        return refused(request, error, "progress_update")
    said = "It’s a draft again." if len(people) == 1 else "They are drafts again."
    return after(request, "progress_update", say=f"Nothing was sent to {undo.listed(people)}. {said}")


def _where_next(request: Request) -> str:
    return "progress_update" if updates.current(request.user) else "network"


def _chosen(request: Request, begun: ProgressUpdate, none_said: str) -> set[int] | HttpResponse:
    """Keep what was typed. Return the letters that are checked, or the page that says what is wrong with them."""
    if wrong := _kept(request, begun):
        return wrong
    chosen = {number for one in request.POST.getlist("send") for number in [whole_number(one)] if number is not None}
    letters = [draft for draft in updates.letters(begun) if draft.pk in chosen]
    gaps = {draft.pk: problem for draft in letters for problem in [_problem(draft.body)] if problem}
    if gaps or not letters:
        said = "" if gaps else none_said
        return invalid(request, UPDATE, _letters_page(request, begun, typed=True, error=said, wrong=gaps))
    return {draft.pk for draft in letters}


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


@dataclass(frozen=True)
class StopPage:
    """What the link in a mail to somebody without an account opens: whose update it was, and whether it is done."""

    student_name: str
    office_email: str
    is_done: bool


@by_program(update_mails.STOP)
def stop(request: HtmxRequest, link: MailLink) -> HttpResponse:
    """Send no more mail of Rapport to this address."""
    address = link.purpose.removeprefix(update_mails.STOP)
    if request.method == "POST":
        update_mails.stop(address)
    page = StopPage(link.person.called, Policy.now().office_email, update_mails.is_stopped(address))
    return show(request, "network/stop.html", page)


_ACTS = {"refresh": _refresh, "add": _add, "sent": _sent, "send": _send, "save": _save, "forget": _forget}
