"""The database that every test gets, and the order in which the tests run."""

from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from apps.interviews.preparing.models import Question
from tests import world
from tests.conftest import long_first
from tests.database import MADE, OWN, Database


@pytest.fixture
def second(transactional_db):
    """A second database, as another process would make it; what the tests use is put back."""
    before = connection.settings_dict["NAME"]
    database = Database()
    yield database
    database.close()
    connection.settings_dict["NAME"] = before


def databases(database):
    with psycopg.connect(**database.url | {"dbname": "postgres"}) as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database")}


def test_every_process_has_a_copy_of_its_own_and_the_dead_leave_none(second):
    assert connection.settings_dict["NAME"] == second.name
    assert Question.objects.exists()
    dead = f"{OWN}of_the_dead"
    with psycopg.connect(**second.url | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {dead}")
    third = Database()
    there = databases(second)
    assert dead not in there
    assert {second.name, third.name} <= there
    assert [name for name in there if name.startswith(MADE)]
    third.close()
    assert third.name not in databases(second)


def test_what_a_test_commits_is_taken_back_to_what_the_migrations_left(second):
    left = {model: list(model.objects.order_by("pk").values()) for model in (Question, Permission)}
    assert all(left.values())
    world.student("Amira Haddad", coach=world.coach("Ruth Amsel"))
    Question.objects.update(why="Nobody knows.")
    Permission.objects.all().delete()
    second.restored()
    assert {model: list(model.objects.order_by("pk").values()) for model in left} == left
    assert not world.User.objects.exists()


def test_the_long_ones_come_first_on_each_worker():
    names = [f"tests/mail/{n}" for n in range(6)] + ["tests/faults/1", "tests/browser/test_pages.py::1"]
    names += ["tests/browser/test_journey.py::1", "tests/browser/test_pages.py::2"]
    order = [item.nodeid for item in long_first([SimpleNamespace(nodeid=name) for name in names], 2)]
    first, second = order[:5], order[5:]
    assert first[:3] == [*(f"tests/browser/test_pages.py::{n}" for n in (1, 2)), "tests/browser/test_journey.py::1"]
    assert second[:2] == ["tests/faults/1", "tests/mail/2"]
    assert sorted(order) == sorted(names)
