"""What is typed about a question to the office: input only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from apps.clock.regions import spelled_lazily
from apps.tickets.models import Ticket
from apps.web.fields import ProseField, between

FARTHEST = timedelta(days=180)
USUAL = timedelta(days=7)


class TicketForm(forms.ModelForm):
    goal = ProseField(label="What do you hope to learn?", max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    tried = ProseField(
        label="What you’ve tried", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Ticket
        fields = ["wanted", "goal", "needed_by", "tried"]
        labels = {"wanted": "Who would you like to talk to?", "needed_by": "I need an answer by"}
        help_texts = {
            "wanted": spelled_lazily("A kind of work, a place, an organization. You don’t need a name."),
        }
        widgets = {"needed_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"needed_by": today + USUAL} | (initial or {}))
        between(self.fields["needed_by"], today, today + FARTHEST)


class MoreForm(forms.Form):
    """What the student needs instead, or answers to a question back."""

    text = ProseField(label="Write back", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    """Words to the student; with people they may be left out."""

    text = ProseField(label="Your answer", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: QueryDict | None = None, *, has_people: bool = False) -> None:
        super().__init__(data)
        self.has_people = has_people

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("text") and not self.has_people:
            self.add_error("text", "Choose at least one person, or write a few words.")
        return data
