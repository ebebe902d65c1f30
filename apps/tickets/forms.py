"""What is typed about a question to the office: input only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from apps.clock.regions import spelled_lazily
from apps.tickets.models import Ticket
from apps.web.fields import DayInput, ProseField, between
from apps.wording import person_name
from apps.wording.text import one_line

FARTHEST = timedelta(days=180)
MOST_OTHERS = 8
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
        widgets = {"needed_by": DayInput}

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"needed_by": today + USUAL} | (initial or {}))
        between(self.fields["needed_by"], today, today + FARTHEST)


class MoreForm(forms.Form):
    """What the student needs instead, or answers to a question back."""

    text = ProseField(label="Write back", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    """Words to the student; with people they may be left out."""

    others = ProseField(
        label="People outside the directory",
        max_length=2000,
        required=False,
        help_text="One on each line: a name, a comma, then what they do. Only people who agreed to be named.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    text = ProseField(label="Your answer", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: QueryDict | None = None, *, has_people: bool = False) -> None:
        super().__init__(data)
        self.has_people = has_people

    def clean_others(self) -> list[tuple[str, str]]:
        """Return who they are, each with what they do, as it was written behind the first comma."""
        found = dict[str, str]()
        for line in filter(str.strip, self.cleaned_data["others"].splitlines()):
            name, _, about = one_line(line.lstrip("-*•– ")).partition(",")
            if not any(letter.isalpha() for letter in name):
                raise forms.ValidationError(f"Begin with a name: “{one_line(line)[:60]}”.")
            found.setdefault(person_name.tidy(name)[:150], about.strip()[:200])
        if len(found) > MOST_OTHERS:
            raise forms.ValidationError(f"Suggest up to {MOST_OTHERS} people at once.")
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        has_others = data.get("others") or "others" in self.errors
        if not data.get("text") and not self.has_people and not has_others:
            self.add_error("text", "Choose at least one person, or write a few words.")
        return data
