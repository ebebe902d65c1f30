"""One person is on a map once: where somebody is typed, edited, brought back, or asked through the directory."""

import pytest
from django.db import IntegrityError, transaction

from apps.network import twins
from apps.network.models import Contact
from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [{"email": "HELEN@city.example"}, {"linkedin": "https://de.linkedin.com/in/HVarga/"}],
)
def test_the_database_holds_that_a_mail_and_a_profile_are_of_one_person(student, other_student, now, fields):
    world.contact(other_student, "H. V.", email="helen@city.example")
    first = world.contact(student, email="helen@city.example", linkedin="https://linkedin.com/in/hvarga")
    with pytest.raises(IntegrityError), transaction.atomic():
        world.contact(student, "H. V.", **fields)
    Contact.objects.filter(pk=first.pk).update(archived_at=now)
    world.contact(student, "H. V.", **fields)


def test_those_who_may_be_somebody_are_found_in_one_question(student, now, django_assert_num_queries):
    removed = world.contact(student, "Ana Ruiz", archived_at=now)
    there = world.contact(student, "Ruiz, Ana")
    world.contact(student, "Ben", email="ben@x.example")
    with django_assert_num_queries(1):
        like = list(student.contacts.like(twins.key("ana ruíz", email="other@x.example")))
        assert [person.twin_key.name for person in like] == ["ana ruiz"] * 2
    assert like == [there, removed]
