"""The composer in a browser: short on a phone, its bar never over what has the focus, a line that says how it goes."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.lifecycle.models import InterviewRequest
from tests.browser import axe, phone
from tests.browser.person import OPEN_FOLDS
from tests.interviews import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOST_PIXELS = 2600
FOUND = (
    "Yuki Tanabe and I spoke in October. When I told her I read device recall notices the way other people read crime "
    "novels, she said you were the person to ask, and that I could use her name."
)


@pytest.fixture
def draft(student, alum):
    """A letter of a good length, with three times, what was found out, and what is to be learned."""
    found = {f"about_{name}": "It makes infusion pumps." for name in ("person", "organization", "field")}
    goals = "What a normal week looks like\nWhich courses she would take again"
    return steps.draft(student, alum, timezone.now(), part_connection=FOUND, goals=goals, **found)


def test_it_is_short_on_a_phone(open_as, student, draft):
    page = open_as(student, draft.get_absolute_url(), **PHONE)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= MOST_PIXELS, height
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_bar_stays_and_never_covers_what_has_the_focus(open_as, student, draft):
    page = open_as(student, draft.get_absolute_url(), viewport=PHONE["viewport"], reduced_motion="reduce")
    page.evaluate(OPEN_FOLDS)
    assert phone.problems(page) == []
    for at in (0, 900, 1800):
        page.evaluate("at => scrollTo(0, at)", at)
        bar = page.locator(".rp-do").bounding_box()
        assert round(bar["y"] + bar["height"]) == 844
    last = page.locator("[name=part_why]")
    last.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nOne more line.\nAnd one more.\nAnd a last one." * 2)
    caret = last.bounding_box()  # the field grows with its text, and the caret is at its end
    assert caret["y"] + caret["height"] <= page.locator(".rp-do").bounding_box()["y"]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_bar_leads_to_the_letter_and_back(open_as, student, draft, scripts):
    page = open_as(student, draft.get_absolute_url(), java_script_enabled=scripts, **PHONE)
    expect(page.locator("#letter")).to_be_hidden()
    page.get_by_role("link", name="Preview").click()
    expect(page.locator("#letter")).to_be_in_viewport()
    expect(page.locator("#letter")).to_contain_text("crime novels")
    page.get_by_role("link", name="Back to your text").click()
    expect(page.locator("#letter")).to_be_hidden()
    expect(page.locator("#compose")).to_be_in_viewport()


def test_the_words_are_counted_and_the_line_follows_as_one_writes(open_as, student, draft):
    page = open_as(student, draft.get_absolute_url(), **PHONE)
    line, before = page.locator("#sending-says"), int(page.locator("#count strong").inner_text().split()[0])
    expect(line).to_contain_text("To Ingrid, by email, from Amira Haddad. Sends now")
    page.locator("[name=part_ask]").press("Control+End")
    page.keyboard.type(" Two more")
    expect(page.locator("#count strong")).to_have_text(f"{before + 2} words")
    page.locator("#sending summary").click()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    with page.expect_response(lambda answer: answer.url.endswith("/save/")):
        page.get_by_label("Best time").check()
    expect(line).to_contain_text("9:00 am Dublin time")
    kept = InterviewRequest.objects.get()
    assert kept.part_ask.endswith(" Two more")
    assert kept.send_at is not None


def test_it_is_sent_without_a_script_from_a_phone(open_as, student, draft):
    page = open_as(student, draft.get_absolute_url(), java_script_enabled=False, **PHONE)
    page.get_by_role("button", name="Send to Ingrid", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request to Ingrid Solheim")
    assert InterviewRequest.objects.get().status == "sent"


def test_it_is_accessible_and_never_wider_than_the_window(open_as, student, draft):
    page = open_as(student, draft.get_absolute_url())
    page.evaluate(OPEN_FOLDS)
    assert axe.problems(page) == []
