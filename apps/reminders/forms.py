"""How a person wants to be reminded, and until when a thing is put away: input only."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy

from apps.clock.regions import spelled_lazily
from apps.reminders.models import How, QuietTime
from apps.reminders.rule import Rule
from apps.web.fields import DayField, DayInput

FIRST, FARTHEST = date(2000, 1, 1), timedelta(days=366)


class WishesForm(forms.Form):
    """One choice per rule, of what the rule offers."""

    def __init__(self, *args: Any, wishes: Mapping[Rule, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = list(wishes)
        for rule, how in wishes.items():
            offered = [(choice.value, choice.label) for choice in How if choice in rule.offers]
            self.fields[rule.name] = forms.ChoiceField(
                choices=offered, initial=how, label=rule.label, help_text=rule.why
            )

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, in the order of the rules."""
        for title, rules in groupby(self.rules, key=lambda rule: rule.group):
            yield title, [self[rule.name] for rule in rules]


class QuietTimeForm(forms.ModelForm):
    class Meta:
        model = QuietTime
        fields = ["quiet_from", "quiet_to", "paused_until"]
        labels = {
            "quiet_from": "Quiet from",
            "quiet_to": "Quiet until",
            "paused_until": format_lazy("{break_} until", break_=spelled_lazily("Break")),
        }
        help_texts = {
            "quiet_from": "In your own time zone. Urgent reminders still arrive.",
            "paused_until": format_lazy(
                "For the end of term, for example. You’ll still get reminders for scheduled conversations. "
                "Leave blank for no {break_}.",
                break_=spelled_lazily("break"),
            ),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "paused_until": DayInput,
        }

    def clean_paused_until(self) -> date | None:
        day = self.cleaned_data["paused_until"]
        if day and not FIRST <= day <= timezone.localdate() + FARTHEST:
            raise forms.ValidationError("Choose a day within the next year.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("quiet_from")) != bool(data.get("quiet_to")):
            raise forms.ValidationError("Enter both a start and an end, or leave both blank.")
        return data


class ButtonForm(forms.Form):
    """Which button of a mailed page was pressed: `acts` are the words of those that there are."""

    def __init__(self, *args: Any, acts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mistakes = dict.fromkeys(["required", "invalid_choice"], "Choose one of the buttons.")
        self.fields["act"] = forms.ChoiceField(choices=[(word, word) for word in acts], error_messages=mistakes)

    @property
    def error(self) -> str:
        """The sentence to show, or nothing."""
        return next((str(mistakes[0]) for mistakes in self.errors.values()), "")


class SnoozeForm(forms.Form):
    """Tomorrow, in a week, or on a day of one's own. `until` is the day on which it comes back."""

    span = forms.ChoiceField(choices=[("day", "Tomorrow"), ("week", "In a week"), ("date", "On a day")])
    until = DayField(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        span, until = data.get("span"), data.get("until")
        if span in ("day", "week"):
            data["until"] = self.today + timedelta(days=1 if span == "day" else 7)
        elif not until or until <= self.today:
            raise forms.ValidationError("Choose a future day.")
        return data
