"""Saying the introduction aloud (R25): the timer runs without a microphone too, and no recording leaves the browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from apps.students.models import Introduction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/me/introduction/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
A_TONE = """() => {
  const context = new AudioContext(), tone = context.createOscillator(), to = context.createMediaStreamDestination();
  tone.connect(to);
  tone.start();
  navigator.mediaDevices.getUserMedia = async () => to.stream;
}"""
REFUSED = '() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException(""); }; }'


@pytest.fixture
def page(open_as, student):
    Introduction.objects.create(
        student=student, who="I’m Amira.", skills="I map wells.", hopes="What do you do all day?"
    )
    return open_as(student, PAGE)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def spoken_for_a_second(page):
    expect(page.locator("[data-clock]")).not_to_have_text("0:00")


def test_a_recording_is_heard_deleted_and_brought_back_and_is_sent_nowhere(page):
    page.evaluate(A_TONE)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if not request.url.startswith("blob:") else None)
    button(page, "Start and record").click()
    expect(page.locator("[data-recording]")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="It stays on this device")).to_be_visible()
    spoken_for_a_second(page)
    button(page, "Stop").click()
    expect(page.locator(".rp-takes li")).to_have_count(1)
    expect(page.locator("[data-said]")).to_contain_text("You spoke for 0:")
    expect(button(page, "Start and record")).to_be_focused()
    button(page, "Listen the first try").click()
    expect(button(page, "Stop the first try").or_(button(page, "Listen the first try"))).to_be_visible()
    button(page, "Delete the first try").click()
    expect(page.locator("[data-listen]")).to_be_hidden()
    button(page, "Undo the first try").click()
    expect(page.locator("[data-listen]")).to_be_visible()
    assert sent == []


def test_without_a_microphone_the_timer_runs(page):
    page.evaluate(REFUSED)
    button(page, "Start and record").press("Enter")
    expect(page.locator("[data-said]")).to_have_text("We can’t use a microphone here. The timer works without one.")
    expect(page.locator("[data-recording]")).to_be_hidden()
    spoken_for_a_second(page)
    button(page, "Start again").click()
    expect(page.locator("[data-clock]")).to_have_text("0:00")
    spoken_for_a_second(page)
    button(page, "Stop").click()
    expect(page.locator(".rp-takes li")).to_contain_text("not recorded")
    expect(page.locator("[data-listen]")).to_be_hidden()


def test_what_is_typed_is_measured_named_and_spoken(page):
    page.get_by_label("I’m good at").fill("I use QGIS.")
    expect(page.get_by_text("“QGIS” may lose people outside your field.")).to_be_visible()
    expect(page.locator("#say-text")).to_contain_text("I use QGIS.")
    page.get_by_role("link", name="For people in your field").click()
    page.get_by_label("I’m good at").fill("I use QGIS and PostGIS.")
    expect(page.locator("#say-text")).to_contain_text("I use QGIS and PostGIS.")
    expect(page.get_by_text("may lose people")).to_have_count(0)


def test_it_fits_a_phone_and_every_reader(open_as, student, page):
    page.evaluate(REFUSED)
    button(page, "Start without recording").click()
    spoken_for_a_second(page)
    button(page, "Stop").click()
    assert Axe().run(page).response["violations"] == []
    phone = open_as(student, PAGE, **PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_script_there_is_a_way_to_do_it(open_as, student, page):
    plain = open_as(student, PAGE, java_script_enabled=False)
    expect(plain.get_by_text("Use the clock on your phone")).to_be_visible()
    expect(plain.get_by_role("button", name="Start and record")).to_be_hidden()
    plain.get_by_label("I’m good at").fill("I use QGIS.")
    plain.get_by_role("button", name="Save").click()
    plain.get_by_role("button", name="Use these words").click()
    expect(plain.get_by_label("I’m good at")).to_have_value("I use free map software.")
