"""What is typed about where to look and an event: input only."""

from datetime import date, timedelta

from django import forms
from django.http import QueryDict

from apps.finding.models import Event
from apps.network.forms import MOST_TYPED, named_in
from apps.network.pasted import Named
from apps.web.fields import DayInput, between
from apps.wording.text import one_line


class PlaceForm(forms.Form):
    """A place of the student's own."""

    name = forms.CharField(label="Somewhere else", max_length=80)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class EventForm(forms.ModelForm):
    """An event one goes to, or went to."""

    class Meta:
        model = Event
        fields = ["name", "held_on"]
        labels = {"name": "Event", "held_on": "Day"}
        widgets = {"held_on": DayInput}

    def __init__(self, data: QueryDict | None = None, *, today: date, instance: Event | None = None) -> None:
        super().__init__(data, instance=instance, initial={} if instance else {"held_on": today})
        between(self.fields["held_on"], today - timedelta(days=3652), today + timedelta(days=730))

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class NamesForm(forms.Form):
    """Who one met, one a line."""

    names = forms.CharField(
        label="Who did you meet?",
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text="One name on each line. First names are enough.",
        error_messages={"required": "Write at least 1 name, or say you met no one new."},
    )

    def clean_names(self) -> list[Named]:
        return named_in(self.cleaned_data["names"])
