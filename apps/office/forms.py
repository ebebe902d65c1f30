"""What the office types: input only."""

import csv
import io

from django import forms

from apps.accounts.models import Role, User
from apps.interviews.models import Question
from apps.policy.models import Policy
from apps.students.models import Cohort, StudentProfile


def _date():
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
            "undo_minutes",
            "review_rule",
            "review_first",
            "video_room",
        ]
        widgets = {"term_starts_on": _date(), "term_ends_on": _date(), "welcome": forms.Textarea(attrs={"rows": 3})}

    GROUPS = (
        ("How the office appears", ("university", "short_name", "office_name", "office_email", "colour", "welcome")),
        ("The term", ("term_name", "term_starts_on", "term_ends_on", "time_zone")),
        ("Care for alumni", ("alum_monthly_cap", "cooling_off_days", "student_open_cap")),
        ("Deadlines", ("answer_days", "nudge_days", "undo_minutes")),
        ("Coaches read first", ("review_rule", "review_first")),
        ("Video", ("video_room",)),
    )

    @property
    def groups(self):
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean(self):
        data = super().clean()
        if (data.get("nudge_days") or 0) >= (data.get("answer_days") or 0):
            self.add_error("nudge_days", "The nudge comes before the request expires: choose fewer days.")
        starts, ends = data.get("term_starts_on"), data.get("term_ends_on")
        if starts and ends and ends <= starts:
            self.add_error("term_ends_on", "The term ends after it starts.")
        return data


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = User
        fields = ["name", "preferred_name", "pronouns", "email", "roles", "is_active"]
        labels = {"is_active": "May sign in"}

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class StudentForm(forms.ModelForm):
    class Meta:
        model = StudentProfile
        fields = ["coach", "cohort", "program", "degree", "year", "class_year"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = User.objects.holding(Role.COACH).order_by("sort_key", "pk")
        self.fields["cohort"].queryset = Cohort.objects.order_by("name")
        self.fields["coach"].empty_label = self.fields["cohort"].empty_label = "None"


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = ["text", "why", "theme", "minutes", "is_closing", "is_active"]
        labels = {
            "text": "The question",
            "is_closing": "Belongs to the last minutes",
            "is_active": "Students see it",
            "minutes": "Minutes it takes",
        }


STUDENT_COLUMNS = ("first_name", "last_name", "email")


class StudentFileForm(forms.Form):
    """The registrar's CSV: one student a row."""

    file = forms.FileField(label="The registrar's file (CSV)")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > 5 * 1024 * 1024:
            raise forms.ValidationError("The file is larger than 5 MB. Is it the right one?")
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.") from None
        if "\x00" in text:
            raise forms.ValidationError("This is not a CSV file.")
        rows = list(csv.DictReader(io.StringIO(text)))
        missing = [name for name in STUDENT_COLUMNS if not rows or name not in rows[0]]
        if missing:
            raise forms.ValidationError(f"A column is missing: {', '.join(missing)}.")
        return rows
