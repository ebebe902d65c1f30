"""An organization or a place that is only begun: offered while it is typed, put right where it was sent so (R201)."""

import pytest
from django.urls import reverse

from apps.alumni.models import Listing
from apps.directory import options
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    make = world.alum_profile
    make("Ana Ruiz", employer="Mayo Clinic", city="Duluth", region="MN", country="US")
    make("Bo Lund", employer="Mayo Clinic", city="Dublin", country="IE")
    make("Cy Moe", employer="Bank of Mayo", city="Oslo", country="NO")
    make("Di Zhu", employer="Mayonnaise & Sons", listing=Listing.HIDDEN)
    make("Ed May", employer="Corvane", title="Mayo specialist", city="St. Paul", region="MN", country="US")


@pytest.mark.parametrize(
    ("group", "typed", "found"),
    [
        ("organization", "mayo", ["Mayo Clinic", "Bank of Mayo"]),
        ("organization", "clinic may", ["Mayo Clinic"]),
        ("organization", "MÁYO", ["Mayo Clinic", "Bank of Mayo"]),
        ("organization", "mayonn", []),
        ("organization", "", []),
        ("organization", "'; --", []),
        ("place", "du", ["Dublin, Ireland", "Duluth, MN"]),
        ("place", "mn", ["Duluth, MN", "St. Paul, MN"]),
        ("major", "bio", []),
    ],
)
def test_what_is_begun_is_offered(people, group, typed, found):
    assert options.options(group, typed) == found


def test_the_page_offers_them_and_works_without_them(client, student, people):
    client.force_login(student)
    offered = client.get(reverse("people_options"), {"organization": "mayo"}).content.decode()
    assert offered.count("<option") == 2
    page = client.get("/people/").content.decode()
    assert 'list="options-organization"' in page
    assert 'list="options-place"' in page
    answer = client.get("/people/?organization=mayo+cl", follow=True)
    assert answer.redirect_chain == [("/people/?organization=Mayo+Clinic", 302)]
    assert "2 people" in answer.content.decode()
    nobody = client.get("/people/?organization=zebra")
    assert "No one matches" in nobody.content.decode()


def test_organizations_degrees_languages_and_times_have_boxes(client, student, people):
    make = world.alum_profile
    make("Fay Po", employer="Corvane", degrees="BA Art; MPH", languages=["Norwegian"], usual_times="Fridays after 4")
    client.force_login(student)
    page = client.get("/people/?q=fay").content.decode()
    for name, value in (("organization", "Corvane"), ("degree", "master"), ("language", "Norwegian")):
        assert f'name="{name}" value="{value}"' in page
    assert "1 person" in client.get("/people/?degree=master&language=Norwegian").content.decode()
    soon = client.get("/people/?soon=1").content.decode()
    assert "Fay Po" in soon
    assert "Ana Ruiz" not in soon


def test_what_a_group_counts_leaves_its_own_choice_out(client, student, people):
    client.force_login(student)
    page = client.get("/people/?organization=Mayo+Clinic&place=Oslo%2C+Norway").content.decode()
    assert "No one matches" in page
    page = client.get("/people/?organization=Mayo+Clinic&help=talk").content.decode()
    box = page.split('value="Bank of Mayo"')[1].split("</div>")[0]
    assert '<span class="rp-count">1</span>' in box


def test_an_organization_that_is_chosen_has_its_count_among_many_larger_ones(client, student, people):
    for number in range(25):
        for name in ("Ada", "Bea"):
            world.alum_profile(f"{name} Of{chr(97 + number)}", employer=f"Plant {chr(97 + number)}")
    world.alum_profile("Cal Alone", employer="Zeta Works")
    client.force_login(student)
    for address in ("organization=Zeta+Works", "organization=Zeta+Works&help=talk", "organization=Zeta+Works&q=cal"):
        page = client.get(f"/people/?{address}").content.decode()
        box = page.split('value="Zeta Works" id="f-organization')[1].split("</div>")[0]
        assert ("checked" in box, '<span class="rp-count">1</span>' in box) == (True, True), address
