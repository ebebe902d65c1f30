"""A mistyped address at sign-in is put right by typing the right one; a new app shows its recovery codes at once."""

import re

import pytest
from django.test import Client

from apps.mail.models import OutboundMessage
from tests import world
from tests.accounts.test_second_factor import app_code
from tests.accounts.test_sign_in import ASK, CODE, NOBODY, SIGN_IN, ask, code_in, is_in, mail_to, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wrong", [NOBODY, "ada.mos@tamarack.example", "ADA.MOSS@tamarack.exmaple", "known"])
def test_the_right_address_after_a_wrong_one_gets_its_code(client, wrong):
    ada, ines = world.student("Ada Moss", welcomed_at=world.NOW), world.person("Ines Palm", "alum")
    ask(client, ines.email if wrong == "known" else wrong)
    there = ask(client, ada.email)
    assert (there.status_code, there.url) == (302, CODE)
    assert f"We sent a code to <strong>{ada.email}</strong>" in page(client.get(CODE))
    client.post(CODE, {"code": code_in(mail_to(ada.email))})
    assert is_in(client)


def test_pressed_twice_one_code_is_sent(client):
    ada = world.student("Ada Moss")
    for typed in (ada.email, f" {ada.email.upper()} "):
        assert ask(client, typed).url == CODE
    assert OutboundMessage.objects.filter(recipient=ada.email).count() == 1


def test_a_password_is_taken_though_a_code_is_waited_for(client):
    ines = world.person("Ines Palm", "alum", password=world.PASSWORD)
    ask(client, NOBODY)
    client.post(SIGN_IN, {"login": ines.email, "password": world.PASSWORD})
    assert is_in(client)


def test_a_password_may_be_forgotten_though_a_code_is_waited_for(client):
    ines = world.person("Ines Palm", "alum", password=world.PASSWORD)
    ask(client, NOBODY)
    client.post("/accounts/password/reset/", {"email": ines.email})
    assert mail_to(ines.email).kind == "password_link"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("password", [world.PASSWORD, None])
def test_a_new_app_shows_its_recovery_codes_at_once(password):
    coach, client = world.person("Ines Palm", "coach", password=password), Client()
    if password:
        client.post(SIGN_IN, {"login": coach.email, "password": password})
        client.post("/accounts/reauthenticate/", {"password": password})
    else:
        client.post(ASK, {"email": coach.email})
        client.post(CODE, {"code": code_in(mail_to(coach.email))})
    secret = re.search(r"<code>(\w+)</code>", page(client.get("/accounts/mfa/totp/activate/")))[1]
    shown = client.post("/accounts/mfa/totp/activate/", {"code": app_code(secret)}, follow=True)
    assert [url for url, _ in shown.redirect_chain] == ["/accounts/mfa/recovery-codes/"]
    codes = re.search(r'id="codes">(.*?)</pre>', shown.content.decode(), re.S)[1].split()
    assert len(codes) == 10
