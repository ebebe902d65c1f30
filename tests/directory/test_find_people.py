"""`manage.py find_people`: whom a search finds, in which order, and what was put right or widened."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import world


def run(*args, **options):
    out = StringIO()
    call_command("find_people", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def people(db):
    make = world.alum_profile
    return [
        make(
            "Ana Núñez",
            title="Paramedic",
            employer="Gold Cross",
            city="Duluth",
            region="MN",
            country="US",
            class_year=2014,
        ),
        make("Bo Larsen", title="Nurse", employer="Mercy", city="Brooklyn", region="NY", country="US", class_year=2010),
        make("Cy Đặng", title="Dentist", employer="Own Practice", city="Dublin", country="IE", class_year=None),
    ]


def test_it_prints_who_is_found_a_line_each(people):
    assert run("paramedic").splitlines()[0] == "1 person for “paramedic”, sorted by best match"
    assert "  Ana Núñez ’14 | Paramedic | Gold Cross | Duluth" in run("paramedic").splitlines()


def test_it_says_what_was_put_right_and_what_was_widened(people):
    assert "corrected: paramedik -> paramedic" in run("paramedik").splitlines()
    assert "widened: NYC: Big Apple, Bronx, Brooklyn" in run("nurse NYC")
    assert "occupations: Dentists" in run("fix people's teeth")
    assert "Cy Đặng | Dentist | Own Practice | Dublin, Ireland" in run("fix people's teeth")


def test_nobody_is_said(people):
    assert run("zebrafish").splitlines() == ["No one for “zebrafish”, sorted by best match"]


def test_as_a_student_who_was_introduced_comes_first(people, student):
    world.referral(world.contact(student, "Yuki Xu"), world.contact(student, "Ana Núñez", alum=people[0]))
    found = json.loads(run("2010 or 2014", "--json", student=student.email))
    assert [one["name"] for one in found["people"]] == ["Ana Núñez", "Bo Larsen"]
    assert found["people"][0]["why"].startswith("Yuki Xu suggested Ana")
    stranger = json.loads(run("2010 or 2014", "--json"))
    assert [one["name"] for one in stranger["people"]] == ["Bo Larsen", "Ana Núñez"]


def test_json_has_it_all(people):
    found = json.loads(run("fix people's teeth", "--json"))
    assert (found["total"], found["by_occupation"], found["occupations"][0]["code"]) == (1, True, "29-1021.00")
    (person,) = found["people"]
    assert (person["name"], person["role"], person["place"]) == ("Cy Đặng", "Dentist", "Dublin, Ireland")
    assert json.loads(run("paramedik", "--json"))["corrected"] == {"paramedik": "paramedic"}
    assert json.loads(run("nurse", "UK", "--json"))["total"] == 0


def test_only_as_many_as_asked_for(people):
    assert len(json.loads(run("2010 or 2014", "--json", "--most", "1"))["people"]) == 1


@pytest.mark.parametrize("address", ["nobody@rapport.example", "not an address"])
def test_a_stranger_is_refused_in_words(people, address):
    with pytest.raises(CommandError, match=f"No student has the address {address}"):
        run("nurse", student=address)


def test_an_alum_is_no_student(people, alum):
    with pytest.raises(CommandError, match="No student has the address"):
        run("nurse", student=alum.email)
