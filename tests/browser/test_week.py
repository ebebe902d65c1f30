"""The week in a browser: three times in a few acts by mouse, by finger and by keyboard; none is lost."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.lifecycle.models import TimeWindow
from apps.interviews.scheduling import week
from tests.interviews import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = ZoneInfo("America/Chicago")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOST_ACTS = 12


@pytest.fixture
def draft(student, alum):
    asked = steps.draft(student, alum, timezone.now())
    asked.windows.all().delete()
    return asked


@pytest.fixture
def url(draft):
    """The week after next, where nothing has gone by, whatever day it is."""
    day = datetime.now(HOME).date() + timedelta(days=10)
    return f"{reverse('request_times_week', args=[draft.pk])}?week={week.first_day(day)}"


class Acts:
    """Counts what a person does."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def key(self, name):
        self.count += 1
        self.page.keyboard.press(name)

    def tap(self, place):
        self.count += 1
        place.tap()

    def click(self, place):
        self.count += 1
        place.click()

    def drag(self, first, last):
        self.count += 1
        first.scroll_into_view_if_needed()
        start, end = first.bounding_box(), last.bounding_box()
        self.page.mouse.move(start["x"] + 20, start["y"] + 8)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + 60, end["y"] + 8, steps=6)
        self.page.mouse.up()


def boxes(page, day):
    return page.locator(f"#week-grid .rp-d{day} .rp-slot")


def lengths(draft):
    rows = TimeWindow.objects.filter(request=draft).order_by("starts_at")
    return [(row.ends_at - row.starts_at) / timedelta(hours=1) for row in rows]


def offered(page, draft):
    expect(page).to_have_url(re.compile("#times$"))
    return lengths(draft)


def test_three_times_by_mouse(open_as, student, draft, url):
    page = open_as(student, url)
    acts = Acts(page)
    for day in (3, 4, 5):
        acts.drag(boxes(page, day).nth(2), boxes(page, day).nth(4))
    expect(page.locator("#picked li")).to_have_count(3)
    expect(page.locator("#picked li").first).to_contain_text("for Ingrid")
    expect(page.locator("#week-count")).to_contain_text("3 times")
    expect(boxes(page, 3).nth(2).locator("xpath=..").locator(".rp-cell-say")).to_have_text("8–9:30")
    acts.click(page.get_by_role("button", name="Offer these times").last)
    assert offered(page, draft) == [1.5, 1.5, 1.5]
    assert acts.count <= MOST_ACTS


def test_three_times_by_finger_on_a_phone(open_as, student, draft, url):
    page = open_as(student, url, **PHONE)
    acts = Acts(page)
    for day in (3, 4, 5):
        acts.tap(page.locator(".rp-strip label").nth(day - 1))
        for number in (2, 3):
            acts.tap(boxes(page, day).nth(number))
    expect(page.locator("#week-count")).to_contain_text("3 times")
    acts.tap(page.get_by_role("button", name="Offer these times").last)
    assert offered(page, draft) == [1, 1, 1]
    assert acts.count <= MOST_ACTS


def test_three_times_by_keyboard_from_the_top_of_the_page(open_as, student, draft):
    page = open_as(student, reverse("request_times_week", args=[draft.pk]))
    acts = Acts(page)
    acts.key("Tab")
    acts.key("Enter")  # skip to the page
    for _ in range(4):
        acts.key("Tab")
        if page.evaluate("document.activeElement.matches('.rp-slot')"):
            break
    for key in ("Space", "ArrowRight", "Space", "ArrowRight", "Space"):
        acts.key(key)
    expect(page.locator("#picked li")).to_have_count(3)
    acts.key("Enter")
    assert offered(page, draft) == [0.5, 0.5, 0.5]
    assert acts.count <= MOST_ACTS


def test_the_grid_is_one_tab_stop_and_shift_chooses_more(open_as, student, url):
    page = open_as(student, url)
    first = boxes(page, 4).nth(2)
    first.focus()
    assert page.evaluate("[...document.querySelectorAll('.rp-slot')].filter((box) => box.tabIndex >= 0).length") == 1
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(boxes(page, 4).nth(4)).to_be_focused()
    expect(page.locator("#picked li")).to_contain_text("8:00 to 9:30 am")
    page.keyboard.press("Home")
    expect(boxes(page, 1).nth(4)).to_be_focused()
    page.keyboard.press("End")
    expect(boxes(page, 7).nth(4)).to_be_focused()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#picked li")).to_have_count(0)
    expect(page.locator(".rp-slot:checked")).to_have_count(0)
    expect(page.locator("#picked-h")).to_be_focused()


def test_one_press_of_the_mouse_chooses_and_the_next_takes_back(open_as, student, url):
    page = open_as(student, url)
    box = boxes(page, 4).nth(2)
    box.click()
    expect(box).to_be_checked()
    expect(page.locator("#picked li")).to_contain_text("8:00 to 8:30 am")
    box.click()
    expect(box).not_to_be_checked()
    expect(page.locator("#picked li")).to_have_count(0)


def test_a_finger_that_swipes_scrolls_and_one_that_holds_draws(open_as, student, url):
    page = open_as(student, url, **PHONE)
    page.locator(".rp-strip label").nth(3).tap()
    boxes(page, 4).nth(3).scroll_into_view_if_needed()
    place = boxes(page, 4).nth(3).bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind, y=None):
        points = [] if y is None else [{"x": place["x"] + 80, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    top, before = place["y"] + 10, page.evaluate("scrollY")
    send("touchStart", top)
    for step in range(1, 6):
        send("touchMove", top - 30 * step)
    send("touchEnd")
    page.wait_for_function("before => scrollY > before + 40", arg=before)
    expect(page.locator(".rp-slot:checked")).to_have_count(0)
    page.wait_for_timeout(600)  # the scroll comes to rest
    place = boxes(page, 4).nth(3).bounding_box()
    top, before = place["y"] + 10, page.evaluate("scrollY")
    send("touchStart", top)
    page.wait_for_timeout(500)
    for step in range(1, 5):
        send("touchMove", top + 20 * step)
    send("touchEnd")
    expect(page.locator(".rp-slot:checked")).to_have_count(3)
    assert page.evaluate("scrollY") == before


def test_what_is_chosen_survives_another_week_without_a_script(open_as, student, draft, url):
    page = open_as(student, url, java_script_enabled=False)
    boxes(page, 3).nth(2).check()
    boxes(page, 3).nth(3).check()
    page.get_by_role("button", name="Next week").click()
    boxes(page, 4).nth(2).check()
    page.get_by_role("button", name="Offer these times").last.click()
    assert offered(page, draft) == [1, 0.5]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_week_is_accessible_and_never_wider_than_the_window(open_as, student, url, scheme, width):
    page = open_as(student, url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    boxes(page, page.locator(".rp-strip :checked").input_value()).first.check()
    expect(page.locator("#picked li")).to_have_count(1)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
