"""The introduction as it is typed, in either version: input only."""

from django import forms

from apps.students.models import Introduction
from apps.students.spoken import PARTS
from apps.students.versions import Version, expert_of
from apps.web.autosave import Posted


class IntroductionForm(Posted, forms.ModelForm):
    """As it is said to anyone."""

    class Meta:
        model = Introduction
        fields = list(PARTS)
        labels = {name: label for name, (label, _) in PARTS.items()}
        help_texts = {name: hint for name, (_, hint) in PARTS.items()}
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in PARTS}


class ExpertForm(Posted, forms.ModelForm):
    """As it is said to people of the student's own field; what is blank is said as to anyone."""

    class Meta:
        model = Introduction
        fields = [expert_of(name) for name in PARTS]
        labels = {expert_of(name): label for name, (label, _) in PARTS.items()}
        help_texts = {expert_of(name): "The words of your field are fine here." for name in PARTS}
        widgets = {expert_of(name): forms.Textarea(attrs={"rows": 3}) for name in PARTS}


type Typed = IntroductionForm | ExpertForm
FORMS: dict[Version, type[IntroductionForm] | type[ExpertForm]] = {
    Version.ANYONE: IntroductionForm,
    Version.FIELD: ExpertForm,
}
