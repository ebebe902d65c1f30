"""A next step says who does it, by when, and from which conversation it comes (R110)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.clock import times
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.debriefing.models import Debrief, PromisedStep
from apps.interviews.lifecycle import links
from apps.network import actions as network
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
    day = times.long_day(step.talked_on)
    assert f'From <a href="{talk.get_absolute_url()}">your conversation on {day}</a>' in page


def test_a_step_about_nobody_has_nobody_else_to_do_it(student, as_):
    step = ActionStep.objects.create(student=student, text="Write my introduction")
    page = as_(student).get(reverse("step_edit", args=[step.pk])).content.decode()
    assert "will do this, not me" not in page


@pytest.fixture
def talks(student, daniel):
    """Two that were held, and one that is ahead, from which nothing can have come."""
    now = timezone.now()
    held = [
        world.interview(student, daniel, starts_at=now - timedelta(days=days), status="completed") for days in (40, 2)
    ]
    world.interview(student, daniel, starts_at=now + timedelta(days=3))
    return [times.local_date(talk.over_at, student.zone) for talk in held]


def test_a_step_added_by_hand_says_from_which_conversation_it_comes_and_can_be_told_otherwise(
    student, as_, daniel, talks
):
    client, (first, last) = as_(student), talks
    page = plain(client.get(daniel.get_absolute_url()))
    assert re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', page) == [last.isoformat(), first.isoformat()]
    client.post(reverse("step_add", args=[daniel.pk]), {"text": "Read it", "talked_on": first.isoformat()})
    step = ActionStep.objects.get()
    assert step.talked_on == first
    changed = {"text": "Read it all", "talked_on": last.isoformat()}
    client.post(reverse("step_edit", args=[step.pk]), changed)
    assert ActionStep.objects.get().talked_on == last
    client.post(reverse("step_edit", args=[step.pk]), changed | {"talked_on": ""})
    assert ActionStep.objects.get().talked_on is None
    wrong = client.post(reverse("step_edit", args=[step.pk]), changed | {"talked_on": "2001-01-01"})
    assert (wrong.status_code, ActionStep.objects.get().talked_on) == (422, None)


def test_without_a_conversation_nothing_is_asked(as_, student, daniel):
    assert "From which conversation" not in plain(as_(student).get(daniel.get_absolute_url()))


def test_today_and_the_reminder_say_from_which_conversation(student, as_, daniel, talks):
    today = times.local_date(timezone.now(), student.zone)
    step = ActionStep.objects.create(student=student, contact=daniel, text="Read it", due_on=today, talked_on=talks[0])
    said = f"You planned this after you talked with Daniel Ferreira on {times.long_day(talks[0])}."
    assert said in plain(as_(student).get(reverse("today")))
    assert said in _says_step(step).text


def test_a_step_done_on_today_and_undone_with_its_person_is_on_today_again(student, as_, daniel):
    client, today = as_(student), times.local_date(timezone.now(), student.zone)
    step = ActionStep.objects.create(student=student, contact=daniel, text="Read the report", due_on=today)
    client.post(reverse("notice_act"), {"thing": f"action-step:{step.pk}", "act": "done"})
    assert ActionStep.objects.get().done_at is not None
    client.post(reverse("step_done", args=[step.pk]))
    page = plain(client.get(reverse("today")))
    assert "Read the report</h3>" in page
    assert "1 of 3 done" not in page


def test_a_step_of_ones_own_leads_to_where_it_can_be_changed(student, as_):
    today = times.local_date(timezone.now(), student.zone)
    step = ActionStep.objects.create(student=student, text="Write my introduction", due_on=today)
    address = reverse("step_edit", args=[step.pk])
    assert f'href="{address}"' in plain(as_(student).get(reverse("today")))
    assert _says_step(step).url == address


def days_in_the_calendar(client, student):
    """Return the all-day events that a calendar program reads at the private address."""
    content = client.get(links.feed_url(student, now=timezone.now())).content
    return [part for part in Calendar.from_ical(content).walk("VEVENT") if str(part["uid"]).startswith("step-")]


def test_a_step_with_a_day_is_in_the_calendar_until_it_is_done(client, student, other_student, daniel, talks):
    today = times.local_date(timezone.now(), student.zone)
    mine = {"student": student, "contact": daniel, "due_on": today}
    step = ActionStep.objects.create(**mine, text="Read the report", talked_on=talks[0])
    theirs = ActionStep.objects.create(**mine, text="Send it", is_theirs=True)
    ActionStep.objects.create(student=student, contact=daniel, text="Some day")
    ActionStep.objects.create(**mine, text="Long done", done_at=timezone.now())
    ActionStep.objects.create(student=other_student, text="Not mine", due_on=today)
    first, second = days_in_the_calendar(client, student)
    assert [str(one["summary"]) for one in (first, second)] == ["To do: Read the report", "Daniel: Send it"]
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (today, today + timedelta(days=1))
    assert (str(first["transp"]), str(first["class"])) == ("TRANSPARENT", "PRIVATE")
    said = str(first["description"])
    assert f"With Daniel Ferreira.\nFrom your conversation on {times.long_day(talks[0])}." in said
    assert daniel.get_absolute_url() in said
    ActionStep.objects.filter(pk=step.pk).update(done_at=timezone.now())
    assert [str(one["uid"]) for one in days_in_the_calendar(client, student)] == [str(second["uid"])]
    ActionStep.objects.filter(pk=step.pk).update(done_at=None)
    assert [str(one["uid"]) for one in days_in_the_calendar(client, student)] == [
        f"step-{one.pk}@rapport" for one in (step, theirs)
    ]
    network.archive(daniel, now=timezone.now())
    assert days_in_the_calendar(client, student) == []


def test_the_page_of_the_calendar_says_so_to_students_alone(as_, student, alum):
    pages = [plain(as_(person).get(reverse("calendar"))) for person in (student, alum)]
    assert ["A next step with a day is there too" in page for page in pages] == [True, False]
