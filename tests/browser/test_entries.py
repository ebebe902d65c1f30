"""An entry of somebody's history in a browser: changed in its line by the keyboard, and on a page without scripts."""

import pytest
from playwright.sync_api import expect

from tests.network.story_of import everything_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAS, NOW = "Sent him the class reading on nitrates.", "Sent him two readings."


def test_an_entry_is_changed_in_its_line_by_the_keyboard_and_back(open_as, student):
    page = open_as(student, everything_with(student).get_absolute_url(), viewport={"width": 1440, "height": 900})
    line = page.locator(".rp-story > li", has_text=WAS)
    line.locator("a", has_text="Edit").press("Enter")
    form = page.get_by_role("group", name="Change what happened")
    expect(form).to_be_focused()
    form.get_by_role("link", name="Cancel").press("Enter")
    expect(line.locator("a", has_text="Edit")).to_be_focused()
    line.locator("a", has_text="Edit").press("Enter")
    form.get_by_label("What was said").fill(NOW)
    form.get_by_role("button", name="Save").press("Enter")
    said = page.locator(".rp-line-said", has_text="Saved.")
    expect(said).to_be_focused()
    expect(page.get_by_text(NOW)).to_be_visible()
    said.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text(WAS)).to_be_visible()
    expect(page.get_by_text(NOW)).to_have_count(0)


def test_a_phone_folds_what_stands_beside_it_and_it_works_without_scripts(open_as, student):
    contact = everything_with(student)
    page = open_as(
        student, contact.get_absolute_url(), viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    expect(page.get_by_label("Remind me to write")).to_be_hidden()
    page.get_by_role("heading", name="Stay in touch").click()
    expect(page.get_by_label("Remind me to write")).to_be_visible()
    page.locator("summary", has_text="more").first.click()
    page.locator(".rp-story > li", has_text=WAS).locator("a", has_text="Edit").click()
    page.get_by_label("What was said").fill(NOW)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo").click()
    page.locator("summary", has_text="more").first.click()
    expect(page.get_by_text(WAS)).to_be_visible()
