"""What a student types about an organization, a kind of work, an opportunity: input only."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.network.models import Contact, Organization
from apps.organizations.actions import MOST_KINDS
from apps.organizations.models import Detail, KindOfWork, Note, Opportunity
from apps.web.fields import DayField, DayInput, ProseField, between, farthest, gone_by
from apps.wording.text import folded

NEW_LINES = 3


def _one_line(text: str) -> str:
    return " ".join(text.split())


class AddForm(forms.Form):
    """An organization to follow."""

    name = forms.CharField(
        max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-organizations"})
    )
    website = forms.URLField(required=False, assume_scheme="https")
    why = forms.CharField(label="Why you like them", max_length=300, required=False)

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])


class DetailForm(forms.ModelForm):
    """What the student wrote about an organization, with its name."""

    name = forms.CharField(max_length=160)
    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = Detail
        fields = ["name", "about", "website", "why", "next_step"]
        labels = {"about": "What they do", "why": "Why you like them", "next_step": "Your next step"}
        help_texts = {"next_step": "If it’s blank, we suggest one."}

    def __init__(self, data: QueryDict | None = None, *, organization: Organization) -> None:
        detail = Detail.objects.filter(organization=organization).first()
        detail = detail or Detail(student_id=organization.student_id, organization=organization)
        super().__init__(data, instance=detail, initial={"name": organization.name})

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])


class KindsForm(forms.Form):
    """The student's kinds of work, one a line, and empty lines for more. An emptied line is taken out."""

    def __init__(self, data: QueryDict | None = None, *, student: User) -> None:
        super().__init__(data)
        kinds = list(KindOfWork.objects.filter(student=student).order_by("position", "pk"))
        for number, kind in enumerate(kinds, 1):
            self.fields[f"kind-{kind.pk}"] = self._line(number, kind.name)
        for number in range(1, NEW_LINES + 1):  # named alike however many there are: two tabs do not lose one
            self.fields[f"new-{number}"] = self._line(len(kinds) + number)

    def _line(self, number: int, name: str = "") -> forms.CharField:
        return forms.CharField(label=f"Kind of work {number}", max_length=60, required=False, initial=name)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for field, name in data.items():
            data[field] = name = _one_line(name)
            if name and folded(name) in seen:
                self.add_error(field, f"{name} is one of your kinds of work already.")
            seen.add(folded(name))
        if sum(map(bool, data.values())) > MOST_KINDS:
            raise forms.ValidationError(f"Keep up to {MOST_KINDS} kinds of work. Clear one to make room.")
        return data

    @property
    def names(self) -> dict[int, str]:
        """The lines that were shown, each as it is now; one that came since is not touched."""
        lines = {key: name for key, name in self.cleaned_data.items() if key in self.data}
        return {int(key.removeprefix("kind-")): name for key, name in lines.items() if key.startswith("kind-")}

    @property
    def new(self) -> list[str]:
        return [name for key, name in self.cleaned_data.items() if key.startswith("new-") and name]


class OpportunityForm(forms.ModelForm):
    url = forms.URLField(label="Link", required=False, assume_scheme="https")

    class Meta:
        model = Opportunity
        fields = ["title", "url", "due_on", "contact", "note"]
        widgets = {"due_on": DayInput}
        labels = {"title": "What it is", "due_on": "Apply by", "contact": "Who told you", "note": "What to remember"}

    def __init__(
        self, data: QueryDict | None = None, *, today: date, people: Iterable[Contact], instance: Opportunity
    ) -> None:
        super().__init__(data, instance=instance)
        # What is due by then may be past on the day it is put right; nobody plans years ahead.
        between(self.fields["due_on"], min(today, instance.due_on or today), farthest(today))
        known = {str(person.pk): person.name for person in people}
        if instance.contact_id and instance.contact:
            known.setdefault(str(instance.contact_id), instance.contact.name)
        self.fields["contact"].queryset = Contact.objects.filter(  # type: ignore[attr-defined]  # of a ModelChoiceField
            student=instance.student_id, pk__in=[int(pk) for pk in known]
        )
        self.fields["contact"].empty_label = "No one"  # type: ignore[attr-defined]  # of a ModelChoiceField


class AppliedForm(forms.Form):
    day = DayField(label="When")
    offered = forms.BooleanField(label="They offered it to me", required=False)

    def __init__(self, data: QueryDict | None = None, *, today: date, opportunity: Opportunity) -> None:
        is_offered = opportunity.state == Opportunity.State.OFFERED
        day = opportunity.applied_on or today
        super().__init__(data, auto_id="applied_%s", initial={"day": day, "offered": is_offered})
        gone_by(self.fields["day"], today)


class NoteForm(forms.ModelForm):
    text = ProseField(label="What you know", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    class Meta:
        model = Note
        fields = ["text", "effect", "contact"]
        labels = {"effect": "What it did", "contact": "Who said so"}

    def __init__(self, data: QueryDict | None = None, *, people: Iterable[Contact], instance: Note) -> None:
        super().__init__(data, auto_id="note_%s", instance=instance)
        known = {person.pk for person in people}
        known |= {instance.contact_id} if instance.contact_id else set()
        theirs = Contact.objects.filter(student=instance.student_id, pk__in=known).order_by("sort_key", "pk")
        self.fields["contact"].queryset = theirs  # type: ignore[attr-defined]  # of a ModelChoiceField
        self.fields["contact"].empty_label = "No one"  # type: ignore[attr-defined]  # of a ModelChoiceField
        self.fields["effect"].choices = [("", "Choose what fits"), *Note.Effect.choices]  # type: ignore[attr-defined]  # of a ChoiceField
