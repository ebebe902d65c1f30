"""The stages have one list of names, and every page shows them from it (words.md 3)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import regions
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.stages import COUNTED, StageName, request_status
from tests import world
from tests.interviews import steps

NAMES = ["Find", "Ask", "Schedule", "Prepare", "Talk", "Reflect", "Thank", "Stay in touch"]


@pytest.fixture
def at():
    return timezone.now()


def thread_of(page):
    """Return the names of the beads, and which of them is the page's own."""
    nav = re.search(r'<nav class="rp-stages[^>]*>(.*?)</nav>', page, re.DOTALL)[1]
    beads = re.findall(r"<(?:a|span)(?! class)([^>]*)>([^<]+)</(?:a|span)>", nav)
    return [name for _, name in beads], [name for attributes, name in beads if "aria-current" in attributes]


def test_the_list_of_stages():
    assert [name.label for name in StageName] == NAMES
    assert list(COUNTED) == [name for name in StageName if name != StageName.PREPARE]  # what nobody is counted by


def test_the_front_page_shows_all_eight(client, db):
    page = client.get("/").content.decode()
    assert re.findall(r"<h3>([^<]+)</h3>", page) == NAMES


@pytest.mark.parametrize(
    ("page", "here", "is_over"),
    [("prepare", "Prepare", False), ("debrief", "Reflect", True), ("thank_you", "Thank", True)],
)
def test_every_page_of_a_conversation_shows_the_seven_from_ask_on(student, alum, as_, at, page, here, is_over):
    talk = steps.agreed(student, alum, at)
    if is_over:
        type(talk).objects.filter(pk=talk.pk).update(
            status="completed", starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1), talked_until=at
        )
    shown = as_(student).get(reverse(page, args=[talk.pk])).content.decode()
    assert thread_of(shown) == (NAMES[1:], [here])


@pytest.mark.parametrize(
    ("status", "changes", "said"),
    [
        ("draft", {}, "Draft"),
        ("in_review", {}, "With Ruth"),
        ("sent", {"leaves_at": timedelta(minutes=5)}, "Sending soon"),
        ("sent", {"leaves_at": timedelta(minutes=-5)}, "Waiting for a reply"),
        ("countered", {"turn": "student"}, "Your turn"),
        ("countered", {"turn": "alum"}, "Waiting for Ingrid"),
        ("declined", {}, "Not now"),
        ("expired", {}, "No reply"),
    ],
)
def test_a_status_says_who_it_waits_for(student, at, status, changes, said):
    moved = {name: at + value if name == "leaves_at" else value for name, value in changes.items()}
    asked = world.sent_request(student, world.contact(student, "Ingrid Solheim"), at=at, status=status, **moved)
    assert request_status(asked, at) == said


def test_a_status_is_spelled_as_the_region_spells_it():
    assert str(InterviewStatus.CANCELLED.label) == "Canceled"
    with regions.using("en-GB"):
        assert str(InterviewStatus.CANCELLED.label) == "Cancelled"
