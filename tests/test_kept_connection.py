"""A connection is kept between requests, and a server that hung up in the meantime is noticed before it is asked."""

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """What is sent to the server as it is sent: the statements of psycopg's cursors."""
    found = []
    execute = psycopg.Cursor.execute

    def noted(cursor, query, *args, **kwargs):
        found.append(query)
        return execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return found


def answer():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def as_in_a_new_request():
    connection.health_check_enabled, connection.health_check_done = True, False


def test_a_kept_connection_is_not_asked_whether_it_lives(asked):
    backend = answer()
    as_in_a_new_request()
    asked.clear()
    assert answer() == backend
    assert asked == ["SELECT pg_backend_pid()"]


def test_a_connection_the_server_ended_is_replaced():
    backend = answer()
    end(backend)
    as_in_a_new_request()
    assert answer() != backend


def test_after_an_error_it_is_asked(asked):
    answer()
    connection.errors_occurred = True
    assert connection.is_usable()
    assert "SELECT 1" in asked


def end(backend):
    params = {name: connection.get_connection_params()[name] for name in ("host", "port", "dbname", "user", "password")}
    with psycopg.connect(**params) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
