"""What a student offers, and what they gave: input only."""

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.models import User
from apps.clock import times
from apps.network.models import Contact, Offering
from apps.web.fields import DayField, gone_by


class OfferForm(forms.ModelForm):
    class Meta:
        model = Offering
        fields = ["kind", "text"]
        labels = {"kind": "What kind", "text": "What it is"}
        help_texts = {"text": "For example: my notes on well water, or help with a survey."}


class GaveForm(forms.Form):
    """What was given to somebody, and when."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label="To", empty_label="Choose a person")
    note = forms.CharField(label="What you gave", max_length=300)
    day = DayField(label="When", required=False)

    def __init__(self, data: QueryDict | None = None, *, student: User) -> None:
        today = times.local_date(timezone.now(), student.zone)
        super().__init__(data, auto_id="gave_%s", initial={"day": today})
        people = Contact.objects.filter(student=student, archived_at=None).order_by("sort_key", "pk")
        self.fields["contact"] = forms.ModelChoiceField(people, label="To", empty_label="Choose a person")
        gone_by(self.fields["day"], today)
