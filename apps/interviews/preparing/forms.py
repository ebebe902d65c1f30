"""Input of the plan: one question, the research, the ticks. What may be done with it the acts decide."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.web.autosave import Posted

# one to three things to learn (R46)
MOST_MINUTES = 15


class OwnQuestionForm(forms.Form):
    """A question in the student's own words, made one line."""

    text = forms.CharField(
        label="Your own question",
        max_length=300,
        error_messages={
            "required": "Write the question first.",
            "max_length": "Use 300 characters or fewer, so you can say it in one breath.",
        },
    )

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())


class ChangeForm(OwnQuestionForm, forms.ModelForm):
    """Everything about a planned question that can be written."""

    minutes = forms.TypedChoiceField(label="Minutes", choices=[(n, n) for n in range(1, MOST_MINUTES + 1)], coerce=int)
    goal = forms.TypedChoiceField(label="For", coerce=int, empty_value=None, required=False)

    class Meta:
        model = PlannedQuestion
        fields = ["text", "because", "theme", "minutes", "goal"]

    def __init__(self, data: QueryDict | None = None, *, goals: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        lines = [(number, line) for number, line in enumerate(goals, 1)]
        goal = cast(forms.TypedChoiceField, self.fields["goal"])
        goal.choices = [("", "Nothing in particular"), *lines]
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 2, "maxlength": 300})


class ResearchForm(Posted, forms.ModelForm):
    """What the student found out."""

    class Meta:
        model = QuestionPlan
        fields = ["goals", "about_person", "about_organization", "about_field", "one_thing", "tailored_line"]
