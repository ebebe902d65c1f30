"""Giving back: what a student can offer, and what they gave to whom (R116)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.network import actions, giving
from apps.network.forms_giving import GaveForm, OfferForm
from apps.network.models import Contact, Offering, Touch
from apps.network.views_story import moment
from apps.web.answers import after, done, invalid, show
from apps.web.edits import edits, overtaken

GIVING = "network/giving.html"


@dataclass(frozen=True)
class GivingPage:
    offers: Sequence[Offering]
    given: Sequence[Touch]
    offer: OfferForm
    gave: GaveForm
    has_people: bool
    section: str = "network"


def _page(student: User, *, offer: OfferForm | None = None, gave: GaveForm | None = None) -> GivingPage:
    gave = gave or GaveForm(student=student)
    return GivingPage(
        offers=giving.offers(student),
        given=list(giving.given(student)),
        offer=offer or OfferForm(),
        gave=gave,
        has_people=Contact.objects.filter(student=student, archived_at=None).exists(),
    )


@dataclass(frozen=True)
class OfferPage:
    """One offer to change; the names are those of network/entry.html."""

    form: OfferForm
    remove: str
    title: str = "Change what you can offer"
    back: str = "/network/giving/"
    back_says: str = "Giving back"


@require_safe
@allow("students.own")
def page(request: Request) -> HttpResponse:
    return show(request, GIVING, _page(request.user))


@require_POST
@allow("students.own")
@once
def offer_add(request: Request) -> HttpResponse:
    """Write down something to offer; by the undo of a deletion, the same again."""
    form = OfferForm(request.GET if "undo" in request.POST else request.POST)
    if form.is_valid() and done(form, lambda: giving.add(request.user, form.save(commit=False)), field="text"):
        return after(request, "giving", say="Saved. We’ll suggest it when you write to someone.")
    return invalid(request, GIVING, _page(request.user, offer=form))


@allow("network.edit", Offering)
@once
@edits
def offer_edit(request: Request, offer: Offering) -> HttpResponse:
    form = OfferForm(request.POST or None, instance=offer)
    page = OfferPage(form, reverse("offer_remove", args=[offer.pk]))
    if request.method != "POST":
        return show(request, "network/entry.html", page)
    if form.is_valid() and (both := overtaken(request, "Two versions of one offer", form)):
        return both
    if form.is_valid() and done(form, form.save):
        return after(request, "giving", say="Saved.")
    return invalid(request, "network/entry.html", page)


@require_POST
@allow("network.edit", Offering)
def offer_remove(request: Request, offer: Offering) -> HttpResponse:
    again = f"{reverse('offer_add')}?{urlencode({'kind': offer.kind, 'text': offer.text})}"
    offer.delete()
    return after(request, "giving", say=f"Deleted: {offer.text}.", undo=again)


@require_POST
@allow("students.own")
@once
def gave(request: Request) -> HttpResponse:
    """Note what was given to somebody, in the history with them."""
    form = GaveForm(request.POST, student=request.user)
    if not form.is_valid():
        return invalid(request, GIVING, _page(request.user, gave=form))
    contact = form.cleaned_data["contact"]
    at = moment(request, form.cleaned_data["day"])
    actions.touch(contact, Touch.Kind.GAVE, at=at, note=form.cleaned_data["note"])
    return after(request, "giving", say=f"Added to your history with {contact.first_name}.")
