"""What is typed on a contact's own page: one detail in its place, how close they are, a tag, an introduction."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import model_to_dict
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock.regions import spelled_lazily
from apps.network.forms import ContactForm
from apps.network.models import Closeness, Contact, Phase

IN_PLACE = {  # of ContactForm: what can be changed on the page itself
    "title": "Role",
    "organization_name": spelled_lazily("Organization"),
    "phone": "Phone",
    "email": "Email",
    "linkedin": "LinkedIn",
    "city": "City",
    "pronouns": "Pronouns",
}


class InPlaceForm(ContactForm):
    """Some details of a contact, typed where they stand; all others are as they were."""

    def __init__(self, data: QueryDict | None = None, *, student: User, instance: Contact) -> None:
        self.posted = [name for name in IN_PLACE if data is not None and name in data]
        super().__init__(data and _whole(data, instance, self.posted), student=student, instance=instance)
        for name, field in self.fields.items():
            field.widget.attrs |= {"id": f"in_place_{name}"}

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.posted if name in self.cleaned_data}


def _whole(data: QueryDict, contact: Contact, posted: list[str]) -> QueryDict:
    """Return what a form of the whole contact would post."""
    whole = QueryDict(mutable=True)
    now = model_to_dict(contact, fields=list(ContactForm.Meta.fields))
    now["organization_name"] = contact.organization_name
    whole.update({name: "" if value in (None, False) else str(value) for name, value in now.items()})
    if not contact.is_private:
        del whole["is_private"]
    for name in [*posted, "anyway"]:
        whole.setlist(name, data.getlist(name))
    return whole


@dataclass(frozen=True)
class Detail:
    """One detail on the page: what it is called, what it says, and its field."""

    name: str
    label: str
    field: forms.BoundField

    @property
    def value(self) -> str:
        return str(self.field.value() or "")


def details(form: InPlaceForm) -> list[Detail]:
    return [Detail(name, str(label), form[name]) for name, label in IN_PLACE.items()]


class CloseForm(forms.ModelForm):
    """How close the student is to somebody, and where the two stand, as the student sees it (R120)."""

    closeness = forms.TypedChoiceField(
        label="How close you are",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Not chosen"), *Closeness.choices],
    )
    phase = forms.ChoiceField(
        label="Where you stand", required=False, choices=[("", "Let Rapport work it out"), *Phase.choices]
    )

    class Meta:
        model = Contact
        fields = ["closeness", "phase"]

    def __init__(self, data: QueryDict | None = None, *, instance: Contact) -> None:
        super().__init__(data, auto_id="close_%s", instance=instance)


class TagForm(forms.Form):
    tag = forms.CharField(
        label="New tag",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write a tag first."},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="new_%s")


class IntroductionForm(forms.Form):
    """Whom the student would like to meet through somebody, and why (R37)."""

    to = forms.CharField(
        label="Who would you like to meet?",
        max_length=150,
        error_messages={"required": "Write who you’d like to meet."},
    )
    why = forms.CharField(
        label="Why this person",
        max_length=240,
        required=False,
        help_text="One sentence. For example: She decides which rivers are sampled.",
    )
    intro = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="intro_%s")
