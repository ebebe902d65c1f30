"""What a student types about a contact: input only."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock import zones
from apps.network import actions
from apps.network.models import ActionStep, Contact, Outcome, Relation, Touch
from apps.web.addresses import AddressField
from apps.web.autosave import Posted
from apps.web.fields import ProseField, gone_by, to_come
from apps.wording import person_name
from apps.wording.hints import PLACEHOLDER


def _date(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class ContactForm(forms.ModelForm):
    organization_name = forms.CharField(label="Where they work", max_length=160, required=False)

    class Meta:
        model = Contact
        fields = [
            "name",
            "pronouns",
            "relation",
            "title",
            "organization_name",
            "source",
            "email",
            "phone",
            "linkedin",
            "city",
            "time_zone",
            "notes",
            "is_private",
        ]
        field_classes = {"email": AddressField}
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"is_private": "Keep this person to myself", "title": "What they do", "time_zone": "Their time zone"}

    def __init__(self, *args: Any, student: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.student = student
        self.instance.student = student
        lives = zones.places(self.instance.time_zone)
        known = [("", "Choose what fits best"), *Relation.choices]
        self.fields["relation"] = forms.ChoiceField(label="How you know them", choices=known)
        self.fields["time_zone"].widget = forms.Select(choices=[("", "The same as mine"), *lives])
        self.fields["organization_name"].initial = self.instance.organization_name

    @property
    def values(self) -> dict[str, Any]:
        return self.cleaned_data

    def clean_name(self) -> str:
        name = person_name.tidy(self.cleaned_data["name"])[:150]
        twin = actions.namesake(name, student=self.student.pk, but=self.instance.pk)
        if twin is None or self._is_unchanged(name):
            return name
        if twin.archived_at:
            raise forms.ValidationError(
                f"You removed {twin.name} earlier. Bring them back under “People you removed” on your network page, "
                "or add a word that tells the two apart."
            )
        raise forms.ValidationError("You have somebody of this name already. Add a word that tells them apart.")

    def _is_unchanged(self, name: str) -> bool:
        return bool(self.instance.pk) and name == self.initial.get("name")

    def save(self, commit: bool = True) -> Contact:
        self.instance.organization = actions.organization(self.cleaned_data["organization_name"], student=self.student)
        return super().save(commit)


class QuickNamesForm(forms.Form):
    """One ring of the mapping exercise: a name, or several on lines of their own."""

    relation = forms.ChoiceField(choices=Relation.choices)
    names = forms.CharField(label="Names", max_length=2000, widget=forms.Textarea(attrs={"rows": 1}))

    def clean_names(self) -> list[str]:
        lines = self.cleaned_data["names"].replace(";", "\n").splitlines()
        names: list[str] = []
        for line in filter(str.strip, lines):
            people = person_name.split_list(line)
            if people is None:
                raise forms.ValidationError(f"Is “{line.strip()}” 1 person or 2? Add each person separately.")
            names += people
        if not names:
            raise forms.ValidationError("Write at least one name, then press Add.")
        return list(dict.fromkeys(name[:150] for name in names))


class LetterForm(Posted, forms.Form):
    """A letter as it is written: it may have gaps."""

    body = ProseField(label="Your letter", max_length=8000, required=False)


class SentForm(LetterForm):
    """A letter that was sent: its words are there."""

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        gap = PLACEHOLDER.search(body)
        if gap:
            raise forms.ValidationError(f"“{gap.group()}” still waits for your own words. Fill it in or delete it.")
        return body


BY_HAND = (Touch.Kind.WROTE, Touch.Kind.HEARD, Touch.Kind.MET, Touch.Kind.UPDATED)  # Rapport notes the others itself


class TouchForm(forms.ModelForm):
    kind = forms.ChoiceField(label="What happened", choices=[(kind.value, kind.label) for kind in BY_HAND])
    day = forms.DateField(label="When", required=False, widget=_date())  # nothing: today

    class Meta:
        model = Touch
        fields = ["kind", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        labels = {"note": "A line to remember it by"}

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data, auto_id="touch_%s", initial={"day": today})
        gone_by(self.fields["day"], today)


class StepForm(forms.ModelForm):
    class Meta:
        model = ActionStep
        fields = ["text", "due_on"]
        widgets = {"due_on": _date()}
        labels = {"text": "What you will do", "due_on": "By"}

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data, auto_id="step_%s")
        to_come(self.fields["due_on"], today)


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = Outcome
        fields = ["kind", "note", "happened_on"]
        widgets = {"happened_on": _date()}
        labels = {"kind": "What came of it", "note": "In a line", "happened_on": "When"}

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data, auto_id="outcome_%s", initial={"happened_on": today})
        gone_by(self.fields["happened_on"], today)
