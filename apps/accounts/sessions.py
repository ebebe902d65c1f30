"""Django's sessions in the database, found by a prepared statement: every request asks for one (ADR 12)."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from apps.database.prepared import prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        sessions = _kept(self.session_key or "", timezone.now())
        if not sessions:
            self._session_key = None
        return sessions[0] if sessions else None


@prepared
def _kept(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
