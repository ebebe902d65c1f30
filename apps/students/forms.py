"""The introduction and the first page: input only."""

from django import forms

from apps.students.models import Introduction, StudentProfile
from apps.students.spoken import PARTS
from apps.web.autosave import Posted

SHARED = (
    "Your coach can then see who you know, what you asked them, and when you talked. Your coach cannot see anything "
    "you mark as private. You can read a list of every view."
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
            "stage": "Where you are",
            "goal": "What do you want to find out this term?",
            "shares_network": "My coach can see my network",
        }
        help_texts = {
            "program": "From the office’s records. It appears in your requests, so correct it if it’s wrong.",
            "goal": "One sentence in your own words. Your coach sees it. Alumni do not.",
            "shares_network": SHARED,
        }
        widgets = {"stage": forms.RadioSelect, "goal": forms.Textarea(attrs={"rows": 2})}
