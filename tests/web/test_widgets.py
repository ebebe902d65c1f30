"""Inputs are written as Django’s own templates write them, sign for sign but for empty lines."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from apps.web.widgets import WRITTEN, Renderer

CHOICES = [
    ("", "None of these"),
    ("a<b", "A & “B” <script>"),
    ("Near & <far>", [("one", "One"), ("two", lazystr("Two’s"))]),
    (4, mark_safe("<b>Four</b>")),
    (None, 2026),
]
WIDGETS = [
    *(forms.TextInput(), forms.EmailInput(), forms.NumberInput(), forms.URLInput(), forms.TelInput()),
    *(
        forms.DateInput(),
        forms.TimeInput(),
        forms.HiddenInput(),
        forms.CheckboxInput(),
        forms.PasswordInput(render_value=True),
    ),
    *(forms.Textarea(), forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES)),
    *(forms.RadioSelect(choices=CHOICES), forms.FileInput()),
]
ATTRS = [None, {"class": 'a "b"', "required": True, "disabled": False, "maxlength": 40, "title": lazystr("<i>")}]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "a<b", "two", 4, "'x' & \"y\"", mark_safe("&amp;"), lazystr("l<")])
@pytest.mark.parametrize("attrs", ATTRS)
def test_it_is_what_django_writes(widget, value, attrs):
    value = [value] if isinstance(widget, forms.SelectMultiple) else value
    name = 'field "of" <this>'
    ours, theirs = (widget.render(name, value, attrs, renderer()) for renderer in (Renderer, DjangoTemplates))
    assert re.sub(r"\n\s*\n", "\n", ours) == re.sub(r"\n\s*\n", "\n", theirs)


def test_the_site_writes_its_forms_so(settings):
    assert settings.FORM_RENDERER == "apps.web.widgets.Renderer"
    assert all(Renderer().get_template(name) for name in WRITTEN)  # of templates that Django has
