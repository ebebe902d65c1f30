"""Today in a browser: the first day without scripts and by keyboard, and the order of things on a phone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.network.models import ActionStep
from apps.students.models import Introduction
from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}
H = timedelta(hours=1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_newcomer_introduces_themselves_by_keyboard_on_a_phone(open_as, student, scripts):
    page = open_as(student, "/today/", **PHONE, java_script_enabled=scripts)
    page.get_by_label("I am", exact=True).focus()
    page.keyboard.press("Control+A")
    for text in ("a junior in health", "listening", "what people do all day"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the focus is on the button
    expect(page.get_by_text("Your introduction is saved.")).to_be_visible()
    expect(page.get_by_role("link", name="Name 5 people", exact=True)).to_be_visible()
    mine = Introduction.objects.get(student=student)
    assert mine.text == "I’m a junior in health. I’m good at listening. I’d like to find out what people do all day."


def test_a_line_is_saved_as_it_is_written(open_as, student):
    page = open_as(student, "/today/", **PHONE)
    page.get_by_label("I’m good at").fill("counting things")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    assert Introduction.objects.get(student=student).skills == "I’m good at counting things."


def test_on_a_phone_the_next_conversation_follows_the_first_thing_to_do(open_as, student):
    now = timezone.now()
    world.interview(student, world.contact(student, "Teresa Quiroga"), starts_at=now - 9 * H, status="completed")
    world.interview(student, world.contact(student, "Helen Varga"), starts_at=now + 26 * H)
    page = open_as(student, "/today/", **PHONE)
    first, coming, rest = (page.locator(part).bounding_box()["y"] for part in (".rp-agenda-first", "#coming", "#week"))
    assert first < coming < rest
    assert coming < 780  # in sight without scrolling, above the bar at the foot


# --- done, snoozed, dismissed, and back -------------------------------------------------------------------------------


@pytest.fixture
def steps(student):
    """Two next steps of somebody who has begun."""
    now = timezone.now()
    contact = world.contact(student, "Helen Varga")
    world.sent_request(student, contact, at=now - 40 * H, status="declined", turn="")
    today = now.astimezone(student.zone).date()
    return [ActionStep.objects.create(student=student, contact=contact, text=f"Step {n}", due_on=today) for n in (1, 2)]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("where", ["/today/", "/notices/"])
def test_a_thing_goes_and_comes_back_by_keyboard_alone(open_as, student, steps, scripts, where):
    page = open_as(student, where, **PHONE, java_script_enabled=scripts)
    menu = page.locator("summary", has_text="Done or snooze: Step 1")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    toast = page.locator(".rp-toast")
    expect(toast).to_contain_text("Done: Step 1")
    expect(toast).to_have_attribute("role", "status")
    steps[0].refresh_from_db()
    assert steps[0].done_at is not None
    if scripts:  # it has the focus, so that it is read aloud and Undo is the next stop
        expect(toast).to_be_focused()
        page.keyboard.press("Tab")
        expect(toast.get_by_role("button", name="Undo")).to_be_focused()
    else:
        toast.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It’s back in To do.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{where}$"))
    steps[0].refresh_from_db()
    assert steps[0].done_at is None


def test_what_was_done_stays_to_be_read_until_the_next_page(open_as, student, steps):
    page = open_as(student, "/today/", **PHONE)
    page.clock.install()
    page.locator("summary", has_text="Done or snooze: Step 1").click()
    page.get_by_role("button", name="Dismiss, not needed").first.click()
    expect(page.locator(".rp-toast")).to_contain_text("Dismissed: Step 1")
    page.clock.fast_forward("30:00")
    expect(page.locator(".rp-toast")).to_be_visible()


def test_undo_stands_at_the_end_of_the_line_it_is_about(open_as, student, steps):
    page = open_as(student, "/today/", viewport={"width": 1440, "height": 900})
    page.locator("summary", has_text="Done or snooze: Step 1").click()
    page.get_by_role("button", name="Dismiss, not needed").first.click()
    said, undo = (page.locator(f".rp-toast > {one}").bounding_box() for one in ("p", ".btn"))
    assert said["x"] + said["width"] <= undo["x"]
    assert undo["y"] <= said["y"] + said["height"] / 2 <= undo["y"] + undo["height"]


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_open_menu_stays_on_the_screen_and_shuts_on_escape(open_as, student, steps, width):
    page = open_as(student, "/today/", viewport={"width": width, "height": 844})
    for n in (1, 2):
        menu = page.locator("summary", has_text=f"Done or snooze: Step {n}")
        menu.click()
        box = page.locator("details[open] .rp-later-list").bounding_box()
        assert (box["x"] >= 0, box["x"] + box["width"] <= width) == (True, True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("Escape")
        expect(page.locator("details.rp-later[open]")).to_have_count(0)
        expect(menu).to_be_focused()
