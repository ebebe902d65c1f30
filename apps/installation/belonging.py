"""Whether the database we are connected to is ours, or a restored copy of somebody else's (reliability.md, J1).

A copy is known by where it is: another PostgreSQL server, another database in it, or another SITE_URL than the row that
came with it says. Nothing leaves a copy, and nobody opens a page of it, until `manage.py adopt` says that it is real.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from apps.installation.models import Installation

ALWAYS = ("/healthz", "/readyz")
HERE = """
    SELECT system_identifier::text, oid::text FROM pg_control_system(), pg_database WHERE datname = current_database()
"""
OURS = f"""
    SELECT (SELECT (cluster, database, site_url) = (here.system_identifier, here.oid, %s)
            FROM installation_installation WHERE "only" = 1)
    FROM ({HERE}) AS here
"""  # noqa: S608 - put together of our own two lines
_of_connection: WeakKeyDictionary[BaseDatabaseWrapper, bool] = WeakKeyDictionary()


class Adopted(NamedTuple):
    """What the row said before, if there was one."""

    site_url: str | None


def is_copy() -> bool:
    """Ask the database. One that nobody has prepared yet belongs to whoever uses it first."""
    with connection.cursor() as cursor:
        cursor.execute(OURS, [settings.SITE_URL])
        return cursor.fetchone()[0] is False


def look(sender: object, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Remember of a new connection whether it leads to a copy; before the first migration there is no row to ask."""
    try:
        row = connection.connection.execute(OURS, [settings.SITE_URL]).fetchone()
    except psycopg.errors.UndefinedTable:
        row = None
    _of_connection[connection] = row is None or row[0] is not False


def adopt() -> Adopted:
    """Say that this database, where it is now, is the real one. Returns what was said before."""
    before = Installation.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(HERE)
        cluster, database = cursor.fetchone()
    here = {"cluster": cluster, "database": database, "site_url": settings.SITE_URL, "adopted_at": Now()}
    Installation.objects.update_or_create(only=1, defaults=here)
    return Adopted(before.site_url if before else None)


def no_page_of_a_copy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answer every address of a copy with one page that says what it is."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path in ALWAYS or not _leads_to_a_copy():
            return get_response(request)
        return render(request, "errors/503_copy.html", status=HTTPStatus.SERVICE_UNAVAILABLE)

    return middleware


def _leads_to_a_copy() -> bool:
    """Whether this thread’s connection does; one that did is asked anew, for somebody may have adopted it."""
    connection.ensure_connection()
    return not _of_connection.get(connections[DEFAULT_DB_ALIAS], True) and is_copy()
