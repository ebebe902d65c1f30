"""Rows that are written lean are escaped like all others."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from apps.web.markup import BETWEEN, fill_row

# The rows of the directory and of the caseload: hundreds on a page. Everything else is written by a template, which
# escapes by itself.
USERS = {
    "apps/directory/templatetags/directory.py",
    "apps/coaching/templatetags/caseload.py",
    "apps/network/circles.py",
    "apps/network/templatetags/people.py",
    "apps/web/fields.py",
}
FORM = '<a href="{}">{}</a> <b title="{}">{}</b>'


def test_every_value_is_escaped_wherever_it_stands():
    nasty = """"><script>'&"""
    safe = "&quot;&gt;&lt;script&gt;&#x27;&amp;"
    assert fill_row(FORM, nasty, nasty, nasty, nasty) == f'<a href="{safe}">{safe}</a> <b title="{safe}">{safe}</b>'


def test_numbers_nothing_and_braces_stand_as_they_are():
    assert fill_row("{}|{}|{}|{}", 3, "", None, "{0}{x}") == "3||None|{0}{x}"


@pytest.mark.parametrize("text", [BETWEEN, f"a{BETWEEN}<b>", f"{BETWEEN}{BETWEEN}"])
def test_a_value_with_the_sign_between_shifts_no_other(text):
    row = fill_row("<p>{}</p><p>{}</p><p>{}</p>", text, "<second>", "third")
    assert row.endswith("</p><p>&lt;second&gt;</p><p>third</p>")
    assert "<b>" not in row


def test_too_few_values_are_an_error():
    with pytest.raises(IndexError):
        fill_row("{} {}", "one")


def test_nobody_else_writes_html_so():
    files = Path(settings.BASE_DIR, "apps").rglob("*.py")
    assert {str(file.relative_to(settings.BASE_DIR)) for file in files if _imports_it(file)} == USERS


def _imports_it(file):
    nodes = ast.walk(ast.parse(file.read_text()))
    return any("apps.web.markup" in _imported(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def _imported(node):
    """Return the modules that a statement may import: `from apps import markup` names one as well."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
