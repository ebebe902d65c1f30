"""Two entries of one person, line by line: what is kept of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from apps.clock import times
from apps.clock.regions import spelled_lazily
from apps.network import twins
from apps.network.merging import CHOSEN, RHYTHM
from apps.network.models import Contact

LABELS = {
    "name": "Name",
    "pronouns": "Pronouns",
    "class_year": "Class year",
    "title": "Role",
    "organization": spelled_lazily("Organization"),
    "email": "Email",
    "phone": "Phone",
    "linkedin": "LinkedIn",
    "city": "City",
    "time_zone": "Time zone",
    "relation": "How you know them",
    "source": "Where you met or found them",
    RHYTHM: "Remind me to write",
    "notes": "Your notes",
}
BOTH = "both"
LINES = (*CHOSEN, RHYTHM, "notes")


@dataclass(frozen=True)
class Line:
    """One line of the page: a choice, or what both say, or what only one does."""

    label: str
    first: str
    second: str
    field: forms.BoundField | None

    @property
    def is_same(self) -> bool:
        return self.first == self.second


class MergeForm(forms.Form):
    """Of each line on which the two differ, one; where only one says something, that is kept."""

    def __init__(self, data: QueryDict | None = None, *, first: Contact, second: Contact) -> None:
        super().__init__(data, auto_id="merge_%s")
        self.both = (first, second)
        for name in LINES:
            one, other = self._said(first, name), self._said(second, name)
            if one and other and one != other:
                choices = [("first", one), ("second", other)]
                if name == "notes":
                    choices.insert(0, (BOTH, "Keep both"))
                self.fields[name] = forms.ChoiceField(
                    label=LABELS[name], choices=choices, initial=choices[0][0], widget=forms.RadioSelect
                )

    @staticmethod
    def _said(contact: Contact, name: str) -> str:
        if name == "relation":
            return str(contact.get_relation_display())
        if name == RHYTHM:
            cadence = getattr(contact, "cadence", None)
            return cadence.get_months_display() if cadence else ""
        if name == "time_zone" and contact.time_zone:
            return times.zone_name(contact.time_zone)
        if name == "linkedin":
            return twins.linkedin_key(contact.linkedin) or contact.linkedin
        return str(getattr(contact, name) or "")

    @property
    def lines(self) -> list[Line]:
        first, second = self.both
        lines = []
        for name in LINES:
            one, other = self._said(first, name), self._said(second, name)
            if one or other:
                lines.append(Line(str(LABELS[name]), one, other, self[name] if name in self.fields else None))
        return lines

    @property
    def tags(self) -> list[str]:
        """The tags of both, by name: all are kept."""
        return sorted({tag.name for contact in self.both for tag in contact.tags.all()}, key=str.casefold)

    @property
    def values(self) -> Mapping[str, Any]:
        """What the one person is to hold: where nothing is to be chosen, what there is."""
        first, second = self.both
        values: dict[str, Any] = {RHYTHM: self.cleaned_data.get(RHYTHM, "")}
        for name in CHOSEN:
            chosen = second if self.cleaned_data.get(name) == "second" else first
            values[name] = getattr(chosen, name) or getattr(second, name)
        notes = self.cleaned_data.get("notes", BOTH)
        if notes != BOTH:
            values["notes"] = (second if notes == "second" else first).notes
        return values


class OtherForm(forms.Form):
    """Who else of the map is this person."""

    other = forms.ChoiceField(label="Choose from your network")

    def __init__(self, data: QueryDict | None = None, *, contact: Contact) -> None:
        super().__init__(data, auto_id="other_%s")
        people = Contact.objects.filter(student=contact.student_id, archived_at=None).exclude(pk=contact.pk)
        named = people.order_by("sort_key", "pk").values_list("pk", "name", "organization__name")
        choices = [(str(pk), f"{name} ({place})" if place else name) for pk, name, place in named[:MOST]]
        self.fields["other"] = forms.ChoiceField(
            label="Choose from your network", choices=[("", "Choose someone"), *choices]
        )


MOST = 4_000
