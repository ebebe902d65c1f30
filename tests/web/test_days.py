"""A day is asked for in one way: with the calendar of the browser, in the format that a browser sends."""

from django import forms
from django.forms.forms import BaseForm
from django.urls import get_resolver


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _days():
    get_resolver().url_patterns  # noqa: B018 (brings in every page, and with it every form)
    for form in _below(BaseForm):
        if form.__module__.startswith("apps."):
            yield from ((form, name, field) for name, field in getattr(form, "base_fields", {}).items())


def test_every_day_is_asked_for_with_a_calendar():
    days = [(form, name, field.widget) for form, name, field in _days() if isinstance(field, forms.DateField)]
    assert len(days) > 15
    assert [
        (form, name) for form, name, widget in days if widget.input_type != "date" or widget.format != "%Y-%m-%d"
    ] == []
