"""One thing written on two devices: both texts are kept and the page says so, until somebody has read it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing import two_devices
from apps.interviews.debriefing.models import Debrief, NamedPerson
from apps.interviews.talking.models import LiveAct
from tests import world


@pytest.fixture
def talk(student, now):
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        yield world.interview(student, world.contact(student, "Helen Varga"), starts_at=now, started_at=now)


@pytest.fixture
def script(as_, student, talk):
    """Return a function that sends an act as the script does, and gives what the page then says of two devices."""
    client = as_(student)

    def send(act, **fields):
        answer = client.post(reverse("live_act", args=[talk.pk, act]), fields, headers={"X-Live": "1"})
        assert answer.status_code == 200, answer.text
        return [(met["say"], met["first"], met["later"]) for met in answer.json()["both"]]

    return send


def test_a_summary_written_twice_is_told_until_it_is_read(as_, student, talk, script):
    assert script("close", summary="From the phone.", was="") == []
    say = "What you’ll take away was written on two devices. Both texts are kept, one after the other."
    assert script("close", summary="From the laptop.", was="") == [(say, "From the phone.", "From the laptop.")]
    assert Debrief.objects.get().summary == "From the phone.\nFrom the laptop."
    page = as_(student).get(reverse("live", args=[talk.pk])).text
    assert f'<p data-part="say">{say}</p>' in page
    met = LiveAct.objects.exclude(both=[]).get()
    assert script("settle", both=met.client_id) == []
    assert Debrief.objects.get().summary == "From the phone.\nFrom the laptop."


def test_what_was_shown_and_not_changed_takes_nothing_away(script):
    """A button that carries all of an old page: another device wrote meanwhile."""
    script("close", summary="New.", may_connect="true", was="", was_connect="", was_in_touch="")
    told = script("close", summary="", may_connect="", may_stay_in_touch="", was="", was_connect="", was_in_touch="")
    kept = Debrief.objects.get()
    assert (told, kept.summary, kept.may_connect) == ([], "New.", True)
    assert script("close", summary="Newer.", was="New.") == []
    assert script("close", summary="New.", was="New.") == []
    assert Debrief.objects.get().summary == "Newer."


def test_of_two_answers_the_careful_one_stays_and_both_are_shown(script):
    script("close", may_connect="true", was_connect="")
    say = "Two devices have different answers about LinkedIn. Until you choose, it’s “No”."
    assert script("close", may_connect="false", was_connect="") == [(say, "Yes", "No")]
    assert Debrief.objects.get().may_connect is False
    script("close", may_connect="true", was_connect="false")
    assert Debrief.objects.get().may_connect is True


@pytest.mark.parametrize("named", ["Anneke Visser", "anneke visser", "ANNEKE VISSER"])
def test_somebody_named_on_two_devices_keeps_both_texts_and_the_careful_answer(script, named):
    script("person", name="Anneke Visser", about="water lab", name_permission="yes", was_about="", was_permission="")
    told = script(
        "person", name=named, about="teaches in Ghent", name_permission="intro_first", was_about="", was_permission=""
    )
    assert told == [
        ("Anneke Visser was described on two devices. Both texts are kept.", "water lab", "teaches in Ghent"),
        (
            "Two devices have different answers about using Helen’s name with Anneke Visser. "
            "Until you choose, it’s “Introduce me first”.",
            "Yes",
            "Introduce me first",
        ),
    ]
    person = NamedPerson.objects.get()
    assert (person.about, person.name_permission) == ("water lab; teaches in Ghent", "intro_first")


def test_an_answer_is_not_lost_to_a_device_that_did_not_ask(script):
    script("person", name="Anneke Visser", name_permission="yes")
    for name_permission in ("not_asked", ""):
        script("person", name="Anneke Visser", about="water lab", name_permission=name_permission)
    assert NamedPerson.objects.get().name_permission == "yes"
    script("person", name="Anneke Visser", name_permission="not_asked", was_permission="yes")
    assert NamedPerson.objects.get().name_permission == "not_asked"  # taken back by who had seen it


def test_what_one_device_adds_to_its_own_words_is_no_quarrel(script):
    script("person", name="Anneke Visser", about="water lab", was_about="", was_permission="")
    assert script("person", name="Anneke Visser", about="Ghent", was_about="water lab", was_permission="") == []
    assert NamedPerson.objects.get().about == "water lab; Ghent"


def test_somebody_whom_another_device_described_is_not_removed(script):
    script("person", name="Anneke Visser", was_about="", was_permission="")
    script("person", name="Anneke Visser", about="water lab", was_about="", was_permission="not_asked")
    told = script("unname", name="Anneke Visser", was_about="", was_permission="not_asked")
    assert [first for _, first, _ in told] == ["water lab"]
    assert script("unname", name="Anneke Visser", was_about="water lab", was_permission="not_asked") == told
    assert not NamedPerson.objects.exists()


def test_it_is_shown_with_the_reflection_too_and_settled_there(as_, student, talk, script):
    script("close", summary="From the phone.", was="")
    script("end", client_id=uuid4())
    script("close", summary="From the laptop.", was="")
    client = as_(student)
    page = client.get(reverse("debrief", args=[talk.pk])).text
    assert "written on two devices" in page
    met = LiveAct.objects.exclude(both=[]).get()
    answer = client.post(reverse("live_act", args=[talk.pk, "settle"]), {"both": met.client_id, "view": "debrief"})
    assert answer.url == reverse("debrief", args=[talk.pk])
    assert "written on two devices" not in client.get(answer.url).text


@pytest.mark.parametrize("first", ["", "not_asked", "yes", "intro_first", "no"])
@pytest.mark.parametrize("later", ["", "not_asked", "yes", "intro_first", "no"])
def test_no_answer_is_ever_overruled_by_a_freer_one(first, later):
    kept = two_devices.permission(first or "not_asked", later, None).value
    said = [two_devices.CAREFUL.index(each) for each in (first, later) if each in two_devices.CAREFUL]
    assert kept == (two_devices.CAREFUL[min(said)] if said else "not_asked")
