"""Whoever is new lives by the office’s clock, whatever door they came by, until a device or a choice tells another."""

import pytest
from django.core.management import call_command

from apps.accounts.models import User
from apps.office import people, student_file
from apps.office.forms import PersonForm
from apps.policy.models import Policy


def by_form(now):
    form = PersonForm({"name": "Noor Haddad", "email": "noor@x.example", "roles": ["student"]})
    assert form.is_valid(), form.errors
    people.add(form)


def by_file(now):
    rows = student_file.read(b"Name,Email\nNoor Haddad,noor@x.example\n").rows
    people.bring_in(people.judge(rows, now=now), by=None, now=now)


def by_command(now):
    call_command("add_person", "noor@x.example", "Noor Haddad", "--role", "student")


@pytest.mark.parametrize("come", [by_form, by_file, by_command])
def test_a_newcomer_lives_by_the_offices_clock(db, now, come):
    policy = Policy.now()
    policy.time_zone = "America/Denver"
    policy.save()
    come(now)
    assert User.objects.get(email="noor@x.example").time_zone == "America/Denver"
