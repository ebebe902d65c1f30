"""Which two of a student's people are one: found, made one line by line, told apart, and made two again."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.network import actions, duplicates, merging
from apps.network.forms_same import MergeForm, OtherForm
from apps.network.models import Contact, ContactMerge
from apps.web.answers import Refused, after, back_to, done, invalid, show
from apps.web.gate import whole_number

SAME, PAIRS = "network/same_person.html", "network/pairs.html"


@dataclass(frozen=True)
class Likely:
    """Two who may be one person, and why."""

    first: Contact
    second: Contact
    reason: str


@dataclass(frozen=True)
class PairsPage:
    pairs: list[Likely]
    count: int


MOST_SHOWN = 30


@require_safe
@allow("network.own")
def pairs(request: Request) -> HttpResponse:
    """All who may be one person, the surest first."""
    found = duplicates.pairs(request.user.pk)
    return show(request, PAIRS, PairsPage(_people_of(request, found[:MOST_SHOWN]), len(found)))


def _people_of(request: Request, found: list[duplicates.Pair]) -> list[Likely]:
    keys = {key for pair in found for key in (pair.first, pair.second)}
    people = Contact.objects.filter(student=request.user).select_related("organization").in_bulk(keys)
    return [Likely(people[pair.first], people[pair.second], pair.reason) for pair in found]


@dataclass(frozen=True)
class Turn:
    """Which of all pairs it is, and where the next one is."""

    number: int  # from 1
    count: int
    next_url: str


def _turn(request: Request, keys: tuple[int, int]) -> Turn | None:
    """Return which pair it is of all; None for who did not come from the list, or where it is none of them."""
    if "list" not in request.GET:
        return None
    found = [(pair.first, pair.second) for pair in duplicates.pairs(request.user.pk)]
    if len(found) < 2 or keys not in found:
        return None
    at = found.index(keys)
    first, second = found[(at + 1) % len(found)]
    return Turn(at + 1, len(found), f"{reverse('contact_same_as', args=[first])}?other={second}&list=1")


@dataclass(frozen=True)
class SamePage:
    """Two entries side by side, or, as long as there is no second, who it may be."""

    contact: Contact
    first: Contact
    second: Contact | None
    reason: str
    form: MergeForm | None
    choose: OtherForm | None
    likely: list[Likely]
    turn: Turn | None = None  # of whom one goes through all pairs


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.edit", Contact)
@back_to()
def same_as(request: Request, contact: Contact) -> HttpResponse:
    """Say whether somebody is the same person as another of the map."""
    number = whole_number((request.POST if request.method == "POST" else request.GET).get("other"))
    other = (
        Contact.objects.filter(student=request.user, archived_at=None, pk=number or 0).exclude(pk=contact.pk).first()
    )
    if request.method != "POST":
        return show(request, SAME, _page(request, contact, other))
    if other is None:
        raise Refused("This person is no longer in your network. Choose someone else.")
    return _answered(request, contact, other)


def _answered(request: Request, contact: Contact, other: Contact) -> HttpResponse:
    first, second = sorted((contact, other), key=lambda person: person.pk)
    if "no" in request.POST:
        actions.are_two(first, second)
        say = f"Saved. {first.name} and {second.name} are two different people."
        return after(request, _next(request, contact), say=say)
    form, now = MergeForm(request.POST, first=first, second=second), timezone.now()
    made: list[ContactMerge] = []
    if form.is_valid() and done(form, lambda: made.append(merging.merge(first, second, values=form.values, now=now))):
        undo = reverse("merge_undo", args=[made[0].pk])
        return after(
            request, made[0].kept, say=f"{made[0].kept.name} and {made[0].name} are now one person.", undo=undo
        )
    return invalid(request, SAME, _page(request, contact, other, form))


def _next(request: Request, contact: Contact) -> str:
    """Return the list where one came from it, else the person's page."""
    return reverse("contact_pairs") if "from_list" in request.POST else contact.get_absolute_url()


def _page(request: Request, contact: Contact, other: Contact | None, form: MergeForm | None = None) -> SamePage:
    found = duplicates.pairs(request.user.pk, of=contact.pk)
    if other is None:
        choose = OtherForm(request.GET if "other" in request.GET else None, contact=contact)
        return SamePage(contact, contact, None, "", None, choose, _people_of(request, found[:5]))
    first, second = sorted((contact, other), key=lambda person: person.pk)
    reason = next((pair.reason for pair in found if (pair.first, pair.second) == (first.pk, second.pk)), "")
    return SamePage(
        contact=contact,
        first=first,
        second=second,
        reason=reason,
        form=form or MergeForm(first=first, second=second),
        choose=None,
        likely=[],
        turn=_turn(request, (first.pk, second.pk)),
    )


@require_POST
@allow("network.edit", ContactMerge)
@back_to(lambda merge: merge.kept)
def merge_undo(request: Request, merge: ContactMerge) -> HttpResponse:
    """Make two of them again."""
    kept = merge.kept
    other = merging.undo(merge, now=timezone.now())
    return after(request, kept, say=f"{kept.name} and {other.name} are two people again.")
