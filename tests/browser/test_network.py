"""The network by keyboard and on a phone, with and without scripts."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.network import actions
from apps.network.models import ActionStep, Contact
from tests import world
from tests.browser import keyboard

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_after_each_name_the_keyboard_is_where_it_was(open_as, student, scripts):
    """In the box of a group, and in that of a prompt; from either, Tab leads to its Add."""
    page = open_as(student, "/network/map/", java_script_enabled=scripts)
    for box, names in (("Add to Work and volunteering", ("Ana", "Ben", "Cy")), ("One name on each line", "DEF")):
        page.get_by_label(box, exact=box.startswith("One")).focus()
        for name in names:
            page.keyboard.type(name)
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.get_by_text(f"Added {name}.").wait_for()
            field = page.get_by_label(box, exact=box.startswith("One"))
            expect(field).to_be_focused()
            expect(field).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("F was removed from your network.").wait_for()
    assert list(Contact.objects.order_by("pk").values_list("name", "relation")) == [
        *[(name, "work") for name in ("Ana", "Ben", "Cy")],
        *[(name, "professor") for name in "DE"],
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_name_of_the_picture_leads_to_the_person(open_as, student, width):
    contact = world.contact(student, "Helen Varga", last_touch_at=world.NOW)
    world.referral(contact, world.contact(student, "Grace Otieno"))
    page = open_as(student, "/network/?view=introductions", viewport={"width": width, "height": 800})
    page.locator("#picture").get_by_role("link", name="Grace Otieno").click()
    page.wait_for_url("**/network/*/")
    expect(page.get_by_role("heading", name="Grace Otieno")).to_be_visible()
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/contact{width}.png", full_page=True)
        page.goto(page.url.rpartition("network/")[0] + "network/?view=introductions")
        page.screenshot(path=f"{os.environ['SHOTS']}/network{width}.png", full_page=True)


CURVES = """() => [...document.querySelectorAll('.rp-tree .is-you li')].map((one) => {
    const name = one.querySelector(':scope > .rp-tree-name'), drawn = (part, which) => {
        const {content, borderBottomStyle, borderBottomWidth} = getComputedStyle(part, which);
        return content !== 'none' && borderBottomStyle !== 'none' && parseFloat(borderBottomWidth) > 0;
    };
    return [one.querySelector('a').textContent, Number(drawn(one, '::after')) + Number(drawn(name, '::before'))];
})"""


def test_on_a_phone_everybody_hangs_on_the_line_by_one_curve(open_as, student):
    """First and last, at every depth, whatever state they are in; and every name leads to the person."""
    long_ago = world.NOW - timedelta(days=400)
    for root in ("Root A", "Root B"):
        top = world.contact(student, root, last_touch_at=world.NOW)
        for n in range(3):
            state = {"last_touch_at": long_ago} if n == 1 else {}
            middle = world.contact(student, f"{root}, middle {n}", **state)
            world.referral(top, middle)
            for leaf in range(2):
                world.referral(middle, world.contact(student, f"{root}, leaf {n}{leaf}"))
    page = open_as(student, "/network/?view=introductions", viewport={"width": 390, "height": 800})
    curves = page.evaluate(CURVES)
    assert len(curves) == 2 * (1 + 3 + 6)
    assert [name for name, count in curves if count != 1] == []
    assert page.locator("#picture .rp-tree .is-you .rp-tree-name a").count() == 20


def test_all_of_it_is_reached_by_keyboard(open_as, student):
    contact = world.contact(student, "Helen Varga", last_touch_at=world.NOW)
    named = world.contact(student, "Grace Otieno")
    world.referral(contact, named)
    actions.touch(named, "met", at=world.NOW, note="At the fair")
    step = ActionStep.objects.create(student=student, contact=named, text="Read the report")
    page = open_as(student, "/network/")
    for address in (
        "/network/",
        "/network/?view=introductions",
        "/network/map/?ring=work",
        "/network/map/?prompt=1",
        named.get_absolute_url(),
        f"/network/steps/{step.pk}/",
    ):
        page.goto(address)
        assert (address, keyboard.problems(page)) == (address, [])


@pytest.mark.parametrize("view", ["list", "introductions", "circles", "phases", "removed"])
def test_a_network_of_nobody_says_how_to_begin_in_every_view(open_as, student, view):
    page = open_as(student, f"/network/?view={view}")  # an error of a script would fail it
    expect(page.get_by_role("link", name="Map your network")).to_be_visible()
