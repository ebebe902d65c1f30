"""The people of every test (CONTRIBUTING.md, Tests): the same world for the allowed and the refused case."""

import gc
import os
from collections import Counter
from itertools import chain

import pytest
from django.core.cache import caches
from django.test import Client, TransactionTestCase

from apps.web import answers, menu
from tests import world
from tests.access.stage import PEOPLE, Stage
from tests.database import Database
from tests.stack import forget_ready_folders


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
    # Asked once a minute by each process, whatever is counted.
    caches["near"].set_many({"locale": "en-US", "zone": "America/Chicago"})
    forget = forget_addresses if request.node.get_closest_marker("urls") else list
    forget()
    yield
    forget()


def forget_addresses():
    """Outside of tests, which bring pages of their own, an address never changes while a process lives."""
    for remembered in (answers.page, answers.page_of_a_row, menu.links, menu.addresses):
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


# --- in which order, and how long -------------------------------------------------------------------------------------

# What takes minutes, or mostly waits. Each shares a stack, a ground or a world, and stays on one worker. They are dealt
# out in this order, as cards are: with three workers, each of them has about as much.
LONG = (
    *("tests/browser/test_pages.py", "tests/faults/", "tests/browser/test_journey.py"),
    *("tests/local/test_stack.py", "tests/local/test_demo.py", "tests/browser/test_newcomers.py"),
    "tests/browser/test_measured.py",
)


def pytest_addoption(parser):
    parser.addoption("--times", action="store_true", help="print the ten slowest tests and the time of each folder")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Begin with what takes longest: xdist's worksteal gives each worker its part of this list, in order.

    A worker that has done its part takes from the end of another's, where the short ones are.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = long_first(items, workers)


def pytest_collection_finish():
    """Let the collector be: it looks again and again through what is there to the end of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def long_first(items, workers):
    """Return the tests as one part for each worker, the parts in a row, and the long ones first in all of them."""
    long = [[item for item in items if item.nodeid.startswith(name)] for name in LONG]
    short = [item for item in items if not item.nodeid.startswith(LONG)]
    order = []
    for n in range(workers):
        part = list(chain.from_iterable(long[n::workers]))
        size = (len(items) - len(order)) // (workers - n)
        order += part + [short.pop(0) for _ in range(min(size - len(part), len(short)))]
    return order + short


os.environ.setdefault("RAPPORT_TESTS_RUN", str(os.getpid()))  # the workers of a run inherit it


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        forget_ready_folders()


def pytest_terminal_summary(terminalreporter):
    """Print what the faults found, one line each, for people and for machines; and where the time went, if asked."""
    reports = [one for some in terminalreporter.stats.values() for one in some if hasattr(one, "duration")]
    for report in reports:
        for name, line in report.user_properties:
            if name == "fault" and report.when == "call":
                terminalreporter.write_line(line)
    if terminalreporter.config.option.times:
        for line in times(reports):
            terminalreporter.write_line(line)


def times(reports):
    """Return lines: the ten slowest tests, and the time of each folder, all workers and all phases together."""
    tests, folders = Counter(), Counter()
    for report in reports:
        tests[report.nodeid] += report.duration
        folders[folder_of(report.nodeid)] += report.duration
    slowest = [f"{seconds:7.1f} s  {name}" for name, seconds in tests.most_common(10)]
    where = [f"{seconds:7.1f} s  {name}" for name, seconds in folders.most_common()]
    return ["", "The ten slowest", *slowest, "", f"Where {sum(folders.values()):.0f} s went", *where]


def folder_of(nodeid):
    path = nodeid.partition("::")[0].split("/")
    return "/".join(path[:2]) if len(path) > 2 else path[0]
