"""What a coach types: input only."""

from django import forms

from apps.coaching.models import CoachNote
from apps.interviews.models import PARTS


class CommentForm(forms.Form):
    part = forms.ChoiceField(choices=list(PARTS.items()), widget=forms.HiddenInput)
    anchor = forms.CharField(label="About these words", max_length=300, required=False)
    text = forms.CharField(label="Your comment", max_length=800, widget=forms.Textarea(attrs={"rows": 3}))
    suggestion = forms.CharField(
        label="Another wording", max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("approve", "Send it as it is"), ("return", "Change it first")])
    note = forms.CharField(max_length=600, required=False)


class NoteForm(forms.ModelForm):
    class Meta:
        model = CoachNote
        fields = ["text", "is_shared"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        labels = {"text": "A note", "is_shared": "Show it to the student"}
