"""The office's opening hours as they are typed: two times for each weekday, both blank where it is closed."""

from datetime import time
from typing import Any

from django import forms
from django.forms import BoundField

from apps.clock import times
from apps.policy.models import DAYS_OF_A_WEEK, Policy


def _time(day: int, label: str, value: time | None) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=f"{times.DAYS[day]}, {label}", required=False, widget=widget, initial=value)


class HoursForm(forms.Form):
    """When the office is open on each weekday."""

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, hours in enumerate(policy.hours):
            opens, closes = hours or (None, None)
            self.fields[f"opens_{day}"] = _time(day, "from", opens)
            self.fields[f"closes_{day}"] = _time(day, "to", closes)

    @property
    def days(self) -> list[tuple[str, BoundField, BoundField]]:
        """Each weekday with its two fields, Monday first."""
        return [(times.DAYS[day], self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(DAYS_OF_A_WEEK)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for day in range(DAYS_OF_A_WEEK):
            opens, closes = data.get(f"opens_{day}"), data.get(f"closes_{day}")
            if self.errors.keys() & {f"opens_{day}", f"closes_{day}"}:
                continue
            if (opens is None) != (closes is None):
                self.add_error(f"closes_{day}", f"Add both times for {times.DAYS[day]}, or leave both blank.")
            elif opens and closes and closes <= opens:
                self.add_error(f"closes_{day}", f"On {times.DAYS[day]} the office closes before it opens.")
        if not self.errors and not any(self.hours):
            raise forms.ValidationError("The office needs to be open on at least one day.")
        return data

    @property
    def hours(self) -> list[list[str]]:
        """What is kept: [opens, closes] of each weekday, nothing where it is closed."""
        found = []
        for day in range(DAYS_OF_A_WEEK):
            opens, closes = self.cleaned_data.get(f"opens_{day}"), self.cleaned_data.get(f"closes_{day}")
            found.append([f"{opens:%H:%M}", f"{closes:%H:%M}"] if opens and closes else [])
        return found
