"""Each count has one source: what the badge, the list, Today, the bar and the words say of one moment agrees."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.coaching.models import SharedNote
from apps.network.models import ActionStep, Cadence
from apps.reminders import sweep
from apps.today import agenda
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def busy(student, coach):
    """A student with more to do than Today shows."""
    talk = world.interview(
        student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - 21 * H, status="completed"
    )
    world.interview_request(student, world.contact(student, "Grace Otieno"))
    today = world.NOW.astimezone(student.zone).date()
    for text in ("Read the summary", "Learn R"):
        ActionStep.objects.create(student=student, contact=world.contact(student, text), text=text, due_on=today)
    contact = world.contact(student, "Helen Varga")
    Cadence.objects.create(student=student, contact=contact, months=3, due_on=today, chosen_at=world.NOW)
    SharedNote.objects.create(student=student, author=coach, text="Well done", shared_at=world.NOW)
    return talk


@time_machine.travel(world.NOW, tick=False)
def test_badge_list_and_today_say_the_same(busy, student, as_):
    sweep.run(world.NOW)
    client = as_(student)
    first = client.get(reverse("today"))
    badge = int(re.search(r"To do \((\d+)\)", first.content.decode())[1])
    shown = [task for task in (first.context["first"], *first.context["others"]) if task]
    every = agenda.without_notice(student, world.NOW, told=())
    assert len(shown) + first.context["more"] == len(every) > len(shown)

    page = client.get(reverse("notices"))
    text, waiting, others = page.content.decode(), page.context["waiting"], page.context["others"]
    urls = [notice.url for notice in waiting] + [task.url for task in others]
    assert {task.url for task in every} <= set(urls)
    assert len(urls) == len(set(urls)) == page.context["count"] == text.count('<li class="rp-notice">')
    assert f"{agenda.times.number(len(urls)).capitalize()} things to do." in text
    assert badge == len([notice for notice in waiting if not notice.seen_at]) == len(re.findall(r"</svg> New<", text))
    again = client.get(reverse("today")).content.decode()
    assert re.search(r"To do \((\d+)\)", again) is None  # seen


@time_machine.travel(world.NOW, tick=False)
def test_the_bar_of_the_clock_says_the_hours_of_the_words(busy, student, as_):
    text = as_(student).get(reverse("today")).content.decode()
    hours = re.search(r"(\d+) hours since you talked", text)[1]
    assert re.search(r"Hours since you talked[^>]*", text)
    assert hours in re.findall(r'(?:value|aria-valuenow)="(\d+)"', text) or f"{hours} of 48" in text
