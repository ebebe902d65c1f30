"""The network in a browser: people changed by the keyboard, the board by menu and by dragging, without scripts too."""

import pytest
from playwright.sync_api import expect

from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(student):
    return [world.contact(student, name, relation="work") for name in ("Ada Ng", "Ben Ito", "Cy Roe")]


@pytest.mark.parametrize("scripts", [True, False])
def test_several_are_tagged_by_the_keyboard_and_it_is_undone(open_as, student, people, scripts):
    page = open_as(student, "/network/?circle=work&sort=name", java_script_enabled=scripts)
    expect(page.get_by_role("button", name="Add tag")).to_be_hidden()  # nobody is chosen yet
    for name in ("Ada Ng", "Cy Roe"):
        page.get_by_label(f"Choose {name}").focus()
        page.keyboard.press("Space")
    page.get_by_label("Tag", exact=True).focus()
    page.keyboard.type("Water")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Added the tag “Water” to 2 people.")).to_be_visible()
    expect(page.get_by_role("link", name="Water")).to_have_count(2)
    assert "circle=work&sort=name" in page.url
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("link", name="Water")).to_have_count(0)


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"viewport": {"width": 390, "height": 844}}])
def test_somebody_is_moved_by_the_menu_on_a_phone_and_without_scripts(open_as, student, people, options):
    page = open_as(student, "/network/?view=phases", **options)
    move = page.locator("li", has=page.get_by_role("link", name="Ada Ng")).last
    move.locator("summary").filter(has_text="Move").press("Enter")
    move.get_by_label("Phase of Ada Ng").select_option("asked")
    move.get_by_role("button", name="Move Ada Ng").press("Enter")
    expect(page.locator('[data-phase="asked"]').get_by_role("link", name="Ada Ng")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_somebody_is_dragged_to_another_phase(open_as, student, people):
    page = open_as(student, "/network/?view=phases", viewport={"width": 1440, "height": 900})
    card = page.locator("li[draggable]", has=page.get_by_role("link", name="Ben Ito"))
    card.drag_to(page.locator('[data-phase="talked"]'))
    expect(page.get_by_text("Ben Ito is in “In touch” now.")).to_be_visible()
    expect(page.locator('[data-phase="talked"]').get_by_role("link", name="Ben Ito")).to_be_visible()
