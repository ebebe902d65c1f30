"""Giving back, the shelf, and the second half of an import: readable by everybody, on the narrowest screen too."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from apps.growth.models import Path
from apps.interviews.debriefing.models import Debrief
from apps.network.models import Contact, ContactImport, Offering
from apps.shelf.models import Resource
from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"viewport": {"width": 320, "height": 640}}
ROWS = (
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Teresa,Quiroga,,teresa@x.example,Larkspur,Senior analyst,\n"
)


def is_fit(page):
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_giving_back(open_as, student):
    world.contact(student, "Teresa Quiroga")
    Offering.objects.create(student=student, kind="notes", text="My notes on a very long subject " * 5)
    page = open_as(student, "/network/giving/", **NARROW)
    is_fit(page)
    page.locator("#id_text").fill("Help with a survey")
    page.get_by_role("button", name="Save offer").press("Enter")
    expect(page.get_by_text("We’ll suggest it when you write to someone.")).to_be_visible()
    page.locator("#gave_contact").select_option(label="Teresa Quiroga")
    page.locator("#gave_note").fill("An article")
    page.get_by_role("button", name="Add to the history").press("Enter")
    expect(page.get_by_role("link", name="Teresa Quiroga", exact=True)).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_how_far_one_has_come_prints_with_what_one_wrote(open_as, student, has_script):
    """R6: a fold that is closed on the screen is open on paper, the tables beside the charts too."""
    talk = world.interview(student, world.contact(student, "Bo Lund"), starts_at=timezone.now() - timedelta(days=9))
    Debrief.objects.create(interview=talk, gain_clarity="I want to be outdoors")
    Path.objects.create(student=student, name="Hydrology", fit_before=2, fit_now=4)
    page = open_as(student, "/progress/", java_script_enabled=has_script)
    words, numbers = page.get_by_text("I want to be outdoors"), page.get_by_role("rowheader", name="Hydrology")
    expect(words).not_to_be_visible()
    page.emulate_media(media="print")
    if has_script:
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(words).to_be_visible()
    expect(numbers).to_be_visible()
    expect(page.get_by_role("link", name="Export paths")).not_to_be_visible()


def test_the_shelf_without_a_script(open_as, office):
    for number in (1, 2):
        Resource.objects.create(
            title=f"Guide {number}", url=f"https://example.edu/{'a' * 90}", topic="ask", position=number
        )
    is_fit(open_as(office, "/office/shelf/", **NARROW))
    page = open_as(office, "/office/shelf/", java_script_enabled=False, **NARROW)
    page.get_by_role("button", name="Move “Guide 2” up").click()
    expect(page.locator("li a").filter(has_text="Guide").first).to_have_text("Guide 2")
    page.get_by_role("button", name="Archive").first.click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Guide 2")).to_be_visible()


def test_a_gap_is_filled_from_the_keyboard(open_as, as_, student):
    teresa = world.contact(student, "Teresa Quiroga", email="teresa@x.example", title="Analyst")
    file = SimpleUploadedFile("Connections.csv", ROWS.encode())
    as_(student).post(reverse("contact_import"), {"file": file})
    page = open_as(student, f"{ContactImport.objects.get().get_absolute_url()}?show=there", **NARROW)
    is_fit(page)
    page.get_by_label("Use the new title").press("Space")
    page.get_by_role("button", name="Import the people you chose").press("Enter")
    expect(page.get_by_role("heading", name="You updated 1 person")).to_be_visible()
    is_fit(page)
    assert Contact.objects.get(pk=teresa.pk).title == "Senior analyst"
