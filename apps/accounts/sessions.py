"""Django's sessions in the database, found by a prepared statement: every request asks for one (ADR 12).

The key in somebody's cookie opens their account, so the database holds only its hash, and what a session knows (a code
that is waited for) is sealed: who reads the tables can be nobody. allauth notes on which devices somebody is signed in;
it is given the hash as well, which begins with a sign that no key has.
"""

import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.sealed import seal, unseal
from apps.database.prepared import prepared

HASHED = "~"


def stored(key: str) -> str:
    """Return how the database calls a session: its key's hash, in the forty characters that there are."""
    return key if key.startswith(HASHED) else HASHED + hashlib.sha256(key.encode()).hexdigest()[:39]


class SessionStore(db.SessionStore):
    """Sessions by their key, or by their hash: for what looks after them. A browser's are BrowserStore's."""

    key_salt = "django.contrib.sessions.SessionStore"  # of both stores, and as before there were two

    def _get_session_from_db(self) -> Session | None:
        sessions = _kept(stored(self.session_key or ""), timezone.now())
        if not sessions:
            self._session_key = None
        return sessions[0] if sessions else None

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = stored(session.session_key)
        return session

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal(super().encode(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        readable = unseal(session_data if isinstance(session_data, str) else session_data.decode())
        return {} if readable is None else super().decode(readable)


class BrowserStore(SessionStore):
    """The session of a browser: a hash, which somebody may have read in a table, is no key."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(None if session_key and session_key.startswith(HASHED) else session_key)


class Sessions(SessionMiddleware):
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)  # type: ignore[arg-type]  # the stubs know no streamed answer
        self.SessionStore = BrowserStore


@prepared
def _kept(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


# --- on which devices somebody is signed in ---------------------------------------------------------------------------


def note_device(request: HttpRequest) -> None:
    """Note where the reader is signed in, and that they were seen now. (A trigger hashes what allauth notes itself.)"""
    if not request.session.session_key:
        request.session.save()
    noted = copy(request)
    noted.session = SessionStore(stored(request.session.session_key or ""))
    UserSession.objects.create_from_request(noted)


def is_here(device: UserSession, request: HttpRequest) -> bool:
    """Whether a noted device is the one that the request comes from."""
    return device.session_key == stored(request.session.session_key or "")


class DevicesAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """Sign devices out, but for the one that asks."""
        super().end_sessions([session for session in sessions if not is_here(session, context.request)])


def end_all(person: User) -> None:
    """Sign somebody out everywhere, for good: whoever was signed in, or on the way in, begins anew.

    The number decides, not the rows: a session that is made at this moment knows the old one.
    """
    User.objects.filter(pk=person.pk).update(epoch=F("epoch") + 1)
    person.refresh_from_db(fields=["epoch"])
    for session in UserSession.objects.filter(user=person):
        session.end()
