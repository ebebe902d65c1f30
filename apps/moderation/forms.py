"""What somebody reports, and what the office decides."""

from typing import Any

from django import forms

from apps.moderation.models import Outcome, Reason, Report

WARNING = (
    "Someone told us about a message or a conversation with you that made them uncomfortable. Informational"
    " interviews work because both sides are kind, keep to what was agreed, and never ask for a job.\n\n"
    "Please keep this in mind from now on. If it happens again, we’ll close your account. If you see it differently, or"
    " if you have questions, reply to this email. We’ll listen."
)


class ReportForm(forms.ModelForm):
    reason = forms.ChoiceField(label="What’s wrong?", choices=Reason.choices, widget=forms.RadioSelect)

    class Meta:
        model = Report
        fields = ("reason", "words")
        labels = {"words": "What happened?"}
        widgets = {"words": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == Reason.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", "Say in a few words what happened.")
        return cleaned


class DecideForm(forms.Form):
    """What becomes of a report; the words are sent only with a warning."""

    outcome = forms.ChoiceField(
        label="What to do",
        choices={
            Outcome.NOTHING: "No action needed",
            Outcome.WARNED: "Send a warning by email",
            Outcome.BLOCKED: "Close their account",
        },
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="The warning they get by email",
        max_length=2000,
        required=False,
        initial=WARNING,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    note = forms.CharField(
        label="Note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only the office sees it.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == Outcome.WARNED and not cleaned.get("text", "").strip():
            self.add_error("text", "Write what you want to say.")
        return cleaned
