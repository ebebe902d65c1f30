"""Input about people's data: why somebody is held, and how long things stay."""

from django import forms

from apps.privacy.models import Hold, Retention


class HoldForm(forms.ModelForm):
    class Meta:
        model = Hold
        fields = ("reason",)
        labels = {"reason": "Reason"}
        help_texts = {"reason": "The person can read this."}


class RetentionForm(forms.ModelForm):
    class Meta:
        model = Retention
        fields = ("mails", "notices", "imports", "import_notes", "disclosures", "audit", "closed")
