"""Prepare in a browser: the plan changes in place, nothing typed is lost, and all of it works without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.preparing import actions as preparing
from apps.interviews.preparing import question_bank
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from tests import world
from tests.browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def talk(student):
    question_bank.bring_in()
    contact = world.contact(student, "Marcus Adeyemi")
    talk = world.interview(student, contact, starts_at=timezone.now() + timedelta(days=1), place="https://meet.example")
    for text in ("First?", "Second?", "Third?"):
        preparing.add_own(talk, text=text, now=timezone.now())
    return talk


def texts():
    return list(PlannedQuestion.objects.order_by("position").values_list("text", flat=True))


def test_the_plan_changes_in_place_and_the_focus_stays(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/prepare/")
    page.get_by_label("About Marcus", exact=True).fill("Teaches R at night")
    page.get_by_role("button", name="Move question 3 up").click()
    expect(page.locator(".rp-q-text")).to_have_text(["First?", "Third?", "Second?"])
    expect(page.locator("#plan-status")).to_have_text("Moved to question 2.")
    expect(page.get_by_role("button", name="Move question 2 up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".rp-q-text")).to_have_text(["Third?", "First?", "Second?"])
    expect(page.get_by_role("button", name="Move question 1 down")).to_be_focused()
    expect(page.get_by_label("About Marcus", exact=True)).to_have_value("Teaches R at night")


def test_what_is_typed_in_one_question_survives_an_act_on_another(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/prepare/")
    page.locator(".rp-q summary").first.click()
    page.get_by_label("Why you’re asking them").first.fill("they changed fields twice")
    page.get_by_label("Or write your own").fill("Half a quest")
    page.get_by_role("button", name="Remove question 3").click()
    expect(page.locator(".rp-q")).to_have_count(2)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.get_by_label("Why you’re asking them").first).to_have_value("they changed fields twice")
    expect(page.get_by_label("Or write your own")).to_have_value("Half a quest")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".rp-q-text")).to_have_text(["First?", "Second?", "Third?"])


def test_a_question_is_dragged_to_its_place(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/prepare/", viewport={"width": 1280, "height": 1400})
    start, end = (page.locator(".rp-grip").nth(n).bounding_box() for n in (2, 0))
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] - 5, steps=8)
    page.mouse.up()
    expect(page.locator("#plan-status")).to_have_text("Moved to question 1.")
    expect(page.locator(".rp-q-text")).to_have_text(["Third?", "First?", "Second?"])
    assert texts() == ["Third?", "First?", "Second?"]


def test_research_saves_itself_and_new_goals_ask_for_a_question(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/prepare/")
    page.get_by_label("What you most want to learn").fill("A plain Tuesday")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    expect(page.locator("#goals-covered")).to_contain_text("A plain Tuesday")
    page.get_by_label("And one sentence for Marcus").fill("You stayed with one question.")
    with page.expect_response("**/prepare/checks/"):
        page.get_by_label("Say your introduction out loud once").check()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_label("And one sentence for Marcus")).to_have_value("You stayed with one question.")
    expect(page.get_by_label("Say your introduction out loud once")).to_be_checked()


def test_it_works_without_scripts(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/prepare/", java_script_enabled=False, **PHONE)
    page.get_by_role("button", name="Move question 3 up").click()
    page.get_by_role("button", name="Must ask question 1").click()
    page.get_by_role("link", name="The field", exact=True).click()
    page.locator(".rp-bank button").first.click()
    page.get_by_role("button", name="Remove question 2").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_label("About the field").fill("Water")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_label("Say your introduction out loud once").check()
    page.get_by_role("button", name="Save checklist").click()
    made = QuestionPlan.objects.get()
    assert texts()[:3] == ["First?", "Third?", "Second?"]
    assert (len(texts()), made.about_field, made.checked) == (4, "Water", ["intro"])


def test_nothing_keeps_anybody_out(open_as, student, talk):
    QuestionPlan.objects.update(goals="A plain Tuesday")
    base = f"/conversations/{talk.pk}/"
    page = open_as(student, base)
    for path in (base, f"{base}prepare/", f"{base}prepare/?theme=field", f"{base}prepare/list/", "/conversations/"):
        page.goto(path)
        assert axe.problems(page) == []
