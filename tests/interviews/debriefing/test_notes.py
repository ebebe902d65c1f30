"""What the notes of a conversation become with one press each, and on which days what comes of it falls."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing.models import Debrief, LiveNote
from apps.network.models import ActionStep
from tests import world

H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(world.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    return world.interview(student, contact, starts_at=world.NOW - 2 * H, status="completed")


@pytest.fixture
def client(student, as_):
    return as_(student)


@pytest.fixture
def press(client, talk):
    """Return a function that presses a button of a note, without scripts."""

    def send(note, use=""):
        version = Debrief.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
        named = f"{note.pk} {use}".strip()
        return client.post(reverse("debrief_save", args=[talk.pk]), {"version": version, "note": named}, follow=True)

    return send


def noted(talk, text, kind="note"):
    return LiveNote.objects.create(interview=talk, kind=kind, text=text, at=world.NOW - H)


def words():
    debrief = Debrief.objects.get()
    return debrief.learned, debrief.quote, [step.text for step in debrief.promised_steps.order_by("pk")]


@pytest.mark.parametrize("kind", ["note", "quote", "action"])
@pytest.mark.parametrize(
    ("use", "became"),
    [
        ("learned", ("I missed people", "", [])),
        ("thanks", ("", "I missed people", [])),
        ("step", ("", "", ["I missed people"])),
    ],
)
def test_every_note_becomes_any_of_three_with_one_press(talk, press, kind, use, became):
    note = noted(talk, "I missed people", kind)
    for _ in range(2):  # pressed twice it stands there once
        html = press(note, use).text
    assert words() == became
    assert html.count(": added</span>") == 1
    assert html.count(f'value="{note.pk} ') == 2


def test_two_notes_stand_after_each_other(talk, press):
    for text in ("Left finance", "Counts\nfirst"):
        note = noted(talk, text)
        press(note, "learned")
        press(note, "thanks")
        press(note, "step")
    assert words() == ("Left finance\nCounts\nfirst", "Left finance Counts first", ["Left finance", "Counts\nfirst"])


def test_what_has_no_room_is_said_and_takes_nothing_away(talk, press):
    press(noted(talk, "x" * 290), "thanks")
    html = press(noted(talk, "I missed people"), "thanks").text
    assert "There’s no room left in that field." in html
    assert words()[1] == "x" * 290


def test_what_was_said_at_the_close_is_shown_ever_after(talk, client):
    Debrief.objects.create(interview=talk, summary="I will sit beside people first.", finished_at=world.NOW)
    for name in ("debrief", "conversation"):
        html = client.get(reverse(name, args=[talk.pk])).text
        assert html.count("“I will sit beside people first.”") == 1, name
        assert "What you told Teresa you’d take away" in html


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "is_taken"), [("2026-11-13", False), ("2026-11-14", True), ("2026-11-15", True)])
def test_a_step_is_dated_from_today_on(talk, client, at, typed, is_taken):
    """Written two days after the talk."""
    at.move_to(world.NOW + timedelta(days=2))
    fields = {"version": 1, "step-0-text": "Read the data", "step-0-due_on": typed}
    answer = client.post(reverse("debrief_save", args=[talk.pk]), fields)
    assert answer.status_code == (302 if is_taken else 422)


def test_at_most_three_tasks_fall_on_one_day(talk, student, client):
    other = world.contact(student, "Helen Varga")
    for day in (14, 15):
        for n in range(3):
            ActionStep.objects.create(student=student, contact=other, text=f"{day} {n}", due_on=date(2026, 11, day))
    ActionStep.objects.create(student=student, contact=other, text="done", due_on=date(2026, 11, 16), done_at=world.NOW)
    fields = {"version": 1, "outcomes": ["shadow", "path"], "asked_for_resume": "on", "may_connect": "true"}
    client.post(reverse("debrief_finish", args=[talk.pk]), fields)
    mine = sorted(ActionStep.objects.filter(contact=talk.contact).values_list("due_on", flat=True))
    assert mine == [date(2026, 11, day) for day in (16, 17, 18, 19)]
