"""Who acts on this connection, and a line for what no row tells.

The triggers (migration 0002) read who acts from two settings of the connection; `acting` is the only one to set them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from apps.audit.models import Act

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_SET = "SELECT set_config('rapport.actor', %s, false), set_config('rapport.origin', %s, false)"
_WRITE = "SELECT audit_write(%s, %s, %s, %s::jsonb, %s::jsonb)"


def by_reader(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what a posted form changes is done by who is signed in. A page that is only read changes nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE:
            return get_response(request)
        with acting(request.user.pk, _origin(request)):
            return get_response(request)

    return middleware


def by_holder(request: HttpRequest, person: int) -> None:
    """Let the rest of this request be the doing of the person whose mailed link was used."""
    if request.method not in SAFE:
        _tell(person, _origin(request))


@contextmanager
def acting(actor: int | None, origin: str) -> Iterator[None]:
    """Let what is written meanwhile be that person’s, from that address."""
    _tell(actor, origin)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            _tell(None, "")


def exported(request: HttpRequest, what: str, rows: int) -> None:
    """Write down that the reader takes a file out of Rapport: what it holds, and how many rows."""
    with acting(request.user.pk, _origin(request)), connection.cursor() as cursor:
        cursor.execute(_WRITE, [Act.EXPORTED, what, "", None, json.dumps({"rows": rows})])


def changed(what: str, row: int, was: Mapping[str, object], is_now: Mapping[str, object]) -> None:
    """Write down one act of the reader on a table whose every change is not worth a line: an import changes many."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [Act.CHANGED, what, str(row), json.dumps(was), json.dumps(is_now)])


def _tell(actor: int | None, origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [str(actor or ""), origin])


def _origin(request: HttpRequest) -> str:
    """Return the reader’s address as far as our proxies tell; empty where they do not."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
