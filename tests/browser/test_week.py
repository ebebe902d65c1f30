"""The week in a browser: three times in a few acts by mouse, by finger and by keyboard; none is lost."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, expect

from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import TimeWindow
from apps.interviews.scheduling import busy, week
from apps.policy.models import Policy
from tests.browser import axe
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


# --- the same acts wherever there is a week ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Who chooses times, where, and how one sees that they are offered."""

    person: object
    url: str
    button: str
    offered: object  # the times


def far():
    """The week after next, where nothing has gone by, whatever day it is."""
    return f"?week={week.first_day(datetime.now(HOME).date() + timedelta(days=10))}"


@pytest.fixture(params=["counter from the mail", "reply", "move by mail", "move"])
def place(request, student, alum):
    now = timezone.now()
    if request.param == "counter from the mail":
        asked = steps.sent(student, alum, now)
        link = steps.link_in(steps.mail("request_sent_to_alum"))
        times = asked.windows.filter(offered_by="alum")
        return Place(None, (link, reverse("answer_times", args=[asked.pk])), "Send to Amira", times)
    if request.param == "reply":
        asked = steps.sent(student, alum, now)
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
        offer = (start, start + timedelta(hours=1), "Europe/Dublin")
        answering.counter(asked, windows=[offer], note="One of these?", by=alum, now=now)
        times = asked.windows.filter(offered_by="student", ends_at__gt=now + timedelta(days=6))
        return Place(student, ("", reverse("request_answer_week", args=[asked.pk])), "Send to Ingrid", times)
    talk = steps.agreed(student, alum, now)
    if request.param == "move":
        url = reverse("interview_move_week", args=[talk.pk])
        return Place(student, ("", url), "Ask Ingrid to move", talk.proposals.filter(offered_by="student"))
    link = steps.link_in(steps.mail("interview_scheduled", recipient=alum.email))
    times = talk.proposals.filter(offered_by="alum")
    return Place(None, (link, reverse("answer_times", args=[talk.request_id])), "Ask Amira to move", times)


def opened(open_as, place, **options):
    link, url = place.url
    page = open_as(place.person, link or url + far(), **options)
    if link:
        page.goto(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + url + far())
    return page


def reason(acts, do):
    """Give a reason where one is owed, as by a student who moves."""
    note = acts.page.get_by_label("Why, in one line")
    if note.count():
        do(note)
        acts.count += 1
        note.press_sequentially("A class moved.")


def finished(page, place):
    page.wait_for_url(lambda url: "times" not in url and "week" not in url)
    return [(row.ends_at - row.starts_at) / timedelta(hours=1) for row in place.offered.order_by("starts_at")]


def test_three_times_anywhere_by_mouse(open_as, place):
    page = opened(open_as, place)
    acts = Acts(page)
    for day in (3, 4, 5):
        acts.drag(boxes(page, day).nth(2), boxes(page, day).nth(3))
    expect(page.locator("#picked li")).to_have_count(3)
    reason(acts, acts.click)
    acts.click(page.get_by_role("button", name=place.button).last)
    assert finished(page, place) == [1, 1, 1]
    assert acts.count <= MOST_ACTS


def test_three_times_anywhere_by_finger(open_as, place):
    page = opened(open_as, place, **PHONE)
    acts = Acts(page)
    for day in (3, 4, 5):
        acts.tap(page.locator(".rp-strip label").nth(day - 1))
        for number in (2, 3):
            acts.tap(boxes(page, day).nth(number))
    expect(page.locator("#week-count")).to_contain_text("3 times")
    reason(acts, acts.tap)
    acts.tap(page.get_by_role("button", name=place.button).last)
    assert finished(page, place) == [1, 1, 1]
    assert acts.count <= MOST_ACTS


def test_three_times_anywhere_by_keyboard_from_the_top_of_the_page(open_as, place):
    Policy.objects.update(move_reason=False)
    page = opened(open_as, place)
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
    assert finished(page, place) == [0.5, 0.5, 0.5]
    assert acts.count <= MOST_ACTS


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_a_closed_tab_loses_nothing_that_was_chosen(open_as, student, draft, url):
    page = open_as(student, url)
    Acts(page).drag(boxes(page, 3).nth(2), boxes(page, 3).nth(4))
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    assert lengths(draft) == []
    page.get_by_role("button", name="Next week").click()
    boxes(page, 4).nth(2).click()
    expect(page.locator("#picked li")).to_have_count(2)
    page.close(run_before_unload=False)  # before a second has gone by
    again = open_as(student, url)
    expect(again.locator("#picked li")).to_have_count(2)
    expect(again.locator("#picked li").first).to_contain_text("8:00 to 9:30 am")


def test_what_could_not_be_saved_comes_back_in_any_week(open_as, student, draft, url):
    page = open_as(student, url)
    page.route("**/times/week/**", lambda route: route.abort() if is_autosave(route) else route.continue_())
    boxes(page, 3).nth(2).click()
    expect(page.locator("[data-saved]")).to_contain_text("Not saved.")
    page.unroute("**/times/week/**")
    page.goto(page.url.replace(re.search(r"week=([\d-]+)", url)[1], str(datetime.now(HOME).date())))
    expect(page.locator("#picked li")).to_have_count(1)
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    expect(page.locator(".rp-slot:checked")).to_have_count(0)
    page.get_by_role("button", name="Offer these times").last.click()
    assert offered(page, draft) == [0.5]


def test_a_press_waits_for_the_save_that_is_on_its_way(open_as, student, draft, url):
    page = open_as(student, url)
    held = []
    page.route("**/times/week/**", lambda route: held.append(route) if is_autosave(route) else route.continue_())
    boxes(page, 3).nth(2).click()
    expect(page.locator("[data-saved]")).to_have_text("Saving")
    boxes(page, 4).nth(2).click()
    expect(page.locator("#picked li")).to_have_count(2)
    for _ in range(600):  # a browser says that it asks before the test hears of it
        if not held:
            page.wait_for_timeout(50)
    answer = held[0].fetch()  # the server has saved it, and the page has not heard of it
    page.get_by_role("button", name="Offer these times").last.click(no_wait_after=True)
    page.wait_for_timeout(300)
    with suppress(Error):  # a page that is gone hears nothing
        held[0].fulfill(response=answer)
    assert offered(page, draft) == [0.5, 0.5]


def is_autosave(route):
    return route.request.headers.get("x-autosave") == "1"


def test_two_tabs_are_shown_both_choices(open_as, student, draft, url):
    one, two = open_as(student, url), open_as(student, url)
    boxes(one, 3).nth(2).click()
    expect(one.locator("[data-saved]")).to_have_text("Saved")
    boxes(two, 4).nth(2).click()
    expect(two.get_by_role("alert")).to_contain_text("Your choice of times was changed in another window.")
    two.get_by_role("button", name="Offer these times").last.click()
    expect(two.get_by_role("heading", level=1)).to_have_text("Two choices of times")
    assert lengths(draft) == []


# --- when a student is busy every week --------------------------------------------------------------------------------


def test_busy_times_are_drawn_by_mouse_and_keyboard_and_save_themselves(open_as, student):
    page = open_as(student, reverse("busy_week"))
    Acts(page).drag(boxes(page, 2).nth(4), boxes(page, 2).nth(7))
    expect(page.locator("#picked li")).to_contain_text("Monday9:00 to 11:00 am")
    boxes(page, 3).nth(6).focus()
    for key in ("Space", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#picked li")).to_have_count(2)
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    assert busy.of(student).half_hours == [18, 19, 20, 21, 48 + 20, 48 + 21]
    page.get_by_label("Show alumni when I’m free").check()
    page.get_by_role("button", name="Remove Monday").click()
    expect(page.locator("#picked li")).to_have_count(1)
    page.get_by_role("button", name="Save").last.click()
    page.wait_for_url("**/conversations/")
    assert (busy.of(student).half_hours, busy.of(student).shows_free) == ([48 + 20, 48 + 21], True)


def test_the_busy_week_is_accessible_and_never_wider_than_the_window(open_as, student):
    busy.save(student, version=0, half_hours=[18, 19], shows_free=None)
    assert axe.problems(open_as(student, reverse("busy_week"))) == []


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


AT_REST = """() => new Promise((done) => {  // the scroll has come to rest: ten frames in one place
    let last = NaN, still = 0;
    const look = () => {
        still = scrollY === last ? still + 1 : 0;
        last = scrollY;
        if (still < 10) requestAnimationFrame(look); else done();
    };
    look();
})"""


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
    page.evaluate(AT_REST)
    boxes(page, 4).nth(3).evaluate("(box) => box.scrollIntoView({ block: 'center', behavior: 'instant' })")
    page.evaluate(AT_REST)
    place = boxes(page, 4).nth(3).bounding_box()
    top, before = place["y"] + 10, page.evaluate("scrollY")
    send("touchStart", top)
    expect(page.locator(".rp-slot:checked")).to_have_count(1)  # held long enough: it draws
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


def test_the_week_is_accessible_and_never_wider_than_the_window(open_as, student, url):
    page = open_as(student, url)
    boxes(page, page.locator(".rp-strip :checked").input_value()).first.check()
    expect(page.locator("#picked li")).to_have_count(1)
    assert axe.problems(page) == []
