"""Every mail there is: each file in templates/email renders all of its parts, and says the same in both."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from apps.clock import regions
from apps.mail import outbox
from apps.mail.kinds import KINDS
from tests.mail.samples import SAMPLES

FOLDER = Path("templates/email")
FILES = {path.stem for path in FOLDER.glob("*.html") if not path.stem.startswith("_")}

pytestmark = pytest.mark.django_db


def test_every_file_is_a_kind_with_a_sample():
    assert set(KINDS) >= FILES
    assert {sample.split()[0] for sample in SAMPLES} == FILES


def promised(sample, person):
    """Promise the mail of a sample to a person."""
    return outbox.queue(sample.split()[0], to=person, occasion=outbox.Occasion(sample), context=SAMPLES[sample]())


class Reader(HTMLParser):
    """The words and the links of an HTML mail."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.tags, self.skipped = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.skipped = tag in ("style", "title")
        self.links += [value for name, value in attributes if name == "href"]

    def handle_endtag(self, tag):
        self.skipped = False

    def handle_data(self, data):
        if not self.skipped:
            self.words.append(data)


@pytest.mark.parametrize("sample", SAMPLES)
def test_it_renders(sample, student):
    message = promised(sample, student)
    assert message.subject
    assert message.text.strip()
    everything = message.subject + message.text + message.html
    assert not re.search(r"\{[{%#]|[%#}]\}|None|&amp;amp;", everything)
    assert "!" not in message.subject + message.text
    assert "&amp;" not in message.text + message.subject
    assert "&#x27;" not in message.text + message.subject


@pytest.mark.parametrize("sample", SAMPLES)
def test_both_say_the_same(sample, student, settings):
    message = promised(sample, student)
    page = Reader(message.html)
    assert set(page.tags) & {"table", "img", "script", "form", "iframe", "link"} == set()
    in_text = set(re.findall(r"https?://[^\s>]+", message.text))
    assert {link for link in page.links if link.startswith("http")} == in_text
    assert all(link.startswith((settings.SITE_URL, "mailto:")) for link in page.links), page.links


@pytest.mark.parametrize("sample", SAMPLES)
def test_hours_read_well_in_every_region_and_as_text(sample, student):
    """Plain text has the blanks of a keyboard, and no sentence ends twice after "a.m."."""
    for region in ("en-US", "en-GB", "en-CA"):
        with regions.using(region):
            message = outbox.queue(
                sample.split()[0],
                to=student,
                occasion=outbox.Occasion(f"{sample} {region}"),
                context=SAMPLES[sample](),
            )
        assert "\xa0" not in message.subject + message.text
        assert "m.." not in message.subject + message.text + message.html


@pytest.mark.parametrize(("sample", "line"), [("digest", "#6d4463"), ("reminder", "#e9b23c")])
def test_the_line_of_the_clock_is_gold_by_night_only_where_a_clock_runs(sample, line, student):
    night = promised(sample, student).html.split("prefers-color-scheme: dark", 1)[1].split("</style>")[0]
    assert f"border-top-color: {line} !important" in night


def test_who_is_only_invited_has_no_reminders_to_change(student):
    invited, checked = (promised(kind, student) for kind in ("alum_invitation", "profile_check"))
    for words in (invited.text, invited.html):
        assert ("Change your reminders" in words, "Stop these emails" in words) == (False, True)
    assert "Change your reminders" in checked.text


def test_a_request_that_nobody_read_is_not_back_with_comments(student):
    unread, read = (promised(f"review_done {how}", student).html for how in ("unread", "with comments"))
    assert ("Your request wasn’t sent" in unread, "back with comments" in unread) == (True, False)
    assert "back with comments" in read
