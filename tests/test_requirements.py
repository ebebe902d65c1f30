"""Every number that code, tests and documents cite has its line in docs/requirements.md or docs/reliability.md."""

import re
import subprocess

from django.conf import settings

DOCS = settings.BASE_DIR / "docs"
CITED = re.compile(r"(?<![\w#])(R[1-9]\d{0,2}|[A-K][1-9]\d?)(?![\w.%])")
COMMENTS = re.compile(r'"""(?:.|\n)*?"""|#[^\n]*')


def cited():
    """Yield (file, what it says) for every file of ours that cites: of Python, the docstrings and comments."""
    listing = ["git", "ls-files", "-co", "--exclude-standard", "apps", "tests", "config", "docs"]
    names = subprocess.run(listing, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    for name in names.splitlines():
        path = settings.BASE_DIR / name
        if not path.exists() or "/vendor/" in name or "/migrations/" in name:
            continue
        if path.suffix == ".py":
            yield name, "\n".join(COMMENTS.findall(path.read_text()))
        elif path.suffix == ".md":
            yield name, path.read_text()


def test_every_cited_requirement_has_its_line():
    lines = set(re.findall(r"^- \*\*(\w+)\*\* \S", (DOCS / "requirements.md").read_text(), re.MULTILINE))
    assert {name: sorted(marks) for name, text in cited() if (marks := set(CITED.findall(text)) - lines)} == {}


def test_every_cited_section_of_the_promises_is_there():
    sections = set(re.findall(r"^## (\d)\.", (DOCS / "reliability.md").read_text(), re.MULTILINE))
    marks = {mark for _, text in cited() for mark in re.findall(r"reliability\.md (\d)", text)}
    assert marks
    assert marks <= sections
