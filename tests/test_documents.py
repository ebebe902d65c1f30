"""Every file, folder and function that a document of ours names is there.

A path begins with one of our folders; `file.py::name` says that the file defines the name. A link without a scheme
leads to a file beside the document. The record of what was decided and done (docs/adr/, CHANGELOG.md) keeps its names.
"""

import re
import subprocess

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"(?<![\w/.-])((?:apps|bin|config|docs|static|templates|tests)/[\w./*-]*[\w/*])")
DEFINED = re.compile(r"([\w/]+\.py)::(\w+)")
LINKED = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def documents():
    listing = ["git", "ls-files", "-co", "--exclude-standard", "*.md", ".env.example", "docker-compose.yml", "Makefile"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if not name.startswith(("docs/adr/", "CHANGELOG", "static/vendor/"))]


def missing(name, text):
    """Return what a document names that is not there; a `*` stands for anything, and must find something."""
    named = {path for path in NAMED.findall(text) if not any(ROOT.glob(path.rstrip("/")))}
    undefined = {f"{path}::{word}" for path, word in DEFINED.findall(text) if not defines(path, word)}
    folder = (ROOT / name).parent
    linked = {path for path in LINKED.findall(FENCED.sub("", text)) if not (folder / path).exists()}
    return sorted(named | undefined | linked)


def defines(path, word):
    """Whether a file has a function, a class or a value of that name at its outermost level."""
    defined = rf"^(?:(?:async )?def|class|type) {word}\b|^{word}(?:: [^=\n]+)? ="
    return (ROOT / path).is_file() and re.search(defined, (ROOT / path).read_text(), re.MULTILINE) is not None


@pytest.mark.parametrize("name", documents())
def test_what_a_document_names_is_there(name):
    assert missing(name, (ROOT / name).read_text()) == []


def test_what_is_gone_is_found():
    paths = "`apps/mail/outbox.py`, `apps/web.py`, `tests/*/test_pages.py`, [here](adr/none.md), [there](words.md)."
    names = "`apps/mail/outbox.py::queue`, `apps/mail/outbox.py::post`, `apps/interviews/lifecycle/moves.py::Moves`."
    assert missing("docs/made-up.md", paths + names) == ["adr/none.md", "apps/mail/outbox.py::post", "apps/web.py"]
