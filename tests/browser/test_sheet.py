"""What the style sheet alone decides, and no other test sees."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.students.models import Introduction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
COLOURS = """() => Object.fromEntries(["name", "relation", "title"].map((name) =>
    [name, getComputedStyle(document.querySelector(`main [name=${name}]`)).borderTopColor]))"""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_button_that_only_a_script_can_answer_is_not_there_without(open_as, student, scripts):
    Introduction.objects.create(student=student, who="I study health.")
    page = open_as(student, reverse("introduction"), java_script_enabled=scripts)
    expect(page.get_by_role("button", name="Copy")).to_have_count(int(scripts))


def test_what_must_be_put_right_has_an_edge_of_its_own(open_as, student):
    page = open_as(student, reverse("contact_add"), viewport=DESK)
    page.evaluate("() => { document.querySelector('main form').noValidate = true; }")
    page.get_by_role("button", name="Add to my network").click()
    expect(page.get_by_role("alert")).to_contain_text("Fix 2 things to continue")
    page.wait_for_load_state()  # with its sheet
    edges = page.evaluate(COLOURS)
    assert edges["name"] == edges["relation"] != edges["title"]


def test_tabs_that_go_on_past_the_edge_run_to_the_edge_of_the_window(open_as, office):
    page = open_as(office, reverse("office_people"), viewport=PHONE)
    tabs = page.locator(".rp-views").bounding_box()
    assert (tabs["x"], tabs["x"] + tabs["width"]) == (0, PHONE["width"])
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_what_folds_out_of_a_sentence_stands_in_it(open_as, alum):
    page = open_as(alum, reverse("alum_home"), viewport=DESK)
    says, change = (page.locator(f".rp-oneline-fold summary {one}") for one in (".rp-oneline-text", ".rp-turn"))
    said, turn = says.bounding_box(), change.bounding_box()
    assert turn["y"] < said["y"] + said["height"]
    assert 0 <= turn["x"] - said["x"] - said["width"] < 12
