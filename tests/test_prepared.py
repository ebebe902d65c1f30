"""A prepared question answers like its plain QuerySet, whoever asks, and is written only once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from apps.network.models import Contact
from apps.prepared import prepared
from tests import world


@prepared
def kept_contacts(student, before):
    rows = Contact.objects.filter(student=student, archived_at=None, created_at__lt=before)
    return rows.select_related("organization").annotate(talks=Count("interviews")).order_by("sort_key", "pk")


@pytest.fixture
def now(people):
    return timezone.now()


@pytest.fixture
def people(db):
    noor, priya = world.student("Noor Haddad"), world.student("Priya Raman")
    for name in ("Elena Ruiz", "Ada Park"):
        world.contact(noor, name)
    world.contact(priya, "Marcus Cole")
    return noor, priya


def test_each_asker_gets_the_rows_of_the_plain_question(people, now):
    for person in people:
        assert kept_contacts(person.pk, now) == list(kept_contacts.plain(person.pk, now))
        assert {row.talks for row in kept_contacts(student=person.pk, before=now)} == {0}


def test_the_answer_is_asked_for_anew(people, now):
    noor, _ = people
    assert [row.name for row in kept_contacts(noor.pk, now)] == ["Ada Park", "Elena Ruiz"]
    Contact.objects.filter(name="Ada Park").update(archived_at=now)
    assert [row.name for row in kept_contacts(noor.pk, now)] == ["Elena Ruiz"]


def test_it_is_one_statement_and_reads_what_it_selected(people, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [row.organization for row in kept_contacts(people[0].pk, now)] == [None, None]


def test_the_statement_is_written_once(people, now, monkeypatch):
    kept_contacts(people[0].pk, now)
    monkeypatch.setattr(SQLCompiler, "as_sql", None)  # from here on, writing one fails
    assert len(kept_contacts(people[1].pk, now)) == 1


def test_a_wrong_argument_is_refused(people):
    with pytest.raises(TypeError, match="before"):
        kept_contacts(people[0].pk)


@pytest.mark.django_db(transaction=True)
def test_threads_ask_over_their_own_connections(people, now):
    def ask(person):
        try:
            return [row.name for row in kept_contacts(person.pk, now)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, people * 8)) == [["Ada Park", "Elena Ruiz"], ["Marcus Cole"]] * 8
