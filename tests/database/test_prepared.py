"""A prepared query gives the rows of its plain QuerySet, whoever asks, and is written only once."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import time_machine
from django.conf import settings as the_settings
from django.contrib.postgres.functions import TransactionNow
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.models.functions import Length
from django.db.models.sql.compiler import SQLCompiler
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.database import prepared as module
from apps.database.prepared import AsOne, among, fetch_together, prepared
from apps.network.models import Contact
from apps.policy.models import Policy
from tests import world

KEYS = re.compile(r'(?<=")[\w-]{64}(?=")|(?<=name="once" value=")[\w-]+')  # of forms, fresh each time
USERS = {
    "apps/accounts/sessions.py": "the session",
    "apps/accounts/backends.py": "the person",
    "apps/policy/models.py": "every page: what the office decided",
    "apps/reminders/actions.py": "the person: the number beside their name",
    "apps/reminders/for_today.py": "Today: what a student said of the things on their list",
    "apps/today/agenda.py": "Today: what there is to do",
    "apps/today/page.py": "Today: what was done this week, who is going cold",
    "apps/today/stage_counts.py": "Today: how many people stand at each stage",
    "apps/coaching/attention.py": "the caseload: who needs their coach",
    "apps/coaching/caseload.py": "the caseload: the rows of a page",
    "apps/coaching/sending.py": "the caseload: what was sent and can still be undone",
    "apps/coaching/for_today.py": "Today: what a coach wrote",
    "apps/practice/for_today.py": "Today: practice with a coach",
    "apps/cohorts/for_today.py": "Today: assignments",
    "apps/finding/for_today.py": "Today: who was met",
    "apps/suggestions/for_today.py": "Today: who was suggested",
    "apps/suggestions/templatetags/suggestions.py": "the directory: who was suggested to its reader",
    "apps/tickets/for_today.py": "Today: questions to the office",
    "apps/network/overview.py": "the network: who introduced whom",
    "apps/network/figures.py": "the network: how many of each kind",
    "apps/network/people.py": "the network: the list",
    "apps/network/board.py": "the network: phases and circles",
    "apps/network/contact_rows.py": "the network: one person",
    "apps/network/timeline.py": "the network: what happened with one person",
    "apps/directory/found.py": "the directory: who fits, and the rows of a page",
    "apps/directory/suggestions.py": "the directory: whom to suggest",
    "apps/directory/views_saved.py": "the directory: the searches its reader keeps",
    "apps/directory/readers.py": "the directory: who was named to the reader",
    "apps/office/overview.py": "the office’s first page",
    "apps/office/by_cohort.py": "the office’s first page: how far each cohort got",
    "apps/office/people.py": "the office’s first page: what a new installation still needs",
    "apps/mail/alerts.py": "the office’s first page: the health of the mail",
}


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
def on(settings):
    settings.PREPARED_QUERIES = True


@pytest.fixture(params=[True, False], ids=["on", "off"])
def either(request, settings):
    settings.PREPARED_QUERIES = request.param


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


def test_only_these_use_it():
    """Everything else is a plain QuerySet, which a newcomer knows."""
    files = Path(the_settings.BASE_DIR, "apps").rglob("*.py")
    found = {str(path.relative_to(the_settings.BASE_DIR)) for path in files if "@prepared" in path.read_text()}
    assert found - {"apps/database/prepared.py"} == set(USERS)


def test_each_asker_gets_the_rows_of_the_plain_query(either, people, now):
    for person in people:
        assert kept_contacts(person.pk, now) == list(kept_contacts.plain(person.pk, now))
        assert {row.talks for row in kept_contacts(student=person.pk, before=now)} == {0}


def test_the_rows_are_asked_for_anew(either, people, now):
    noor, _ = people
    assert [row.name for row in kept_contacts(noor.pk, now)] == ["Ada Park", "Elena Ruiz"]
    Contact.objects.filter(name="Ada Park").update(archived_at=now)
    assert [row.name for row in kept_contacts(noor.pk, now)] == ["Elena Ruiz"]


def test_it_is_one_statement_and_reads_what_it_selected(either, people, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [row.organization for row in kept_contacts(people[0].pk, now)] == [None, None]


def test_the_statement_is_written_once(on, people, now, monkeypatch):
    kept_contacts(people[0].pk, now)
    monkeypatch.setattr(SQLCompiler, "as_sql", None)  # from here on, writing one fails
    assert len(kept_contacts(people[1].pk, now)) == 1


def test_switched_off_it_touches_nothing_of_its_own(settings, people, now, monkeypatch):
    settings.PREPARED_QUERIES = False
    for name in ("_Statement", "_twin", "_in_turn", "_answered"):
        monkeypatch.setattr(module, name, None)  # from here on, using one fails
    fresh = prepared(kept_contacts.plain)
    assert len(fresh(people[1].pk, now)) == 1
    found = fetch_together(fresh.bind(people[0].pk, now), AsOne(prepared(names.plain).bind(people[1].pk)))
    assert [len(rows) for rows in found] == [2, 1]
    assert [len(rows) for rows in found[1]] == [1]


def test_more_keys_than_postgresql_takes_parameters(people):
    """65,535 is the most; an import has more rows."""
    keys = [f"Nobody {number}" for number in range(70_000)] + ["Ada Park"]
    assert Contact.objects.filter(among(keys, "name")).count() == 1
    assert Contact.objects.exclude(among(keys, "name")).count() == 2


def test_rows_need_not_be_objects(either, people):
    for query in (names, counted):
        for person in people:
            assert query(person.pk) == list(query.plain(person.pk))


def test_queries_run_together_give_what_each_gives_alone(either, people, now, django_assert_num_queries):
    noor, priya = people
    for _ in range(12):  # more often than a statement is sent before the server keeps it planned
        with django_assert_num_queries(4):
            found = fetch_together(
                kept_contacts.bind(noor.pk, now), names.bind(priya.pk), counted.bind(noor.pk), names.bind(0)
            )
        assert found == [kept_contacts(noor.pk, now), names(priya.pk), counted(noor.pk), []]


@prepared
def longest_named(student):
    """Sorted by what is not selected: Django adds a column, which no row shows."""
    return Contact.objects.filter(student=student).order_by(Length("name").desc(), "pk").values_list("name")


@prepared
def people_with_coach(names):
    """Whatever kinds of columns a person has."""
    rows = User.objects.filter(among(names, "name")).select_related("student_profile__coach", "student_profile__cohort")
    return rows.order_by("pk")


def test_queries_that_are_one_statement_give_what_each_gives_alone(either, people, now, django_assert_num_queries):
    noor, priya = people
    Contact.objects.filter(student=noor).update(last_touch_at=now, class_year=2014)
    for _ in range(12):
        with django_assert_num_queries(2 if the_settings.PREPARED_QUERIES else 7):
            first, found = fetch_together(
                names.bind(noor.pk),
                AsOne(
                    kept_contacts.bind(noor.pk, now),
                    names.bind(0),
                    longest_named.bind(noor.pk),
                    counted.bind(priya.pk),
                    kept_contacts.bind(priya.pk, now),
                    people_with_coach.bind([noor.name, priya.name]),
                ),
            )
        assert first == names(noor.pk)
        assert found[1:4] == [[], list(longest_named.plain(noor.pk)), counted(priya.pk)]
        for rows, alone in ((found[0], kept_contacts(noor.pk, now)), (found[4], kept_contacts(priya.pk, now))):
            assert [told(row) for row in rows] == [told(row) for row in alone]
        assert [told(row) for row in found[5]] == [told(row) for row in people_with_coach([noor.name, priya.name])]
        assert [told(row.student_profile) for row in found[5]] == [told(one.student_profile) for one in people]


def told(row):
    """Return every column of an object, and what stands beside them."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_one_statement_alone(either, people):
    keys = [person.pk for person in people]
    assert AsOne(*map(names.bind, keys)).fetch() == [names(key) for key in keys]


@prepared
def policies():
    return Policy.objects.filter(pk=1)


def test_what_reads_json_is_no_part_of_another(on, people):
    """It would be read twice, and fail with the first row that there is."""
    assert len(policies()) <= 1
    with pytest.raises(TypeError, match="JSON"):
        AsOne(names.bind(people[0].pk), policies.bind()).fetch()


@pytest.mark.django_db(transaction=True)
def test_they_go_to_the_server_as_one(on, people):
    """PostgreSQL takes what comes before one Sync as one transaction, in which now() stands still."""
    noor = people[0].pk
    assert clock(noor) != clock(noor)
    one, other = fetch_together(clock.bind(noor), clock.bind(noor))
    assert one == other


@pytest.mark.django_db(transaction=True)
def test_they_may_be_the_first_that_a_connection_carries(either, people):
    for _ in range(2):
        connection.close()
        found = fetch_together(names.bind(people[1].pk), names.bind(0))
        assert found == [list(names.plain(people[1].pk)), []]


@pytest.mark.django_db(transaction=True)
def test_switched_off_they_go_one_after_the_other(settings, people):
    settings.PREPARED_QUERIES = False
    one, other = fetch_together(clock.bind(people[0].pk), clock.bind(people[0].pk))
    assert one < other


def test_one_that_fails_fails_them_all_and_the_connection_lives(on, people, now):
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_together(names.bind(people[0].pk), names.bind("nobody"), counted.bind(people[0].pk))
    assert names(people[0].pk)


def test_a_wrong_argument_is_refused(either, people):
    with pytest.raises(TypeError, match="before"):
        kept_contacts(people[0].pk)


@pytest.mark.django_db(transaction=True)
def test_threads_ask_over_their_own_connections(either, people, now):
    def ask(person):
        try:
            return [row.name for row in kept_contacts(person.pk, now)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, people * 8)) == [["Ada Park", "Elena Ruiz"], ["Marcus Cole"]] * 8


@pytest.mark.django_db(transaction=True)
def test_threads_that_meet_at_the_first_time_all_get_the_rows(on, people, now):
    def ask(query, person, gate):
        try:
            gate.wait()
            return [row.name for row in query(person.pk, now)]
        finally:
            connection.close()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(30):
                query, gate = prepared(kept_contacts.plain), Barrier(4)
                found = [pool.submit(ask, query, people[0], gate) for _ in range(4)]
                assert [one.result() for one in found] == [["Ada Park", "Elena Ruiz"]] * 4
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize(
    ("person", "address"),
    [
        *(("student", "today"), ("student", "notices"), ("student", "people"), ("coach", "caseload")),
        *(("alum", "home"), ("office", "office"), ("office", "office_outbox")),
    ],
)
def test_a_page_is_the_same_switched_on_and_off(settings, stage, everybody, as_, person, address):
    """The session, the person, and the lists of Today, the directory and the caseload, with a row of every kind."""
    client, pages = as_(everybody[person]), []
    client.get(reverse(address))  # nothing is new the second time
    with time_machine.travel(timezone.now(), tick=False):
        for is_on in (True, False, True):
            settings.PREPARED_QUERIES = is_on
            page = client.get(reverse(address), follow=True)
            assert page.status_code == 200
            pages.append(KEYS.sub("", page.content.decode()))
    assert pages[0] == pages[1] == pages[2]
