"""A path in the student's words, and the five skills: input only."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.growth.models import RATED, SKILLS, Path, SelfRating
from apps.interviews.lifecycle.models import Interview

ONE_TO_FIVE = [(n, word) for n, word in RATED.items()]
MOST_PATHS = 6


class PathForm(forms.ModelForm):
    fit_before = forms.TypedChoiceField(
        label="Before your first conversation, how well did it fit you?",
        choices=ONE_TO_FIVE,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    fit_now = forms.TypedChoiceField(
        label="How well does it fit you now?",
        choices=ONE_TO_FIVE,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    talks = forms.ModelMultipleChoiceField(
        label="Conversations about this path",
        queryset=Interview.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Path
        fields = ["name", "skills", "personality", "goals", "quote", "fit_before", "fit_now", "talks"]
        labels = {
            "name": "Which path?",
            "skills": "My skills",
            "personality": "My personality",
            "goals": "My goals",
            "quote": "A sentence to keep",
        }
        help_texts = {
            "name": "A field, a job, or a major. For example: public health, patent lawyer.",
            "skills": "What fits what you can do, and what you’d have to learn?",
            "personality": "What fits the kind of person you are?",
            "goals": "Does it lead to what you want?",
            "quote": "Something someone said, or a question you still have.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("skills", "personality", "goals")}

    def __init__(self, *args: Any, talks: Sequence[Interview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["talks"]
        field.queryset = Interview.objects.filter(pk__in=[talk.pk for talk in talks])  # type: ignore[attr-defined]  # the field is our own
        field.choices = [(talk.pk, str(talk)) for talk in talks]  # type: ignore[attr-defined]  # as above

    @property
    def rated(self) -> list[forms.BoundField]:
        return [self["fit_before"], self["fit_now"]]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        twins = Path.objects.kept().filter(student=self.instance.student_id, name__iexact=name)
        if twins.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("You already have a path with this name.")
        return name


class RatingForm(forms.ModelForm):
    class Meta:
        model = SelfRating
        fields = list(SKILLS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SKILLS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=ONE_TO_FIVE, coerce=int, widget=forms.RadioSelect
            )
