"""Which version of their introduction a student finds where they prepare, and where they talk (R26, R28, R29)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.network.models import Contact
from apps.students.models import Introduction, StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
LAY, EXPERT = "I map wells.", "I fit a GLMM to nitrate data."


@pytest.fixture
def talk(student):
    Introduction.objects.create(student=student, skills=LAY, expert_skills=EXPERT)
    StudentProfile.objects.filter(user=student).update(program="Epidemiology")
    contact = world.contact(student, "Marcus Adeyemi", title="Baker")
    return world.interview(student, contact, starts_at=timezone.now() + timedelta(minutes=5))


def shown(client, talk):
    """Return which of the two are on Prepare, on the list to take along, and in the conversation."""
    pages = [client.get(reverse(name, args=[talk.pk])).content.decode() for name in ("prepare", "prepare_list", "live")]
    return [(LAY in page, EXPERT in page) for page in pages]


def test_somebody_of_another_field_hears_plain_words(client, as_, student, talk):
    assert shown(as_(student), talk) == [(True, False)] * 3


def test_somebody_of_the_field_hears_its_words(as_, student, talk):
    Contact.objects.update(title="Epidemiologist")
    assert shown(as_(student), talk) == [(False, True)] * 3


def test_what_the_directory_says_counts_while_it_says_it(as_, student, talk, alum):
    alum.alumni_profile.majors = ["Epidemiology"]
    alum.alumni_profile.save()
    Contact.objects.update(alum=alum.alumni_profile)
    assert shown(as_(student), talk) == [(False, True)] * 3
    alum.alumni_profile.listing = "hidden"
    alum.alumni_profile.save()
    assert shown(as_(student), talk) == [(True, False)] * 3


def test_the_student_says_which_and_that_goes_before(as_, student, talk):
    client, address = as_(student), reverse("prepare_introduction", args=[talk.pk])
    said = client.post(address, {"field": "1"}, follow=True).content.decode()
    assert "Marcus hears the words of your field." in said
    assert shown(client, talk) == [(False, True)] * 3
    client.post(address, {"field": "0"})
    assert shown(client, talk) == [(True, False)] * 3


def test_without_a_second_version_there_is_nothing_to_choose(as_, student, talk):
    Introduction.objects.update(expert_skills="")
    Contact.objects.update(title="Epidemiologist")
    page = as_(student).get(reverse("prepare", args=[talk.pk])).content.decode()
    assert ("Use the one for" in page, "Write a version with the words of your field" in page) == (False, True)
