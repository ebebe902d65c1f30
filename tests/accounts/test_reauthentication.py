"""Who signs in by codes alone signs in anew before what decides who gets in; an open browser is not enough."""

import time

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests import world
from tests.accounts.test_sign_in import code_in, is_in, mail_to, page

pytestmark = pytest.mark.django_db

WEIGHTY = ["account_email", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"]


def by_code(person):
    """Return the browser of somebody who has just signed in by a code."""
    client = Client()
    there = client.post("/accounts/login/code/", {"email": person.email}).url
    client.post(there, {"code": code_in(mail_to(person.email)), "action": "verify"})
    assert is_in(client)
    return client


def long_ago(client):
    """Let time pass since this browser signed in."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - app_settings.REAUTHENTICATION_TIMEOUT - 1
    session.save()


@pytest.mark.parametrize("name", WEIGHTY)
def test_a_moment_after_signing_in_nothing_is_asked(student, name):
    assert by_code(student).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", WEIGHTY)
def test_later_it_is(student, name):
    client = by_code(student)
    long_ago(client)
    for ask in (client.get, client.post):
        assert ask(reverse(name)).url == f"/accounts/prove/?next={reverse(name).replace('/', '%2F')}"


def test_an_open_browser_changes_no_address(student):
    client = by_code(student)
    long_ago(client)
    client.post("/accounts/email/", {"email": "mine@evil.example", "action_add": "1"})
    assert mail_to("mine@evil.example") is None
    assert not EmailAddress.objects.filter(email="mine@evil.example").exists()


def test_with_a_new_code_one_goes_on_where_one_was(student):
    client = by_code(student)
    long_ago(client)
    html = page(client.get(client.get("/accounts/email/").url))
    assert "<h1>Confirm it’s you</h1>" in html
    assert f'name="email" value="{student.email}"' in html
    assert 'name="next" value="/accounts/email/"' in html
    there = client.post("/accounts/login/code/again/", {"email": student.email, "next": "/accounts/email/"}).url
    assert not is_in(client)
    answer = client.post(there, {"code": code_in(mail_to(student.email)), "action": "verify"})
    assert answer.url == "/accounts/email/"
    assert client.get(answer.url).status_code == 200


def test_nobody_is_led_away_by_next(student):
    client = by_code(student)
    there = client.post("/accounts/login/code/again/", {"email": student.email, "next": "https://evil.example/"}).url
    assert "evil" not in client.post(there, {"code": code_in(mail_to(student.email)), "action": "verify"}).url


def test_who_has_a_password_is_asked_for_that(db):
    ines = world.person("Ines Palm", "coach", password=world.PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    answer = client.post("/accounts/email/", {"email": "new@x.example", "action_add": "1"})
    assert answer.url.startswith("/accounts/reauthenticate/")
