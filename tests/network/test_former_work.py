"""Somebody changes jobs: where they worked before stays in their history, and leads the way there (R38, R109)."""

import pytest
from django.urls import reverse

from apps.network import former_work
from apps.network.models import Contact, Organization, Touch
from apps.network.route import routes
from tests import world
from tests.network.test_import_gaps import brought, details, number, press

pytestmark = pytest.mark.django_db
MOVED = "Teresa,Quiroga,https://www.linkedin.com/in/tquiroga,teresa@x.example,Meridian Institute,Director,\n"


@pytest.fixture
def teresa(student):
    place = Organization.objects.create(student=student, name="Larkspur Children’s")
    return world.contact(student, "Teresa Quiroga", email="teresa@x.example", title="Analyst", organization=place)


def in_place(client, person, **typed):
    return client.post(reverse("contact_field", args=[person.pk]), typed | {"version": person.version}, follow=True)


def notes():
    return list(Touch.objects.values_list("kind", "note"))


NOTE = ("note", "Worked at Larkspur Children’s before, as Analyst.")


def test_a_new_organization_leaves_the_old_one_in_the_history(student, as_, teresa, now):
    answer = in_place(as_(student), teresa, organization_name="Meridian Institute").content.decode()
    assert "Saved. We noted in the history that Teresa worked at Larkspur Children’s before." in answer
    assert notes() == [NOTE]
    assert NOTE[1] in answer
    assert Contact.objects.get().last_touch_at is None  # nobody was in touch
    assert [route.contact for route in routes(student, "Larkspur Children’s", now, to="Ada")] == [teresa]


def test_so_does_the_form_of_all_details(student, as_, teresa):
    client = as_(student)
    typed = {"name": teresa.name, "relation": teresa.relation, "title": "Director", "organization_name": "Meridian"}
    answer = client.post(reverse("contact_edit", args=[teresa.pk]), typed | {"version": teresa.version}, follow=True)
    assert "worked at Larkspur Children’s before" in answer.content.decode()
    assert (notes(), details(teresa)[0]) == ([NOTE], "Director")


@pytest.mark.parametrize(
    "name", ["Larkspur", "The Larkspur Children’s, Inc.", "Larkspr Childrens", "", "LARKSPUR CHILDREN’S"]
)
def test_a_name_that_was_put_right_is_no_change_of_jobs(student, as_, teresa, name):
    assert "Saved." in in_place(as_(student), teresa, organization_name=name).content.decode()
    assert notes() == []


@pytest.mark.parametrize(
    ("was", "became", "is_it"),
    [
        ("Corvane", "Riverkeep Alliance", True),
        ("State of Wisconsin", "State of Minnesota", True),
        ("Employer One", "Employer Two", False),  # too alike to tell: nothing is noted
        ("", "Corvane", False),
        ("Corvane", "", False),
        ("IBM", "Intel", True),
        ("東京大学", "京都市役所", True),
    ],
)
def test_which_names_are_two_places(was, became, is_it):
    assert former_work.is_elsewhere(was, became) is is_it


def test_a_newer_file_brings_the_whole_new_job_and_undo_takes_it_back(student, as_, teresa):
    client = as_(student)
    imported = brought(client, MOVED)
    page = " ".join(client.get(f"{imported.get_absolute_url()}?show=there").content.decode().split())
    assert "Use the new job" in page
    assert "“Director, Meridian Institute” in place of “Analyst, Larkspur Children’s”" in page
    press(client, imported, query="there", title=[number(imported, "Teresa Quiroga")])
    assert details(teresa) == ("Director", "", "Meridian Institute")
    assert notes() == [NOTE]
    client.post(reverse("contact_import_undo", args=[imported.pk]))
    assert (details(teresa), notes()) == (("Analyst", "", "Larkspur Children’s"), [])


def test_a_new_place_alone_is_offered_too(student, as_, teresa):
    client = as_(student)
    imported = brought(client, MOVED.replace("Director", "Analyst"))
    page = client.get(f"{imported.get_absolute_url()}?show=there").content.decode()
    assert "“Meridian Institute” in place of “Analyst, Larkspur Children’s”" in page
    press(client, imported, query="there", gap=[number(imported, "Teresa Quiroga")])
    assert details(teresa) == ("Analyst", "https://www.linkedin.com/in/tquiroga", "Larkspur Children’s")
    assert notes() == []
