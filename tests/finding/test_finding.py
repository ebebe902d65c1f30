"""Where to look for people, and the events: who was met is asked the next morning and comes onto the map (R36)."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.finding import actions
from apps.finding.models import Event, Kind, LookingPlace
from apps.network import actions as network
from apps.network.models import Contact, Touch
from apps.network.pasted import Named
from apps.reminders.rules import RULES
from tests import world

pytestmark = pytest.mark.django_db
HOME = "/network/find/"
DAY = timedelta(days=1)


def text_of(client, path):
    return " ".join(client.get(path, follow=True).content.decode().split())


@pytest.fixture
def noon(student):
    """Wednesday noon where the student is."""
    with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=student.zone), tick=False):
        yield timezone.now()


def an_event(student, held_on, name="Career fair"):
    return Event.objects.create(student=student, name=name, held_on=held_on)


# --- where to look ----------------------------------------------------------------------------------------------------


def test_a_place_is_marked_and_the_mark_is_lifted(student, as_, noon):
    client = as_(student)
    assert "Pick one and give it 10 minutes" in text_of(client, HOME)
    for key in Kind.values:
        client.post(reverse("finding_tick"), {"key": key, "on": "1"})
    assert f"You’ve looked in {len(Kind)} of {len(Kind)}." in text_of(client, HOME)
    client.post(reverse("finding_tick"), {"key": "linkedin", "on": "0"})
    client.post(reverse("finding_tick"), {"key": "linkedin", "on": "1"})
    assert LookingPlace.objects.filter(student=student, kind="linkedin").count() == 1
    assert LookingPlace.objects.get(kind="linkedin").looked_on == date(2026, 11, 18)
    said = text_of(client, HOME)
    assert "You looked on" in said
    assert client.post(reverse("finding_tick"), {"key": "moon", "on": "1"}, follow=True).status_code == 200
    assert not LookingPlace.objects.filter(kind="moon").exists()


def test_a_place_of_ones_own_is_added_once_marked_deleted_and_brought_back(student, as_, noon):
    client = as_(student)
    for typed in ("The  maker lab", "the maker LAB"):
        client.post(HOME, {"name": typed})
    place = LookingPlace.objects.get(student=student)
    assert place.name == "The maker lab"
    client.post(reverse("looking_place_tick", args=[place.pk]), {"on": "1"})
    removed = client.post(reverse("looking_place_remove", args=[place.pk]), follow=True).content.decode()
    assert ("Deleted: The maker lab." in removed, LookingPlace.objects.exists()) == (True, False)
    client.post(reverse("network_undo"))
    assert LookingPlace.objects.get().looked_on == date(2026, 11, 18)
    answer = client.post(HOME, {"name": " "})
    assert (answer.status_code, "Fill this in." in answer.content.decode()) == (422, True)


# --- an event ---------------------------------------------------------------------------------------------------------


def test_names_become_people_with_the_event_as_where_one_met(student, as_, noon):
    ana = world.contact(student, "Ana Ruiz", relation="professor", source="Biology 101")
    event = an_event(student, date(2026, 11, 17))
    client = as_(student)
    names = "1. Ben Ito\n- Ted, the lab manager\nana ruiz\n\nDuke University"
    said = " ".join(client.post(event.get_absolute_url(), {"names": names}, follow=True).content.decode().split())
    assert "Added Ben Ito and Ted, the lab manager." in said
    assert "Ana Ruiz was in your network already." in said
    assert "Add the person you know there." in said
    ben = Contact.objects.get(student=student, name="Ben Ito")
    assert (ben.relation, ben.source) == ("event", "Career fair")
    ana.refresh_from_db()
    assert (ana.relation, ana.source) == ("professor", "Biology 101")
    met = Touch.objects.filter(student=student, kind="met").order_by("contact__name")
    assert {touch.note for touch in met} == {"Career fair"}
    assert met[0].contact.name == "Ana Ruiz"
    assert {touch.at.astimezone(student.zone).date() for touch in met} == {date(2026, 11, 17)}
    client.post(event.get_absolute_url(), {"names": "Ben Ito"})
    assert Touch.objects.filter(contact=ben).count() == 1
    assert "You met 3 people" in text_of(client, HOME)


def test_those_just_added_can_be_taken_back(student, as_, noon):
    event = an_event(student, date(2026, 11, 17))
    client = as_(student)
    client.post(event.get_absolute_url(), {"names": "Ben Ito\nCy Poe"})
    assert Contact.objects.filter(student=student, archived_at=None).count() == 2
    client.post(reverse("network_undo"))
    assert not Contact.objects.filter(student=student, archived_at=None).exists()


@pytest.mark.parametrize("names", ["", "  \n ", "x" * 40_000])
def test_what_is_no_name_stands_there_again(student, as_, noon, names):
    event = an_event(student, date(2026, 11, 17))
    answer = as_(student).post(event.get_absolute_url(), {"names": names})
    assert (answer.status_code, Contact.objects.exists()) == (422, False)
    event.refresh_from_db()
    assert event.answered_at is None


def test_who_was_met_stays_when_the_event_is_renamed_or_deleted_and_it_comes_back(student, as_, noon):
    event = an_event(student, date(2026, 11, 17))
    client = as_(student)
    client.post(event.get_absolute_url(), {"names": "Ben Ito"})
    edit = reverse("event_edit", args=[event.pk])
    client.post(edit, {"name": "STEM fair", "held_on": "2026-11-17"})
    ben = Contact.objects.get(name="Ben Ito")
    assert (ben.source, ben.touches.get().note) == ("STEM fair", "STEM fair")
    assert "Ben Ito" in text_of(client, event.get_absolute_url())
    client.post(reverse("event_remove", args=[event.pk]))
    assert (Event.objects.exists(), Contact.objects.filter(archived_at=None).count()) == (False, 1)
    client.post(reverse("network_undo"))
    assert "Ben Ito" in text_of(client, event.get_absolute_url())


@pytest.mark.parametrize("typed", [{"name": "", "held_on": "2026-11-17"}, {"name": "x", "held_on": "1926-11-17"}])
def test_an_event_that_makes_no_sense_stands_there_again(student, as_, noon, typed):
    answer = as_(student).post(reverse("event_add"), typed)
    assert (answer.status_code, Event.objects.exists()) == (422, False)


# --- the next morning -------------------------------------------------------------------------------------------------


def _due(now):
    (rule,) = [rule for rule in RULES if rule.name == "event-met"]
    return [row.pk for row in rule.rows(now)]


def test_it_is_asked_from_eight_the_next_morning_on_today_and_by_reminder(student, as_, noon):
    world.interview(student, world.contact(student), starts_at=noon - 60 * DAY, status="completed")
    event = an_event(student, date(2026, 11, 17))
    asked = "Who did you meet at Career fair?"
    for hour, minute, is_asked in ((7, 59, False), (8, 0, True)):
        with time_machine.travel(datetime(2026, 11, 18, hour, minute, tzinfo=student.zone), tick=False):
            assert (asked in text_of(as_(student), "/today/"), _due(timezone.now()) == [event.pk]) == (is_asked,) * 2


@pytest.mark.parametrize("how", ["names", "no one"])
def test_once_it_is_said_it_is_asked_no_more(student, as_, noon, how):
    event = an_event(student, date(2026, 11, 17))
    client = as_(student)
    assert _due(noon) == [event.pk]
    if how == "names":
        client.post(event.get_absolute_url(), {"names": "Ben Ito"})
    else:
        client.post(reverse("event_no_one", args=[event.pk]))
    assert _due(noon) == []
    assert "Who did you meet at" not in text_of(client, "/today/")
    if how == "no one":
        client.post(reverse("event_no_one", args=[event.pk]), {"undo": "1"})
        assert _due(noon) == [event.pk]


def test_an_event_ahead_or_weeks_ago_is_not_asked_about(student, as_, noon):
    an_event(student, date(2026, 11, 18), "Today’s lecture")
    an_event(student, date(2026, 10, 1), "An old fair")
    said = text_of(as_(student), "/today/")
    assert "Who did you meet at" not in said


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_nobody_else_reads_where_a_student_looks(student, other_student, coach, office, as_, noon):
    event = an_event(student, date(2026, 11, 17), "Canary fair")
    LookingPlace.objects.create(student=student, name="Canary club")
    for person in (other_student, coach, office):
        client = as_(person)
        assert not Event.objects.visible_to(person).exists()
        assert not LookingPlace.objects.visible_to(person).exists()
        for path in (HOME, event.get_absolute_url(), "/caseload/", reverse("caseload_student", args=[student.pk])):
            assert "Canary" not in text_of(client, path)


def test_the_page_asks_as_many_questions_at_any_size(student, as_, noon, django_assert_num_queries):
    client = as_(student)
    for more in (1, 30):
        for n in range(more):
            event = an_event(student, date(2026, 10, 1) + n * DAY, f"Fair {more} {n}")
            LookingPlace.objects.create(student=student, name=f"Club {more} {n}")
            client.post(event.get_absolute_url(), {"names": f"Ben {n}"})
        client.get(HOME)
        with django_assert_num_queries(7):
            client.get(HOME)


# --- by the event itself ----------------------------------------------------------------------------------------------


def test_two_events_of_one_name_keep_their_own_people(student, as_, noon):
    client, (fall, spring) = as_(student), [an_event(student, date(2026, month, 2)) for month in (11, 3)]
    client.post(fall.get_absolute_url(), {"names": "Ana Ruiz"})
    client.post(spring.get_absolute_url(), {"names": "Ben Okafor\nCy Lund"})
    assert [sorted(one.name for one in actions.met_at(event)) for event in (fall, spring)] == [
        ["Ana Ruiz"],
        ["Ben Okafor", "Cy Lund"],
    ]
    assert [line.met for line in client.get(HOME).context["events"]] == [1, 2]


def test_somebody_stays_met_there_when_the_words_of_the_entry_change(student, as_, noon):
    client, event = as_(student), an_event(student, date(2026, 11, 2))
    client.post(event.get_absolute_url(), {"names": "Ana Ruiz"})
    touch = Touch.objects.get(kind="met")
    values = {"kind": "met", "note": "She hires in May", "day": "2026-11-02"}
    client.post(reverse("touch_edit", args=[touch.pk]), values)
    client.post(reverse("event_edit", args=[event.pk]), {"name": "Fall fair", "held_on": "2026-11-02"})
    touch.refresh_from_db()
    assert (touch.note, [one.name for one in actions.met_at(event)]) == ("She hires in May", ["Ana Ruiz"])
    assert Contact.objects.get().source == "Fall fair"
    event.refresh_from_db()
    actions.meet(event, [Named("Ana Ruiz")], now=noon)
    assert Touch.objects.filter(kind="met").count() == 1


@pytest.mark.parametrize("what", ["touch", "event"])
def test_who_was_met_comes_back_with_the_entry_or_the_event(student, as_, noon, what):
    client, event = as_(student), an_event(student, date(2026, 11, 2))
    client.post(event.get_absolute_url(), {"names": "Ana Ruiz"})
    row = Touch.objects.get(kind="met") if what == "touch" else event
    client.post(reverse(f"{what}_remove", args=[row.pk]))
    assert list(actions.met_at(event)) == []
    client.post("/network/undo/")
    assert [one.name for one in actions.met_at(event)] == ["Ana Ruiz"]


def test_somebody_noted_before_is_not_of_an_event_of_that_name(student, noon):
    event, person = an_event(student, date(2026, 11, 2)), world.contact(student, "Ana Ruiz")
    network.touch(person, "met", at=noon, note="Career fair")
    assert list(actions.met_at(event)) == []
