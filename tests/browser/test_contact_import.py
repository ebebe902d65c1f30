"""Bringing people in from a file, in the browser: at a desk, on a phone, by keyboard, and without JavaScript."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from apps.network.models import Contact
from tests import world
from tests.browser import keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATA = Path(__file__).parents[1] / "network" / "data" / "linkedin.csv"
STRANGE = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"Wer,Wohin\nIda Holm,Duluth\nBo Lee,Oslo\n"}
PHONE = {"viewport": {"width": 390, "height": 844}}


def is_sound(page, name, pictures):
    """Nothing that axe or the keyboard stumbles over, and nothing wider than the screen."""
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"] if page.evaluate("() => true") else []
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert keyboard.problems(page) == []
    width = page.viewport_size["width"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_every_page_of_an_import_is_sound(open_as, student, tmp_path, options):
    for name in ("Amy Terry", "Rohan Som"):
        world.contact(student, name)
    page = open_as(student, "/network/", **options)
    page.get_by_role("link", name="Import", exact=True).click()
    is_sound(page, "file", tmp_path)
    page.get_by_label("The file").set_input_files(STRANGE)
    page.get_by_role("button", name="Preview import").click()
    is_sound(page, "columns", tmp_path)
    page.get_by_label("Wer is saved as").select_option("name")
    page.get_by_role("button", name="Save columns").click()
    page.goto(reverse("contact_import"))
    page.get_by_label("The file").set_input_files(DATA)
    page.get_by_role("button", name="Preview import").click()
    is_sound(page, "choose", tmp_path)
    page.get_by_role("button", name="In your network 2").click()
    is_sound(page, "there", tmp_path)
    page.get_by_role("button", name="New 18").click()
    page.get_by_label("Import Janina Igras").check()
    page.get_by_role("button", name="Import the people you chose").click()
    is_sound(page, "done", tmp_path)
    page.get_by_role("button", name="Undo import").click()
    page.get_by_text("1 person was removed from your network.").wait_for()
    is_sound(page, "undone", tmp_path)


def test_an_import_needs_no_script(open_as, student):
    page = open_as(student, reverse("contact_import"), java_script_enabled=False)
    page.get_by_label("The file").set_input_files(DATA)
    page.get_by_role("button", name="Preview import").click()
    page.get_by_label("Import Janina Igras").check()
    page.get_by_placeholder("A name, a job").fill("diego")
    page.keyboard.press("Enter")  # searches, and keeps the tick
    page.get_by_text("You also chose 1 person who isn’t shown here.").wait_for()
    page.get_by_label("Import Diego").check()
    page.get_by_role("button", name="Import the people you chose").click()
    page.get_by_role("heading", name="You added 2 people").wait_for()
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Diego Marroquín", "Janina Igras"]
