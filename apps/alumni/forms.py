"""What alumni write about themselves, and the file the office brings: input only."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.alumni import limits, places, visibility
from apps.alumni.import_reading import MOST_BYTES, MOST_ROWS
from apps.alumni.models import AlumniProfile, Format, Help, Hidden
from apps.clock import times
from apps.policy.models import Policy
from apps.web.columns import ACCEPT, FILES
from apps.web.fields import DayInput


def _own(meaning: str) -> forms.TextInput:
    """Something about oneself: a browser knows it, and offers it."""
    return forms.TextInput(attrs={"autocomplete": meaning})


class LanguagesField(forms.Field):
    """Several languages in one line, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        parts = value if isinstance(value, list) else re.split(r"[,;/\n]|\band\b", (value or "").replace("\x00", ""))
        told = [" ".join(part.split()) for part in parts]
        return list({part.casefold(): part[:1].upper() + part[1:] for part in reversed(told) if part}.values())[::-1]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > 10:
            raise forms.ValidationError("10 languages is the limit.")
        if any(len(part) > 40 for part in value):
            raise forms.ValidationError("Put commas between the languages.")

    def run_validators(self, value: Any) -> None:
        """Of the whole list nothing else is asked."""


class ProfileForm(forms.ModelForm):
    """An alum's own entry. What they change here is theirs: no import writes over it."""

    helps = forms.MultipleChoiceField(
        label="Happy to offer", choices=Help, required=False, widget=forms.CheckboxSelectMultiple
    )
    formats = forms.MultipleChoiceField(
        label="How you like to talk", choices=Format, required=False, widget=forms.CheckboxSelectMultiple
    )

    languages = LanguagesField(
        label="Languages you can talk in",
        required=False,
        help_text="With commas between them. For example: English, Spanish. Students can look for them.",
    )
    hides = forms.MultipleChoiceField(
        label="Hide from students",
        choices=Hidden,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you hide is not shown, and no one finds you by it. The office still sees it.",
    )

    country = forms.ChoiceField(
        choices=lambda: [("", "Not said"), *places.country_choices()],
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    class Meta:
        model = AlumniProfile
        fields = (
            *("quote", "helps", "formats", "happy_to_discuss", "rather_not", "usual_times", "languages"),
            *("monthly_cap", "shows_email"),
            *(
                "preferred_name",
                "former_name",
                "shows_former_name",
                "pronouns",
                "title",
                "employer",
                "city",
                "region",
                "country",
            ),
        )
        widgets = {
            "quote": forms.Textarea(attrs={"rows": 3}),
            "happy_to_discuss": forms.Textarea(attrs={"rows": 2}),
            "rather_not": forms.Textarea(attrs={"rows": 2}),
            "preferred_name": _own("nickname"),
            "title": _own("organization-title"),
            "employer": _own("organization"),
            "city": _own("address-level2"),
            "region": _own("address-level1"),
        }
        labels = {
            "quote": "In your words",
            "happy_to_discuss": "Happy to talk about",
            "rather_not": "Rather not",
            "usual_times": "Best times",
            "shows_email": "Show students my email address",
            "former_name": "Former name",
            "shows_former_name": "Show students this former name",
            "title": "Job title",
            "employer": "Where you work",
            "region": "State or region",
        }
        help_texts = {
            "quote": "2 sentences about how you came to do what you do. Students read them first.",
            "happy_to_discuss": "For example: the first year in a lab, moving abroad, changing fields.",
            "rather_not": "What you would rather not be asked about.",
            "usual_times": "For example: Fridays after 4, or any lunch hour. Students see it before they ask.",
            "shows_email": "Otherwise every request comes through Rapport, and no one sees your address.",
            "preferred_name": "",
            "former_name": "For example, your last name at graduation. People who search for it find you.",
            "shows_former_name": "Otherwise it is never shown; it only helps old classmates and professors find you.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        alum: AlumniProfile | None = kwargs.get("instance")
        if alum is not None:
            visibility.uncover(alum)
        super().__init__(*args, **kwargs)
        self.initial["hides"] = self.instance.hides
        policy = Policy.now()
        self.fields["monthly_cap"] = _limit_field(policy, required=False)  # blank: the office’s
        self.initial["monthly_cap"] = limits.cap(self.instance, policy)

    def clean_monthly_cap(self) -> int | None:
        return _own_limit(self.instance, self.cleaned_data["monthly_cap"], self.initial["monthly_cap"])

    def save(self, commit: bool = True) -> AlumniProfile:
        """Save, and remember what the alum told us themselves. Who moves is asked at the hours of the new place."""
        told = set(self.changed_data)
        zone = places.zone_of(self.instance.country, self.instance.region, self.instance.city)
        if told & {"city", "region", "country"} and zone:
            self.instance.time_zone = zone
        if told & {"city", "region", "country"}:
            told |= {"city", "region", "country", "time_zone"}
        self.instance.own_fields = sorted({*self.instance.own_fields, *told} - {"hides"})
        visibility.cover(self.instance, self.cleaned_data["hides"])
        return super().save(commit)


class WorkForm(forms.ModelForm):
    """Where an alum works now, and as what: all that moves with a new job. Both may be blank between two of them."""

    class Meta:
        model = AlumniProfile
        fields = ("employer", "title")
        labels = {"employer": "Where you work now", "title": "Job title"}
        help_texts = {"employer": "Leave both blank if you’re between jobs or retired.", "title": ""}
        widgets = {"employer": _own("organization"), "title": _own("organization-title")}


class PlaceForm(forms.ModelForm):
    """Where an alum lives now."""

    country = forms.ChoiceField(
        choices=lambda: [("", "Not said"), *places.country_choices()],
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    class Meta:
        model = AlumniProfile
        fields = ("city", "region", "country")
        labels = {"region": "State or region"}
        widgets = {"city": _own("address-level2"), "region": _own("address-level1")}


class HelpsForm(forms.ModelForm):
    """What an alum offers."""

    helps = forms.MultipleChoiceField(
        label="Happy to offer", choices=Help, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AlumniProfile
        fields = ("helps",)


class TimesForm(forms.ModelForm):
    """When an alum usually has time, in their own words."""

    class Meta:
        model = AlumniProfile
        fields = ("usual_times",)
        labels = {"usual_times": "Best times"}
        help_texts = {"usual_times": "For example: Fridays after 4, or any lunch hour."}


class DiscussForm(forms.ModelForm):
    """What an alum is happy to talk about."""

    class Meta:
        model = AlumniProfile
        fields = ("happy_to_discuss",)
        labels = {"happy_to_discuss": "Happy to talk about"}
        widgets = {"happy_to_discuss": forms.Textarea(attrs={"rows": 2})}


def _limit_field(policy: Policy, *, required: bool = True) -> forms.TypedChoiceField:
    """Return the one way to say how often one may be asked: from not at all up to what the office allows."""
    return forms.TypedChoiceField(
        label="Monthly limit",
        help_text="How many requests can reach you in a month.",
        required=required,
        coerce=int,
        empty_value=None,
        choices=[(count, requests(count)) for count in range(policy.alum_monthly_cap + 1)],
    )


def requests(count: int) -> str:
    """No requests; 1 request; 2 requests."""
    return f"{times.number(count).capitalize()} request{'' if count == 1 else 's'}"


def _own_limit(alum: AlumniProfile | None, chosen: int | None, shown: int) -> int | None:
    """Return the number to keep: who leaves what was shown goes on with their own, or with the office's (None)."""
    return alum.monthly_cap if alum is not None and chosen == shown else chosen


class LimitForm(forms.Form):
    """How many requests a month an alum takes, and nothing else: on the page of a request."""

    def __init__(self, *args: Any, alum: AlumniProfile | None, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alum = alum
        self.fields["monthly_cap"] = _limit_field(policy)
        self.initial.setdefault("monthly_cap", limits.cap(alum, policy) if alum else policy.alum_monthly_cap)

    @property
    def cap(self) -> int | None:
        """The number that was chosen; None where it is the office’s, as before."""
        return _own_limit(self.alum, self.cleaned_data["monthly_cap"], self.initial["monthly_cap"])


class PauseForm(forms.Form):
    """Until when an alum takes no requests: a season, a day of their own, or until they say otherwise."""

    until = forms.CharField(label="Pause until", required=False, widget=forms.Select)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered = _seasons(today)
        self.fields["until"].widget.choices = [*offered, (OTHER, "Another day"), ("", "I resume them")]
        self.fields["day"] = _day_field()
        self.initial.setdefault("until", offered[0][0])

    def clean_until(self) -> str:
        chosen: str = self.cleaned_data["until"]
        if chosen not in ("", OTHER):
            _ahead(forms.DateField().clean(chosen), self.today)
        return chosen

    def clean(self) -> None:
        super().clean()
        _check_day(self, self.cleaned_data.get("until") == OTHER)

    @property
    def ends_on(self) -> date | None:
        """The day on which the pause ends; None where it has no end."""
        return _end(self.cleaned_data["until"], self.cleaned_data)


def _day_field() -> forms.CharField:
    """Return the day of one's own: asked, and read, only where another day is chosen."""
    return forms.CharField(label="Which day", required=False, widget=DayInput)


def _check_day(form: "PauseForm | AvailabilityForm", is_wanted: bool) -> None:
    """Read the day of one's own where it is wanted, and leave out what was typed there otherwise."""
    typed, form.cleaned_data["day"] = form.cleaned_data.get("day"), None
    if not is_wanted:
        return
    try:
        form.cleaned_data["day"] = _ahead(forms.DateField().clean(typed), form.today)
    except forms.ValidationError as error:
        form.add_error("day", "Choose a future day." if error.code == "required" else error)


def _ahead(day: date, today: date) -> date:
    if day <= today:
        raise forms.ValidationError("Choose a future day.")
    return day


def _end(chosen: str, cleaned: dict[str, Any]) -> date | None:
    if chosen == OTHER:
        day: date = cleaned["day"]
        return day
    return date.fromisoformat(chosen) if chosen not in ("", OPEN_END) else None


class AvailabilityForm(LimitForm):
    """How often an alum is asked, in one line of their first page: so many a month, or not for a while."""

    def __init__(self, *args: Any, alum: AlumniProfile | None, policy: Policy, today: date, **kwargs: Any) -> None:
        super().__init__(*args, alum=alum, policy=policy, **kwargs)
        self.today = today
        self.fields["pause"] = forms.ChoiceField(label="Pause requests", required=False, choices=_pauses(alum, today))
        self.fields["day"] = _day_field()
        self.initial.setdefault("pause", _pause_of(alum, today))

    def clean(self) -> None:
        super().clean()
        _check_day(self, self.cleaned_data.get("pause") == OTHER)

    @property
    def paused_until(self) -> date | None:
        return _end(self.cleaned_data["pause"], self.cleaned_data)

    @property
    def is_paused(self) -> bool:
        """Whether it is a pause without an end."""
        return bool(self.cleaned_data["pause"] == OPEN_END)


OTHER = "other"  # until a day of their own
OPEN_END = "open"  # until they resume


def _pauses(alum: AlumniProfile | None, today: date) -> list[tuple[str, str]]:
    """Return the pauses to choose from: none, up to a season or the day that holds now, without an end."""
    chosen = _pause_of(alum, today)
    offered = {day: f"Until {_lowered(name)}" for day, name in _seasons(today)}
    if chosen not in ("", OPEN_END):
        offered.setdefault(chosen, f"Until {times.full_date(date.fromisoformat(chosen))}")
    return [
        ("", "No, keep them open"),
        *sorted(offered.items()),
        (OTHER, "Until another day"),
        (OPEN_END, "Until I resume them"),
    ]


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]


def _pause_of(alum: AlumniProfile | None, today: date) -> str:
    if alum is None or not alum.pauses_on(today):
        return ""
    return OPEN_END if alum.is_paused or alum.paused_until is None else alum.paused_until.isoformat()


def _seasons(today: date) -> list[tuple[str, str]]:
    """Return when a pause may end: as a day, and in words."""
    seasons = sorted((_next(today, month), name) for month, name in ((1, "The new year"), (4, "The spring")))
    return [(day.isoformat(), f"{name}, {times.full_date(day)}") for day, name in seasons]


def _next(today: date, month: int) -> date:
    """Return the first day of `month` that comes after today."""
    first = today.replace(month=month, day=1)
    return first if first > today else first.replace(year=today.year + 1)


COLUMNS = {
    "external_id": "Constituent ID",
    "name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "preferred_name": "Preferred name",
    "former_name": "Former name",
    "pronouns": "Pronouns",
    "email": "Email",
    "phone": "Phone",
    "class_year": "Class year",
    "degrees": "Degrees",
    "majors": "Majors",
    "employer": "Employer",
    "title": "Role",
    "field": "Field",
    "city": "City",
    "region": "State or province",
    "country": "Country",
    "time_zone": "Time zone",
    "linkedin": "LinkedIn address",
    "helps": "What they offer",
    "monthly_cap": "Monthly limit",
    "do_not_contact": "Do Not Contact",
    "deceased": "Deceased",
    "status": "Status of the record",
    "opt_in": "Directory opt-in",
    "source_updated_on": "Last updated",
    "office_notes": "Notes",
}


class ExportForm(forms.Form):
    """The advancement office's file."""

    file = forms.FileField(
        label="The advancement office’s export",
        help_text=f"A CSV file or a spreadsheet with its header row, up to 32 MB and {MOST_ROWS:,} rows. "
        "You’ll preview every row before anything is saved.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 32 MB. Split it in two.")
        if not (file.name or "").lower().endswith(FILES):
            raise forms.ValidationError("Choose a CSV file or a spreadsheet.")
        return file
