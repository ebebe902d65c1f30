"""Addresses and zones that were stored before there was a rule for them, brought under it by the migrations."""

import importlib
from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.mail.models import Suppression
from apps.network.models import Contact
from apps.policy.models import Policy
from tests import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.whole]

MIGRATIONS = (
    "accounts.migrations.0006_addresses_and_zones_of_today",
    "alumni.migrations.0007_addresses_and_zones_of_today",
    "network.migrations.0004_addresses_and_zones_of_today",
    "mail.migrations.0010_received",
)
GOES_ALONG = "address_goes_with_its_person"
ADDRESSES = {
    "ana@bücher.example": "ana@xn--bcher-kva.example",
    "ana@BÜCHER.example": "ana@xn--bcher-kva.example",
    " ana@x.example ": "ana@x.example",
    "mailto:ana@x.example": "ana@x.example",
    "ana\u200b@x.example": "ana@x.example",
    "ana@x.example": "ana@x.example",
    "josé@x.example": "josé@x.example",  # nobody can send to it: left, for somebody to ask
    "no address": "no address",
}
ZONES = {
    "Asia/Calcutta": "Asia/Kolkata",
    "US/Pacific": "America/Los_Angeles",
    "Europe/Kiev": "Europe/Kyiv",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "Eastern Standard Time": "America/New_York",
    "America/Chicago": "America/Chicago",
    "UTC": "UTC",
    "Mars/Base": "Mars/Base",
}


@pytest.fixture(autouse=True)
def _loud(caplog):
    caplog.set_level("WARNING", logger="apps.database.rewritten")


def migrated():
    """Do again what these migrations do to the rows; the way there and back changes no row, and takes long."""
    for name in MIGRATIONS:
        with connection.schema_editor() as editor:
            importlib.import_module(f"apps.{name}").bring_up_to_date(apps, editor)


@contextmanager
def without(trigger, table):
    """Leave out a trigger that came after these migrations."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def test_an_address_is_as_it_is_sent_and_a_zone_has_its_name_of_today(student, caplog):
    """Twice: the second time changes nothing."""
    for n, address in enumerate(ADDRESSES):
        someone = world.student(f"Ana Of{n}", coach=None)
        entry, contact = world.alum_profile(f"Ana Of{n}"), world.contact(student, f"Ana {n}")
        User.objects.filter(pk=someone.pk).update(
            email=f"{n}{address.lstrip()}" if n != 3 else f"mailto:{n}ana@x.example"
        )
        AlumniProfile.objects.filter(pk=entry.pk).update(email=address, listing="hidden")
        Contact.objects.filter(pk=contact.pk).update(email=address)
    for n, zone in enumerate(ZONES):
        for model in (User, AlumniProfile, Contact):
            last = model.objects.order_by("-pk")[n]
            model.objects.filter(pk=last.pk).update(time_zone=zone)
    Policy.now()
    Policy.objects.update(office_email="office@bücher.example", time_zone="US/Central")
    for _ in range(2):
        migrated()
        for model in (AlumniProfile, Contact):
            assert list(model.objects.exclude(email="").order_by("pk").values_list("email", flat=True)) == [
                *ADDRESSES.values()
            ]
        people = User.objects.order_by("-pk").values_list("email", flat=True)[: len(ADDRESSES)]
        assert [*people][::-1] == [f"{n}{address}" for n, address in enumerate(ADDRESSES.values())]
        for model in (User, AlumniProfile, Contact):
            zones = model.objects.order_by("-pk").values_list("time_zone", flat=True)[: len(ZONES)]
            assert [*zones] == [*ZONES.values()]
        assert Policy.objects.values_list("office_email", "time_zone").get() == (
            "office@xn--bcher-kva.example",
            "America/Chicago",
        )
    assert "network.Contact: 0 rows are written as they are now, 2 could not be" in caplog.text


def test_the_account_keeps_what_was_confirmed_and_is_lower_case(student):
    User.objects.filter(pk=student.pk).update(email="Ana@BÜCHER.example")
    EmailAddress.objects.filter(user=student).delete()
    EmailAddress.objects.create(user=student, email="ana@bücher.example", verified=True, primary=True)
    with without(GOES_ALONG, "accounts_user"):  # two migrations later; a new address lets go of what was confirmed
        migrated()
    student.refresh_from_db()
    assert student.email == "ana@xn--bcher-kva.example"
    assert EmailAddress.objects.get(user=student).email == student.email


def test_who_would_become_somebody_else_stays_and_is_counted(student, other_student, caplog):
    User.objects.filter(pk=student.pk).update(email="ana@bücher.example")
    User.objects.filter(pk=other_student.pk).update(email="ana@xn--bcher-kva.example")
    migrated()
    student.refresh_from_db()
    assert student.email == "ana@bücher.example"
    assert "accounts.User: 0 rows are written as they are now, 1 could not be" in caplog.text


def test_more_than_a_batch_is_done(student, caplog):
    rows = [Contact(student=student, name=f"P{n}", email=f"p{n}@bücher.example", sort_key="p") for n in range(2_100)]
    Contact.objects.bulk_create(rows)
    migrated()
    assert not Contact.objects.filter(email__contains="ü").exists()
    assert "network.Contact: 2100 rows" in caplog.text


def test_a_stopped_address_stays_stopped():
    Suppression.objects.create(address="ana@bücher.example")
    migrated()
    assert Suppression.objects.get().address == "ana@xn--bcher-kva.example"
