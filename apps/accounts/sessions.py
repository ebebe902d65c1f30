"""Django's sessions in the database, found by a prepared statement: every request asks for one (ADR 12)."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.accounts.models import User
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


def end_all(person: User) -> None:
    """Sign somebody out everywhere, for good: whoever was signed in, or on the way in, begins anew.

    The number decides, not the rows: a session that is made at this moment knows the old one.
    """
    User.objects.filter(pk=person.pk).update(epoch=F("epoch") + 1)
    person.refresh_from_db(fields=["epoch"])
    for session in UserSession.objects.filter(user=person):
        session.end()
