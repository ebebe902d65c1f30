"""Input of the ask and of times: cleaned and made plain. What may be done with it the acts decide."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.http.request import QueryDict
from django.utils import timezone

from apps.accounts import times
from apps.alumni.models import Format
from apps.autosave import Posted
from apps.interviews.models import MINUTES, Channel, InterviewRequest, TimeWindow
from apps.interviews.wall_clock import Choice, Unclear, instant

type Zone = tzinfo | str
type Window = tuple[datetime, datetime, str]  # from, to, on the clocks of which zone
type Asked = tuple[str, Sequence[Choice]]

LINES = ("about_person", "about_organization", "about_field")
TEXTS = ("subject", "part_who", "part_connection", "part_why", "part_ask", "goals")


class Via(TextChoices):
    STRAIGHT = "", "It goes straight to them"
    COACH = "on", "My coach reads it once more"


class Words(forms.CharField):
    """Text of several lines. A browser counts a line break as one character and sends it as two."""

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Day(forms.DateField):
    """A day of our own times. Near the ends of the calendar a zone can lead to a day that there is not."""

    FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
    default_validators = [MinValueValidator(FIRST, "Check the year."), MaxValueValidator(LAST, "Check the year.")]


class RequestForm(Posted, forms.ModelForm):
    """The draft as it is written."""

    minutes = forms.TypedChoiceField(choices=list(MINUTES.items()), coerce=int, widget=forms.RadioSelect)
    formats = forms.MultipleChoiceField(
        label="How you can talk", choices=Format, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = InterviewRequest
        fields = [*TEXTS, "minutes", "formats", "wants_review"]
        field_classes = dict.fromkeys(TEXTS, Words)


class ResearchCardForm(forms.ModelForm):
    """Three lines before the letter is written, or the reason to go without."""

    class Meta:
        model = InterviewRequest
        fields = [*LINES, "skipped_because"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.instance.contact
        self.fields["about_person"].label = f"{contact.first_name}, in one line"
        self.fields["about_organization"].label = str(contact.organization or "The place where they work")
        self.fields["about_field"].label = "The field"
        self.fields["about_person"].help_text = "A step in their path, something they made, a thing they said."
        self.fields["about_organization"].help_text = "What it does, and one thing that is new there."
        self.fields["about_field"].help_text = "One thing that changes in it this year."
        self.fields["skipped_because"].label = "Why you go without"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = [name for name in LINES if not cleaned.get(name)]
        if not missing:
            cleaned["skipped_because"] = ""
        for name in [] if cleaned.get("skipped_because") else missing:
            if name not in self.errors:
                self.add_error(name, "One line is enough. Or say below why you go without.")
        return cleaned


class ImpactForm(forms.Form):
    body = Words(label="What came of it", max_length=800, required=False, widget=forms.Textarea)
    is_shared = forms.BooleanField(required=False)


class WindowForm(forms.Form):
    """One time to offer, on the wall clock of one zone. Gives `starts_at`, `ends_at`, or asks which was meant."""

    use_required_attribute = False  # one row of several is enough, which a browser cannot know

    day = Day(widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M"))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time", "step": 900}, format="%H:%M"))
    starts_meant = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    ends_meant = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone
        self.unclear: dict[str, Sequence[Choice]] = {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        day, starts, ends = cleaned["day"], cleaned["starts"], cleaned["ends"]
        last = day + timedelta(days=1) if ends == time(0) else day
        if starts >= ends and ends != time(0):
            self.add_error("ends", "Let it end after it begins.")
            return cleaned
        cleaned["starts_at"] = self._instant("starts", day, starts)
        cleaned["ends_at"] = self._instant("ends", last, ends)
        if not self.errors and cleaned["starts_at"] >= cleaned["ends_at"]:
            self.add_error("ends", "Let it end after it begins.")
        return cleaned

    def _instant(self, name: str, day: date, at: time) -> datetime | None:
        try:
            return instant(day, at, self.zone, self.cleaned_data.get(f"{name}_meant"))
        except Unclear as unclear:
            self.unclear[name] = unclear.choices
            self.add_error(name, str(unclear))
        return None

    @property
    def window(self) -> Window:
        return self.cleaned_data["starts_at"], self.cleaned_data["ends_at"], str(self.zone)

    @property
    def questions(self) -> list[Asked]:
        """The choices to show where a clock jumps or runs twice: (field name, choices)."""
        return [(self.add_prefix(f"{name}_meant"), choices) for name, choices in self.unclear.items()]


def initial_of(window: TimeWindow, zone: Zone) -> dict[str, date | time]:
    """Return what a window shows on the clocks of a zone, to change it."""
    start, end = times.local_time(window.starts_at, zone), times.local_time(window.ends_at, zone)
    return {"day": start.date(), "starts": start.time(), "ends": end.time()}


class WindowsForm:
    """Up to three times to offer at once; empty rows are left out."""

    ROWS = 3

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, prefix: str = "w") -> None:
        names = [f"{prefix}{n}" for n in range(self.ROWS)]
        self.rows = [WindowForm(data if is_filled(data, name) else None, zone=zone, prefix=name) for name in names]

    def is_valid(self) -> bool:
        return all(row.is_valid() for row in self.rows if row.is_bound)

    @property
    def windows(self) -> list[Window]:
        return [row.window for row in self.rows if row.is_bound]


def is_filled(data: QueryDict | None, prefix: str) -> bool:
    """Whether anything was typed for a time."""
    return data is not None and any(data.get(f"{prefix}-{name}") for name in ("day", "starts", "ends"))


class ArrangeForm(forms.Form):
    """What was agreed with somebody outside the directory: a day, a time, a way to talk.

    It may be a talk of the last weeks that nobody wrote down, unless it has to lie `ahead`.
    """

    BACK, AHEAD = timedelta(days=30), timedelta(days=365)

    day = Day(widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    at_meant = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    format = forms.ChoiceField(label="How you talk", choices=Format, widget=forms.RadioSelect)
    place = forms.CharField(label="Link, number or address", max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, ahead: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone, self.ahead = zone, ahead
        self.choices: Sequence[Choice] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "day" in cleaned and "at" in cleaned:
            try:
                cleaned["starts_at"] = instant(cleaned["day"], cleaned["at"], self.zone, cleaned.get("at_meant"))
                self._check(cleaned["starts_at"] - timezone.now())
            except Unclear as unclear:
                self.choices = unclear.choices
                self.add_error("at", str(unclear))
        return cleaned

    def _check(self, wait: timedelta) -> None:
        if self.ahead and wait <= timedelta(0):
            self.add_error("day", "Choose a time that lies ahead.")
        elif wait < -self.BACK:
            self.add_error("day", "That is more than a month ago. Check the day.")
        elif wait > self.AHEAD:
            self.add_error("day", "Choose a day within the coming year.")

    @property
    def agreed(self) -> dict[str, Any]:
        """What was agreed, by the names that the acts give it."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "format", "place")}

    @property
    def questions(self) -> list[Asked]:
        return [("at_meant", self.choices)] if self.choices else []


class SentForm(forms.Form):
    channel = forms.ChoiceField(
        label="How did you send it?",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.RAPPORT],
        widget=forms.RadioSelect,
    )

    day = Day(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
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
                cleaned["sent_at"] = instant(cleaned["day"], cleaned["at"], self.zone)
            except Unclear as unclear:
                cleaned["sent_at"] = unclear.choices[0].at  # an hour more or less is no matter here
        elif cleaned.get("day") or cleaned.get("at"):
            self.add_error("at", "Give both the day and the time, or neither for now.")
        return cleaned


class LeavingForm(forms.Form):
    """When a letter leaves: after the minutes to take it back, or at a time of the recipient's own clock."""

    NOW, LATER = "", "later"

    leaves = forms.ChoiceField(choices=[(NOW, "Now"), (LATER, "At a time")], required=False)
    leaves_day = Day(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
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
        if self.errors or cleaned.get("leaves") != self.LATER:
            return cleaned
        if not (cleaned.get("leaves_day") and cleaned.get("leaves_time")):
            self.add_error("leaves_day", "Choose a day and a time, or let it leave now.")
            return cleaned
        try:
            cleaned["send_at"] = instant(
                cleaned["leaves_day"], cleaned["leaves_time"], self.zone, cleaned.get("leaves_meant")
            )
        except Unclear as unclear:
            self.choices = unclear.choices
            self.add_error("leaves_time", str(unclear))
        return cleaned

    @property
    def questions(self) -> list[Asked]:
        return [("leaves_meant", self.choices)] if self.choices else []


def leaving_of(send_at: datetime | None, zone: Zone) -> dict[str, str | date | time]:
    """Return what the form shows of a time chosen before."""
    if send_at is None:
        return {"leaves": LeavingForm.NOW}
    local = times.local_time(send_at, zone)
    return {"leaves": LeavingForm.LATER, "leaves_day": local.date(), "leaves_time": local.time()}


NOTE_MAX = 600


class NoteForm(forms.Form):
    note = Words(required=False, max_length=NOTE_MAX)


class SuggestForm(NoteForm):
    name = forms.CharField(max_length=150)
    about = forms.CharField(max_length=200, required=False)
    may_use_name = forms.BooleanField(required=False)
    declines = forms.BooleanField(required=False)


class PlaceForm(forms.Form):
    place = forms.CharField(label="Link, number or address", max_length=300)
    travel_minutes = forms.IntegerField(label="Minutes of travel", min_value=0, max_value=240, required=False)
