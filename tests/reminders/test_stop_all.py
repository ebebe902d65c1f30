"""One press stops every optional reminder, and one brings back each as it came (R223)."""

import pytest
from django.urls import reverse

from apps.mail.models import Unsubscribe
from apps.reminders import preferences
from apps.reminders.models import How, Preference

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


def test_the_page_says_what_always_comes(as_, student):
    page = as_(student).get(reverse(PAGE)).content.decode()
    assert "Some emails always come: sign-in codes, replies to you, and news of a conversation" in page


def test_who_gets_no_reminders_has_nothing_to_stop(as_, office):
    client = as_(office)
    assert hows(office) == {}
    assert "Stop all" not in client.get(reverse(PAGE)).content.decode()
    client.post(reverse("reminders_stop"))
    assert not Preference.objects.exists()
