"""Input of a thank-you: its words, and when it was sent by hand."""

from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock.local_times import Ambiguous, resolve
from apps.clock.regions import spelled
from apps.interviews.scheduling.forms import Zone
from apps.interviews.thanking.actions import FIELDS
from apps.interviews.thanking.models import ThanksChannel, ThankYou
from apps.students.models import Resume
from apps.web.autosave import Posted
from apps.web.fields import DayField


class ThanksForm(Posted, forms.ModelForm):
    """The note as it is written. Without a student nothing can be attached."""

    class Meta:
        model = ThankYou
        fields = FIELDS

    def __init__(self, data: QueryDict | None = None, *, student: User | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if "resume" in self.fields:
            resume = cast(forms.ModelChoiceField, self.fields["resume"])
            resume.queryset = Resume.objects.filter(student=student).kept()
            resume.label, resume.empty_label = spelled("Attach your résumé"), "Don’t attach anything"
            resume.error_messages["invalid_choice"] = spelled("That version of your résumé was deleted. Choose again.")


class ThankedForm(forms.Form):
    """How and when the student thanked them outside Rapport. Gives `sent_at`."""

    channel = forms.ChoiceField(
        label="How did you say thank you?",
        choices=[choice for choice in ThanksChannel.choices if choice[0] != ThanksChannel.RAPPORT],
        widget=forms.RadioSelect,
    )
    day = DayField(label="Day")
    at = forms.TimeField(label="About what time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "day" in cleaned and "at" in cleaned:
            cleaned["sent_at"] = _about(cleaned["day"], cleaned["at"], self.zone)
        return cleaned


class ScheduleForm(forms.Form):
    """When a note is to leave, on the student's own clock: an instant that was offered, or a day and a time.

    Gives `send_at`.
    """

    offered = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    send_on = DayField(label="Day", required=False)
    send_time = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M")
    )

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.errors.pop("offered", None)  # nobody typed it: the words beside the day say what to do
        offered, day, at = (cleaned.get(name) for name in ("offered", "send_on", "send_time"))
        if offered and DayField.FIRST <= offered.date() <= DayField.LAST:
            cleaned["send_at"] = offered
        elif day and at:
            cleaned["send_at"] = _about(day, at, self.zone)
        elif not self.errors:
            self.add_error("send_on" if not day else "send_time", "Choose a day and a time.")
        return cleaned


def _about(day: date, at: time, zone: Zone) -> datetime:
    """Return the instant; where the clocks change the earlier is meant, for an hour does not matter here."""
    try:
        return resolve(day, at, zone)
    except Ambiguous as unclear:
        return unclear.choices[0].at
