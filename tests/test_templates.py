"""Every template compiles, uses only icons that exist, and keeps to the strict CSP."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
ALL = sorted(str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file())
PAGES = [name for name in ALL if not name.startswith("email/")]

FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "an htmx handler": re.compile(r"\shx-on[:=-]", re.I),
    "something from elsewhere": re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.I),
}


def breaches(source):
    """Return what in a template the strict CSP would block; template tags and comments are not looked at."""
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", "", source, flags=re.S)
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(html)]


@pytest.mark.parametrize("name", ALL)
def test_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_keeps_to_the_csp(name):
    assert breaches((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p style="color: red">', ["a style attribute"]),
        ("<style>p {}</style>", ["a style element"]),
        ("<script>go()</script>", ["an inline script"]),
        ('<button type="submit" onclick="go()">', ["an inline handler"]),
        ('<a href="javascript:go()">', ["a javascript: address"]),
        ('<button hx-on:click="go()">', ["an htmx handler"]),
        ('<script src="https://cdn.example/x.js"></script>', ["something from elsewhere"]),
        ('<script src="{% static "js/base.js" %}" defer></script><p data-on="x">one = two</p>', []),
    ],
)
def test_the_check_finds_each_breach(source, found):
    assert breaches(source) == found


def test_every_icon_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    sources = [ROOT / name for name in ALL] + list(Path(settings.BASE_DIR / "apps").rglob("*.py"))
    asked = {name for p in sources for name in re.findall(r'\{%-? ?icon "([^"]+)"', p.read_text())}
    assert asked - sprite == set()
    assert "clock" in asked


def after_the_act(source):
    """Return the fields of each form that come after its main button: read to the end, and nothing to press."""
    forms = re.findall(r"<form\b.*?</form>", source, re.S)
    ends = [form.split('<button class="btn btn-primary')[-1] for form in forms if "btn-primary" in form]
    return [field for end in ends for field in re.findall(r'include "components/field.html" with field=(\S+)', end)]


@pytest.mark.parametrize("name", PAGES)
def test_the_button_of_a_form_comes_after_all_its_fields(name):
    assert after_the_act((ROOT / name).read_text()) == []


def test_a_field_after_the_button_is_found():
    field, button = (
        '{% include "components/field.html" with field=form.name %}',
        '<button class="btn btn-primary">Go</button>',
    )
    assert after_the_act(f"<form>{field}{button}</form>") == []
    assert after_the_act(f"<form>{button}{field}</form>") == ["form.name"]


LOOPS = re.compile(r"for \w+ in ((?!field\.errors %\}<p>\{\{ error \}\}</p>)[\w.]+\.errors)\b")


@pytest.mark.parametrize("name", PAGES)
def test_what_is_wrong_with_a_field_is_said_in_our_words(name):
    """Django’s own sentences (“This field is required.”) do not say what to do: `mistakes` has ours.

    Hidden fields, which nobody can mend, are left as they are.
    """
    assert LOOPS.findall((ROOT / name).read_text()) == []
