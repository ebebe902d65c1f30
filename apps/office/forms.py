"""What the office types: input only."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Role, User, known_zone
from apps.interviews.preparing.models import Question
from apps.network.models import Relation
from apps.office import holiday_file
from apps.policy.models import Holiday, Policy, ReviewRule
from apps.students.models import Cohort, Stage, StudentProfile
from apps.tables.records import Unreadable
from apps.web import colour
from apps.web.addresses import AddressField
from apps.web.fields import to_come


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


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
        widgets = {"term_starts_on": _date(), "term_ends_on": _date(), "welcome": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "short_name": "Short name",
            "office_name": "Name of the office",
            "office_email": "E-mail address of the office",
            "time_zone": "Time zone",
            "locale": "Region format",
            "welcome": "Words of welcome",
            "term_name": "Name of the term",
            "term_starts_on": "First day",
            "term_ends_on": "Last day",
            "alum_monthly_cap": "Requests an alum gets in a month",
            "student_open_cap": "Open requests of one student",
            "cooling_off_days": "Days until the same student may ask the same alum again",
            "answer_days": "Days until a request closes by itself",
            "nudge_days": "Days until the one gentle reminder",
            "unanswered_checks": "Yearly questions without an answer until an entry rests",
            "undo_minutes": "Minutes in which a sent request can be taken back",
            "review_rule": "What a coach reads first",
            "review_first": "How many first requests",
            "moves_each": "How often each side may ask for another time",
            "move_reason": "A student says why",
            "video_room": "Pattern for video rooms",
        }
        help_texts = {
            "university": "Stands at the top of every page and in every letter.",
            "short_name": "Used in the sender of our own mails: “Rapport at Northfield”.",
            "office_name": "Whom people write to when they need a person.",
            "office_email": "Where answers to our own mails go, and word of mail that did not get through.",
            "colour": "Of buttons and links, as # and six digits. Empty for plum.",
            "welcome": "One or two sentences on the sign-in page.",
            "time_zone": "Working days and terms are counted in it, for example America/Chicago.",
            "term_name": "As in “three talks of six this fall term”.",
            "term_starts_on": "A student’s goal counts talks from this day on.",
            "term_ends_on": "",
            "alum_monthly_cap": "Waiting and accepted ones together. An alum’s own lower number wins.",
            "cooling_off_days": "Counted from the last request.",
            "student_open_cap": "A further request waits until one is answered.",
            "answer_days": "Then the student is told, and shown three others to ask.",
            "nudge_days": "An alum who has not answered hears from us once more, and not again.",
            "unanswered_checks": "Once a year we ask an alum whether their entry is right. 0 keeps it in any case.",
            "undo_minutes": "A letter leaves after this. 0 lets it leave at once.",
            "review_rule": "A draft nobody reads within a working day leaves by itself. A cohort may have its own.",
            "review_first": "Only for the rule “A student’s first requests”.",
            "video_room": "As https://meet.example/{code}. Empty: the student gives a link.",
        }

    GROUPS = (
        (
            "How the office appears",
            ("university", "short_name", "office_name", "office_email", "colour", "welcome"),
        ),
        ("The term", ("term_name", "term_starts_on", "term_ends_on", "time_zone", "locale")),
        ("Care for alumni", ("alum_monthly_cap", "cooling_off_days", "student_open_cap", "unanswered_checks")),
        ("Deadlines", ("answer_days", "nudge_days", "undo_minutes")),
        ("Coaches read first", ("review_rule", "review_first")),
        ("Moving a conversation", ("moves_each", "move_reason")),
        ("Video", ("video_room",)),
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
            raise forms.ValidationError("It begins with https:// and holds {code} where each room’s own code goes.")
        return pattern

    def clean_student_open_cap(self) -> int:
        if self.cleaned_data["student_open_cap"] < 1:
            raise forms.ValidationError("With 0 nobody could ask at all. Choose 1 or more.")
        return self.cleaned_data["student_open_cap"]

    def clean_undo_minutes(self) -> int:
        if self.cleaned_data["undo_minutes"] > 60:
            raise forms.ValidationError("An hour is the most; longer, and the times on offer may be gone.")
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
            self.add_error("nudge_days", "The nudge comes before the request expires: choose fewer days.")
        starts, ends = data.get("term_starts_on"), data.get("term_ends_on")
        if starts and ends and ends <= starts:
            self.add_error("term_ends_on", "The term ends after it starts.")


class HolidayForm(forms.ModelForm):
    """A day on which the office is closed; one that is over closes nothing any more."""

    class Meta:
        model = Holiday
        fields = ["on", "name"]
        widgets = {"on": _date()}
        labels = {"on": "Day", "name": "What it is"}
        help_texts = {"name": "For example: Thanksgiving."}
        error_messages = {"on": {"unique": "This day is a holiday already."}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_come(self.fields["on"], today)


class HolidayFileForm(forms.Form):
    """A calendar file with holidays in it."""

    file = forms.FileField(label="A calendar file (.ics)", help_text="You choose among its days before any is added.")

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
            hours = " Events with an hour are not taken for holidays." if found.with_hours else ""
            self.add_error("file", f"There is no whole day from today on in this file.{hours}")
            return None
        return found


class CohortForm(forms.ModelForm):
    review_rule = forms.ChoiceField(
        label="What a coach reads first", choices=[("", "As the policy says"), *ReviewRule.choices], required=False
    )

    class Meta:
        model = Cohort
        fields = ["review_rule", "review_first"]
        labels = {"review_first": "How many first requests"}
        help_texts = {"review_first": "Empty: as the policy says."}


Cohorts = forms.modelformset_factory(Cohort, CohortForm, extra=0)


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = User
        fields = ["name", "preferred_name", "pronouns", "email"]
        field_classes = {"email": AddressField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("roles", self.instance.roles)

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

    address = AddressField(label="E-mail address")
    reason = forms.CharField(label="Why", max_length=200, help_text="For whoever looks at it next year.")


class QuestionForm(forms.ModelForm):
    stage = forms.ChoiceField(
        label="Fits students who are", choices=[("", "At any stage"), *Stage.choices], required=False
    )
    relation = forms.ChoiceField(label="Fits a talk with", choices=[("", "Anybody"), *Relation.choices], required=False)

    class Meta:
        model = Question
        fields = ["text", "why", "theme", "stage", "relation", "minutes", "is_closing", "is_active"]
        labels = {
            "text": "The question",
            "is_closing": "Belongs to the last minutes",
            "is_active": "Students see it",
            "minutes": "Minutes it takes",
        }
