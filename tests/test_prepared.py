"""A prepared question answers like its plain QuerySet, whoever asks, and is written only once."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from apps.network.models import Contact
from apps.prepared import prepared, together
from tests import world


@prepared
def kept_contacts(student, before):
    rows = Contact.objects.filter(student=student, archived_at=None, created_at__lt=before)
    return rows.select_related("organization").annotate(talks=Count("interviews")).order_by("sort_key", "pk")


@prepared
def names(student):
    return Contact.objects.filter(student=student).order_by("sort_key").values_list("name", "relation")[:5]


@prepared
def clock(student):
    return Contact.objects.filter(student=student).order_by("pk").annotate(at=TransactionNow()).values_list("at")[:1]


@prepared
def counted(student):
    return Contact.objects.filter(student=student).order_by().values("student").annotate(people=Count("pk"))


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


def test_rows_need_not_be_objects(people):
    for question in (names, counted):
        for person in people:
            assert question(person.pk) == list(question.plain(person.pk))


def test_questions_asked_together_answer_like_each_alone(people, now, django_assert_num_queries):
    noor, priya = people
    for _ in range(12):  # more often than a statement is sent before the server keeps it planned
        with django_assert_num_queries(4):
            found = together(
                kept_contacts.asked(noor.pk, now), names.asked(priya.pk), counted.asked(noor.pk), names.asked(0)
            )
        assert found == [kept_contacts(noor.pk, now), names(priya.pk), counted(noor.pk), []]


@pytest.mark.django_db(transaction=True)
def test_they_go_to_the_server_as_one(people):
    """PostgreSQL takes what comes before one Sync as one transaction, in which now() stands still."""
    noor = people[0].pk
    assert clock(noor) != clock(noor)
    one, other = together(clock.asked(noor), clock.asked(noor))
    assert one == other


def test_one_that_fails_fails_them_all_and_the_connection_lives(people, now):
    with pytest.raises(DatabaseError), transaction.atomic():
        together(names.asked(people[0].pk), names.asked("nobody"), counted.asked(people[0].pk))
    assert names(people[0].pk)


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


@pytest.mark.django_db(transaction=True)
def test_threads_that_meet_at_the_first_time_all_get_the_rows(people, now):
    def ask(question, person, gate):
        try:
            gate.wait()
            return [row.name for row in question(person.pk, now)]
        finally:
            connection.close()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(30):
                question, gate = prepared(kept_contacts.plain), Barrier(4)
                found = [pool.submit(ask, question, people[0], gate) for _ in range(4)]
                assert [one.result() for one in found] == [["Ada Park", "Elena Ruiz"]] * 4
    finally:
        sys.setswitchinterval(interval)
