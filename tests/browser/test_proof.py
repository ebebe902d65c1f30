"""A new browser beside a stranger who asked too often: one press, a short calculation, and the code is on its way."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests import world
from tests.accounts.test_sign_in import ask, code_in, mail_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_by_one_press_of_a_key_one_gets_a_code_after_all(open_as):
    ada = world.student("Ada Moss", welcomed_at=world.NOW)
    for _ in range(3):
        ask(Client(), ada.email)
    page = open_as(None, "/accounts/login/")
    page.get_by_label("Your email address").first.fill(ada.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many attempts.")
    page.get_by_role("button", name="Try again now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("6-digit code")).to_be_visible()
    page.get_by_label("6-digit code").fill(code_in(mail_to(ada.email)))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/"))


def test_without_javascript_one_is_told_how_long_to_wait(open_as):
    for _ in range(3):
        ask(Client(), "ada.moss@tamarack.example")
    page = open_as(None, "/accounts/login/code/", java_script_enabled=False)
    page.get_by_label("Your email address").fill("ada.moss@tamarack.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Wait 1 minute, then try again.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again now")).to_be_hidden()
