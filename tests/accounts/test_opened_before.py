"""What an installation holds when it is upgraded: nobody is signed out, and nothing of it opens a door afterwards."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.accounts.sealed import MARK
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from tests import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.whole]
KEY, SECRET = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6", "JBSWY3DPEHPK3PXP"


def test_an_installation_is_brought_under_it():
    ada = world.student("Ada Moss", welcomed_at=world.NOW)
    token = MailLink.make(purpose="unsubscribe:x", object_id=ada.pk, person=ada)
    words = {"what": f"Look: https://x.example/unsubscribe/{token}/", "timestamp": world.NOW, "ip": ""}
    outbox.queue("security_notice", to=ada, occasion=outbox.Occasion("before"), context=words)
    call_command("migrate", "mail", "0011", verbosity=0)
    call_command("migrate", "accounts", "0008", verbosity=0)
    OutboundMessage.objects.update(state="sent", sent_at=timezone.now())
    inside = {
        SESSION_KEY: str(ada.pk),
        BACKEND_SESSION_KEY: "apps.accounts.backends.Backend",
        HASH_SESSION_KEY: ada.get_session_auth_hash(),
        "seen_at": timezone.now().timestamp(),
    }
    in_a_week = timezone.now() + timezone.timedelta(days=7)
    Session.objects.create(session_key=KEY, session_data=SessionStore().encode(inside), expire_date=in_a_week)
    UserSession.objects.create(user=ada, session_key=KEY, ip="127.0.0.1", user_agent="x")
    Authenticator.objects.create(user=ada, type="totp", data={"secret": SECRET})
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM mail_outboundmessage")
        assert token in cursor.fetchone()[0]
    call_command("migrate", verbosity=0)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = KEY
    assert client.get("/me/").status_code == 200
    assert "This device" in client.get("/accounts/sessions/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT string_agg(text || html, '') FROM mail_outboundmessage)")
        assert token not in cursor.fetchone()[0]
    assert not Session.objects.filter(session_key=KEY).exists()
    assert not UserSession.objects.filter(session_key=KEY).exists()
    row = Authenticator.objects.get(user=ada, type="totp")
    assert row.data["secret"].startswith(MARK)
    assert SECRET not in str(row.data)
