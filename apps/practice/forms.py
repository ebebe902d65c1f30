"""What is typed about practice interviews: input only."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from apps.clock import times
from apps.interviews.lifecycle.models import Interview
from apps.practice.models import LEVELS, RUBRIC, Feedback, FriendPractice, Place, Wish
from apps.practice.models import Slot as SlotRow
from apps.web.fields import DayField, ProseField, between

FARTHEST = timedelta(days=182)
USUAL = timedelta(days=21)
WEEKDAYS = list(enumerate(times.DAYS))


class OfferForm(forms.Form):
    """Times that repeat on some days of the week; of one day: from that day until that day."""

    days = forms.TypedMultipleChoiceField(
        label="Days of the week", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    begins = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(
        label="Length of each", choices=[(n, f"{n} minutes") for n in (20, 30, 45, 60)], coerce=int, initial=30
    )
    from_on = DayField(label="First day")
    until_on = DayField(label="Last day")
    place = forms.CharField(
        label="Where you meet in person", max_length=120, required=False, help_text="Leave blank to meet by video only."
    )
    by_video = forms.BooleanField(label="By video, too", required=False, initial=True)

    def __init__(self, data: QueryDict | None = None, *, today: date, place: str = "") -> None:
        first = today + timedelta(days=1)
        usual = {"from_on": first, "until_on": first + USUAL, "place": place, "begins": time(14), "ends": time(15, 30)}
        super().__init__(data, initial=usual)
        for name in ("from_on", "until_on"):
            between(self.fields[name], today, today + FARTHEST)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends, first, last = (data.get(name) for name in ("begins", "ends", "from_on", "until_on"))
        if begins and ends and ends <= begins:
            self.add_error("ends", "Choose an hour after the first one.")
        if first and last and last < first:
            self.add_error("until_on", "Choose a day that isn’t before the first one.")
        if not data.get("place") and not data.get("by_video"):
            self.add_error("place", "Say where you meet, or choose video.")
        return data


class BookForm(forms.Form):
    """A time, whom the coach plays, how to meet, and what to practice."""

    slot = forms.TypedChoiceField(label="Time", coerce=int, widget=forms.RadioSelect)
    interview = forms.TypedChoiceField(label="Practice for", coerce=int, required=False, empty_value=None)
    meets = forms.ChoiceField(label="Where", choices=list(Place.choices))
    wishes = forms.MultipleChoiceField(
        label="What would you like to practice?",
        choices=list(Wish.choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    shows_plan = forms.BooleanField(label="Let your coach see your questions", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        slots: Sequence[SlotRow],
        talks: Sequence[Interview],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.slots, self.talks = {slot.pk: slot for slot in slots}, {talk.pk: talk for talk in talks}
        self.named("slot").choices = [(slot.pk, times.when(slot.starts_at)) for slot in slots]
        self.fields["slot"].error_messages |= {
            "required": "Choose a time.",
            "invalid_choice": "Someone just took that time. Choose another one.",
        }
        general = [(0, "Someone in my field")]
        self.named("interview").choices = [*((talk.pk, talk.contact.name) for talk in talks), *general]

    def named(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slot, meets = self.slots.get(data.get("slot") or 0), data.get("meets")
        if slot and meets and meets not in slot.places:
            other = "by video" if Place.VIDEO in slot.places else f"in person, {slot.place}"
            self.add_error("meets", f"At this time you can only meet {other}.")
        return data

    @property
    def talk(self) -> Interview | None:
        return self.talks.get(self.cleaned_data["interview"] or 0)


class FriendForm(forms.ModelForm):
    """Who plays, whom they play, which questions they see, and how long the link works."""

    talk = forms.TypedChoiceField(
        label="Questions your friend sees", coerce=int, required=False, empty_value=None, initial=0
    )
    wishes = forms.MultipleChoiceField(
        label="What would you like to practice?",
        choices=list(Wish.choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label="The link works for",
        choices=[(3, "3 days"), (7, "1 week"), (14, "2 weeks"), (30, "30 days")],
        coerce=int,
        initial=7,
    )

    class Meta:
        model = FriendPractice
        fields = ["name", "plays", "wishes"]
        labels = {"name": "Your friend’s first name", "plays": "Who they play"}
        help_texts = {"plays": "In your own words, without a name. For example: a city planner who likes her work."}
        error_messages = {"name": {"required": "Write your friend’s first name."}}

    def __init__(
        self, data: QueryDict | None = None, *, talks: Sequence[Interview], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.talks = {talk.pk: talk for talk in talks}
        field = self.fields["talk"]
        mine = [(talk.pk, f"My questions for {talk.contact.name}") for talk in talks]
        field.choices = [*mine, (0, "A first set of 6 questions")]  # type: ignore[attr-defined]  # a field of choices
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_plays(self) -> str:
        return " ".join(self.cleaned_data["plays"].split())

    @property
    def practice(self) -> FriendPractice:
        """The practice as it was filled in."""
        made: FriendPractice = self.save(commit=False)
        made.wishes, made.interview = self.cleaned_data["wishes"], self.talks.get(self.cleaned_data["talk"] or 0)
        return made


class CancelForm(forms.Form):
    note = forms.CharField(label="A message to the student", max_length=300, required=False)


class FeedbackForm(forms.ModelForm):
    words = ProseField(
        label="One thing to keep, one thing to try",
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Feedback
        fields = [*RUBRIC, *(f"{name}_said" for name in RUBRIC), "words", "minutes"]
        widgets = dict.fromkeys(RUBRIC, forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, _) in RUBRIC.items():
            level, said = self.fields[name], self.fields[f"{name}_said"]
            level.label, said.label = label, f"About {label.lower()}"
            level.choices = list(LEVELS.items())  # type: ignore[attr-defined]  # a choice of the model, without a blank
            said.widget.attrs["placeholder"] = "One sentence, if it helps"
        self.fields["minutes"].required = False
        between_minutes = {"min": 1, "max": 180}
        self.fields["minutes"].widget.attrs |= between_minutes

    def clean_minutes(self) -> int | None:
        minutes: int | None = self.cleaned_data["minutes"]
        if minutes is not None and not 1 <= minutes <= 180:
            raise forms.ValidationError("Choose a number from 1 to 180.")
        return minutes

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get("do") == "share" and not any(data.get(name) for name in self.Meta.fields if name != "minutes"):
            self.add_error("words", "Write a line, or choose a level, before you share it.")
        return data
