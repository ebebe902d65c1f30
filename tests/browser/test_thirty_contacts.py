"""Thirty people from LinkedIn, the phone and memory, in ten minutes: with and without JavaScript."""

import pytest
from django.urls import reverse

from apps.network.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTES = 'Notes:\n"When exporting your connection data, you may notice that some email addresses are missing."\n\n'
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
FIRST = "Ana Ben Carla Dmitri Elena Farah Grace Hugo Ines Keiko Liam Maya Nils Oma Priya Quinn Rosa Sam Tariq Ida"
LAST = "Holm Terry Som Igras Ruiz Cole Dao Berg Varga Otieno Lindqvist Osei Brooks Moreno Kjeldsen Osman Zhang"


def _linkedin():
    """1,200 connections, 18 of them at one county."""
    firsts, lasts, rows = FIRST.split(), LAST.split(), []
    for n in range(1200):
        place = "Ramsey Lake County" if n % 67 == 0 else f"Employer {n % 40}"
        name = f"{firsts[n % 20]},{lasts[n % 17]}{'abcdefgh'[n // 340]}"
        rows.append(f"{name},https://www.linkedin.com/in/person-{n},,{place},Analyst,14 Sep 2026\n")
    return {"name": "Connections.csv", "mimeType": "text/csv", "buffer": (NOTES + HEADER + "".join(rows)).encode()}


def _phone():
    cards = [
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Neighbor{chr(97 + n)};Toni;;;\r\nFN:Toni Neighbor{chr(97 + n)}\r\n"
        f"TEL;TYPE=CELL:218-555-01{n:02}\r\nEND:VCARD\r\n"
        for n in range(9)
    ]
    return {"name": "iPhone.vcf", "mimeType": "text/vcard", "buffer": "".join(cards).encode()}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_thirty_people_in_ten_minutes(open_as, student, script, tmp_path):
    page = open_as(student, reverse("contact_import"), java_script_enabled=script)
    page.get_by_label("The file").set_input_files(_linkedin())
    page.get_by_role("button", name="Preview import").click()
    page.get_by_text("1,200 people are in the file.").wait_for()
    page.get_by_placeholder("A name, a job").fill("ramsey lake")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Choose all 18").click()
    page.get_by_label("Search the file").fill("")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("You also chose").wait_for()
    page.screenshot(path=tmp_path / "choose.png", full_page=True)
    page.get_by_role("button", name="Import the people you chose").click()
    page.get_by_role("heading", name="You added 18 people").wait_for()

    page.get_by_role("link", name="Import another file").click()
    page.get_by_label("The file").set_input_files(_phone())
    page.get_by_role("button", name="Preview import").click()
    page.get_by_role("button", name="Choose all 9").click()
    page.get_by_role("button", name="Import the people you chose").click()
    page.get_by_role("heading", name="You added 9 people").wait_for()

    page.goto(reverse("map_people"))
    page.get_by_role("button", name="10 minutes").click()
    page.get_by_text("10 minutes left" if script else "Your 10 minutes end at").wait_for()
    names = page.get_by_label("One name on each line", exact=True)
    names.fill("Prof. Helen Varga")
    page.get_by_role("button", name="Add to Your advisor").click()
    page.get_by_text("Added Prof. Helen Varga.").wait_for()
    if script:  # the focus stays: type on
        page.keyboard.type("The lab manager, Ted")
        page.keyboard.press("Enter")
        page.keyboard.type("Dr. Osei")
    else:
        names.fill("The lab manager, Ted\nDr. Osei")
    page.get_by_role("button", name="Add to Your advisor").click()
    page.get_by_text("Added The lab manager, Ted and Dr. Osei.").wait_for()
    page.screenshot(path=tmp_path / "map.png", full_page=True)
    page.get_by_role("link", name="Next prompt").click()
    page.get_by_role("heading", name="Faculty").wait_for()
    assert Contact.objects.filter(student=student, archived_at=None).count() == 30
