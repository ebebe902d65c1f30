"""A dump of the database opens nothing: what stands in any table is tried on every door."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.signing import loads
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import MailLink, token_hash
from apps.accounts.sealed import seal, unseal
from apps.accounts.sessions import stored
from apps.interviews.lifecycle import links
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.test_sign_in import ASK, CODE, SIGN_IN, code_in, is_in, mail_to
from tests.interviews.steps import agreed, sent
from tests.test_access import undrawn

pytestmark = pytest.mark.django_db
LEFT = ("sent", "returned", "failed", "cancelled", "superseded", "obsolete", "closed")
TOKENS = re.compile(r"(?<![\w~-])[\w~-]{20,}(?![\w~-])")


def dump():
    """Return every value of every table as a text, as pg_dump would write it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


@pytest.fixture
def shipped(db):
    """What looks like a token in a database that nobody has used yet, as names of migrations do: all have the same."""
    return {*TOKENS.findall(dump())}


def leave(state="sent", **of):
    OutboundMessage.objects.filter(state="pending", **of).update(
        state=state, sent_at=timezone.now() if state in ("sent", "returned") else None
    )


@pytest.fixture
def live(shipped, student, alum, coach):
    """A day of a whole office: sessions, links, codes that are waited for, apps, recovery codes."""
    now = timezone.now()
    sent(student, alum, now)
    agreed(student, world.alum("Marcus Adeyemi"), now)
    outbox.queue("digest", to=student, occasion=outbox.Occasion("d", rule="x", topics=["x"]), context={"groups": []})
    feed = links.feed_url(student, now=now)
    for person in (coach, student):
        person.set_password(world.PASSWORD)
        person.save()
    Client().post("/accounts/password/reset/", {"email": coach.email})
    waiting = Client()
    waiting.post(ASK, {"email": student.email})
    code = code_in(mail_to(student.email))
    secret = generate_totp_secret()
    TOTP.activate(coach, secret)
    RecoveryCodes.activate(coach)
    inside = Client()
    inside.post(SIGN_IN, {"login": student.email, "password": world.PASSWORD})
    assert is_in(inside)
    inside.get("/me/")
    tokens = {
        *re.findall(r"(?<![\w-])[\w-]{43}(?![\w-])", " ".join(OutboundMessage.objects.values_list("text", flat=True)))
    }
    key = re.search(r"/password/reset/key/([\w-]+)/", mail_to(coach.email).text)[1]
    return {
        "tokens": {token for token in tokens if MailLink.objects.found(token, now)},
        "feed": feed.rsplit("/")[-1].removesuffix(".ics"),
        "code": code,
        "secret": secret,
        "session": inside.session.session_key,
        "password": key,
        "waiting": waiting,
        "recovery": Authenticator.objects.get(user=coach, type="recovery_codes").wrap().get_unused_codes()[0],
    }


LINKS = [
    name for name, takes in get_resolver().reverse_dict.items() if isinstance(name, str) and "token" in takes[0][0][1]
]


def doors(token):
    """Yield each door, and whether it opens to a text that somebody holds out to it. What it shows is not drawn."""
    with undrawn():
        yield from _doors(token)


def _doors(token):
    stranger = Client()
    if "~" not in token:
        for name in LINKS:
            yield name, stranger.get(reverse(name, args=[token])).status_code in (200, 302)
        yield "password", stranger.get(f"/accounts/password/reset/key/{token}/").status_code == 302
    stranger.cookies[settings.SESSION_COOKIE_NAME] = token
    yield "session", stranger.get("/me/").status_code == 200


def test_the_doors_of_this_test_open_to_what_is_live(live):
    """Else it would show nothing."""
    opened = {
        name
        for token in [*live["tokens"], live["feed"], live["password"], live["session"]]
        for name, is_open in doors(token)
        if is_open
    }
    assert {"answer_enter", "calendar_feed", "unsubscribe", "password", "session"} <= opened


@pytest.mark.parametrize("state", LEFT)
def test_nothing_that_stands_in_a_table_opens_a_door(shipped, live, state):
    leave(state)
    text = dump()
    for name in ("feed", "secret", "session", "password", "recovery"):
        assert live[name] not in text, name
    assert [token for token in live["tokens"] if token in text] == []
    assert not re.search(rf"\b{live['code']}\b", text)
    if state != "sent":
        return  # the same words: that they open nothing need be shown once
    found = {*TOKENS.findall(text)} - shipped
    assert len(found) > 10  # hashes, sealed things, sessions by their hash
    assert [(token, name) for token in sorted(found) for name, is_open in doors(token) if is_open] == []


def test_what_waits_to_be_sent_opens_nothing_either(shipped, live):
    text = dump()
    assert [token for token in live["tokens"] if token in text] == []
    assert {name for token in {*TOKENS.findall(text)} - shipped for name, is_open in doors(token) if is_open} == set()


def test_no_number_in_a_dump_signs_anybody_in(live, coach):
    leave()
    text = dump()
    numbers = {*re.findall(r"\b\d{6}\b", text), *re.findall(r"\b\d{8}\b", text)}
    for number in sorted(numbers)[:40]:
        client = Client()
        client.post(SIGN_IN, {"login": coach.email, "password": world.PASSWORD})
        client.post("/accounts/mfa/authenticate/", {"code": number})
        assert not is_in(client), number


def test_a_session_in_a_dump_cannot_be_read(live):
    for data in Session.objects.values_list("session_data", flat=True):
        with pytest.raises(Exception):  # noqa: B017 - whatever it says: it is no session
            loads(data, salt="django.contrib.sessions.SessionStore")
        assert live["code"] not in data


def test_the_secrets_work_for_those_whose_they_are(live, coach):
    """The app and the recovery codes still let in, and the code that is waited for."""
    live["waiting"].post(CODE, {"code": live["code"]})
    assert is_in(live["waiting"])
    for value in (
        format_hotp_value(hotp_value(live["secret"], next(yield_hotp_counters_from_time()))),
        live["recovery"],
    ):
        client = Client()
        client.post(SIGN_IN, {"login": coach.email, "password": world.PASSWORD})
        client.post("/accounts/mfa/authenticate/", {"code": value})
        assert is_in(client)


def test_a_secret_sealed_with_another_key_lets_nobody_in(live, coach, settings):
    settings.SECRET_KEY = "another" * 10
    client = Client()
    client.post(SIGN_IN, {"login": coach.email, "password": world.PASSWORD})
    for secret in (live["secret"], ""):
        client.post(
            "/accounts/mfa/authenticate/",
            {"code": format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))},
        )
        assert not is_in(client)


def test_after_the_key_was_changed_what_was_sealed_is_still_read(settings):
    sealed = seal("a secret")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert unseal(sealed) == "a secret"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed) is None
    assert unseal("never sealed") == "never sealed"


# --- the mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_leaves_with_its_link_and_keeps_its_hash(student, alum):
    sent(student, alum, timezone.now())
    message = OutboundMessage.objects.get(kind="request_sent_to_alum")
    token = re.search(r"/a/([\w-]{43})/", message.text)[1]
    assert MailLink.objects.found(token, timezone.now())
    assert token in message.html
    leave()
    message.refresh_from_db()
    assert token not in message.text + message.html + json.dumps(message.headers)
    assert token_hash(token) in message.text
    assert token_hash(token) not in message.shown_text


def test_one_that_came_back_and_is_sent_again_has_a_link_that_works(student, alum, office):
    sent(student, alum, timezone.now())
    message = OutboundMessage.objects.get(kind="request_sent_to_alum")
    before = re.search(r"/a/([\w-]{43})/", message.text)[1]
    leave("returned", pk=message.pk)
    message.refresh_from_db()
    outbox.resend(message, by=office, now=timezone.now())
    message.refresh_from_db()
    after = re.search(r"/a/([\w-]{43})/", message.text)[1]
    assert f"/a/{after}/" in message.html
    assert MailLink.objects.found(before, timezone.now()) is None
    assert Client().get(f"/a/{after}/").status_code == 302
    assert after not in dump()


def test_the_words_of_a_mail_stay_as_they_were(student, alum):
    sent(student, alum, timezone.now())
    message = OutboundMessage.objects.get(kind="request_sent_to_alum")
    for changed in (message.text + "!", message.text.replace("/a/", "/b/"), message.text[:-3]):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboundMessage.objects.filter(pk=message.pk).update(text=changed)


def test_a_link_of_somebody_else_s_site_is_left_alone(student):
    doc = "https://docs.example/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg/edit"
    context = {"what": doc, "timestamp": world.NOW, "ip": ""}
    outbox.queue("security_notice", to=student, occasion=outbox.Occasion("x"), context=context)
    leave()
    assert doc in OutboundMessage.objects.get().text


def test_a_code_is_gone_from_subject_and_text(student):
    Client().post(ASK, {"email": student.email})
    code = code_in(mail_to(student.email))
    leave()
    message = OutboundMessage.objects.get()
    assert code not in message.subject + message.text + message.html
    assert "••••••" in message.subject


def test_devices_are_noted_by_their_hash(live, student):
    assert UserSession.objects.get(user=student).session_key == stored(live["session"])
    assert stored(live["session"]) == stored(stored(live["session"]))
