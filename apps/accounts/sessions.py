"""Django's sessions in the database, found by a prepared statement: every request asks for one (ADR 12)."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.prepared import prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        found = _kept(self.session_key, timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


@prepared
def _kept(key, now):
    return Session.objects.filter(session_key=key, expire_date__gt=now)
