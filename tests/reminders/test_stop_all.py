"""One press stops every optional reminder, and one brings back each as it came (R223)."""

from datetime import time

import pytest
from django.urls import reverse

from apps.mail.models import Unsubscribe
from apps.reminders import preferences
from apps.reminders.models import How, Preference, QuietTime
from apps.web.edits import field_of, seen_by

pytestmark = pytest.mark.django_db
PAGE = "reminder_preferences"


def hows(person):
    return {rule.name: how for rule, how in preferences.wishes_of(person).items()}


@pytest.mark.parametrize("who", ["student", "coach"])
def test_one_press_stops_all_and_one_brings_each_back_as_it_was(as_, who, request):
    person = request.getfixturevalue(who)
    client, (first, second, *_) = as_(person), hows(person)
    Preference.objects.create(person=person, rule=first, how=How.NEVER)
    Unsubscribe.objects.create(person=person, topic=second)
    before = hows(person)
    assert "Stop all optional reminders" in client.get(reverse(PAGE)).content.decode()
    page = client.post(reverse("reminders_stop"), follow=True).content.decode()
    assert set(hows(person).values()) == {How.NEVER}
    assert "All optional reminders are off." in page
    assert "Stop all optional reminders" not in page
    assert page.count(reverse("reminders_stop_undo")) == 2  # in the message, and on the page
    page = client.post(reverse("reminders_stop_undo"), follow=True).content.decode()
    assert hows(person) == before
    assert "Your reminders are back as they were." in page


def test_pressed_twice_it_can_still_be_undone(as_, student):
    client, before = as_(student), hows(student)
    client.post(reverse("reminders_stop"))
    client.post(reverse("reminders_stop"))
    client.post(reverse("reminders_stop_undo"))
    assert hows(student) == before
    page = client.post(reverse("reminders_stop_undo"), follow=True).content.decode()
    assert "There’s nothing left to undo." in page
    assert hows(student) == before


def shown(client):
    """Return what the form of the page sends when nothing is changed."""
    page = client.get(reverse(PAGE))
    both = [page.context["wishes"], page.context["quiet"]]
    sent = {name: field.initial for name, field in both[0].fields.items()}
    return sent | {field_of(form): seen_by(form) for form in both}


def test_what_else_was_chosen_on_the_page_is_saved_before_all_are_stopped(as_, student):
    client = as_(student)
    typed = shown(client) | {"cadence": "weekly", "quiet_from": "22:00", "quiet_to": "07:00"}
    client.post(reverse("reminders_stop"), typed)
    kept = QuietTime.objects.get(person=student)
    assert (kept.quiet_from, kept.quiet_to) == (time(22), time(7))
    assert set(hows(student).values()) == {How.NEVER}
    client.post(reverse("reminders_stop_undo"))
    assert hows(student)["cadence"] == How.WEEKLY


def test_a_choice_that_is_wrong_is_said_and_nothing_is_stopped(as_, student):
    client, before = as_(student), hows(student)
    answer = client.post(reverse("reminders_stop"), shown(client) | {"quiet_from": "22:00"})
    page = answer.content.decode()
    assert (answer.status_code, "Enter both a start and an end" in page) == (422, True)
    assert f'action="{reverse(PAGE)}"' in page  # what is corrected there is saved, not stopped
    assert hows(student) == before


def test_quiet_hours_that_another_window_changed_are_not_written_over(as_, student):
    client = as_(student)
    old = shown(client)
    client.post(reverse(PAGE), old | {"quiet_from": "21:00", "quiet_to": "07:00"})
    answer = client.post(reverse("reminders_stop"), old | {"quiet_from": "23:00", "quiet_to": "07:00"})
    assert answer.status_code == 409
    assert QuietTime.objects.get(person=student).quiet_from == time(21)


def test_the_button_stands_after_save_so_that_enter_saves(as_, student):
    page = as_(student).get(reverse(PAGE)).content.decode()
    form = page[page.index(f'action="{reverse(PAGE)}"') :]
    assert 0 < form.index(">Save<") < form.index(f'formaction="{reverse("reminders_stop")}"') < form.index("</form>")


def test_the_page_says_what_always_comes(as_, student):
    page = as_(student).get(reverse(PAGE)).content.decode()
    assert "Some emails always come: sign-in codes, replies to you, and news of a conversation" in page


def test_who_gets_no_reminders_has_nothing_to_stop(as_, office):
    client = as_(office)
    assert hows(office) == {}
    assert "Stop all" not in client.get(reverse(PAGE)).content.decode()
    client.post(reverse("reminders_stop"))
    assert not Preference.objects.exists()
