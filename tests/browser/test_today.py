"""Today in a browser: the first day without scripts and by keyboard, and the order of things on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

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
    first, coming, rest = (
        page.locator(part).bounding_box()["y"] for part in (".rp-agenda-first", ".rp-event", "#week")
    )
    assert first < coming < rest
    assert coming < 844  # in sight without scrolling
