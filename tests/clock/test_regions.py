"""Our own words are spelled as the office's region spells them: in choices, in sentences, on pages and in mails."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Choices

from apps.clock import regions
from tests.words.seen import seen

ALONE = {"check", "break", "program", "fall term"}  # they have other meanings; the term is called as the office says
AMERICAN = re.compile(
    rf"\b(?:{'|'.join(sorted((regions.EN_GB.spelling.keys() | regions.EN_CA.spelling.keys()) - ALONE))})s?\b",
    re.IGNORECASE,
)
SPELLED = re.compile(  # in a template, in a call, within an f-string
    r"""("[^"\n]*"\|spelled|(regions\.)?spelled(_lazily)?\(\s*("[^"\n]*"|'[^'\n]*')\s*\))"""
)
# Words that are compared and not read, and the room of a demo that is American.
NOT_READ = ("apps/local/", "apps/wording/", "apps/tables/", "apps/clock/regions.py", "apps/alumni/data/")
LOOKED_UP = {"apps/alumni/families.py", "apps/alumni/places.py", "apps/alumni/spelling.py", "apps/alumni/words.py"}


def said():
    """Return the files of ours in which something is said to a person."""
    root = Path(settings.BASE_DIR)
    paths = [*root.glob("templates/**/*.html"), *root.glob("apps/**/*.py"), *root.glob("static/js/*.js")]
    names = {str(path.relative_to(root)): path for path in paths}
    read = [name for name in sorted(names) if not name.startswith(NOT_READ) and name not in LOOKED_UP]
    return {name: names[name] for name in read if "/migrations/" not in name}


def american(path, text, folder):
    """Yield what a file says in American spelling that does not go through `spelled`."""
    without = folder / f"read{path.suffix}"
    text = re.sub(r"\{canceled\}|QuerySet\[\"Organization\"\]", "", text)  # a place for the word; the name of a type
    without.write_text(SPELLED.sub("0" if path.suffix == ".py" else "", text))
    for words in (words for _, words in seen(without)):
        yield from AMERICAN.findall(words)
    if path.suffix == ".py":  # "résumé review" is no sentence to `seen`
        yield from re.findall(r'"(résumé)\b [^"\n]*"', without.read_text())


def test_every_word_that_another_region_spells_otherwise_goes_through_spelled(tmp_path):
    files = said()
    assert len(files) > 300
    found = {name: [*american(path, path.read_text(), tmp_path)] for name, path in files.items()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("suffix", "text", "found"),
    [
        (".html", "<p>Pick a color.</p>", ["color"]),
        (".html", '<p>Pick a {{ "color"|spelled }}.</p>', []),
        (".html", '{% include "x.html" with title="It was canceled" %}', ["canceled"]),
        (".html", '{% include "x.html" with title="It was canceled"|spelled %}', []),
        (".py", 'LABEL = "Your résumé, please"\n', ["résumé"]),
        (".py", 'LABEL = spelled_lazily("Your résumé, please")\n', []),
    ],
)
def test_the_search_finds_a_word_that_does_not(suffix, text, found, tmp_path):
    assert [*american(Path(f"x{suffix}"), text, tmp_path)] == found


def choices():
    """Yield the name and the label of every choice that the product knows."""
    kinds = set(Choices.__subclasses__())
    while kinds:
        kind = kinds.pop()
        kinds |= set(kind.__subclasses__())
        if kind.__module__.startswith("apps."):
            yield from ((f"{kind.__qualname__}.{one.name}", one.label) for one in kind)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for value, label in getattr(field, "flatchoices", None) or ():
                yield f"{model.__name__}.{field.name} {value}", label


@pytest.mark.parametrize("code", ["en-GB", "en-CA"])
def test_every_choice_is_spelled_as_the_region_spells_it(code):
    spelling = regions.REGIONS[code.lower()].spelling
    theirs = re.compile(rf"\b(?:{'|'.join(spelling)})s?\b", re.IGNORECASE)
    with regions.using(code):
        labels = {name: str(label) for name, label in choices()}
    assert len(labels) > 100
    assert {name: label for name, label in labels.items() if theirs.search(label)} == {}


@pytest.mark.parametrize(
    ("code", "words", "spelled"),
    [
        ("en-GB", "They asked for or read my résumé", "They asked for or read my CV"),
        ("en-GB", "Organizations and a neighbor", "Organisations and a neighbour"),
        ("en-GB", "One business day afterward", "One working day afterwards"),
        ("en-GB", "Check your draft before the break", "Check your draft before the break"),
        ("en-GB", "Program", "Programme"),
        ("en-CA", "They asked for or read my résumé", "They asked for or read my résumé"),
        ("en-CA", "Canceled by a neighbor", "Cancelled by a neighbour"),
        ("en-US", "Canceled by a neighbor", "Canceled by a neighbor"),
    ],
)
def test_a_whole_sentence_is_spelled(code, words, spelled):
    with regions.using(code):
        assert regions.spelled(words) == spelled
