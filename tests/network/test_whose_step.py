"""A next step says who does it, by when, and from which conversation it comes (R110)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.debriefing.models import Debrief, PromisedStep
from apps.network.models import ActionStep
from apps.network.noted import note_of
from apps.reminders.rules_network import _says_step
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def daniel(student):
    return world.contact(student, "Daniel Ferreira")


def plain(answer):
    return " ".join(answer.content.decode().split())


def test_what_the_other_said_they_would_do_is_theirs(student, as_, daniel):
    client = as_(student)
    typed = {"text": "Send me the report", "is_theirs": "on"}
    page = plain(client.post(reverse("step_add", args=[daniel.pk]), typed, follow=True))
    step = ActionStep.objects.get()
    assert step.is_theirs
    assert "Daniel will do this." in page
    assert "Daniel agreed to do something" in page
    assert "Daniel will do this, not me" in page  # what the box says
    edited = client.post(reverse("step_edit", args=[step.pk]), {"text": "Send me the report"}, follow=True)
    assert edited.status_code == 200
    assert not ActionStep.objects.get().is_theirs


def test_a_reminder_of_it_asks_whether_it_has_happened(student, daniel, as_):
    today = times.local_date(timezone.now(), student.zone)
    step = ActionStep.objects.create(student=student, contact=daniel, text="Send it", due_on=today, is_theirs=True)
    assert "Daniel Ferreira said they would do this." in _says_step(step).text
    page = plain(as_(student).get(reverse("today")))
    assert "Daniel Ferreira said they would do this. Has it happened?" in page
    step.is_theirs = False
    assert "Is it done" in _says_step(step).text


def test_a_letter_never_says_that_the_student_did_what_the_other_did(student, daniel, as_):
    done = timezone.now()
    ActionStep.objects.create(student=student, contact=daniel, text="Send it", done_at=done, is_theirs=True)
    assert note_of(daniel).step == ""
    assert "You took Daniel’s advice" not in plain(as_(student).get(daniel.get_absolute_url()))
    ActionStep.objects.create(student=student, contact=daniel, text="Read it", done_at=done)
    assert note_of(daniel).step == "Read it"


def test_a_step_of_a_reflection_names_the_conversation_that_it_comes_from(student, daniel, as_):
    now = timezone.now()
    talk = world.interview(student, daniel, starts_at=now - timedelta(days=2), status="completed")
    debrief = Debrief.objects.create(interview=talk, learned="Much.")
    PromisedStep.objects.create(debrief=debrief, text="Read the report")
    debriefing.finish_debrief(talk, now=now)
    step = ActionStep.objects.get()
    assert step.talked_on == times.local_date(talk.over_at, student.zone)
    page = plain(as_(student).get(daniel.get_absolute_url()))
    assert re.search(rf"From your conversation on \w+, {step.talked_on:%B} {step.talked_on.day}\b", page)


def test_a_step_about_nobody_has_nobody_else_to_do_it(student, as_):
    step = ActionStep.objects.create(student=student, text="Write my introduction")
    page = as_(student).get(reverse("step_edit", args=[step.pk])).content.decode()
    assert "will do this, not me" not in page
