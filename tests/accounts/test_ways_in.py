"""Password, address and second step, changed by their owner, who hears of it; every page of allauth's in our words."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from apps.accounts.models import User
from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.keys import credential
from tests.accounts.test_reauthentication import by_code
from tests.accounts.test_sign_in import code_in, is_in, mail_to, page, wrong

pytestmark = pytest.mark.django_db

NEW = "a quite different passphrase"


@pytest.fixture
def ines(db):
    return world.person("Ines Palm", "coach", password=world.PASSWORD)


@pytest.fixture
def signed_in(ines):
    client = Client()
    client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    assert is_in(client)
    return client


def again(client):
    """Show once more that it is oneself, as weighty changes ask."""
    return client.post("/accounts/reauthenticate/", {"password": world.PASSWORD})


def notices():
    rows = OutboundMessage.objects.filter(kind="security_notice").order_by("created_at", "pk")
    return [(row.recipient, row.text.split("\n")[0]) for row in rows]


# --- the password -----------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_through_the_mail(client, ines):
    assert client.post("/accounts/password/reset/", {"email": ines.email}).url == "/accounts/password/reset/done/"
    message = mail_to(ines.email)
    assert message.kind == "password_link"
    link = re.search(rf"{settings.SITE_URL}(/\S+)", message.text)[1]
    assert link not in message.shown_text  # the office sees that it went, and cannot follow it
    form = client.get(link).url
    assert "<h1>Choose a new password</h1>" in page(client.get(form))
    assert client.post(form, {"password1": NEW, "password2": NEW}).url == "/accounts/password/reset/key/done/"
    assert "Your password was changed" in page(client.get("/accounts/password/reset/key/done/"))
    assert notices() == [(ines.email, "You set a new password with the link we emailed.")]
    client.post("/accounts/login/", {"login": ines.email, "password": NEW})
    assert is_in(client)
    assert "This link has expired" in page(Client().get(link))  # it works once


def test_the_link_is_ours_whatever_host_was_asked(client, ines, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/accounts/password/reset/", {"email": ines.email}, headers={"host": "evil.example"})
    assert "evil.example" not in mail_to(ines.email).text


def test_a_link_that_was_made_up_leads_to_a_new_one(client):
    html = page(client.get("/accounts/password/reset/key/1-abc-def/"))
    assert "<h1>This link has expired</h1>" in html
    assert 'href="/accounts/password/reset/"' in html


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("short", "short", "Use 12 characters or more."),
        ("q1w2e3r4t5y6", "q1w2e3r4t5y6", "This password is too common and easy to guess."),
        ("a sentence of my own", "another sentence", "The two passwords don’t match. Type both again."),
        ("ines.palm@tamarack", "ines.palm@tamarack", "This is too close to your name or email address."),
    ],
)
def test_a_password_that_will_not_do_says_why(signed_in, first, second, sentence):
    fields = {"oldpassword": world.PASSWORD, "password1": first, "password2": second}
    response = signed_in.post("/accounts/password/change/", fields)
    assert sentence in page(response)


def test_a_changed_password_signs_every_other_device_out(signed_in, ines):
    other = Client()
    other.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    fields = {"oldpassword": world.PASSWORD, "password1": NEW, "password2": NEW}
    assert signed_in.post("/accounts/password/change/", fields).url == "/me/"
    assert signed_in.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert notices() == [(ines.email, "Your password was changed.")]


def test_a_first_password_can_be_set(student):
    client = by_code(student)
    assert "None. You sign in with codes." in page(client.get("/me/"))
    assert client.get("/accounts/password/change/").url == "/accounts/password/set/"
    assert client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW}).url == "/me/"
    student.refresh_from_db()
    assert student.check_password(NEW)
    assert notices() == [(student.email, "You set a password for the first time.")]


# --- the address ------------------------------------------------------------------------------------------------------


def test_a_new_address_is_confirmed_by_its_code_and_the_old_one_hears_of_it(signed_in, ines):
    old, new = ines.email, "ines@home.example"
    response = signed_in.post("/accounts/email/", {"email": new, "action_add": "1"})
    assert response.url.startswith("/accounts/reauthenticate/")
    assert "<h1>Confirm it’s you</h1>" in page(signed_in.get(response.url))
    again(signed_in)
    response = signed_in.post("/accounts/email/", {"email": new, "action_add": "1"})
    assert response.url == "/accounts/confirm-email/"
    assert f"We sent a code to <strong>{new}</strong>" in page(signed_in.get(response.url))
    message = mail_to(new)
    assert (message.kind, message.shown_subject) == ("address_code", "Code to confirm an email address")
    assert "That code doesn’t match the one we sent." in page(
        signed_in.post(response.url, {"code": wrong(code_in(message))})
    )
    assert User.objects.get(pk=ines.pk).email == old
    assert signed_in.post(response.url, {"code": code_in(message)}).url == "/me/"
    assert User.objects.get(pk=ines.pk).email == new
    assert list(EmailAddress.objects.filter(user=ines).values_list("email", "verified")) == [(new, True)]
    assert notices() == [
        (old, f"Your email address was changed to {new}."),
        (new, "You now sign in to Rapport with this email address."),
    ]


def test_an_address_of_somebody_else_is_not_given_away(signed_in, ines, student):
    again(signed_in)
    response = signed_in.post("/accounts/email/", {"email": student.email, "action_add": "1"})
    assert response.url == "/accounts/confirm-email/"  # as for an address that nobody has
    response = signed_in.post(response.url, {"code": code_in(mail_to(student.email))})
    assert "Someone else uses this email address." in page(response)
    assert User.objects.get(pk=ines.pk).email == ines.email


# --- the second step --------------------------------------------------------------------------------------------------


def app_code(secret, step=0):
    counter = next(yield_hotp_counters_from_time()) + step
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def with_app(ines):
    secret = generate_totp_secret()
    TOTP.activate(ines, secret)
    return secret


def test_an_app_is_set_up_and_then_asked(signed_in, ines, django_capture_on_commit_callbacks):
    again(signed_in)
    html = page(signed_in.get("/accounts/mfa/totp/activate/"))
    secret = re.search(r"<code>(\w+)</code>", html)[1]
    assert "That’s not the code" in page(signed_in.post("/accounts/mfa/totp/activate/", {"code": "000000"}))
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in.post("/accounts/mfa/totp/activate/", {"code": app_code(secret)})
    assert response.url == "/accounts/mfa/recovery-codes/"
    html = page(signed_in.get(response.url))
    assert "10 of 10 are left." in html
    assert notices() == [(ines.email, "An authenticator app was added for two-step verification.")]
    assert "On.<br>" in page(signed_in.get("/me/"))

    other = Client()
    response = other.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    assert response.url == "/accounts/mfa/authenticate/"
    assert not is_in(other)
    assert "<h1>Two-step verification</h1>" in page(other.get(response.url))


def test_the_second_step_lets_in_who_has_the_app(client, ines, with_app):
    client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    response = client.post("/accounts/mfa/authenticate/", {"code": "000000"})
    assert "That’s not the code your app shows now." in page(response)
    assert not is_in(client)
    client.post("/accounts/mfa/authenticate/", {"code": app_code(with_app)})
    assert is_in(client)


def test_a_recovery_code_opens_once(signed_in, ines, with_app):
    again(signed_in)
    signed_in.post("/accounts/mfa/recovery-codes/generate/")
    codes = signed_in.get("/accounts/mfa/recovery-codes/download/").content.decode().split()[-10:]
    for expected in (True, False):
        client = Client()
        client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
        client.post("/accounts/mfa/authenticate/", {"code": codes[0]})
        assert is_in(client) is expected


def test_the_app_can_be_taken_away(signed_in, ines, with_app):
    again(signed_in)
    assert "<h1>Turn off authenticator app?</h1>" in page(signed_in.get("/accounts/mfa/totp/deactivate/"))
    assert signed_in.post("/accounts/mfa/totp/deactivate/").url == "/accounts/mfa/"
    assert not Authenticator.objects.filter(user=ines).exists()
    assert notices() == [(ines.email, "The authenticator app was turned off.")]


# --- every page of allauth's, in our frame and our words --------------------------------------------------------------

PREFIX = "accounts/"
THEIR_WORDS = (
    *("Sign In", "Sign Out", "Sign Up", "Menu:", "Two-Factor", "Security Key", "Email Addresses"),
    *("Password Reset", "Remember Me", "user account", "Successfully"),
)


def names(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, prefix + str(entry.pattern))
        elif (prefix + str(entry.pattern)).startswith(PREFIX) and entry.name:
            yield entry.name


NAMES = sorted(set(names(get_resolver())))
OF_A_ROW = {"mfa_edit_webauthn": ["pk"], "mfa_remove_webauthn": ["pk"], "account_reset_password_from_key": ["1", "a-b"]}


@pytest.fixture
def key(ines):
    data = {"name": "The blue key", "credential": credential()}
    return Authenticator.objects.create(user=ines, type=Authenticator.Type.WEBAUTHN, data=data)


def address_of(name, key):
    return reverse(name, args=[key.pk if arg == "pk" else arg for arg in OF_A_ROW.get(name, [])])


def faults(response):
    """Say what a page lacks of our frame, or has of allauth's words."""
    html = page(response)
    lacks = [part for part in ('<footer class="rp-foot">', "<h1>") if part not in html]
    many = ["two filled buttons"] if html.count('btn-primary"') + html.count("btn-primary ") > 1 else []
    return lacks + many + [word for word in (*THEIR_WORDS, "placeholder=") if word in html]


PAGES = [name for name in NAMES if name not in ("another_code", "mfa_download_recovery_codes")]


def test_there_are_pages_to_walk():
    assert len(PAGES) > 20


def walked(client, key):
    """Open every page, following where it leads. Returns {name: (status, faults)} of what is not as it should be."""
    answers = {name: client.get(address_of(name, key), follow=True) for name in PAGES}
    found = {name: (response.status_code, faults(response)) for name, response in answers.items()}
    return {name: answer for name, answer in found.items() if answer != (200, [])}


def test_a_visitor_gets_our_pages(client, key):
    assert walked(client, key) == {}


def test_a_person_gets_our_pages(signed_in, key):
    again(signed_in)
    nothing = {name: (404, []) for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes")}
    assert walked(signed_in, key) == nothing


def test_a_person_with_a_second_step_gets_our_pages(signed_in, key, with_app):
    again(signed_in)
    signed_in.post("/accounts/mfa/recovery-codes/generate/")
    assert walked(signed_in, key) == {}


@pytest.mark.parametrize("name", ["account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"])
def test_the_ways_to_show_who_one_is_are_ours(signed_in, with_app, key, name):
    response = signed_in.get(reverse(name))
    assert "<h1>Confirm it’s you</h1>" in page(response)
    assert faults(response) == []


def test_the_second_step_is_ours(client, ines, with_app):
    client.post("/accounts/login/", {"login": ines.email, "password": world.PASSWORD})
    assert faults(client.get("/accounts/mfa/authenticate/")) == []


def test_a_key_is_renamed_and_taken_away(signed_in, key):
    again(signed_in)
    assert "<h1>Rename a key</h1>" in page(signed_in.get(f"/accounts/mfa/webauthn/keys/{key.pk}/edit/"))
    signed_in.post(f"/accounts/mfa/webauthn/keys/{key.pk}/edit/", {"name": "The one in the drawer"})
    assert '<th scope="row">The one in the drawer</th>' in page(signed_in.get("/accounts/mfa/webauthn/"))
    signed_in.post(f"/accounts/mfa/webauthn/keys/{key.pk}/remove/")
    assert "No keys yet." in page(signed_in.get("/accounts/mfa/webauthn/"))


def test_the_name_of_a_key_has_room_for_sixty_letters(signed_in, key):
    again(signed_in)
    response = signed_in.post(f"/accounts/mfa/webauthn/keys/{key.pk}/edit/", {"name": "k" * 61})
    assert "60 characters is the limit. You have 61." in page(response)


def test_a_key_of_somebody_else_is_not_there(as_, key, student):
    assert as_(student).get(f"/accounts/mfa/webauthn/keys/{key.pk}/edit/").status_code == 404
