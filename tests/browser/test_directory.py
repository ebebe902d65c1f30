"""Find people in a browser: the list follows the boxes, folds and focus stay, and all of it works without scripts."""

import re

import pytest
from playwright.sync_api import expect

from apps.alumni import import_runs
from tests import world
from tests.browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def people(student):
    for n in range(3):
        world.alum_profile(f"Person{n} Paramedic", title="Paramedic", city="Duluth", region="MN", country="US")
    world.alum_profile("Olga Offers", title="Paramedic", helps=["resume"], city="Oslo", country="NO")
    world.alum_profile("Pia Pauses", title="Paramedic", is_paused=True)


def test_boxes_narrow_the_list_in_place(open_as, student, people):
    page = open_as(student, "/people/?q=paramedic", **PHONE)
    expect(page.locator("#found")).to_have_text("5 people")
    page.locator("#facets > summary").click()
    page.get_by_label("A résumé review").check()
    expect(page.locator("#found")).to_have_text("1 person")
    expect(page).to_have_url(re.compile(r"\?q=paramedic&help=resume"))
    expect(page.locator("#page-status")).to_have_text("1 person found")
    expect(page.locator("#facets")).to_have_attribute("open", "")  # still open for the next box
    expect(page.get_by_label("A résumé review")).to_be_focused()
    page.get_by_role("link", name="Remove: Offers a résumé review").click()
    expect(page.locator("#found")).to_have_text("5 people")


def test_back_returns_to_the_list_before(open_as, student, people):
    page = open_as(student, "/people/?q=paramedic")
    page.get_by_label("Sorted by").select_option("Name")
    expect(page).to_have_url(re.compile("sort=name"))
    page.get_by_label("A résumé review").check()
    expect(page.locator("#found")).to_have_text("1 person")
    page.get_by_role("link", name="Olga Offers").click()
    page.get_by_role("link", name="Back to the results").click()
    expect(page.locator("#found")).to_have_text("1 person")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("#found")).to_have_text("5 people")


def test_it_works_without_scripts(open_as, student, people):
    page = open_as(student, "/people/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("paramedic")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found")).to_have_text("5 people")
    page.get_by_label("A résumé review").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("#found")).to_have_text("1 person")
    page.get_by_role("link", name="Olga Offers").click()
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_role("button", name="Saved. Remove")).to_be_visible()


def test_nothing_keeps_anybody_out(open_as, student, alum, people):
    paths = ["/people/", "/people/?q=paramedic&help=talk", "/people/?q=zebra", f"/people/{alum.alumni_profile.pk}/"]
    page = open_as(student, "/people/")
    for path in paths:
        page.goto(path)
        assert axe.problems(page) == []


def test_nor_the_alum_or_the_office(open_as, office, alum):
    strange = b'Nr,Wer,"Der Ort, an dem sie wohnen"\n7,Ida Holm,Duluth\n'
    imported = import_runs.upload(strange, file_name="strange.csv", by=office)
    import_runs.run(imported.pk, now=world.NOW)
    imports = ["/office/import/", f"/office/import/{imported.pk}/columns/"]
    for person, paths in ((alum, ["/alum/profile/"]), (office, imports)):
        page = open_as(person, paths[0])
        for path in paths:
            page.goto(path)
            assert axe.problems(page) == []
