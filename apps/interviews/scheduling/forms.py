"""Times and places as people type them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.alumni.models import Format
from apps.clock import times
from apps.clock.local_times import Ambiguous, Choice, resolve
from apps.interviews.lifecycle.meeting_links import NO_LINK, can_be_joined
from apps.interviews.lifecycle.models import TimeWindow
from apps.web.fields import DayField

type Zone = tzinfo | str


type Window = tuple[datetime, datetime, str]  # from, to, on the clocks of which zone


type Asked = tuple[str, Sequence[Choice]]


class WindowForm(forms.Form):
    """One time to offer, on the wall clock of one zone. Gives `starts_at`, `ends_at`, or asks which was meant."""

    use_required_attribute = False  # one row of several is enough, which a browser cannot know

    day = DayField()
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
            self.add_error("ends", "Choose an end time after the start time.")
            return cleaned
        cleaned["starts_at"] = self._instant("starts", day, starts)
        cleaned["ends_at"] = self._instant("ends", last, ends)
        if not self.errors and cleaned["starts_at"] >= cleaned["ends_at"]:
            self.add_error("ends", "Choose an end time after the start time.")
        return cleaned

    def _instant(self, name: str, day: date, at: time) -> datetime | None:
        try:
            return resolve(day, at, self.zone, self.cleaned_data.get(f"{name}_meant"))
        except Ambiguous as unclear:
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

    @property
    def has_more(self) -> bool:
        """Whether something was typed below the first row."""
        return any(row.is_bound for row in self.rows[1:])


def is_filled(data: QueryDict | None, prefix: str) -> bool:
    """Whether anything was typed for a time."""
    return data is not None and any(data.get(f"{prefix}-{name}") for name in ("day", "starts", "ends"))


class ArrangeForm(forms.Form):
    """What was agreed with somebody outside the directory: a day, a time, a way to talk.

    It may be a talk of the last weeks that nobody wrote down, unless it has to lie `ahead`.
    """

    BACK, AHEAD = timedelta(days=30), timedelta(days=365)

    day = DayField()
    at = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    at_meant = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    format = forms.ChoiceField(label="How you’ll talk", choices=Format, widget=forms.RadioSelect)
    place = forms.CharField(
        label="Link, number or address",
        help_text="For a video call, paste the whole link, starting with https://.",
        max_length=300,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, zone: Zone, ahead: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.zone, self.ahead = zone, ahead
        self.choices: Sequence[Choice] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "day" in cleaned and "at" in cleaned:
            try:
                cleaned["starts_at"] = resolve(cleaned["day"], cleaned["at"], self.zone, cleaned.get("at_meant"))
                self._check(cleaned["starts_at"] - timezone.now())
            except Ambiguous as unclear:
                self.choices = unclear.choices
                self.add_error("at", str(unclear))
        place, is_past = cleaned.get("place", ""), cleaned.get("starts_at", timezone.now()) < timezone.now()
        if cleaned.get("format") == Format.VIDEO and place and not is_past and not can_be_joined(place):
            self.add_error("place", NO_LINK)
        return cleaned

    def _check(self, wait: timedelta) -> None:
        if self.ahead and wait <= timedelta(0):
            self.add_error("day", "Choose a future time.")
        elif wait < -self.BACK:
            self.add_error("day", "That’s more than a month ago. Check the day.")
        elif wait > self.AHEAD:
            self.add_error("day", "Choose a day within the next year.")

    @property
    def agreed(self) -> dict[str, Any]:
        """What was agreed, by the names that the acts give it."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "format", "place")}

    @property
    def questions(self) -> list[Asked]:
        return [("at_meant", self.choices)] if self.choices else []


class PlaceForm(forms.Form):
    place = forms.CharField(label="Link, number or address", max_length=300)
    travel_minutes = forms.IntegerField(label="Travel time in minutes", min_value=0, max_value=240, required=False)

    def __init__(self, data: QueryDict | None = None, *, way: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.way = way

    def clean_place(self) -> str:
        place: str = self.cleaned_data["place"]
        if self.way == Format.VIDEO and not can_be_joined(place):
            raise forms.ValidationError(NO_LINK)
        return place
