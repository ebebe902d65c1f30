"""Entering as a demo person: one button in the local stack, and no such address anywhere else."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from apps.accounts.models import Role
from apps.local.people import DEMO_PEOPLE
from tests import world

PRODUCTION = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://rapport.example.edu",
    "ALLOWED_HOSTS": "rapport.example.edu",
    "MAIL_FROM": "rapport@example.edu",
}
LOOK = """
import django; django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
assert "apps.local" not in settings.INSTALLED_APPS
for address in ("/local/enter/office/", "/local/mail/"):
    try:
        resolve(address)
    except Resolver404:
        print("none")
"""


@pytest.mark.parametrize("role", Role)
def test_one_enters_as_the_person_of_a_role(client, db, role):
    person = world.person(DEMO_PEOPLE[role].name, role, email=DEMO_PEOPLE[role].email)
    answer = client.post(reverse("local_enter", args=[role]))
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(person.pk)


def test_without_a_demo_world_one_is_told_so(client, db):
    answer = client.post(reverse("local_enter", args=["student"]))
    assert answer.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_the_front_page_offers_whom_there_is_and_nobody_else(client, db):
    assert "Enter as" not in client.get("/").content.decode()
    noor = DEMO_PEOPLE[Role.STUDENT]
    world.person(noor.name, Role.STUDENT, email=noor.email)
    page = client.get("/").content.decode()
    assert re.findall(r"<button[^>]*>([^<]*)</button><small", page) == ["Noor, a student"]


def test_looking_does_not_enter(client, db):
    assert client.get(reverse("local_enter", args=["student"])).status_code == 405
    assert client.post(reverse("local_enter", args=["admin"])).status_code == 404


def python(code, env):
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = clean | {"DJANGO_SETTINGS_MODULE": "config.settings"} | env
    return subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


def test_a_real_installation_has_no_such_address():
    answer = python(LOOK, PRODUCTION)
    assert (answer.stdout.split(), answer.stderr) == (["none", "none"], "")


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS"])
def test_one_setting_of_a_real_installation_is_enough_to_refuse(name):
    answer = python("import django; django.setup()", {"RAPPORT_LOCAL": "1", name: PRODUCTION[name]})
    assert answer.returncode == 1
    assert "opens the door to everybody" in answer.stderr or "would open its door to everybody" in answer.stderr
