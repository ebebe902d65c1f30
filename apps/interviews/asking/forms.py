"""Input of the ask and of times: cleaned and made plain. What may be done with it the acts decide."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict

from apps.alumni.models import Format
from apps.clock import times
from apps.clock.local_times import Ambiguous, Choice, resolve
from apps.interviews.lifecycle.models import MINUTES, Channel, InterviewRequest
from apps.interviews.scheduling.forms import Asked, Zone
from apps.web.autosave import Posted
from apps.web.fields import DayField, ProseField
from apps.wording.pronouns import pronouns_of

LINES = ("about_person", "about_organization", "about_field")
TEXTS = ("subject", "part_who", "part_connection", "part_why", "part_ask", "goals")


class Via(TextChoices):
    STRAIGHT = "", "Send without a review"
    COACH = "on", "Ask my coach to review it first"


class RequestForm(Posted, forms.ModelForm):
    """The draft as it is written."""

    minutes = forms.TypedChoiceField(choices=list(MINUTES.items()), coerce=int, widget=forms.RadioSelect)
    formats = forms.MultipleChoiceField(
        label="How you can talk", choices=Format, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = InterviewRequest
        fields = [*TEXTS, "minutes", "formats", "wants_review"]
        field_classes = dict.fromkeys(TEXTS, ProseField)


class ResearchCardForm(forms.ModelForm):
    """Three lines before the letter is written, or the reason to go without."""

    class Meta:
        model = InterviewRequest
        fields = [*LINES, "skipped_because"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.instance.contact
        whose = pronouns_of(contact.pronouns).possessive if contact.pronouns else f"{contact.first_name}’s"
        self.fields["about_person"].label = f"{contact.first_name}, in one line"
        self.fields["about_organization"].label = str(contact.organization or "Where they work")
        self.fields["about_field"].label = "The field"
        self.fields["about_person"].help_text = f"A step on {whose} path, something {contact.first_name} made or said."
        self.fields["about_organization"].help_text = "What it does, and one thing that is new there."
        self.fields["about_field"].help_text = "One thing that’s changing in it this year."
        self.fields["skipped_because"].label = "Why you’re skipping it"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = [name for name in LINES if not cleaned.get(name)]
        if not missing:
            cleaned["skipped_because"] = ""
        for name in [] if cleaned.get("skipped_because") else missing:
            if name not in self.errors:
                self.add_error(name, "Write one line, or tell us below why you’re skipping this.")
        return cleaned


class SentForm(forms.Form):
    channel = forms.ChoiceField(
        label="How did you send it?",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.RAPPORT],
        widget=forms.RadioSelect,
    )

    day = DayField(label="Day", required=False)
    at = forms.TimeField(label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, data: QueryDict | None = None, *, zone: Zone = UTC, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """Give `sent_at`: the time typed in, or None for now."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["sent_at"] = None
        if cleaned.get("day") and cleaned.get("at"):
            try:
                cleaned["sent_at"] = resolve(cleaned["day"], cleaned["at"], self.zone)
            except Ambiguous as unclear:
                cleaned["sent_at"] = unclear.choices[0].at  # an hour more or less is no matter here
        elif cleaned.get("day") or cleaned.get("at"):
            self.add_error("at", "Enter both the day and the time. Leave both blank if you just sent it.")
        return cleaned


class LeavingForm(forms.Form):
    """When a letter leaves: after the minutes to take it back, or at a time of the recipient's own clock."""

    NOW, BEST, LATER = "", "best", "later"

    leaves = forms.ChoiceField(choices=[(NOW, "Now"), (BEST, "The best time"), (LATER, "At a time")], required=False)
    leaves_best = forms.DateTimeField(required=False, widget=forms.HiddenInput)  # the best time as it was shown
    leaves_day = DayField(label="Day", required=False)
    leaves_time = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M")
    )
    leaves_meant = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone
        self.choices: Sequence[Choice] = []

    def clean(self) -> dict[str, Any]:
        """Give `send_at`, an instant, or None for now."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["send_at"] = None
        self.errors.pop("leaves_best", None)  # nobody typed it: the words beside the day say what to do
        best = cleaned.get("leaves_best")
        if cleaned.get("leaves") == self.BEST and best and DayField.FIRST <= best.date() <= DayField.LAST:
            cleaned["send_at"] = best
            return cleaned
        if self.errors or not cleaned.get("leaves"):
            return cleaned
        if not (cleaned.get("leaves_day") and cleaned.get("leaves_time")):
            self.add_error("leaves_day", "Choose a day and a time, or choose “Now”.")
            return cleaned
        try:
            cleaned["send_at"] = resolve(
                cleaned["leaves_day"], cleaned["leaves_time"], self.zone, cleaned.get("leaves_meant")
            )
        except Ambiguous as unclear:
            self.choices = unclear.choices
            self.add_error("leaves_time", str(unclear))
        return cleaned

    @property
    def questions(self) -> list[Asked]:
        return [("leaves_meant", self.choices)] if self.choices else []


def leaving_of(send_at: datetime | None, zone: Zone, best: datetime) -> dict[str, str | date | time]:
    """Return what the form shows of a time chosen before; `best` is the one that is advised now."""
    if send_at is None:
        return {"leaves": LeavingForm.NOW}
    if send_at == best:
        return {"leaves": LeavingForm.BEST}
    local = times.local_time(send_at, zone)
    return {"leaves": LeavingForm.LATER, "leaves_day": local.date(), "leaves_time": local.time()}
