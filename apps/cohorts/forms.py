"""What is typed about cohorts and assignments: input only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from apps.clock.regions import spelled_lazily
from apps.cohorts.models import Assignment, Reflection
from apps.policy.models import ReviewRule
from apps.students.models import Cohort
from apps.web.autosave import Posted
from apps.web.fields import DayField, DayInput, ProseField, between


class EnrolForm(forms.Form):
    """Which cohort, and who: by what they study, by class year, or by a class list."""

    name = forms.CharField(label="Cohort", max_length=80, help_text="For example: CAR 201, fall 2026.")
    program = forms.ChoiceField(label=spelled_lazily("Program"), required=False)
    class_year = forms.TypedChoiceField(label="Class year", coerce=int, required=False, empty_value=None)
    file = forms.FileField(
        label="Or a class list",
        required=False,
        help_text="A CSV or Excel file with a column of emails or student IDs.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        programs: list[str],
        years: list[int],
        name: str = "",
    ) -> None:
        super().__init__(data, files, initial={"name": name})
        of_program = [("", "Any"), *((one, one) for one in programs)]
        of_year = [("", "Any"), *((str(one), str(one)) for one in years)]
        self.fields["program"].choices = of_program  # type: ignore[attr-defined]  # it is a choice
        self.fields["class_year"].choices = of_year  # type: ignore[attr-defined]  # the same

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not (data.get("program") or data.get("class_year") or data.get("file")) and not self.errors:
            self.add_error("program", spelled_lazily("Choose a program, a class year or a file."))
        return data


class RuleForm(forms.ModelForm):
    """Which requests of this cohort a coach reviews first."""

    review_rule = forms.ChoiceField(
        label="Requests a coach reviews", choices=[("", "Use the office setting"), *ReviewRule.choices], required=False
    )

    class Meta:
        model = Cohort
        fields = ["review_rule", "review_first"]
        labels = {"review_first": "Number of first requests to review"}
        help_texts = {"review_first": "Leave blank to use the office setting."}


class CopyForm(forms.Form):
    """What the copy is called, and the day on which its first assignment begins."""

    name = forms.CharField(label="Name of the new cohort", max_length=80)
    from_on = DayField(label="First day of the new term")

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        between(self.fields["from_on"], today - timedelta(days=60), today + timedelta(days=366))

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise forms.ValidationError("Name the new cohort.")
        return name


class AssignmentForm(forms.ModelForm):
    class Meta:
        model = Assignment
        fields = ["conversations", "from_on", "due_on", "minutes", "asks_reflection", "question", "fewest_words"]
        labels = {
            "conversations": "How many conversations",
            "minutes": "Minutes each, at least",
            "asks_reflection": "Ask for a reflection",
            "question": "The question to reflect on",
            "fewest_words": "Words, at least",
        }
        widgets = dict.fromkeys(("from_on", "due_on"), DayInput)

    def __init__(self, data: QueryDict | None = None, *, instance: Assignment, today: date) -> None:
        super().__init__(data, instance=instance)
        between(self.fields["from_on"], today - timedelta(days=366), today + timedelta(days=366))
        between(self.fields["due_on"], min(today, instance.due_on or today), today + timedelta(days=366))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("from_on"), data.get("due_on")
        if first and last and last < first:
            self.add_error("due_on", "Choose a day that isn’t before the first one.")
        if data.get("asks_reflection") and not data.get("question"):
            self.add_error("question", "Write the question to reflect on.")
        return data


class ReflectionForm(Posted, forms.ModelForm):
    text = ProseField(
        label="Your reflection",
        max_length=12000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9, "class": "rp-tall"}),
    )

    class Meta:
        model = Reflection
        fields = ["text"]
