"""The plan, live mode and the reflection by keyboard alone, and in the order in which a screen reader tells them."""

import itertools
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.students.models import Introduction
from tests import world
from tests.browser import keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = ("heading", "button", "link", "textbox", "radio", "radiogroup", "combobox", "checkbox", "timer")


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Helen Varga", pronouns="she/her")
    Introduction.objects.create(student=student, who="I’m Amira.", skills="I count things.", hopes="To learn how.")
    starts_at = timezone.now() - timedelta(minutes=6)
    made = world.interview(student, contact, starts_at=starts_at, started_at=starts_at)
    plan = QuestionPlan.objects.create(interview=made)
    for place, text in enumerate(["How did you begin?", "What is hard?"], 1):
        plan.questions.create(text=text, position=place, is_must=True)
    LiveNote.objects.create(interview=made, kind="quote", text="I missed people", at=starts_at + timedelta(minutes=2))
    return made


def told(page, root="main"):
    """Return what a screen reader tells of the page, in its order: (role, name), without what only holds others."""
    lines = re.findall(
        r"^\s*- '?(\w+)(?: \"((?:[^\"\\\\]|\\\\.)*)\")?", page.locator(root).aria_snapshot(), re.MULTILINE
    )
    return [(role, name) for role, name in lines if role in TOLD]


LIVE = [
    ("heading", "Talk with Helen Varga"),
    ("timer", ""),
    ("link", "Next"),
    ("heading", "How did you begin?"),
    ("button", "Asked. Next"),
    ("button", "Skip"),
    ("textbox", "Notes on this question"),
    ("button", "Note"),
    ("button", "Their words"),
    ("button", "To do"),
    ("button", "Remove: I missed people"),
    ("link", "How did you begin? must ask"),
    ("link", "What is hard? must ask"),
    ("textbox", "A question that came to mind"),
    ("button", "Add"),
    ("button", "Restart the timer from now"),
    ("heading", "Before you say goodbye"),
    ("link", "Start wrapping up"),
]
CLOSING = [
    ("heading", "Talk with Helen Varga"),
    ("timer", ""),
    ("heading", "Before you say goodbye"),
    ("textbox", "Thank Helen, and say what you’ll take away"),
    ("radiogroup", "May I connect with you on LinkedIn?"),
    *[("radio", words) for words in ("Yes", "No", "Not asked")],
    ("radiogroup", "Would you mind if I stay in touch?"),
    *[("radio", words) for words in ("Gladly", "Rather not", "Not asked")],
    ("textbox", "Name"),
    ("textbox", "Role and workplace"),
    ("combobox", "Use Helen’s name?"),
    ("button", "Add"),
    ("button", "End conversation"),
    ("button", "Add 10 minutes"),
    ("textbox", "Last notes"),
]


def test_a_screen_reader_tells_live_mode_in_the_order_of_the_talk(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/live/")
    expect(page.locator("[data-digits]")).to_contain_text(":")
    assert told(page) == LIVE
    page.goto(f"/conversations/{talk.pk}/live/?show=closing")
    expect(page.locator("[data-digits]")).to_contain_text(":")
    assert told(page)[: len(CLOSING)] == CLOSING


def test_a_screen_reader_tells_the_reflection_from_the_notes_to_the_thanks(open_as, student, talk):
    Interview.objects.filter(pk=talk.pk).update(status="completed", talked_until=timezone.now())
    page = open_as(student, f"/conversations/{talk.pk}/debrief/")
    found = told(page)
    assert [name for role, name in found if role == "heading"] == [
        "What did you learn from Helen?",
        "Your 1 note",
        "What you learned",
        "What you agreed on",
        "People she suggested",
        "What you’ll do next",
        "Is this a good fit?",
        "A thought for yourself (optional)",
        "48-hour clock",
        "Notes on paper?",
    ]
    at = found.index(("heading", "Your 1 note"))
    assert found[at + 1 : at + 7] == [
        *[("radio", words) for words in ("Confirmed", "Changed", "New")],
        *[("button", words) for words in ("What you learned", "Thank-you", "A step")],
    ]


@pytest.mark.parametrize("name", ["prepare", "live", "debrief"])
def test_everything_has_a_name_and_no_heading_is_left_out(open_as, student, talk, name):
    if name == "debrief":
        Interview.objects.filter(pk=talk.pk).update(status="completed", talked_until=timezone.now())
    page = open_as(student, f"/conversations/{talk.pk}/{name}/")
    assert [role for role, words in told(page, "body") if not words and role != "timer"] == []
    levels = [int(level) for level in re.findall(r"- '?heading .*\[level=(\d)\]", page.locator("body").aria_snapshot())]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    assert keyboard.problems(page) == []


FOCUSED = """() => {
    const one = document.activeElement, label = one?.labels?.[0]?.textContent || one?.getAttribute("aria-label") || "";
    return [label, one?.textContent || ""].map((words) => words.replace(/\\s+/g, " ").trim());
}"""


def reach(page, words):
    """Press Tab until the focus is on what is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    pytest.fail(f"Tab never reaches “{words}”")


def test_a_whole_talk_by_keyboard_alone(open_as, student, talk):
    page = open_as(student, f"/conversations/{talk.pk}/live/", reduced_motion="reduce")
    reach(page, "Asked. Next")
    page.keyboard.press("Enter")
    expect(page.locator("[data-question]")).to_have_text("What is hard?")
    reach(page, "Notes on this question")
    page.keyboard.type("Left finance")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-notes]")).to_contain_text("Left finance")
    reach(page, "Start wrapping up")
    page.keyboard.press("Enter")
    reach(page, "Thank Helen, and say what you’ll take away")
    page.keyboard.type("I will sit beside people first.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Yes", exact=True)).to_be_checked()
    reach(page, "End conversation")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/conversations/{talk.pk}/debrief/")
    reach(page, "What you learned")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Something you didn’t know before")).to_have_value("I missed people")
    reach(page, "Save and write your thank-you")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/conversations/{talk.pk}/thanks/")
    written = Debrief.objects.get()
    assert (written.summary, written.may_connect) == ("I will sit beside people first.", True)
    assert written.finished_at is not None
    assert PlannedQuestion.objects.filter(asked_at=None).count() == 1
