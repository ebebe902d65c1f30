"""A connection is kept between requests, and one that the server hung up on in the meantime is replaced (ADR 11)."""

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def answer():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def as_in_a_new_request():
    connection.health_check_enabled, connection.health_check_done = True, False


def test_a_connection_is_kept():
    backend = answer()
    as_in_a_new_request()
    assert answer() == backend


def test_a_connection_the_server_ended_is_replaced():
    backend = answer()
    end(backend)
    as_in_a_new_request()
    assert answer() != backend


def end(backend):
    params = {name: connection.get_connection_params()[name] for name in ("host", "port", "dbname", "user", "password")}
    with psycopg.connect(**params) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
