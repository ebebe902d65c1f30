"""One that cannot be done holds up no other, and no row is worked on by two processes at once."""

import psycopg
import pytest
from django.db import connection

from apps.database.apart import Apart, alone

pytestmark = pytest.mark.django_db


def refuse():
    raise ValueError("no")


def test_what_cannot_be_done_is_counted_and_logged_and_the_next_is_done(caplog):
    apart = Apart("The clock")
    assert [apart.do("one", refuse), apart.do("two", lambda: 2)] == [None, 2]
    assert apart.failed == 1
    assert "The clock could not do this: one" in caplog.text


def test_a_database_that_is_away_ends_it_all(monkeypatch):
    monkeypatch.setattr(type(connection._connections[connection._alias]), "is_usable", lambda self: False)
    with pytest.raises(ValueError, match="no"):
        Apart("The clock").do("one", refuse)


def test_two_processes_do_not_work_on_one_row():
    given = connection.settings_dict
    named = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    lock = "SELECT pg_try_advisory_lock(hashtext(%s), %s)"
    with psycopg.connect(**named, dbname=given["NAME"], autocommit=True) as other:
        with alone("a work", 7) as is_mine:
            assert is_mine
            assert [other.execute(lock, ["a work", n]).fetchone()[0] for n in (7, 8)] == [False, True]
        assert other.execute(lock, ["a work", 7]).fetchone()[0]
        with alone("a work", 7) as is_mine:
            assert not is_mine
