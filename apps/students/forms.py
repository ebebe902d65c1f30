"""The introduction and the first page: input only."""

from django import forms

from apps.students.models import Introduction, StudentProfile
from apps.students.spoken import PARTS
from apps.web.autosave import Posted

SHARED = (
    "Your coach may then see whom you know, what you asked them, and when you talked; not what you marked as private. "
    "Each look is written down for you to read."
)


class IntroductionForm(Posted, forms.ModelForm):
    class Meta:
        model = Introduction
        fields = list(PARTS)
        labels = {name: label for name, (label, _) in PARTS.items()}
        help_texts = {name: hint for name, (_, hint) in PARTS.items()}
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in PARTS}


class WelcomeForm(forms.ModelForm):
    class Meta:
        model = StudentProfile
        fields = ["program", "stage", "goal", "shares_network"]
        labels = {
            "program": "What you study",
            "stage": "Where are you with it?",
            "goal": "What do you want to find out this term?",
            "shares_network": "My coach may look at my network",
        }
        help_texts = {
            "program": "As the office has it. It stands in your letters, so mend it if it is wrong.",
            "goal": "One sentence in your own words. Your coach sees it; alumni do not.",
            "shares_network": SHARED,
        }
        widgets = {"stage": forms.RadioSelect, "goal": forms.Textarea(attrs={"rows": 2})}
