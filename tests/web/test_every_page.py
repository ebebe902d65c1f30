"""Every page of every person, and every page that turns a form down, is HTML as the standard and WCAG want it."""

import pytest
from django.urls import reverse

from tests.access.stage import tried
from tests.test_access import ALLAUTH, DOORS, FILL, browser_of, expected, url_of
from tests.web.html import Page, faults

pytestmark = pytest.mark.whole
READERS = ["student", "other_student", "alum", "coach", "office", "visitor", "by_link"]  # another has no rows yet


def addresses(stage, person, method, answers):
    """Yield the name and the address of what this person asks for with such an answer; of the sign-in all."""
    for name in DOORS:
        if expected(name, person, method) in answers:
            yield name, url_of(name, stage)
    if person in ("student", "visitor"):
        yield from ((name, reverse(name, kwargs=FILL.get(name))) for name in ALLAUTH)


def pages(everybody, stage, person, method, answers):
    """Yield the name, the status and the text of every whole page that somebody gets by one method."""
    client = browser_of(person, everybody, stage)
    for name, url in addresses(stage, person, method, answers):
        answer = tried(getattr(client, method), url, {"next": ""})
        if not answer.streaming and answer.content.lstrip()[:9].lower() == b"<!doctype":
            yield name, answer.status_code, answer.content.decode()


@pytest.mark.parametrize("person", READERS)
def test_every_page_is_as_the_standard_has_it(everybody, stage, person):
    found = {name: faults(text) for name, _, text in pages(everybody, stage, person, "get", {200})}
    assert len(found) > 3
    assert _told(found) == ""


@pytest.mark.parametrize("person", ["student", "coach", "office", "visitor", "by_link"])
def test_every_page_that_turns_a_form_down_is_and_says_so_in_its_title(everybody, stage, person):
    found = {}
    for name, status, text in pages(everybody, stage, person, "post", {409, 422}):
        is_silent = status in (409, 422) and not Page(text).title.startswith("Error: ")
        found[name] = faults(text) + ["the title says nothing"] * is_silent
    assert found
    assert _told(found) == ""


@pytest.mark.parametrize("url", ["/no/such/page/", "/office/people/", "/today/1/", "/a/no-such-token/", "/me/zone/"])
def test_a_page_that_says_no_is_one_too(everybody, as_, url):
    assert faults(as_(everybody["student"]).get(url).content.decode()) == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ('<p id="a"></p><p id="a"></p>', "id stands twice"),
        ('<a href="#nowhere">Go</a>', "points at nothing"),
        ('<label for="b">B</label><input name="b">', "points at nothing"),
        ('<input name="b">', "field has no label"),
        ('<label for="b">B</label><p id="b"></p>', "label of nothing"),
        ('<section aria-label="More"><p>x</p></section>', "section has no heading"),
        ("<fieldset><p>x</p></fieldset>", "group has no name"),
        ("<h3>x</h3>", "heading out of order"),
        ("<h1>x</h1>", "heading out of order"),
        ('<button><svg class="icon"></svg></button>', "has no name"),
        ("<table><tr><td>x</td></tr></table>", "has no name"),
        ('<time datetime="2026-11-29T23:05:00.123456-06:00">now</time>', "moment not of the standard"),
        ("<time>Monday</time>", "moment not of the standard"),
        ('<label>Mail<input type="email" name="m"></label>', "autocomplete"),
        ('<label>Mail<input name="m" autocomplete="e-mail"></label>', "autocomplete"),
        ("<p><ul><li>x</li></ul></p>", "stands where it may not"),
        ('<a href="/"><button>x</button></a>', "stands where it may not"),
        ('<label>Day<input name="d" min="2026-11-29"></label>', "attribute of another kind"),
        ("<figure><p>x</p><figcaption>x</figcaption><p>x</p></figure>", "caption in the middle"),
        ('<p class="rp-error">No</p>', "error that the title does not tell"),
        ('<p class="a" class="b">x</p>', "class 2 times"),
        ("<div><p>x</div>", "closes"),
    ],
)
def test_each_fault_is_seen(wrong, rule):
    fine = "<!doctype html><html><head><title>A page</title></head><body><h1>It</h1>{}</body></html>"
    assert faults(fine.format("<section><h2>x</h2><p>x</p></section>")) == []
    assert rule in _told({"it": faults(fine.format(wrong))})


def _told(found):
    return "\n".join(f"{name}: {fault}" for name, wrong in found.items() for fault in wrong)
