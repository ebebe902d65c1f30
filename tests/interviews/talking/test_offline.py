"""Which pages a browser may keep for a talk without a connection, and of whom."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests import world

PAGES = ("prepare", "live")
OWNER = "X-Offline-Owner"


@pytest.fixture
def travel(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def talk(student, now):
    return world.interview(student, world.contact(student, "Helen Varga"), starts_at=now + timedelta(days=1))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_coming_talk_says_whose_it_is(as_, student, talk, page, travel):
    response = as_(student).get(reverse(page, args=[talk.pk]))
    assert response.headers[OWNER] == str(student.pk)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fields", [{"status": "completed"}, {"status": "cancelled"}, {"status": "no_show"}])
def test_a_page_of_a_talk_that_is_not_coming_says_nothing(as_, student, talk, page, fields, travel):
    type(talk).objects.filter(pk=talk.pk).update(talked_until=talk.ends_at, **fields)
    assert OWNER not in as_(student).get(reverse(page, args=[talk.pk])).headers


def test_other_pages_are_never_kept(as_, student, talk, travel):
    for name, args in [("today", []), ("network", []), ("conversation", [talk.pk]), ("live_state", [talk.pk])]:
        assert OWNER not in as_(student).get(reverse(name, args=args)).headers


def test_the_list_holds_the_coming_talks_of_this_person(as_, student, other_student, talk, now, travel):
    far = world.interview(student, world.contact(student, "Far Off"), starts_at=now + timedelta(days=15))
    over = world.interview(student, world.contact(student, "Long Ago"), starts_at=now - timedelta(days=2))
    runs = world.interview(student, world.contact(student, "Just Now"), starts_at=now - timedelta(hours=2))
    theirs = world.interview(other_student, world.contact(other_student, "Not Mine"), starts_at=now)
    told = as_(student).get(reverse("offline_pages")).json()
    assert told == {
        "owner": str(student.pk),
        "pages": [reverse(page, args=[one.pk]) for one in (runs, talk) for page in PAGES],
    }
    assert all(str(one.pk) not in str(told["pages"]).split("/") for one in (far, over, theirs))


def test_the_script_may_serve_conversations_and_nothing_above(client, db):
    response = client.get(reverse("offline_worker"))
    assert response.headers["Service-Worker-Allowed"] == "/conversations/"
    assert response.headers["Content-Type"] == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
