"""Who signs in by codes alone signs in anew before what decides who gets in; an open browser is not enough."""

import time

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from apps.mail.models import OutboundMessage
from apps.privacy import tasks
from apps.privacy.models import Erasure, Export
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


def a_moment_ago(client):
    """Let this browser have signed in by a code just now."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
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


# --- presses that take an account away -------------------------------------------------------------------------------


def presses(student):
    """Return {who: (the page, the press)} of every press that has an account deleted."""
    person = f"/office/people/{student.pk}/data/"
    return {"student": ("/me/data/delete/",) * 2, "office": (person, f"{person}delete/")}


@pytest.mark.parametrize("who", ["student", "office"])
def test_an_open_browser_deletes_nobody(student, office, who):
    client = by_code({"student": student, "office": office}[who])
    shown, pressed = presses(student)[who]
    long_ago(client)
    assert client.get(shown).status_code == 200  # what it would do may be read
    answer = client.post(pressed, headers={"referer": f"http://testserver{shown}"})
    assert answer.url == f"/accounts/prove/?next={shown.replace('/', '%2F')}&pressed=1"
    assert not Erasure.objects.exists()
    assert "Nothing has happened yet" in client.get(answer.url).content.decode()
    email = {"student": student, "office": office}[who].email
    there = client.post("/accounts/login/code/again/", {"email": email, "next": shown}).url
    code = code_in(OutboundMessage.objects.filter(recipient=email, kind="sign_in_code").latest("created_at"))
    assert client.post(there, {"code": code, "action": "verify"}).url == shown
    client.post(pressed)
    assert Erasure.objects.get().number == student.pk


def test_fourteen_minutes_are_a_moment_and_sixteen_are_not(student):
    client = by_code(student)
    for minutes, is_asked in ((16, 0), (14, 1)):
        session = client.session
        session["account_authentication_methods"][-1]["at"] = time.time() - 60 * minutes
        session.save()
        client.post("/me/data/delete/")
        assert Erasure.objects.count() == is_asked


def test_who_has_a_password_types_it_and_the_press_is_done(db):
    ines = world.person("Ines Palm", "student", password=world.PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    answer = client.post("/me/data/delete/")
    assert answer.url.startswith("/accounts/reauthenticate/?next=%2Fme%2Fdata%2Fdelete%2F")
    wrong = client.post(answer.url, {"password": "not this one at all"})
    assert (wrong.status_code, Erasure.objects.count()) == (200, 0)
    assert client.post(answer.url, {"password": world.PASSWORD}).url == "/me/data/"
    assert Erasure.objects.get().number == ines.pk


def test_to_keep_an_account_nothing_is_asked(student):
    client = by_code(student)
    client.post("/me/data/delete/")
    long_ago(client)
    assert client.get("/me/data/delete/").status_code == 200
    client.post("/me/data/keep/")
    assert Erasure.objects.get().state == "kept"


def test_a_copy_is_handed_out_by_a_fresh_link_to_their_own_address_alone(student):
    """An open browser can ask for one, and gets nothing: the file lies behind a mailed link, once, for a day."""
    client = by_code(student)
    long_ago(client)
    client.post("/me/data/copy/")
    tasks.look()
    wish = Export.objects.get()
    assert wish.state == "ready"
    assert client.get(f"/data/file/{wish.pk}/").status_code == 410
    assert client.post(f"/data/file/{wish.pk}/").status_code == 410
    assert OutboundMessage.objects.get(kind="data_ready").recipient == student.email
