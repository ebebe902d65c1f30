"""The office's opening hours: set for each weekday, refused where they make no sense."""

import pytest
from django.urls import reverse

from apps.policy.models import Policy, usual_hours

pytestmark = pytest.mark.django_db
USUAL = {f"{name}_{day}": clock for day in range(5) for name, clock in (("opens", "09:00"), ("closes", "17:00"))}


@pytest.fixture
def client(office, as_):
    return as_(office)


def saved(client, **changes):
    return client.post(reverse("office_hours"), USUAL | changes)


def test_the_page_shows_the_usual_hours_until_the_office_says_otherwise(client):
    assert reverse("office_hours") in client.get(reverse("office_policy")).content.decode()
    page = client.get(reverse("office_hours")).content.decode()
    assert (page.count('value="09:00"'), page.count('value="17:00"')) == (5, 5)


def test_hours_are_kept_for_each_weekday(client):
    assert (
        saved(client, closes_1="12:00", opens_2="", closes_2="", opens_5="10:00", closes_5="13:00").status_code == 302
    )
    hours = usual_hours()
    hours[1], hours[2], hours[5] = ["09:00", "12:00"], [], ["10:00", "13:00"]
    assert Policy.now().opening_hours == hours


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"closes_1": ""}, "Add both times for Tuesday"),
        ({"opens_1": "17:00"}, "On Tuesday the office closes before it opens."),
        ({"opens_1": "noon"}, "Enter the time as"),
        (dict.fromkeys(USUAL, ""), "at least one day"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_what_was_typed(client, changes, says):
    answer = saved(client, **changes)
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert Policy.now().opening_hours == usual_hours()


def test_the_log_says_the_hours_before_and_after_in_words(client):
    saved(client, closes_1="12:00", opens_2="", closes_2="")
    page = client.get(reverse("office_log")).content.decode()
    assert "Tuesday 09:00 to 12:00, Wednesday closed" in page
    assert "Tuesday 09:00 to 17:00, Wednesday 09:00 to 17:00" in page
