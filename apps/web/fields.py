"""Form fields and small forms that several subjects use."""

from datetime import date, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from apps.clock import times


class ProseField(forms.CharField):
    """Text of several lines. A browser counts a line break as one character and sends it as two."""

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day of our own times. Near the ends of the calendar a zone can lead to a day that there is not."""

    FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
    default_validators = [MinValueValidator(FIRST, "Check the year."), MaxValueValidator(LAST, "Check the year.")]


def between(field: forms.Field, first: date, last: date) -> None:
    """Let a field of days take only those from `first` to `last`: a slip in the year is caught, and said.

    A browser is told as well, so that it offers no other.
    """
    field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
    words = f"Choose a day from {times.long_day(first)} to {times.long_day(last)}."
    field.validators = [*field.validators, MinValueValidator(first, words), MaxValueValidator(last, words)]


def farthest(today: date) -> date:
    """Return the last day for which anybody plans a step."""
    return today + timedelta(days=365 * 2)


def to_come(field: forms.Field, today: date) -> None:
    """Let a field of days take what one means to do: from today to the farthest."""
    between(field, today, farthest(today))


def gone_by(field: forms.Field, today: date) -> None:
    """Let a field of days take what happened: until today, as far back as anybody counts."""
    between(field, today - timedelta(days=3652), today)


NOTE_MAX = 600


class NoteForm(forms.Form):
    note = ProseField(required=False, max_length=NOTE_MAX)
