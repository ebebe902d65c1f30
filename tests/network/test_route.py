"""Who could introduce a student to somebody at an organization, the warmest first, and why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.network import actions, route
from apps.network.models import Contact, Touch
from tests import world

pytestmark = pytest.mark.django_db


def at(student, name, employer, **fields):
    place = student.organizations.get_or_create(name=employer)[0] if employer else None
    return world.contact(student, name, organization=place, **fields)


def found(student, employer, now, **more):
    return [one.contact.name for one in route.routes(student, employer, now, to="Ingrid", **more)]


@pytest.mark.parametrize("written", ["Corvane", "The Corvane Inc.", "CORVANE, LLC", "Córvane"])
def test_whoever_works_there_however_it_is_written(student, other_student, now, written):
    at(student, "Helen Varga", written)
    at(student, "Ben Roth", "Corvane Partners")
    at(other_student, "Cy Poe", "Corvane")
    at(student, "Gone Person", "Corvane", archived_at=now)
    assert found(student, "Corvane", now) == ["Helen Varga"]


def test_an_alum_in_the_network_works_where_the_directory_says(student, alum, now):
    alum = alum.alumni_profile
    contact = actions.contact_for(alum, student=student)
    Contact.objects.filter(pk=contact.pk).update(organization=None)
    assert found(student, alum.employer, now) == [contact.name]
    assert found(student, alum.employer, now, but_alum=alum.pk) == []


@pytest.mark.parametrize(
    ("notes", "employer", "is_found"),
    [
        ("Worked at Ford Motor until 2020", "Ford Motor", True),
        ("was with ford  motor, before", "Ford Motor", True),
        ("Studied at Stanford", "Ford", False),
        ("Studied at Stanford", "Stanford", True),
        ("A job at C++ & Sons (Ltd.)", "C++ & Sons (Ltd.)", True),
        ("Ten years at AB", "AB", False),
        ("a.b", "a+b*", False),
    ],
)
def test_whoever_worked_there_by_what_was_written(student, now, notes, employer, is_found):
    world.contact(student, "Helen Varga", notes=notes)
    assert found(student, employer, now) == ["Helen Varga"] * is_found
    Contact.objects.update(notes="")
    Touch.objects.create(student=student, contact=Contact.objects.get(), kind="note", at=now, note=notes)
    assert found(student, employer, now) == ["Helen Varga"] * is_found


def test_the_warmest_is_first_and_the_reason_is_said(student, now):
    at(student, "Ana Stranger", "Corvane")
    ben = at(student, "Ben Talked", "Corvane")
    actions.touch(ben, "talked", at=now - timedelta(days=3))
    at(student, "Cy Close", "", closeness=4, notes="She was at Corvane for years")
    at(student, "Dara Heard", "Corvane", last_touch_at=now - timedelta(days=3))
    ways = route.routes(student, "Corvane", now, to="Ingrid Solheim")
    assert [(one.contact.name, one.reason) for one in ways] == [
        ("Cy Close", "Your notes about Cy mention Corvane. You’re close."),
        ("Ben Talked", "Ben works at Corvane. You’ve talked, and were last in touch 3 days ago."),
        ("Dara Heard", "Dara works at Corvane. You were last in touch 3 days ago."),
    ]


@pytest.mark.parametrize("employer", ["", " ", "Inc.", "“”", "%", "\\"])
def test_no_employer_is_no_way(student, now, employer):
    world.contact(student, "Ana Ruiz")
    assert found(student, employer, now) == []


def test_the_page_of_an_alum_and_of_an_organization_lead_to_the_note_that_asks(student, alum, as_, now):
    alum = alum.alumni_profile
    helen = at(student, "Helen Varga", alum.employer)
    client = as_(student)
    ask = f"{reverse('contact_write', args=[helen.pk])}?intro=1&amp;to="
    page = client.get(reverse("alum", args=[alum.pk])).content.decode()
    assert (ask in page, "Ask Helen for an introduction" in page) == (True, True)
    place = client.get(reverse("organization", args=[helen.organization_id])).content.decode()
    assert ask + "someone+at+" in place
    way = route.routes(student, alum.employer, now, to=alum.called)[0]
    assert f"introducing me to {alum.called}" in client.get(way.url).content.decode()


def test_whoever_was_suggested_needs_no_other_way(student, alum, as_, now):
    alum = alum.alumni_profile
    at(student, "Helen Varga", alum.employer)
    contact = actions.contact_for(alum, student=student)
    world.referral(world.contact(student, "Yuki Ito"), contact, at=now)
    assert "for an introduction" not in as_(student).get(reverse("alum", args=[alum.pk])).content.decode()


def test_nobody_else_reads_who_a_student_knows(student, coach, office, alum, as_):
    alum = alum.alumni_profile
    at(student, "Canary Person", alum.employer)
    for person in (coach, office):
        assert "Canary" not in as_(person).get(reverse("alum", args=[alum.pk]), follow=True).content.decode()
