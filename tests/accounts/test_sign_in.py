"""Getting in: by a code from the mail, by a password, and never by finding out who is here."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.mail.models import OutboundMessage
from tests import world

pytestmark = pytest.mark.django_db

ASK, CODE, SIGN_IN = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/login/"
NOBODY = "nobody.here@tamarack.example"


@pytest.fixture
def ada():
    return world.student("Ada Moss", welcomed_at=world.NOW)


@pytest.fixture
def known():
    """A person who has a password."""
    return world.person("Ines Palm", "coach", password=world.PASSWORD)


def ask(client, email, **more):
    return client.post(ASK, {"email": email, **more})


def mail_to(email):
    return OutboundMessage.objects.filter(recipient=email).order_by("-created_at", "pk").first()


def code_in(message):
    return re.search(r"\b\d{6}\b", message.text)[0]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def is_in(client):
    return "_auth_user_id" in client.session


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


# --- by a code --------------------------------------------------------------------------------------------------------


def test_a_code_from_the_mail_opens_the_door(client, ada):
    response = ask(client, "Ada.Moss@Tamarack.example")
    assert (response.status_code, response.url) == (302, CODE)
    assert "We sent a code to <strong>ada.moss@tamarack.example</strong>" in page(client.get(CODE))
    message = mail_to(ada.email)
    assert (message.kind, message.subject) == ("sign_in_code", f"{code_in(message)} is your code for Rapport")
    response = client.post(CODE, {"code": code_in(message)}, follow=True)
    assert [url for url, _ in response.redirect_chain] == ["/", "/today/"]
    assert response.context["user"] == ada
    assert OutboundMessage.objects.count() == 1  # and no second code, though the address was never confirmed before


def test_the_code_may_be_typed_with_spaces(client, ada):
    ask(client, ada.email)
    code = code_in(mail_to(ada.email))
    client.post(CODE, {"code": f" {code[:3]} {code[3:]}"})
    assert is_in(client)


def test_it_leads_to_where_one_wanted_to_go(client, ada):
    response = client.get("/network/")
    assert response.url == f"{SIGN_IN}?next=/network/"
    assert '<input type="hidden" name="next" value="/network/">' in page(client.get(response.url))
    response = ask(client, ada.email, next="/network/")
    client.get(response.url)
    response = client.post(response.url, {"code": code_in(mail_to(ada.email)), "next": "/network/"})
    assert response.url == "/network/"


def test_it_leads_nowhere_else(client, ada):
    response = ask(client, ada.email, next="https://elsewhere.example/")
    assert response.url == CODE
    response = client.post(CODE, {"code": code_in(mail_to(ada.email)), "next": "https://elsewhere.example/"})
    assert response.url == "/"


def test_a_wrong_code_says_so_and_three_end_it(client, ada):
    ask(client, ada.email)
    code = code_in(mail_to(ada.email))
    for _ in range(2):
        response = client.post(CODE, {"code": wrong(code)})
        assert "That code doesn’t match the one we sent." in page(response)
    response = client.post(CODE, {"code": wrong(code)}, follow=True)
    assert "That was the third wrong code, so it no longer works. You can get a new one right away." in page(response)
    assert "Wait" not in page(response)
    assert f'value="{ada.email}"' in page(response)  # one press of “Send me a code” is enough
    assert client.post(CODE, {"code": code}).url == ASK
    assert not is_in(client)
    ask(client, ada.email)
    client.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert is_in(client)


def test_three_wrong_codes_say_the_same_where_nobody_has_the_address(client, db):
    ask(client, NOBODY)
    for _ in range(3):
        response = client.post(CODE, {"code": "123456"}, follow=True)
    assert "third wrong code" in page(response)
    assert f'value="{NOBODY}"' in page(response)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("48207", "That code has 5 digits. Check for the sixth."),
        ("4820711", "A code has 6 digits. Check it and try again."),
        ("", "Fill this in."),
    ],
)
def test_a_miscounted_code_is_told_apart(client, ada, typed, sentence):
    ask(client, ada.email)
    response = client.post(CODE, {"code": typed})
    assert sentence in page(response)
    assert not is_in(client)


def test_a_code_works_for_ten_minutes(client, ada):
    ask(client, ada.email)
    code = code_in(mail_to(ada.email))
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=2), tick=False):
        assert client.post(CODE, {"code": code}).url == ASK
    assert not is_in(client)


def test_it_works_on_the_device_that_asked(client, ada):
    ask(client, ada.email)
    other = Client()
    assert other.post(CODE, {"code": code_in(mail_to(ada.email))}).url == ASK
    assert not is_in(other)


def test_a_new_code_replaces_the_old_one(client, ada):
    ask(client, ada.email)
    first = code_in(mail_to(ada.email))
    response = client.post(reverse("another_code"), {"email": ada.email})
    assert (response.status_code, response.url) == (302, CODE)
    messages = [code_in(m) for m in OutboundMessage.objects.filter(recipient=ada.email).order_by("created_at", "pk")]
    assert len(messages) == 2
    if messages[0] != messages[1]:
        assert "That code doesn’t match the one we sent." in page(client.post(CODE, {"code": first}))
    client.post(CODE, {"code": messages[1]})
    assert is_in(client)


def test_one_may_begin_again_with_another_address(client, ada):
    ask(client, "ada@elsewhere.example")
    assert client.get(SIGN_IN).url == CODE  # allauth leads back to the code that is waited for
    assert client.post("/accounts/logout/", {"next": SIGN_IN}).url == SIGN_IN
    assert client.get(SIGN_IN).status_code == 200


def test_a_closed_account_gets_no_code(client, ada):
    ada.is_active = False
    ada.save()
    assert ask(client, ada.email).url == CODE
    assert mail_to(ada.email).kind == "no_account"


# --- by a password ----------------------------------------------------------------------------------------------------


def test_a_password_opens_the_door(client, known):
    response = client.post(SIGN_IN, {"login": known.email, "password": world.PASSWORD})
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/").url == "/coach/"
    assert OutboundMessage.objects.count() == 0  # the address is the office's: no code on top


def test_a_wrong_password_says_what_to_do(client, known):
    response = client.post(SIGN_IN, {"login": known.email, "password": "not this one at all"})
    assert "That email and password don’t match. Check both and try again." in page(response)
    assert not is_in(client)


def test_five_wrong_passwords_close_the_door_for_a_while(client, known):
    for _ in range(5):
        client.post(SIGN_IN, {"login": known.email, "password": "not this one at all"})
    response = client.post(SIGN_IN, {"login": known.email, "password": world.PASSWORD})
    assert "Wait 5 minutes, then try again." in page(response)
    assert not is_in(client)


# --- who is here stays unknown ----------------------------------------------------------------------------------------


def walked(email, *steps):
    """Return, for each step of a new browser, its status, where it leads, its page and the statements it took."""
    client, seen = Client(), []
    for method, url, data in steps:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = getattr(client, method)(url, data)
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", page(response))
        kinds = [query["sql"].split(" ")[0] for query in queries]
        seen.append((response.status_code, response.get("Location"), body.replace(email, "ADDRESS"), kinds))
    return seen


def by_code(email):
    return walked(
        email,
        ("post", ASK, {"email": email}),
        ("get", CODE, {}),
        ("post", CODE, {"code": "000000"}),
        ("post", reverse("another_code"), {"email": email}),
    )


def by_password(email):
    return walked(email, ("post", SIGN_IN, {"login": email, "password": "not this one at all"}))


def by_forgotten_password(email):
    return walked(
        email, ("post", "/accounts/password/reset/", {"email": email}), ("get", "/accounts/password/reset/done/", {})
    )


@pytest.mark.parametrize("walk", [by_code, by_password, by_forgotten_password])
def test_an_unknown_address_gets_the_same_answer_in_the_same_steps(walk, ada, monkeypatch):
    walk("warming.up@tamarack.example")
    assert walk(ada.email) == walk(NOBODY)


def test_an_unknown_address_is_told_so_by_mail_alone(client):
    ask(client, NOBODY)
    message = mail_to(NOBODY)
    assert (message.kind, message.person) == ("no_account", None)
    assert message.subject == "There’s no Rapport account with this email address"


# --- many tries -------------------------------------------------------------------------------------------------------


def test_a_fourth_code_in_a_minute_is_refused_in_our_words(ada):
    for _ in range(3):
        assert ask(Client(), ada.email).status_code == 302
    response = ask(Client(), ada.email)
    assert response.status_code == 429
    assert "Too many attempts." in page(response)
    assert "Wait 1 minute" in page(response)
    assert OutboundMessage.objects.filter(recipient=ada.email).count() == 3
    assert ask(Client(), "somebody.else@tamarack.example").status_code == 302


def test_many_tries_from_one_place_are_refused_in_our_words(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _ in range(2):
        assert client.post(SIGN_IN, {}).status_code == 200
    response = client.post(SIGN_IN, {})
    assert response.status_code == 429
    assert "Too many attempts." in page(response)
