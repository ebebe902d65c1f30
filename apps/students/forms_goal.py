"""A student's goal and what they share: input only."""

from django import forms

from apps.students.forms import SHARED
from apps.students.models import StudentProfile


class GoalForm(forms.ModelForm):
    class Meta:
        model = StudentProfile
        fields = ["goal", "goal_kind", "goal_conversations", "stage", "wants_fields", "private_goal", "shares_network"]
        labels = {
            "goal": "What do you want to find out this term?",
            "goal_kind": "What it’s about",
            "goal_conversations": "How many conversations this term?",
            "stage": "Where you are",
            "wants_fields": "Fields and places you’re curious about",
            "private_goal": "A private goal",
            "shares_network": "My coach can see my network",
        }
        help_texts = {
            "goal": "One sentence in your own words. Your coach, once you have one, can see it. Alumni can’t.",
            "goal_kind": "We suggest questions and wording that fit. No one else sees this.",
            "shares_network": SHARED,
        }
        widgets = {"goal": forms.Textarea(attrs={"rows": 2}), "private_goal": forms.Textarea(attrs={"rows": 2})}

    def clean_goal_conversations(self) -> int:
        number = self.cleaned_data["goal_conversations"]
        if not 1 <= number <= 30:
            raise forms.ValidationError("Choose a number from 1 to 30. 3 is a good start.")
        return number
