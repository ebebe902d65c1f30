"""What the look through our sentences finds, and what it lets be."""

from pathlib import Path

import pytest

from tests.words.__main__ import look, patterns
from tests.words.seen import seen

TEMPLATE = """{# A mail to somebody. #}<p>{% if x %}Send the letter{% endif %} to {{ nobody }}</p>
<a aria-label="Call it off" href="/mend/">Go</a>{% tag "moss" "check" "Put away" %}
<p>{{ count }} rows</p>
"""
CODE = '''"""A mail to somebody."""
import re
log.info("No mail leaves %s")
PATTERN = re.compile("mend the letter")
HELP = "Nobody sees it."
def say(name): return f"{name} has your letter."
'''


@pytest.fixture
def written(tmp_path):
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_template_is_read_as_a_person_reads_it(written):
    assert sorted(seen(written("page.html", TEMPLATE))) == [
        (1, "…Send the letter… to …"),
        (2, "Call it off"),
        (2, "Go"),
        (2, "Put away"),
        (3, "… rows"),
    ]


def test_of_code_only_what_is_said(written):
    assert sorted(text for _, text in seen(written("views.py", CODE))) == [" has your letter.", "Nobody sees it."]


def test_each_line_is_found_with_what_to_write_instead(written):
    found = [(one.line, one.pattern.instead) for one in look(written("page.html", TEMPLATE)) if one.pattern.fails]
    assert sorted(found) == [
        (1, "request, email or note"),
        (2, "cancel"),
        (2, "fix; snooze"),
        (3, "a plural function"),
    ]


def test_a_line_can_be_let_be(written):
    assert not list(look(written("views.py", 'HELP = "Nobody sees it."  # words: ok, a name\n')))


def test_every_pattern_says_what_to_write():
    assert len(patterns()) > 40
    assert all(pattern.instead for pattern in patterns())
