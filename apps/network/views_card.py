"""Cards handed over, in both directions."""

from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock import regions
from apps.files.storing import MOST_BYTES
from apps.network import card as cards
from apps.network.models import Contact
from apps.policy.models import Policy
from apps.web.answers import after, back_to, invalid, made, show

MY_CARD, CARD = "network/my_card.html", "network/card.html"


class CardForm(forms.Form):
    """A card as a file: a vCard, or a photo."""

    file = forms.FileField(
        label="A contact card (.vcf) or a photo of the card",
        help_text="Up to 5 MB. Only you can see it.",
        widget=forms.FileInput(attrs={"accept": ".vcf,.vcard,text/vcard,image/jpeg,image/png,image/webp"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty. Choose another one."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("This file is larger than 5 MB. Choose a smaller one.")
        return file


@dataclass(frozen=True)
class MyCardPage:
    """The student's card, large enough to be scanned from another phone."""

    code: SafeString
    school: str


@require_safe
@allow("network.own")
def my_card(request: Request) -> HttpResponse:
    school = Policy.now().university
    return show(request, MY_CARD, MyCardPage(cards.qr_code(cards.of_student(request.user, school=school)), school))


@require_safe
@allow("network.own")
def my_vcard(request: Request) -> HttpResponse:
    return _as_file(cards.of_student(request.user, school=Policy.now().university), "my-card")


@require_safe
@allow("network.edit", Contact)
def vcard(request: Request, contact: Contact) -> HttpResponse:
    return _as_file(cards.of_contact(contact), "card")


def _as_file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/vcard; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.vcf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@dataclass(frozen=True)
class CardPage:
    """The card that somebody handed over."""

    contact: Contact
    form: CardForm


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.edit", Contact)
def card(request: Request, contact: Contact) -> HttpResponse:
    """Read or keep a card; see the photo that is kept."""
    if request.method != "POST":
        return show(request, CARD, CardPage(contact, CardForm()))
    form = CardForm(request.POST, request.FILES)
    taken = None
    if form.is_valid():
        data = form.cleaned_data["file"].read()
        taken = made(form, lambda: cards.take(contact, data, now=timezone.now()), field="file")
    if taken is None:
        return invalid(request, CARD, CardPage(contact, form))
    if taken.is_photo:
        return after(request, "contact_card", contact.pk, say="Saved. Only you can see this photo.")
    return after(request, contact, say=_said(taken))


def _said(taken: cards.Taken) -> str:
    if not taken.filled:
        return "The card says nothing new, so nothing was changed."
    names = [LABELS[name] for name in taken.filled]
    listed = " and ".join([*[", ".join(names[:-1])][: len(names) > 1], names[-1]])
    return f"Added from the card: {regions.spelled(listed)}."


LABELS = {
    "pronouns": "pronouns",
    "title": "role",
    "email": "email",
    "phone": "phone",
    "linkedin": "LinkedIn",
    "city": "city",
    "organization": "organization",
}


@dataclass(frozen=True)
class RemovePage:
    """The question before a photo is deleted: there is no second one of it."""

    question: str
    text: str
    action: str
    back: str


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.edit", Contact)
@back_to()
def card_remove(request: Request, contact: Contact) -> HttpResponse:
    if request.method != "POST":
        question = f"Delete the photo of {contact.first_name}’s card?"
        page = RemovePage(question, "This can’t be undone.", "Delete photo", contact.get_absolute_url())
        return show(request, "components/confirm.html", page)
    cards.remove_photo(contact)
    return after(request, contact, say="The photo was deleted.")
