"""Form fields and small forms that several subjects use."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.clock import times
from apps.web.markup import fill_row, join_rows


class ProseField(forms.CharField):
    """Text of several lines. A browser counts a line break as one character and sends it as two."""

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LongSelect(forms.Select):
    """A list of hundreds to choose from: Django writes each line of one by a template of its own, and takes 20 ms."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        given = self.build_attrs({**self.attrs, "name": name}, attrs)
        options = join_rows(_options(self.choices, set(self.format_value(value))))
        return format_html("<select{}>{}</select>", flatatt(given), options)


def _options(choices: Iterable[Any], chosen: set[str]) -> Iterator[str]:
    """Yield options, and groups of them, as a browser reads them."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield fill_row('<optgroup label="{}">', value)
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            text = "" if value is None else str(value)
            yield fill_row('<option value="{}"{}>{}</option>', text, " selected" if text in chosen else "", label)


class DayInput(forms.DateInput):
    """A day as a browser asks for it: with its calendar, in the format of the reader’s own machine."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of our own times. Near the ends of the calendar a zone can lead to a day that there is not."""

    widget = DayInput
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
