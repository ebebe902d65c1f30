"""A search that finds nobody still leads on: what widens it, three who come close, and the office (R42, R201)."""

import pytest
from django.urls import reverse

from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(student):
    profile = student.student_profile
    profile.wants_fields = "Healthcare"
    profile.save()
    for number in range(5):
        world.alum_profile(
            f"Near {'ABCDE'[number]}xq",
            email=f"near{number}@alum.example",
            title="Nurse",
            field="Healthcare",
            city="Duluth",
            region="MN",
            country="US",
            helps=["talk"],
            majors=["Biology"],
            monthly_cap=0 if number < 3 else None,
        )
    world.alum_profile(
        "Far Wxq", email="far@alum.example", title="Welder", field="Energy", city="Oslo", country="NO", majors=["Art"]
    )


def section(page, name):
    return " ".join(page.partition(f'id="{name}"')[2].partition("</section>")[0].split())


KINDS = {
    "an unknown word": {"q": "xylqzz"},
    "words that nobody has together": {"q": "nurse xylqzz"},
    "a role at another place": {"q": "nurse oslo"},
    "a filter too many": {"q": "nurse", "help": "mock"},
    "filters alone": {"field": "Healthcare", "place": "Oslo, Norway"},
    "a flag": {"q": "welder", "saved": "1"},
    "an everyday phrase": {"q": "feed hungry penguins in Oslo"},
}


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
def test_nobody_is_never_a_blank_page(client, student, people, asked):
    client.force_login(student)
    answer = client.get("/people/", asked)
    page = answer.content.decode()
    assert answer.context["answer"].total == 0
    shown = answer.context["close"]
    assert 1 <= len(shown) <= 3
    assert shown[0].name in section(page, "close")
    wider = answer.context["answer"].wider
    assert ("People who might fit you" in page) == (not wider)
    assert ("Close to what you asked for" in page) == bool(wider)
    assert f'href="{reverse("ask_office")}' in section(page, "else")
    assert page.count("btn-primary") == 1


def test_those_who_take_requests_come_first(client, student, people):
    client.force_login(student)
    shown = client.get("/people/", {"q": "nurse xylqzz"}).context["close"]
    assert [card.name for card in shown] == ["Near Dxq", "Near Exq", "Near Axq"]


def test_who_is_not_listed_comes_close_to_nothing(client, student, people):
    world.alum_profile("Near Zxq", email="zxq@alum.example", title="Nurse", listing="hidden")
    client.force_login(student)
    assert "Zxq" not in client.get("/people/", {"q": "nurse xylqzz"}).content.decode()


def test_the_office_is_led_to_its_search_words(client, office, people):
    client.force_login(office)
    page = client.get("/people/", {"q": "xylqzz"}).content.decode()
    assert f"{reverse('office_words')}?phrase=xylqzz#add" in page
    assert reverse("contact_add") not in page
    assert 'value="xylqzz"' in client.get(reverse("office_words"), {"phrase": "xylqzz"}).content.decode()


def test_a_coach_is_led_nowhere_that_is_closed_to_them(client, coach, people):
    client.force_login(coach)
    page = client.get("/people/", {"q": "nurse xylqzz"}).content.decode()
    assert reverse("contact_add") not in page
    assert "Close to what you asked for" in page


def test_an_empty_directory_shows_nobody(client, student):
    client.force_login(student)
    page = client.get("/people/", {"q": "xylqzz"}).content.decode()
    assert 'id="close"' not in page
    assert "See everyone" in page
