"""The people of every test (house.md 7): the same world for the allowed and the refused case."""

import pytest
from django.core.cache import caches
from django.test import Client, TransactionTestCase

from apps import web
from apps.accounts.templatetags import rapport
from tests import world
from tests.access.stage import PEOPLE, Stage
from tests.database import Database


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Give this process a database of its own, a copy; after a test that commits it is a copy again."""
    with django_db_blocker.unblock():
        database = Database()
    emptied, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, _restored(database)
    yield
    TransactionTestCase._fixture_teardown = emptied
    with django_db_blocker.unblock():
        database.close()


def _restored(database):
    return lambda test: database.restored()


@pytest.fixture(autouse=True)
def _cheap(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def forgotten(request):
    """Let no test find what another one's process worked out."""
    caches["near"].clear()
    forget = forget_addresses if request.node.get_closest_marker("urls") else list
    forget()
    yield
    forget()


def forget_addresses():
    """Outside of tests, which bring pages of their own, an address never changes while a process lives."""
    for remembered in (web.page, web.page_of_a_row, rapport.links, rapport.addresses):
        remembered.cache_clear()


@pytest.fixture
def now():
    return world.NOW


@pytest.fixture
def coach(db):
    return world.coach("Ruth Amsel")


@pytest.fixture
def other_coach(db):
    return world.coach("Dele Okafor")


@pytest.fixture
def student(coach):
    return world.student("Amira Haddad", coach=coach)


@pytest.fixture
def other_student(other_coach):
    return world.student("Tomasz Wilk", coach=other_coach)


@pytest.fixture
def alum(db):
    return world.alum("Ingrid Solheim")


@pytest.fixture
def other_alum(db):
    return world.alum("Marcus Adeyemi", employer="State of Wisconsin", time_zone="America/Chicago")


@pytest.fixture
def office(db):
    return world.office("Olive Marsh")


@pytest.fixture
def everybody(student, other_student, alum, other_alum, coach, other_coach, office):
    cast = (student, other_student, alum, other_alum, coach, other_coach, office, None)
    return dict(zip(PEOPLE, cast, strict=True))


@pytest.fixture
def stage(everybody):
    """One row of every kind, Amira's, Ingrid's and Ruth's."""
    return Stage(*(everybody[name] for name in ("student", "alum", "coach", "office")))


@pytest.fixture
def as_(db):
    """Return a signed-in client for a person; None is a visitor."""

    def client_of(person):
        client = Client()
        if person is not None:
            client.force_login(person, backend="apps.accounts.backends.Backend")
        return client

    return client_of


def pytest_terminal_summary(terminalreporter):
    """Print what the faults found: one line each, for people and for machines."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, line in getattr(report, "user_properties", ()):
                if name == "fault" and report.when == "call":
                    terminalreporter.write_line(line)
