"""How a person wants to be reminded: input only."""

from django import forms

from apps.reminders.models import How, QuietTime


class WishesForm(forms.Form):
    """One select per rule."""

    def __init__(self, *args, wishes, **kwargs):
        super().__init__(*args, **kwargs)
        for rule, how in wishes.items():
            self.fields[rule.name] = forms.ChoiceField(choices=How.choices, initial=how, label=rule.label)


class QuietTimeForm(forms.ModelForm):
    class Meta:
        model = QuietTime
        fields = ["quiet_from", "quiet_to", "paused_until"]
        labels = {
            "quiet_from": "No mail from",
            "quiet_to": "Mail again from",
            "paused_until": "No reminders at all until",
        }
        help_texts = {
            "quiet_from": "In your own time. A reminder whose clock runs out before then still comes.",
            "paused_until": "For a term break. Empty: not paused.",
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "paused_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean(self):
        data = super().clean()
        if bool(data.get("quiet_from")) != bool(data.get("quiet_to")):
            raise forms.ValidationError("Give both ends of the quiet hours, or neither.")
        return data
