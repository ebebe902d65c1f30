"""Twenty presses of “Add to my network” at one moment: each is answered rightly, and nobody stands there twice."""

import pytest

from apps.network.models import Contact, Referral
from tests import world
from tests.races.together import Tab, all_press

pytestmark = pytest.mark.whole

MANY, ADD = 20, "/network/add/"


def statuses(answers):
    seen = [one[0] if isinstance(one, tuple) else repr(one) for one in answers]
    return {status: seen.count(status) for status in set(seen)}


@pytest.fixture
def tab(port, student):
    return Tab(port, student)


def test_twenty_different_people_are_all_added(tab, student):
    presses = [tab.press(ADD, name=f"Person {n} Example", relation="friend", once=f"k{n}") for n in range(MANY)]
    answers = all_press(*presses)
    assert statuses(answers) == {302: MANY}, statuses(answers)
    assert Contact.objects.count() == MANY


@pytest.mark.parametrize(
    "same", [{"name": "Ana Ruiz"}, {"email": "ana@x.example"}, {"linkedin": "linkedin.com/in/ana"}]
)
def test_one_person_added_twenty_times_is_there_once(tab, student, same):
    typed = [{"name": f"Person {n} Example", "relation": "friend", "once": f"k{n}"} | same for n in range(MANY)]
    answers = all_press(*(tab.press(ADD, **one) for one in typed))
    assert statuses(answers) == {302: 1, 422: MANY - 1}, statuses(answers)
    assert Contact.objects.count() == 1


def test_one_form_pressed_twenty_times_acts_once(tab, student):
    answers = all_press(*(tab.press(ADD, name="Ana Ruiz", relation="friend", once="k") for _ in range(MANY)))
    assert statuses(answers) == {302: MANY}, statuses(answers)
    assert Contact.objects.count() == 1


def test_two_edits_to_one_mail_leave_one_with_it(tab, student):
    people = [world.contact(student, f"Person {n} Example") for n in range(MANY)]
    answers = all_press(
        *(
            tab.press(
                f"/network/{person.pk}/edit/",
                name=person.name,
                relation="friend",
                email="ana@x.example",
                version=1,
                once=f"k{person.pk}",
            )
            for person in people
        )
    )
    assert set(statuses(answers)) <= {302, 422}, statuses(answers)
    assert Contact.objects.exclude(email="").count() == 1


def test_one_suggester_named_twenty_times_is_one(tab, student):
    contact = world.contact(student)
    typed = {"referrer_name": "Marcus Adeyemi", "referrer_relation": "friend", "name_permission": "yes"}
    presses = [tab.press(f"/network/{contact.pk}/suggested/", once=f"k{n}", **typed) for n in range(MANY)]
    answers = all_press(*presses)
    assert set(statuses(answers)) <= {302, 422}, statuses(answers)
    assert (Referral.objects.count(), Contact.objects.filter(name="Marcus Adeyemi").count()) == (1, 1)
