"""A long list to choose from reads as Django’s own does."""

import pytest
from django import forms
from django.test.html import parse_html

from apps.web.fields import LongSelect

CHOICES = [
    ("", "The same as mine"),
    ("a<b", "A & “B” <script>"),
    ("Near", [("one", "One"), ("two", "Two’s")]),
    ("Far & wide", [("three", "Three")]),
    (4, "Four"),
]


@pytest.mark.parametrize("value", [None, "", "a<b", "two", "three", 4, "4", "gone"])
@pytest.mark.parametrize("attrs", [None, {"class": "form-select", "aria-describedby": "x-hint"}, {"required": True}])
def test_it_is_what_django_writes(value, attrs):
    ours = LongSelect(choices=CHOICES).render("zone", value, attrs)
    assert parse_html(ours) == parse_html(forms.Select(choices=CHOICES).render("zone", value, attrs))


def test_a_form_takes_what_was_chosen_and_refuses_the_rest():
    class Form(forms.Form):
        zone = forms.ChoiceField(choices=CHOICES, widget=LongSelect)

    assert Form({"zone": "two"}).is_valid()
    assert not Form({"zone": "gone"}).is_valid()
    assert 'value="two" selected' in str(Form({"zone": "two"})["zone"])
