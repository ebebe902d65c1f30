"""Rows that are written lean are escaped like all others."""

import pytest

from apps.markup import BETWEEN, filled

FORM = '<a href="{}">{}</a> <b title="{}">{}</b>'


def test_every_value_is_escaped_wherever_it_stands():
    nasty = """"><script>'&"""
    safe = "&quot;&gt;&lt;script&gt;&#x27;&amp;"
    assert filled(FORM, nasty, nasty, nasty, nasty) == f'<a href="{safe}">{safe}</a> <b title="{safe}">{safe}</b>'


def test_numbers_nothing_and_braces_stand_as_they_are():
    assert filled("{}|{}|{}|{}", 3, "", None, "{0}{x}") == "3||None|{0}{x}"


@pytest.mark.parametrize("text", [BETWEEN, f"a{BETWEEN}<b>", f"{BETWEEN}{BETWEEN}"])
def test_a_value_with_the_sign_between_shifts_no_other(text):
    row = filled("<p>{}</p><p>{}</p><p>{}</p>", text, "<second>", "third")
    assert row.endswith("</p><p>&lt;second&gt;</p><p>third</p>")
    assert "<b>" not in row


def test_too_few_values_are_an_error():
    with pytest.raises(IndexError):
        filled("{} {}", "one")
