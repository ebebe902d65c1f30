"""The first person of an installation, from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from tests import world


def add(*arguments):
    out = StringIO()
    call_command("add_person", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_office_person(db):
    said = add("Olive.Marsh@example.edu", "Olive Marsh", "--role", "office")
    assert said == "Olive Marsh <olive.marsh@example.edu> can sign in with a code sent by email. Roles: office.\n"
    assert User.objects.get().is_office


def test_somebody_who_is_there_keeps_name_and_roles(db):
    coach = world.coach("Ruth Amsel")
    add(coach.email.upper(), "Somebody Else", "--role", "office")
    coach = User.objects.get()
    assert (coach.name, coach.roles) == ("Ruth Amsel", ["coach", "office"])


def test_what_is_no_address_is_refused(db):
    with pytest.raises(CommandError, match="olive isn’t an email address"):
        add("olive", "Olive Marsh", "--role", "office")
    assert not User.objects.exists()
