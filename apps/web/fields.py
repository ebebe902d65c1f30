"""Form fields and small forms that several subjects use."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


class ProseField(forms.CharField):
    """Text of several lines. A browser counts a line break as one character and sends it as two."""

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day of our own times. Near the ends of the calendar a zone can lead to a day that there is not."""

    FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
    default_validators = [MinValueValidator(FIRST, "Check the year."), MaxValueValidator(LAST, "Check the year.")]


NOTE_MAX = 600


class NoteForm(forms.Form):
    note = ProseField(required=False, max_length=NOTE_MAX)
