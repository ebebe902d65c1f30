"""A rule of style is said once: the same of two sheets is two that one must change."""

import re
from collections import defaultdict

import pytest
from django.conf import settings

MADE = ("rp-d", "rp-days-", "rp-ticks-", "rp-reason-", "rp-tag-", "rp-mono-", "rp-note-", "is-")  # of a value
SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))


def rules(text):
    """Yield (where, selector, its declarations) of each rule of a sheet; `where` are the layers and conditions."""
    around, read = [], ""
    for sign in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL):
        if sign == "{":
            *own, selector = read.split(";")
            if any(one.strip() for one in own):
                yield (*around[:-1],), around[-1], ";".join(own)
            around.append(" ".join(selector.split()))
            read = ""
        elif sign == "}":
            if read.strip():
                yield (*around[:-1],), around[-1], read
            around.pop()
            read = ""
        elif sign == ";" and not around:
            read = ""
        else:
            read += sign


def twins(sheets):
    """Return what is said more than once: (selector, property) -> the sheets."""
    said = defaultdict(list)
    for name, text in sheets.items():
        for around, selector, declarations in rules(text):
            for declaration in re.split(r";(?![^(]*\))", declarations):
                if ":" in declaration:
                    said[(*around, selector, declaration.split(":")[0].strip())].append(name)
    return {where[-2:]: names for where, names in said.items() if len(names) > 1}


def test_no_rule_is_said_twice():
    assert twins({sheet.name: sheet.read_text() for sheet in SHEETS}) == {}


def test_a_twin_is_found_wherever_it_stands_and_another_layer_or_width_is_none():
    one = "@layer a { .x { color: red; gap: 1px } @media print { .x { color: red; } } /* .x { gap: 2px } */ }"
    other = "@layer a { .x { margin: 0; gap: 3px; } } @layer b { .x { color: red } }"
    assert twins({"one": one, "other": other}) == {(".x", "gap"): ["one", "other"]}


def homes(sheets):
    """Return the classes that more than one sheet says something of, alone and at every width: the class -> sheets."""
    found = defaultdict(set)
    for name, text in sheets.items():
        for around, selectors, _ in rules(text):
            if not any(one.startswith(("@media", "@supports", "@container")) for one in around):
                for selector in selectors.split(","):
                    if re.fullmatch(r"\.[\w-]+", selector.strip()):
                        found[selector.strip()].add(name)
    return {name: where for name, where in found.items() if len(where) > 1}


def test_a_class_is_at_home_in_one_sheet():  # two meanings of one name: a button was hidden on another room's page
    assert homes({sheet.name: sheet.read_text() for sheet in SHEETS if sheet.name != "theme.css"}) == {}


def test_a_class_of_two_homes_is_found():
    one, other = (
        "@layer a { .x, .y { color: red } }",
        "@layer a { .x { gap: 0 } @media print { .y { gap: 0 } } .z .y { gap: 0 } }",
    )
    assert homes({"one": one, "other": other}) == {".x": {"one", "other"}}


def test_no_class_has_outlived_its_last_use():  # each page pays for it the first time
    written = {"templates": "*.html", "static/js": "*.js", "apps": "*.py"}
    files = (path for part, name in written.items() for path in (settings.BASE_DIR / part).rglob(name))
    used = set(re.findall(r"[\w-]+", " ".join(path.read_text() for path in files)))
    ours = {name for sheet in SHEETS for name in re.findall(r"\.((?:rp|is)-[\w-]+)", sheet.read_text())}
    assert len(ours) > 500
    assert {name for name in ours - used if not name.startswith(MADE)} == set()


def test_no_icon_has_outlived_its_last_use():  # all come in one file, with every first page
    parts = {"templates": "*.html", "static/js": "*.js", "apps": "*.py"}
    files = (path for part, name in parts.items() for path in (settings.BASE_DIR / part).rglob(name))
    named = set(re.findall(r"""["'#]([a-z0-9-]+)""", " ".join(path.read_text() for path in files)))
    ours = re.findall(r'id="i-([\w-]+)"', (settings.BASE_DIR / "static" / "icons.svg").read_text())
    assert len(ours) > 90
    assert {icon for icon in ours if not {icon, f"i-{icon}"} & named} == set()


def test_the_space_that_a_page_asks_for_is_there():
    pages = " ".join(path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html"))
    asked = set(re.findall(r"\brp-m[bt]-\d\b", pages))
    assert asked <= set(re.findall(r"\.(rp-m[bt]-\d) ", " ".join(sheet.read_text() for sheet in SHEETS)))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_closes_what_it_opens(sheet):  # else what follows in the bundle stands within it, and counts for less
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert text.count("{") == text.count("}")
