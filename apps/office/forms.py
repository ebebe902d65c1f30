"""What the office types: input only."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from apps.accounts.models import Role, User, known_zone
from apps.clock import regions, zones
from apps.interviews.preparing.models import Question, Theme
from apps.network.models import Relation
from apps.office import holiday_file, holiday_spans
from apps.policy.models import Holiday, Policy, ReviewRule
from apps.students.models import Cohort, Stage, StudentProfile
from apps.tables.records import Unreadable
from apps.web import colour
from apps.web.addresses import AddressField
from apps.web.fields import DayField, DayInput, to_come


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = [
            "university",
            "short_name",
            "office_name",
            "office_email",
            "time_zone",
            "locale",
            "colour",
            "welcome",
            "term_name",
            "term_starts_on",
            "term_ends_on",
            "alum_monthly_cap",
            "student_open_cap",
            "cooling_off_days",
            "answer_days",
            "nudge_days",
            "unanswered_checks",
            "undo_minutes",
            "review_rule",
            "review_first",
            "moves_each",
            "move_reason",
            "video_room",
        ]
        field_classes = {"office_email": AddressField}
        widgets = {"term_starts_on": DayInput, "term_ends_on": DayInput, "welcome": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "short_name": "Short name",
            "office_name": "Office name",
            "office_email": "Office email address",
            "time_zone": "Time zone",
            "locale": "Region format",
            "colour": regions.spelled_lazily("Color"),
            "welcome": "Welcome message",
            "term_name": "Term name",
            "term_starts_on": "First day",
            "term_ends_on": "Last day",
            "alum_monthly_cap": "Monthly requests per alum",
            "student_open_cap": "Open requests per student",
            "cooling_off_days": "Days before a student can ask the same alum again",
            "answer_days": "Days until a request closes automatically",
            "nudge_days": "Days until the alum gets a reminder",
            "unanswered_checks": "Missed yearly checks before a profile is hidden",
            "undo_minutes": "Minutes to undo a sent request",
            "review_rule": "Requests a coach reviews",
            "review_first": "Number of first requests to review",
            "moves_each": "Times each person can reschedule",
            "move_reason": "Require a reason from the student",
            "video_room": "Video link pattern",
        }
        help_texts = {
            "university": "Shown at the top of every page and in every email.",
            "short_name": "Used as the sender of Rapport’s emails, like “Rapport at Northfield”.",
            "office_name": "Where people write when they need help from a person.",
            "office_email": "Gets replies to Rapport’s emails, and alerts when emails fail.",
            "colour": "For buttons and links: # and 6 digits. Leave blank for plum.",
            "welcome": "1 or 2 sentences on the sign-in page.",
            "time_zone": "Deadlines and terms follow it. To jump to a city, open the list and type its name.",
            "term_name": regions.spelled_lazily("As in “3 of 6 conversations this fall term”."),
            "term_starts_on": "A student’s goal counts conversations from this day.",
            "term_ends_on": "",
            "alum_monthly_cap": (
                "Waiting and accepted requests together. An alum’s own lower limit counts. 0: no one can be asked."
            ),
            "cooling_off_days": "Counted from the last request.",
            "student_open_cap": "At this limit, a student waits for a reply or withdraws a request.",
            "answer_days": "Then we tell the student and suggest 3 others to ask.",
            "nudge_days": "We remind an alum who hasn’t replied once, and never again.",
            "unanswered_checks": "Once a year we ask alumni if their profile is correct. 0 never hides a profile.",
            "undo_minutes": "The request is sent after this time. 0 sends it right away.",
            "review_first": "Used only with “A student’s first requests”.",
            "video_room": "Like https://meet.example/{code}. Leave blank if students add their own link.",
        }

    GROUPS = (
        (
            "University and office",
            ("university", "short_name", "office_name", "office_email", "colour", "welcome"),
        ),
        ("Term and region", ("term_name", "term_starts_on", "term_ends_on", "time_zone", "locale")),
        (
            "Limits that protect alumni",
            ("alum_monthly_cap", "cooling_off_days", "student_open_cap", "unanswered_checks"),
        ),
        ("Deadlines", ("answer_days", "nudge_days", "undo_minutes")),
        ("Coach review", ("review_rule", "review_first")),
        ("Rescheduling", ("moves_each", "move_reason")),
        ("Video", ("video_room",)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own, reader = self.instance.time_zone, str(timezone.get_current_timezone())
        self.fields["time_zone"].widget = forms.Select(choices=zones.choices_of_office(own, reader, timezone.now()))
        self.fields["review_rule"].help_text = (
            f"If a coach hasn’t reviewed a draft within one {regions.spelled('business day')}, we’ll send it "
            "automatically. Each cohort can have its own rule."
        )

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean_time_zone(self) -> str:
        known_zone(self.cleaned_data["time_zone"])
        return self.cleaned_data["time_zone"]

    def clean_video_room(self) -> str:
        pattern: str = self.cleaned_data["video_room"].strip()
        if pattern and not (pattern.startswith("https://") and "{code}" in pattern):
            raise forms.ValidationError("Start with https:// and include {code} where each room’s own code goes.")
        return pattern

    def clean_student_open_cap(self) -> int:
        if self.cleaned_data["student_open_cap"] < 1:
            raise forms.ValidationError("With 0, no one could ask. Choose 1 or more.")
        return self.cleaned_data["student_open_cap"]

    def clean_undo_minutes(self) -> int:
        if self.cleaned_data["undo_minutes"] > 60:
            raise forms.ValidationError("Choose 60 minutes or less, so the offered times stay open.")
        return self.cleaned_data["undo_minutes"]

    def clean_colour(self) -> str:
        chosen: str = self.cleaned_data["colour"].lower()
        Policy._meta.get_field("colour").run_validators(chosen)
        if chosen and (complaint := colour.complaint(chosen)):
            raise forms.ValidationError(complaint)
        return chosen

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        nudge, answer = data.get("nudge_days"), data.get("answer_days")
        if nudge is not None and answer is not None and nudge >= answer:
            self.add_error("nudge_days", "The reminder must come before the request expires. Choose fewer days.")
        starts, ends = data.get("term_starts_on"), data.get("term_ends_on")
        if starts and ends and ends <= starts:
            self.add_error("term_ends_on", "Choose a last day after the first day.")


class HolidayForm(forms.ModelForm):
    """Days on which the office is closed, one or several in a row; what is over closes nothing any more."""

    last = DayField(label="Last day", required=False, help_text="For a break. Leave blank for a single day.")

    class Meta:
        model = Holiday
        fields = ["on", "name"]
        widgets = {"on": DayInput}
        labels = {"on": "First day", "name": "Name"}
        help_texts = {"name": "For example: Thanksgiving, or Winter break."}

    field_order = ["on", "last", "name"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_come(self.fields["on"], today)
        to_come(self.fields["last"], today)

    def clean(self) -> None:
        super().clean()
        first = self.cleaned_data.get("on")
        if first is None or "last" in self.errors:
            return
        last = self.cleaned_data["last"] or first
        if last < first:
            self.add_error("last", "The last day is before the first. Check both.")
        elif last - first > holiday_file.LONGEST:
            self.add_error("last", f"Add at most {holiday_file.LONGEST.days} days at a time.")
        else:
            self._take(holiday_spans.each(first, last))

    def _take(self, days: list[date]) -> None:
        """Keep which of the days are new; what is a holiday already stays what it is called."""
        known = set(Holiday.objects.filter(on__in=days).values_list("on", flat=True))
        self.new = [day for day in days if day not in known]
        if not self.new:
            several = "All of these days are holidays already."
            self.add_error("on", "This day is already a holiday." if len(days) == 1 else several)

    def validate_unique(self) -> None:
        """Days that are known are left out, not refused."""

    def add(self) -> str:
        """Add the new days of a valid form; return it in words. What somebody adds meanwhile stays theirs."""
        name, first = self.cleaned_data["name"], self.cleaned_data["on"]
        last = self.cleaned_data["last"] or first
        Holiday.objects.bulk_create([Holiday(on=day, name=name) for day in self.new], ignore_conflicts=True)
        known = (last - first).days + 1 - len(self.new)
        kept = f" {known} of these days {'was' if known == 1 else 'were'} already a holiday." if known else ""
        return f"{name}, {holiday_spans.said(first, last)}.{kept}"


class HolidayFileForm(forms.Form):
    """A calendar file with holidays in it."""

    file = forms.FileField(label="Calendar file (.ics)", help_text="You’ll choose which days to add.")

    def found(self, today: date) -> holiday_file.Found | None:
        """Return the days of the file; None where it cannot be read, or holds none, and the form says why."""
        if not self.is_valid():
            return None
        try:
            found = holiday_file.read(self.cleaned_data["file"].read(holiday_file.MOST_BYTES + 1), today)
        except Unreadable as problem:
            self.add_error("file", str(problem))
            return None
        if not found.days:
            hours = " Events with a start time don’t count as holidays." if found.with_hours else ""
            self.add_error("file", f"This file has no whole-day events from today on.{hours}")
            return None
        return found


class CohortForm(forms.ModelForm):
    review_rule = forms.ChoiceField(
        label="Requests a coach reviews", choices=[("", "Use the office setting"), *ReviewRule.choices], required=False
    )

    class Meta:
        model = Cohort
        fields = ["review_rule", "review_first"]
        labels = {"review_first": "Number of first requests to review"}
        help_texts = {"review_first": "Leave blank to use the office setting."}


Cohorts = forms.modelformset_factory(Cohort, CohortForm, extra=0)


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="What this person does in Rapport. It can be more than one.",
        error_messages={"required": "Choose at least one. Without a role there’s nothing to see after signing in."},
    )

    class Meta:
        model = User
        fields = ["name", "preferred_name", "pronouns", "email"]
        field_classes = {"email": AddressField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("roles", self.instance.roles)
        self.fields["roles"].required = self.instance.pk is None  # all of them may be taken away later

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class StudentForm(forms.ModelForm):
    coach = forms.ModelChoiceField(
        User.objects.holding(Role.COACH).order_by("sort_key", "pk"), required=False, empty_label="None"
    )
    cohort = forms.ModelChoiceField(Cohort.objects.order_by("name"), required=False, empty_label="None")

    class Meta:
        model = StudentProfile
        fields = ["coach", "cohort", "program", "degree", "year", "class_year"]


class SuppressionForm(forms.Form):
    """An address to which nothing is to be sent, and why."""

    address = AddressField(label="Email address")
    reason = forms.CharField(label="Reason", max_length=200, help_text="For anyone who reads this later.")


class QuestionForm(forms.ModelForm):
    theme = forms.ChoiceField(choices=[("", "Choose a theme"), *Theme.choices])
    stage = forms.ChoiceField(
        label="Fits students who are", choices=[("", "Anywhere in their search"), *Stage.choices], required=False
    )
    relation = forms.ChoiceField(
        label="Fits a conversation with", choices=[("", "Anyone"), *Relation.choices], required=False
    )

    class Meta:
        model = Question
        fields = ["text", "why", "theme", "stage", "relation", "minutes", "is_closing", "is_active"]
        labels = {
            "text": "Question",
            "is_closing": "Closing question",
            "is_active": "Show this question to students",
            "minutes": "Minutes it takes",
        }
